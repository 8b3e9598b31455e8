//! Which entry a question means, and how sure that is.

pub mod calibration;
pub mod common;
pub mod features;
pub mod index;
pub mod manner;
pub mod normalize;
pub mod question;
pub mod repair;
pub mod similarity;
pub mod text;
pub mod vocabulary;
pub mod weights;

pub use calibration::{Confidence, Score};
pub use index::{Explanation, Index, Match};
pub use question::Question;
