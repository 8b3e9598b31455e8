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

/// Stands before the answers to several questions that were asked at once.
pub fn several_answers(count: usize) -> String {
    match count {
        2 => "You asked two things. Here is an answer to each.".to_owned(),
        count => format!("You asked {count} things. Here is an answer to each."),
    }
}

/// Sentences and labels that only Discord shows. Whole texts may use Discord's Markdown; labels may not.
pub mod discord {
    use jiff::civil::Date;

    use crate::knowledge::Evidence;

    pub const CAVEATS: &str = "Caveats";
    pub const SOURCES: &str = "Sources";
    pub const SITUATIONS: &str = "Situations";
    pub const PAST_REVIEW: &str = "Past its review date";
    pub const READ_ON: &str = "Read on";
    pub const NONE_OF_THESE: &str = "None of these";

    /// The evidence level in words; stands right below the verdict.
    pub fn evidence(level: Evidence) -> String {
        format!("Evidence: {} – {}", level.name(), super::evidence_meaning(level))
    }

    /// An embed's footer.
    pub fn reviewed(on: Date, overdue: bool) -> String {
        if overdue { format!("Reviewed {on} – a new review is overdue") } else { format!("Reviewed {on}") }
    }

    /// Stands under [`PAST_REVIEW`].
    pub fn past_review(on: Date) -> String {
        format!(
            "This answer was last checked on {on} and should have been checked again by now. It may be out of date."
        )
    }

    /// The name of a field that goes on where another of the name `name` ended.
    pub fn continued(name: &str) -> String {
        format!("{name} (continued)")
    }

    /// Stands below the verdict where the answer is shown in parts; both count from 1.
    pub fn part(nth: usize, of: usize) -> String {
        format!("Part {nth} of {of}")
    }

    /// Stands before what follows from the situation that was picked.
    pub fn in_situation(situation: &str) -> String {
        format!("Your situation: {situation}")
    }

    /// Shown in the menu of situations before one is picked.
    pub const PICK_SITUATION: &str = "Which is nearest to yours?";
    /// Stands before a source's address that is too long to be a link.
    pub const ADDRESS: &str = "Address:";

    pub const DID_YOU_MEAN: &str = "I am not sure what you mean. Did you mean one of these?";

    pub fn not_in_faq(set_name: &str) -> String {
        format!("I have no answer to that in “{set_name}”, and I won't guess.")
    }

    pub const BROWSE: &str = "To see what I can answer, type `/ask` and begin to write: I suggest questions as you go.";

    /// What somebody gets who mentions the bot and says nothing.
    pub fn help(set_name: &str) -> String {
        format!(
            "I answer questions from “{set_name}”. Mention me together with your question, write to me directly, or type \
             `/ask`: I suggest questions as you go."
        )
    }

    /// Privately, to whoever presses a button that means nothing (any more).
    pub const STALE_BUTTON: &str =
        "That button is from an older version of this FAQ and no longer leads anywhere. Please ask again, with `/ask`.";
    /// Privately, to whoever uses a command that the bot does not have (any more).
    pub const UNKNOWN_COMMAND: &str = "I don't know that command (any more). Please use `/ask`.";
    /// When something in the bot broke.
    pub const BROKEN: &str = "Something went wrong on my side, so I can't answer now. Please try again in a minute, or \
                              ask a moderator. In an emergency call your local emergency number.";

    // Commands. Names are at most 32 lower-case characters, descriptions at most 100.

    pub const ASK: &str = "ask";
    pub const ASK_DESCRIPTION: &str = "Ask a question; I answer only what the FAQ knows";
    pub const ASK_QUESTION: &str = "question";
    pub const ASK_QUESTION_DESCRIPTION: &str = "Your question, in your own words, or one of the suggestions";
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

/// Headings and names of the table that says why a reply was given.
pub mod explain {
    use crate::matching::features::LIKENESS_NAMES;

    pub const CONFIDENCE_MADE_OF: &str = "  What the confidence was made of";
    pub const BITS: &str = "+1 doubles the odds that the first entry is right, -1 halves them; 0 in all is 50 %";

    /// A reason of the confidence by its name, and what was measured; without a name it is where all begin.
    pub fn reason(name: Option<&str>, value: f64) -> String {
        let Some(name) = name else { return "to begin with: of messages with nothing for or against them".to_owned() };
        let of = |prefix: &str| {
            let number = name.strip_prefix(prefix)?.parse::<usize>().ok()?;
            LIKENESS_NAMES.get(number).copied()
        };
        if let Some(measure) = of("top ") {
            return format!("the first entry's {measure}: {value:.2}");
        }
        if let Some(measure) = of("lead ") {
            return format!("its lead over the second in {measure}: {value:.2}");
        }
        // What speaks against an entry is measured below zero, so that more is always better.
        format!("{name}: {:.2}", value.abs())
    }

    pub fn smaller_reasons(count: usize) -> String {
        match count {
            1 => "one smaller reason".to_owned(),
            count => format!("{count} smaller reasons together"),
        }
    }

    pub fn reasons_together(percent: &str) -> String {
        format!("together: {percent} sure")
    }

    pub fn second_lacks(id: &str) -> String {
        format!("  What `{id}`, the second, has less of than the first")
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
