//! Every sentence of the bot's own. What an entry, a red flag or the set says stands in the FAQ's files.

pub mod commands;
pub mod manners;
pub mod staff;

use crate::knowledge::Evidence;

/// `text` as it may stand between the backticks of a Markdown code span: on one line, cut, without backticks.
pub fn plain(text: &str) -> String {
    super::fit::label(&super::harmless::harmless_line(text), 100).replace('`', "'")
}

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

    /// A field where there are no embeds.
    pub fn plain_field(name: &str, value: &str) -> String {
        format!("**{name}**\n{value}")
    }

    /// Stands under the sources where their addresses would not fit.
    pub const ADDRESSES_ELSEWHERE: &str = "Their addresses: `/sources`.";

    /// Stands under the sources where not even their titles would fit.
    pub const TITLES_ELSEWHERE: &str = "Their titles and addresses: `/sources`.";

    /// Stands above an answer to a question in the member's own words; `question` is the entry's.
    pub fn read_as(question: &str) -> String {
        format!("I read this as: {question}")
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

    /// `/help`, below [`help`].
    pub const HELP_WAYS: &str = "\
- `/ask` asks a question; with `private` only you see the answer.
- `/faq` shows all that I can answer, by topic; `/faq entry` opens one.
- `/sources` lists what the answers are based on.
- On anybody's message: its menu, “Apps”, then “Answer from the FAQ”. You see first what I would say.
- Reply to one of my messages to ask on.";
    pub const HELP_LIMITS: &str = "I say only what people wrote and checked, and I say how sure the evidence is. If I am not \
                                   sure what you mean, I ask back; if the FAQ has no answer, I say so.";

    // "Answer from the FAQ", on somebody's message. Whoever uses it reads these alone.

    /// Above the answer; `sure` is how likely it is that this is the question, if the bot found it by itself.
    pub fn would_answer(sure: Option<&str>) -> String {
        match sure {
            Some(sure) => format!("I am {sure} sure that this is the question, and would answer:"),
            None => "I would answer:".to_owned(),
        }
    }

    /// Above the entries offered; `sure` belongs to the first of them.
    pub fn would_ask_back(sure: Option<&str>) -> String {
        let sure = sure.map(|it| format!(" (the first guess: {it})")).unwrap_or_default();
        format!("I am not sure enough what is asked{sure}, so I would ask back as below. If you know, pick it and see.")
    }

    pub const WOULD_SAY_NOTHING: &str = "There is nothing here for me to post. If I were asked, I would say:";
    pub const WOULD_HELP: &str = "**This reads like an emergency.** I would say:";
    pub const POST: &str = "Post this as a reply";
    pub const POSTED: &str = "Posted as a reply to that message. It pinged nobody.";
    pub const ALREADY_REPLIED: &str = "I have already replied to that message, so I posted nothing.";
    pub const MAY_NOT_POST: &str = "You may not write in this channel, so I don't post there for you.";
    pub const I_MAY_NOT_WRITE: &str = "I may not write in this channel, so I could not post it. A moderator can allow me to: \
                                       the permissions are View Channel, Send Messages and Read Message History.";
    pub const TOO_MANY_WAIT: &str = "Too many replies wait for their turn in this channel, so I did not post it. Please try again in \
                                     a minute, from the menu of that message.";
    pub const NOTHING_TO_ANSWER: &str = "There is no text in that message that I could answer.";

    // Browsing.

    /// Stands above the menu of topics.
    pub fn topics(set_name: &str, topics: usize, entries: usize) -> String {
        format!("**{set_name}**: {}, {}.", counted(entries, "answer"), counted(topics, "topic"))
    }

    /// Stands above the menu of a topic's entries.
    pub fn topic(title: &str, entries: usize) -> String {
        format!("**{title}**: {}.", counted(entries, "answer"))
    }

    pub const PICK_TOPIC: &str = "Pick a topic";
    pub const PICK_ENTRY: &str = "Pick a question to read its answer";
    pub const ALL_TOPICS: &str = "All topics";
    pub const PREVIOUS_PAGE: &str = "Previous page";
    pub const NEXT_PAGE: &str = "Next page";

    /// Stands where a list goes on over several pages; both count from 1.
    pub fn page(nth: usize, of: usize) -> String {
        format!("Page {nth} of {of}")
    }

    /// The heading of the list of sources.
    pub fn sources(set_name: &str, sources: usize) -> String {
        format!("What “{set_name}” is based on: {}", counted(sources, "source"))
    }

    /// Stands behind a source.
    pub fn cited_by(entries: usize) -> String {
        format!("cited by {}", counted(entries, "answer"))
    }

    fn counted(number: usize, what: &str) -> String {
        if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
    }

    /// Privately, to whoever presses a button that means nothing (any more).
    pub const STALE_BUTTON: &str =
        "That button is from an older version of this FAQ and no longer leads anywhere. Please ask again, with `/ask`.";
    /// Privately, to whoever picks a suggestion whose entry is gone.
    pub const STALE_CHOICE: &str =
        "The FAQ was changed just now and no longer has that entry. Please ask again, with `/ask`.";
    /// Privately, to whoever uses a command that the bot does not have (any more).
    pub const UNKNOWN_COMMAND: &str = "I don't know that command (any more). Please use `/ask`.";
    /// When something in the bot broke.
    pub const BROKEN: &str = "Something went wrong on my side, so I can't answer now. Please try again in a minute, or \
                              ask a moderator. In an emergency call your local emergency number.";
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
    use crate::matching::model::ModelSay;

    pub const CONFIDENCE_MADE_OF: &str = "  What the confidence was made of";
    pub const BITS: &str = "+1 doubles the odds that the first entry is right, -1 halves them";

    /// A reason of the confidence by its name, and what was measured; without a name it is where all begin.
    pub fn reason(name: Option<&str>, value: f64) -> String {
        let Some(name) = name else { return "where every message begins".to_owned() };
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

    /// What a model had to do with a reply, and what it added to the log odds.
    pub fn model(say: ModelSay, bits: f64) -> Option<String> {
        let told = match say {
            ModelSay::Nothing => return None,
            ModelSay::Loading => "is still reading the FAQ: by the letters alone".to_owned(),
            ModelSay::Late if bits == 0.0 => "had no time: by the letters alone".to_owned(),
            ModelSay::Late => format!("had time for a part of the message only: {bits:+.2} bits"),
            ModelSay::Told => format!("compared what is meant: {bits:+.2} bits of the confidence"),
        };
        Some(told)
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
    use crate::render::limits;

    /// What stands in Discord's own frames has no room for more.
    #[test]
    fn titles_and_names_keep_to_the_limits() {
        for (text, most) in [
            (staff::FORM_TITLE, limits::FORM_TITLE),
            (staff::FORM_PLACE, limits::INPUT_LABEL),
            (staff::FORM_ENTRY, limits::INPUT_LABEL),
            (manners::THREAD_NAME, limits::THREAD_NAME),
            (manners::ASK_A_PERSON, limits::BUTTON_LABEL),
            (manners::DISMISS, limits::BUTTON_LABEL),
            (discord::PICK_SITUATION, limits::SELECT_PLACEHOLDER),
            (discord::PICK_TOPIC, limits::SELECT_PLACEHOLDER),
            (discord::PICK_ENTRY, limits::SELECT_PLACEHOLDER),
        ] {
            assert!((1..=most).contains(&limits::len(text)), "{text}");
        }
    }

    #[test]
    fn no_guess_is_called_certain() {
        let shown: Vec<String> = [0.0, 0.004, 0.006, 0.5, 0.994, 0.996, 1.0].map(percent).into();
        assert_eq!(shown, ["under 1 %", "under 1 %", "1 %", "50 %", "99 %", "over 99 %", "over 99 %"]);
    }
}
