//! The measures: each says in its own way how like a question is to what an entry holds. One file a measure.
//!
//! A measure only measures. How the measures are weighed against each other is fitted (`weights`), and how far the sum is
//! to be believed is `calibration`'s. What is compared as a vector is a [`space::Space`] of the features of `stems`,
//! `concepts`, `letters` and `whole_words`; what is compared by what it means, as [`meanings`].

pub mod answers;
pub mod classifier;
pub mod concepts;
pub mod contrast;
pub mod coverage;
pub mod feature;
pub mod kin;
pub mod letters;
pub mod meanings;
pub mod okapi;
pub mod pairs;
pub mod sizes;
pub mod space;
pub mod stems;
pub mod triangle;
pub mod whole_words;
pub mod word_vectors;
