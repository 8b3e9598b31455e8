//! Which entry a question means, and how sure that is.

pub mod calibration;
pub mod index;
pub mod normalize;
pub mod question;

pub use calibration::{Confidence, Score};
pub use index::{Explanation, Index, Match};
pub use question::Question;
