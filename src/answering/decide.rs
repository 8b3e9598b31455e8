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
