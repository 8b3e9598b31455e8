//! Which entry a question means, and how sure that is.

pub mod asked;
mod build;
pub mod calibration;
pub mod candidates;
pub mod choice;
pub mod clauses;
pub mod common;
mod comparison;
pub mod courtesy;
mod doubts;
pub mod explanation;
pub mod features;
mod felt;

pub mod index;
pub mod manner;
pub mod measure;
pub mod model;
mod name;
pub mod near_spelling;
pub mod normalize;
pub mod question;
pub mod repair;
mod several;
pub mod similarity;
pub mod slips;
mod spare;
pub mod stem;
pub mod text;
pub mod texts;
mod touch;
mod typing;
pub mod vocabulary;
pub mod weights;
pub mod word_map;
mod word_meaning;
pub mod words;

pub use calibration::{Confidence, Score};
pub use explanation::Explanation;
pub use index::{Index, Match};
pub use question::Question;
