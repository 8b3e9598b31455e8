//! From a question to what is said: red flags first (`triage`), then the decision (`decide`), then the `reply`.

pub mod decide;
pub mod reply;
pub mod triage;

pub use decide::Settings;
pub use reply::{Action, Answer, Focus, NotInFaq, Offer, Reply, ReplyKind, Urgent, Why};
