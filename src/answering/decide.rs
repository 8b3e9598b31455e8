//! Answer, ask back, or say that the FAQ does not know: the only thresholds of the program.

/// When to answer, and when to ask back. The `[answering]` table of the config.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The least confidence at which an ordinary entry is given as the answer, in `0.0..=1.0`.
    pub answer_at: f64,
    /// The same for entries of high risk.
    pub answer_high_risk_at: f64,
    /// The least confidence of the first entry at which entries are offered.
    pub offer_at: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { answer_at: 0.75, answer_high_risk_at: 0.85, offer_at: 0.2 }
    }
}

impl Settings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let bars = [
            ("answer_at", self.answer_at),
            ("answer_high_risk_at", self.answer_high_risk_at),
            ("offer_at", self.offer_at),
        ];
        let mut mistakes: Vec<_> = bars
            .into_iter()
            .filter(|(_, bar)| !(0.0..=1.0).contains(bar))
            .map(|(name, _)| (name, "a number from 0 to 1".to_owned()))
            .collect();
        if mistakes.is_empty() && self.offer_at > self.answer_at {
            mistakes.push(("offer_at", format!("at most `answer_at`, which is {}", self.answer_at)));
        }
        if mistakes.is_empty() && self.answer_high_risk_at < self.answer_at {
            // A wrong answer about a risk must never be easier to get than one about a price.
            mistakes.push(("answer_high_risk_at", format!("at least `answer_at`, which is {}", self.answer_at)));
        }
        mistakes
    }
}
