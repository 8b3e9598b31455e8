//! How far to believe a match: from a raw score to the chance that it is right.

/// How near a match is. Larger is nearer; only the order means anything.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// A score; not-a-number counts as the worst.
    pub fn new(value: f64) -> Self {
        Self(if value.is_nan() { f64::NEG_INFINITY } else { value })
    }
    pub fn value(self) -> f64 {
        self.0
    }
}

/// The chance that a match answers the question, in `0.0..=1.0`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, serde::Serialize)]
#[serde(transparent)]
pub struct Confidence(f64);

impl Confidence {
    /// A chance, moved into `0.0..=1.0`; not-a-number counts as 0.
    pub fn new(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }
    /// A chance in percent, 0 to 100.
    pub const fn of_percent(percent: u8) -> Self {
        Self(if percent > 100 { 1.0 } else { percent as f64 / 100.0 })
    }
    pub fn value(self) -> f64 {
        self.0
    }
    /// The greater of two chances.
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}
