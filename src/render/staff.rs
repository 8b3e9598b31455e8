//! What moderators are shown in Discord: reports that are short stand in a code block, long ones in a file besides.
//!
//! Files and questions are written by others. What is quoted of them stands in code blocks, where Discord acts on nothing,
//! and nothing in them can end the block.

use jiff::civil::Date;

use super::discord::Message;
use super::fit::label;
use super::harmless::harmless;
use super::terminal::{self, Look};
use super::wording::staff as words;
use super::{explain, limits, wording};
use crate::answering::Reply;
use crate::problem::{Problem, Severity, summary};

/// A message to a moderator, and perhaps a file with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub message: Message,
    pub file: Option<TextFile>,
}

/// A file of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    pub name: &'static str,
    pub text: String,
}

/// How wide a line in a code block may be: on a phone held upright about 45 characters stand beside each other, on a
/// desktop 80 and more. Longer lines are wrapped by Discord, which hurts tables most.
const WIDTH: usize = 72;
/// How wide a line in a file may be: what a text viewer shows beside its margins.
const FILE_WIDTH: usize = 100;

impl Sheet {
    /// A message without a file.
    pub fn of(content: impl Into<String>) -> Self {
        Self { message: Message { content: content.into(), ..Message::default() }, file: None }
    }
}

/// `lead`, then `text` in a code block. If that is too long: its first lines, `more` below them, and, if it is given a
/// name, the `whole` as a file.
pub fn report(lead: &str, text: &str, file: Option<(&'static str, String)>, more: &str) -> Sheet {
    let (content, is_cut) = block(lead, text, more, limits::CONTENT);
    let file = file.filter(|_| is_cut).map(|(name, text)| TextFile { name, text: harmless(&text).into_owned() });
    Sheet { message: Message { content, ..Message::default() }, file }
}

/// The same in at most `most` characters, which are enough for `lead` and `more`; and whether something was left out.
fn block(lead: &str, text: &str, more: &str, most: usize) -> (String, bool) {
    let text = inert(&narrow(text));
    let room = most.saturating_sub(limits::len(lead) + limits::len(more) + limits::len("\n```\n\n…\n```\n"));
    if limits::len(&text) <= room {
        return (format!("{lead}\n```\n{}\n```", text.trim_end()), false);
    }
    let mut shown = String::new();
    for line in text.lines() {
        if limits::len(&shown) + limits::len(line) + 1 > room {
            break;
        }
        shown.push_str(line);
        shown.push('\n');
    }
    if shown.is_empty() {
        // One line that fills the message.
        shown = label(&text, room);
    }
    (format!("{lead}\n```\n{}\n…\n```\n{more}", shown.trim_end()), true)
}

/// `text` without the gap before a problem's `[id]`: there is no margin to set it in.
fn narrow(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once("  [") {
        Some((head, id)) if !line.starts_with(' ') && line.ends_with(']') => format!("{}  [{id}\n", head.trim_end()),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// `text` as it may stand in a code block: a space without width between backticks, so that no three of them follow each
/// other, and nothing that changes the direction of writing.
fn inert(text: &str) -> String {
    harmless(text).replace("``", "`\u{200b}`\u{200b}")
}

/// Why `reply` was given: what matters most, and all of it with the reply itself in a file.
pub fn explain(reply: &Reply) -> Sheet {
    let look = |width| Look { width: Some(width), colour: false };
    let wide = look(FILE_WIDTH);
    let whole = format!("{}\n{}", terminal::reply(reply, &wide), explain::why(reply, &wide));
    let lead = words::explained(&wording::plain(&reply.version));
    let mut sheet = report(&lead, &explain::in_short(reply, &look(WIDTH)), None, words::ALL_IN_THE_FILE);
    sheet.file = Some(TextFile { name: "explain.txt", text: whole });
    sheet
}

/// What is wrong with `entries` on disk, and which reviews are `overdue`: id, date of the review, and when the next was due.
pub fn checked(problems: &[Problem], entries: usize, overdue: &[(String, Date, Date)]) -> Sheet {
    let mistakes = problems.iter().filter(|problem| problem.severity == Severity::Mistake).count();
    let lead = words::checked(mistakes, problems.len() - mistakes, entries);
    let mut list = format!("{}\n", words::past_review(overdue.len()));
    for (id, reviewed, due) in overdue {
        list.push_str(&words::overdue(id, *reviewed, *due));
        list.push('\n');
    }
    let of = |severity| {
        let told = problems.iter().filter(move |problem| problem.severity == severity);
        told.map(|problem| format!("{problem}\n\n")).collect::<String>()
    };
    // What the moderator came for stands first; remarks can wait.
    let text = format!("{}{list}\n{}", of(Severity::Mistake), of(Severity::Remark));
    let whole = format!("{text}{}\n", summary(problems, entries));
    report(&lead, &text, Some(("check.txt", whole)), words::ALL_IN_THE_FILE)
}

/// How the bot is doing.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// When it was started, and when the set in force took effect, in seconds since 1970.
    pub started: i64,
    pub in_force_since: i64,
    /// A line each.
    pub shards: Vec<String>,
    pub replies: String,
    pub trouble: words::Trouble,
    pub version: String,
    pub entries: usize,
    pub overdue: usize,
    /// How far a model is with the set, and with how many replies it had to do.
    pub model: String,
    /// Changes of the files that were taken, and that were not.
    pub reloads: u64,
    pub refusals: u64,
    /// Why the set in force does not keep its bars.
    pub below: Option<String>,
    /// When the files as they are were refused, and why.
    pub waiting: Option<(i64, String)>,
}

/// As many shards as fit a message; who has more looks at the metrics.
const SHARDS_SHOWN: usize = 16;

pub fn status(status: &Status) -> Sheet {
    let mut shards = status.shards.clone();
    let more = shards.len().saturating_sub(SHARDS_SHOWN);
    shards.truncate(SHARDS_SHOWN);
    if more > 0 {
        shards.push(words::more_shards(more));
    }
    if shards.is_empty() {
        shards.push(words::NO_SHARDS.to_owned());
    }
    let faq = words::faq(&wording::plain(&status.version), status.entries, status.overdue);
    let part = |name: &str, text: &str| format!("**{name}**\n{text}\n");
    // Text and no embed: it shall be seen also where the bot may not embed links, which may be why it was asked for.
    let mut text = part(words::STATUS_RUNNING, &words::since(status.started));
    text.push_str(&part(words::STATUS_SHARDS, &shards.join("\n")));
    text.push_str(&part(words::STATUS_REPLIES, &status.replies));
    text.push_str(&part(words::STATUS_TROUBLE, &words::trouble(status.trouble)));
    text.push_str(&part(words::STATUS_FAQ, &format!("{faq}\n{}", words::since(status.in_force_since))));
    text.push_str(&part(words::STATUS_MODEL, &status.model));
    text.push_str(&part(words::STATUS_CHANGES, &words::changes(status.reloads, status.refusals)));
    let room = |text: &str| limits::CONTENT.saturating_sub(limits::len(text));
    if let Some(why) = &status.below {
        // The files may be refused besides, and both must have their say.
        let room = if status.waiting.is_some() {
            room(&text) / 2
        } else {
            room(&text).saturating_sub(limits::len(words::FILES_IN_FORCE))
        };
        text.push_str(&block(words::BELOW, why, words::REST_IN_THE_LOG, room.saturating_sub(1)).0);
        text.push('\n');
    }
    match &status.waiting {
        None => text.push_str(words::FILES_IN_FORCE),
        Some((when, why)) => {
            let block = block(&words::waiting(*when), why, words::REST_ELSEWHERE, room(&text)).0;
            text.push_str(&block);
        }
    }
    Sheet::of(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_report_fits_and_cannot_leave_its_block(text in "(\\PC|`|\n|@everyone 1234567890|<@5>|😀){0,400}") {
            let sheet = report("**lead**", &text, Some(("x.txt", text.clone())), words::ALL_IN_THE_FILE);
            let content = &sheet.message.content;
            prop_assert!(limits::len(content) <= limits::CONTENT, "{}", limits::len(content));
            prop_assert_eq!(content.matches("```").count(), 2, "{}", content);
            prop_assert_eq!(sheet.file.is_some(), content.ends_with(words::ALL_IN_THE_FILE));
        }
    }

    #[test]
    fn a_status_fits_whatever_is_wrong() {
        let full = Status {
            shards: (0..400).map(|id| words::shard(id, true, Some(std::time::Duration::MAX))).collect(),
            waiting: Some((i64::MAX, "word ".repeat(2000))),
            version: "x".repeat(300),
            below: Some("bar not met: members.first_right=.99; it is .42\n\n".repeat(90)),
            replies: words::replies([u64::MAX; 4]),
            ..Status::default()
        };
        let content = status(&full).message.content;
        assert!(limits::len(&content) <= limits::CONTENT, "{}", limits::len(&content));
        assert_eq!(content.matches("```").count(), 4, "{content}");
        let content = status(&Status { waiting: None, ..full }).message.content;
        assert!(limits::len(&content) <= limits::CONTENT, "{}", limits::len(&content));
        assert!(content.contains(words::BELOW) && content.ends_with(words::FILES_IN_FORCE), "{content}");
    }
}
