//! What a member asked, and when: the one input of the core.

use jiff::civil::Date;

/// The most characters of a message that are looked at. Discord's own limit for a message is 4,000 (with Nitro).
pub const MAX_QUESTION_CHARS: usize = 4000;

/// A message to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As the member wrote it, cut to [`MAX_QUESTION_CHARS`].
    pub text: String,
    /// The day on which it was asked, so that an entry past its review date can be told. `None`: not judged.
    pub asked_on: Option<Date>,
    /// The question of the entry that the message goes on from, if it replies to an answer of ours. It may say which entry
    /// is worth offering; it never makes one more certain.
    pub about: Option<String>,
}

impl Question {
    /// The question `text`, cut to [`MAX_QUESTION_CHARS`] characters; asked on no particular day.
    pub fn new(text: &str) -> Self {
        Self { text: text.chars().take(MAX_QUESTION_CHARS).collect(), asked_on: None, about: None }
    }

    /// The same question, going on from the answer to the question `about`.
    pub fn about(mut self, about: Option<String>) -> Self {
        self.about = about;
        self
    }

    /// The same question, asked on `day`.
    pub fn on(mut self, day: Date) -> Self {
        self.asked_on = Some(day);
        self
    }
}
