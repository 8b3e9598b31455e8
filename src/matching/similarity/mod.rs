//! The measures: each says in its own way how like a question is to what an entry holds. One file a measure.
//!
//! A measure only measures. How the measures are weighed against each other is fitted (`weights`), and how far the sum is
//! to be believed is `calibration`'s.

pub mod classifier;
pub mod coverage;
pub mod okapi;
pub mod space;
