//! The fitted numbers of the engine: how the measures are weighed, and how far their sum is to be believed.
//!
//! They are written by `caveat tune` into `weights.toml` beside this file and compiled in; nobody edits them by hand.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::features::{DOUBTS, LIKENESSES};

/// Everything that `tune` fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// One weight for each likeness of `features::LIKENESS_NAMES`, in that order.
    pub likeness: Vec<f64>,
    /// The constant and one weight for each doubt of `features::DOUBT_NAMES`, in that order.
    pub doubt_constant: f64,
    pub doubt: Vec<f64>,
}

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    let shipped: Option<Weights> = toml::from_str(include_str!("weights.toml")).ok();
    // A unit test holds the shipped file to its shape; should it ever be broken, plain sums still rank.
    shipped.filter(Weights::fits).unwrap_or_else(Weights::plain)
});

impl Weights {
    /// The weights that ship with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// All likenesses weigh the same, and confidence follows the score alone: where fitting starts.
    pub fn plain() -> Self {
        Self { likeness: vec![1.0; LIKENESSES], doubt_constant: -2.0, doubt: vec![0.0; DOUBTS] }
    }

    /// Whether there are as many weights as there are features.
    pub fn fits(&self) -> bool {
        self.likeness.len() == LIKENESSES && self.doubt.len() == DOUBTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_fit_the_features() {
        let shipped: Weights = toml::from_str(include_str!("weights.toml")).unwrap();
        assert!(shipped.fits());
    }
}
