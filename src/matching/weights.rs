//! The fitted numbers of the engine: how the measures are weighed, how far their sum is to be believed, and which bars keep
//! which promise.
//!
//! They are written by `caveat tune`. Those that ship stand in `weights.toml` beside this file and are compiled in; an
//! operator who has tuned on his own cases names his file in the config. Nobody edits them by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

use super::features::{DOUBT_NAMES, DOUBTS, LIKENESS_NAMES, LIKENESSES, Likenesses, likeness};
use super::similarity::meanings::MEASURES;

/// Everything that `tune` fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// One weight for each likeness of [`LIKENESS_NAMES`], none negative.
    pub likeness: [f64; LIKENESSES],
    /// The constant of the confidence, and one weight for each doubt of [`DOUBT_NAMES`], none negative.
    pub constant: f64,
    pub doubt: [f64; DOUBTS],
    /// Fits the confidence to a set's own base rate: the logit is multiplied by `slope` and moved by `shift`.
    pub slope: f64,
    pub shift: f64,
    /// In rising order of `max_wrong`.
    pub bars: Vec<BarsAt>,
    /// In a fit for questions of which a model has told what they mean: a word for that model, if it is known. Another
    /// model's likenesses are of another size.
    pub model: Option<String>,
    /// The same for questions of which a model has told what they mean; `None`: not fitted, and then no model is asked.
    pub with_model: Option<Box<Weights>>,
}

/// The bars that keep the share of wrong answers at or below `max_wrong`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BarsAt {
    /// The share of the answers given that may be wrong, in `0.0..=1.0`.
    pub max_wrong: f64,
    /// The least confidence at which an ordinary entry is given as the answer; above 1 where no bar keeps the promise.
    pub ordinary: f64,
    /// The same for entries of high risk.
    pub high_risk: f64,
}

/// What is wrong with a file of weights.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    #[error("it cannot be read as weights: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error(
        "it has no weight for `{0}`, so it was made by another version of the program: make it anew with `caveat tune`"
    )]
    Missing(&'static str),
    #[error("its weight for `{0}` is not a number of 0 or more (the slope: above 0)")]
    Unsound(String),
    #[error("its `{0}` is not a number")]
    NoNumber(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    likeness: BTreeMap<String, f64>,
    confidence: BTreeMap<String, f64>,
    constant: f64,
    slope: f64,
    shift: f64,
    #[serde(default)]
    bars: Vec<BarsAt>,
    model: Option<String>,
    with_model: Option<Box<File>>,
}

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    // A unit test holds the shipped file to its shape; should it ever be broken, plain sums still rank and nothing is
    // answered without asking back.
    Weights::parse(include_str!("weights.toml")).unwrap_or_else(|_| Weights::plain())
});

impl Weights {
    /// The weights that ship with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// All likenesses weigh the same, and no confidence reaches a bar: where fitting starts.
    pub fn plain() -> Self {
        Self {
            likeness: [1.0; LIKENESSES],
            constant: -2.0,
            doubt: [0.0; DOUBTS],
            slope: 1.0,
            shift: 0.0,
            bars: Vec::new(),
            model: None,
            with_model: None,
        }
    }

    /// Reads what [`Weights::to_toml`] wrote.
    ///
    /// # Errors
    /// If the text is no such file, lacks a weight, or holds one that is negative or no number: a negative one would turn
    /// better matches into less sure ones.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        Self::read(toml::from_str(text)?)
    }

    fn read(file: File) -> Result<Self, WeightsError> {
        let mut weights = Self { constant: file.constant, slope: file.slope, shift: file.shift, ..Self::plain() };
        if !(weights.slope.is_finite() && weights.slope > 0.0) {
            return Err(WeightsError::Unsound("slope".to_owned()));
        }
        for (name, value) in [("constant", weights.constant), ("shift", weights.shift)] {
            if !value.is_finite() {
                return Err(WeightsError::NoNumber(name));
            }
        }
        let taken = |from: &BTreeMap<String, f64>, name: &'static str| match from.get(name) {
            Some(weight) if weight.is_finite() && *weight >= 0.0 => Ok(*weight),
            Some(_) => Err(WeightsError::Unsound(name.to_owned())),
            None => Err(WeightsError::Missing(name)),
        };
        for (place, name) in weights.likeness.iter_mut().zip(LIKENESS_NAMES) {
            *place = taken(&file.likeness, name)?;
        }
        for (place, name) in weights.doubt.iter_mut().zip(DOUBT_NAMES) {
            *place = taken(&file.confidence, name)?;
        }
        weights.bars = file.bars;
        weights.bars.sort_by(|a, b| a.max_wrong.total_cmp(&b.max_wrong));
        weights.model = file.model;
        weights.with_model = file.with_model.map(|file| Self::read(*file).map(Box::new)).transpose()?;
        Ok(weights)
    }

    /// The weights as a file that [`Weights::parse`] reads, each number with four decimals.
    pub fn to_toml(&self) -> String {
        let mut text = String::from("# Fitted by `caveat tune`: not edited by hand.\n\n");
        self.write(&mut text, "");
        if let Some(weights) = &self.with_model {
            text.push_str("\n[with_model]\n");
            weights.write(&mut text, "with_model.");
        }
        text
    }

    /// Writes one fit, its tables under `path`.
    fn write(&self, text: &mut String, path: &str) {
        if let Some(model) = &self.model {
            text.push_str(&format!("model = \"{}\"\n", model.escape_default()));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "constant = {:.4}\nslope = {:.4}\nshift = {:.4}\n\n[{path}likeness]",
            self.constant, self.slope, self.shift
        );
        for (name, weight) in LIKENESS_NAMES.iter().zip(&self.likeness) {
            let _ = writeln!(text, "\"{name}\" = {weight:.4}");
        }
        let _ = writeln!(text, "\n[{path}confidence]");
        for (name, weight) in DOUBT_NAMES.iter().zip(&self.doubt) {
            let _ = writeln!(text, "\"{name}\" = {weight:.4}");
        }
        for bar in &self.bars {
            let _ = writeln!(
                text,
                "\n[[{path}bars]]\nmax_wrong = {:.2}\nordinary = {:.4}\nhigh_risk = {:.4}",
                bar.max_wrong, bar.ordinary, bar.high_risk
            );
        }
    }

    /// The fit for a question of which a model has told what it means, or has not.
    pub fn when(&self, model_was_asked: bool) -> &Self {
        match &self.with_model {
            Some(weights) if model_was_asked => weights,
            _ => self,
        }
    }

    /// The score of an entry of which so much was measured.
    pub fn score(&self, likenesses: &Likenesses) -> f32 {
        likenesses.iter().zip(&self.likeness).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32
    }

    /// Whether this fit looks at a kind of meaning; what it does not look at need not be computed.
    pub fn looks_at(&self, kind: usize) -> bool {
        let likenesses = likeness::meaning(kind)..likeness::meaning(kind) + MEASURES;
        let doubts = likeness::doubts_of_meaning(kind);
        self.likeness[likenesses].iter().chain(&self.doubt[doubts]).any(|weight| *weight != 0.0)
    }

    /// The bars for the promise `max_wrong`: those of the nearest stricter promise that was fitted. Where there is none,
    /// bars that nothing reaches.
    pub fn bars_for(&self, max_wrong: f64) -> BarsAt {
        // Half of a hundredth of slack, since 0.03 is not exact in binary.
        let kept = self.bars.iter().rev().find(|bar| bar.max_wrong <= max_wrong + 0.00005);
        kept.copied().unwrap_or(BarsAt { max_wrong, ordinary: 2.0, high_risk: 2.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_whole_and_written_as_tune_writes_them() {
        let text = include_str!("weights.toml");
        let shipped = Weights::parse(text).unwrap();
        assert_eq!(shipped.to_toml(), text);
        assert!(shipped.bars_for(0.05).ordinary < 1.0, "nothing would ever be answered");
    }

    #[test]
    fn a_file_of_another_version_is_refused_with_what_it_lacks() {
        let text = Weights::plain().to_toml().replace("\"classifier\" = 1.0000\n", "");
        let told = Weights::parse(&text).unwrap_err().to_string();
        assert!(told.contains("`classifier`") && told.contains("caveat tune"), "{told}");
    }

    #[test]
    fn weights_remember_the_model_they_were_fitted_with() {
        let with_model = Weights { model: Some("0123abcd".to_owned()), ..Weights::plain() };
        let weights = Weights { with_model: Some(Box::new(with_model)), ..Weights::plain() };
        let text = weights.to_toml();
        assert!(text.contains("[with_model]\nmodel = \"0123abcd\"\nconstant"), "{text}");
        assert_eq!(Weights::parse(&text).unwrap(), weights);
    }

    #[test]
    fn a_promise_between_two_gets_the_stricter_bars() {
        let at = |max_wrong, ordinary| BarsAt { max_wrong, ordinary, high_risk: ordinary };
        let weights = Weights { bars: vec![at(0.02, 0.9), at(0.05, 0.7)], ..Weights::plain() };
        assert_eq!(weights.bars_for(0.03).ordinary, 0.9);
        assert_eq!(weights.bars_for(0.05).ordinary, 0.7);
        assert!(weights.bars_for(0.01).ordinary > 1.0);
    }
}
