//! Every sentence of the bot's own. What an entry, a red flag or the set says stands in the FAQ's files.

use crate::knowledge::Evidence;

/// What an evidence level means, in words that a member understands; stands after the level's name.
pub fn evidence_meaning(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Strong => "several good-sized controlled trials agree",
        Evidence::Moderate => "there are trials or reviews of trials, with real flaws",
        Evidence::Preliminary => "small, short or uncontrolled studies in people",
        Evidence::Preclinical => "cells and animals only, not people",
        Evidence::Regulatory => "what a regulator or the law says",
        Evidence::Advice => "judgement and good practice, not a study's result",
    }
}

/// A chance as people read it: whole percent, and never "100 %" or "0 %", which no guess deserves.
pub fn percent(chance: f64) -> String {
    match (chance * 100.0).round() {
        share if share >= 100.0 => "over 99 %".to_owned(),
        share if share < 1.0 => "under 1 %".to_owned(),
        share => format!("{share:.0} %"),
    }
}

/// Sentences that only the terminal says.
pub mod terminal {
    pub const CAVEATS: &str = "Keep in mind";
    pub const SITUATIONS: &str = "Which is nearest to yours?";
    pub const SOURCES: &str = "Sources";
    pub const EVIDENCE: &str = "Evidence";
    pub const REVIEWED: &str = "Reviewed";
    pub const RELATED: &str = "Read next";
    pub const MATCH: &str = "Match";
    /// Stands after the review date of an answer whose next review is overdue.
    pub const REVIEW_OVERDUE: &str = "a new review is overdue: it may be out of date";
    /// Stands before an urgent reply.
    pub const URGENT: &str = "PLEASE READ THIS FIRST";

    /// How sure it is that the answer's question is the one that was asked.
    pub fn match_confidence(percent: &str) -> String {
        format!("{percent} sure that this is your question")
    }

    /// Stands before the entries offered.
    pub fn did_you_mean(percent: Option<&str>) -> String {
        match percent {
            Some(percent) => format!("I am not sure enough what you mean (the first guess: {percent}). Did you mean:"),
            None => "I am not sure what you mean. Did you mean:".to_owned(),
        }
    }

    /// Stands below the entries offered.
    pub const NONE_OF_THESE: &str = "None of these? Ask again in other words.";

    pub fn not_in_faq(set_name: &str) -> String {
        format!("I have no answer to that in “{set_name}”, and I won't guess.")
    }

    /// How to browse from a terminal.
    pub const BROWSE: &str = "To see what there is: `caveat chat`, then `:topics`.";

    // chat

    pub const CHAT_HELLO: &str = "Ask a question, or type :help. This is information, not medical advice.";
    pub const CHAT_HELP: &str = "\
A line is a question. A number picks from the last list.
  :topics      what the FAQ covers
  :explain     why the last reply was given
  :help        this
  :quit        leave (or Ctrl-D)
Tab completes questions, the arrow keys bring back earlier ones.";
    pub const CHAT_PICK: &str = "Type a number to read one.";
    pub const CHAT_NOTHING_TO_EXPLAIN: &str = "Nothing to explain yet: ask a question first.";

    pub fn chat_no_such_number(number: usize, last: usize) -> String {
        match last {
            0 => format!("There is no list to pick {number} from: ask a question, or type :topics."),
            1 => format!("There is no {number}: the last list has one item."),
            _ => format!("There is no {number}: the last list goes from 1 to {last}."),
        }
    }

    pub fn chat_unknown_command(typed: &str, meant: Option<&str>) -> String {
        match meant {
            Some(meant) => format!("There is no command {typed}. Did you mean {meant}?"),
            None => format!("There is no command {typed}; :help lists them."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_guess_is_called_certain() {
        let shown: Vec<String> = [0.0, 0.004, 0.006, 0.5, 0.994, 0.996, 1.0].map(percent).into();
        assert_eq!(shown, ["under 1 %", "under 1 %", "1 %", "50 %", "99 %", "over 99 %", "over 99 %"]);
    }
}
