//! A mistake in a file that a person wrote: where it is, what is wrong, how to mend it.
//!
//! Every reader of a file returns `Problem`s instead of stopping at the first mistake; this module only describes and
//! prints them. Finding them is left to `knowledge::parse` (one file), `knowledge::check` (across files) and `load`.

use std::fmt;
use std::ops::Range;

/// A mistake, or a remark, about one place in one file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// A word one can search for, such as `unknown-source`. Never changes once released.
    pub id: &'static str,
    pub severity: Severity,
    /// The file as the moderator names it, such as `faq/hair/do-exosomes-regrow-hair.md`.
    pub file: String,
    /// The marked place, if the problem has one inside the file.
    pub place: Option<Place>,
    /// What is wrong, in one line without a full stop; what the person typed stands in backticks.
    pub what: String,
    /// More about it, in whole sentences. May be empty.
    pub note: String,
    /// How to mend it, in whole sentences, without the words "To mend".
    pub mend: String,
}

/// Whether a problem keeps a changed FAQ from taking effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; the FAQ works.
    Remark,
    /// The FAQ does not load.
    Mistake,
}

/// A stretch of one line of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// The line's number, counted from 1.
    pub line: usize,
    /// The whole line as it stands in the file, without its line break.
    pub excerpt: String,
    /// Which characters of the excerpt are meant, counted in characters (not bytes) from 0.
    pub columns: Range<usize>,
}

impl Place {
    /// The place of the byte range `span` in `text`; a span over several lines is marked on its first.
    ///
    /// Never panics: a span outside the text is moved to its end.
    pub fn of(text: &str, span: Range<usize>) -> Self {
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let mut end = span.end.clamp(start, line_end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let first = text[line_start..start].chars().count();
        let width = text[start..end].chars().count().max(1);
        Self {
            line: text[..start].matches('\n').count() + 1,
            excerpt: text[line_start..line_end].trim_end_matches('\r').to_owned(),
            columns: first..first + width,
        }
    }
}

impl Problem {
    /// A mistake in `file` as a whole; see [`Problem::at`], [`Problem::note`] and [`Problem::remark`] for the rest.
    pub fn new(id: &'static str, file: impl Into<String>, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            id,
            severity: Severity::Mistake,
            file: file.into(),
            place: None,
            what: what.into(),
            note: String::new(),
            mend: mend.into(),
        }
    }

    /// The same problem, marked at the byte range `span` of the file's `text`.
    pub fn at(mut self, text: &str, span: Range<usize>) -> Self {
        self.place = Some(Place::of(text, span));
        self
    }

    /// The same problem with more said about it, in whole sentences.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The order in which problems are told: by file, then line and column, mistakes before remarks.
    pub fn by_place(&self, other: &Self) -> std::cmp::Ordering {
        let key = |problem: &Self| {
            let place = problem.place.as_ref().map(|place| (place.line, place.columns.start));
            (problem.file.clone(), place, std::cmp::Reverse(problem.severity), problem.id, problem.what.clone())
        };
        key(self).cmp(&key(other))
    }

    /// The same problem as a remark: told, but not in the way of loading.
    pub fn remark(mut self) -> Self {
        self.severity = Severity::Remark;
        self
    }
}

/// What follows a list of problems: how many there are in how many entries, and what that means for the bot.
pub fn summary(problems: &[Problem], entries: usize) -> String {
    let mistakes = problems.iter().filter(|problem| problem.severity == Severity::Mistake).count();
    let remarks = problems.len() - mistakes;
    let number = |n: usize, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
    let found = match (number(mistakes, "mistake", "mistakes"), number(remarks, "remark", "remarks")) {
        _ if problems.is_empty() => "No mistakes".to_owned(),
        (_, told) if mistakes == 0 => format!("No mistakes and {told}"),
        (told, _) if remarks == 0 => told,
        (told, more) => format!("{told} and {more}"),
    };
    let looked_at = number(entries, "entry", "entries");
    let outcome = if mistakes > 0 { " The bot keeps the answers it had." } else { "" };
    format!("{found} in {looked_at}.{outcome}")
}

/// Of the `known` words the one that was most likely meant by `typed`, if one is near enough to be worth asking.
///
/// Near enough is a third of the word mistyped: one slip in a short key, four in `exosomes-same-as-prp`. Beyond that the
/// guesses were more confusing than none. Case makes no difference, and `typed` itself is never the guess.
pub fn did_you_mean<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = (typed.chars().count() / 3).max(1);
    let lower = typed.to_lowercase();
    known
        .into_iter()
        .filter(|word| *word != typed)
        .map(|word| (strsim::osa_distance(&lower, &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The width at which the `[problem-id]` ends when the first line is short enough, in characters.
const ID_COLUMN: usize = 106;

/// Plain text of several lines, as `caveat check` prints it without colour.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head = self.file.clone();
        if let Some(place) = &self.place {
            head.push_str(&format!(":{}", place.line));
        }
        head.push_str(": ");
        head.push_str(&self.what);
        let id = format!("[{}]", self.id);
        let gap = ID_COLUMN.saturating_sub(head.chars().count() + id.chars().count()).max(2);
        writeln!(f, "{}{}{id}", harmless(&head), " ".repeat(gap))?;
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            let pad = " ".repeat(number.len());
            let (excerpt, columns) = clipped(place);
            writeln!(f, "    {number} | {}", harmless(&excerpt))?;
            // Tabs are kept, so that the marks stand under what is meant whatever a tab's width.
            let before = excerpt.chars().map(|c| if c == '\t' { c } else { ' ' });
            let before: String = before.chain(std::iter::repeat(' ')).take(columns.start).collect();
            writeln!(f, "    {pad} | {before}{}", "^".repeat(columns.len()))?;
        }
        if !self.note.is_empty() {
            writeln!(f, "  {}", harmless(&self.note))?;
        }
        write!(f, "  To mend: {}", harmless(&self.mend))
    }
}

/// The most characters of a line that are shown: with the number before it, what a wide terminal holds. An answer's
/// paragraph is one line, and its marks would stand nowhere once the terminal wraps it.
const EXCERPT_CHARS: usize = 110;

/// The part of the line around the mark, and the mark in it.
fn clipped(place: &Place) -> (String, Range<usize>) {
    let length = place.excerpt.chars().count();
    if length <= EXCERPT_CHARS {
        return (place.excerpt.clone(), place.columns.clone());
    }
    // A third of the room goes to what stands before the mark, unless all of it fits anyway.
    let first = match place.columns.end < EXCERPT_CHARS {
        true => 0,
        false => place.columns.start.saturating_sub(EXCERPT_CHARS / 3).min(length - EXCERPT_CHARS),
    };
    let shown = place.excerpt.chars().skip(first).take(EXCERPT_CHARS);
    let (before, after) = (if first > 0 { "…" } else { "" }, if first + EXCERPT_CHARS < length { "…" } else { "" });
    let excerpt: String = before.chars().chain(shown).chain(after.chars()).collect();
    let column = |at: usize| at.saturating_sub(first).min(EXCERPT_CHARS) + before.chars().count();
    (excerpt, column(place.columns.start)..column(place.columns.end).max(column(place.columns.start) + 1))
}

/// `text` without control characters: a file may hold escape sequences, and the terminal must not obey them.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_stand_under_what_was_typed() {
        let text = "one\nsources = [\"fda-psn-2109\"]\nthree\n";
        let start = text.find("fda").unwrap();
        let problem =
            Problem::new("unknown-source", "faq/hair/x.md", "unknown source `fda-psn-2109`", "correct the id.")
                .at(text, start..start + 12)
                .note("No source in faq/sources.toml has this id.");
        let printed = problem.to_string();
        let lines: Vec<&str> = printed.lines().collect();
        assert!(lines[0].starts_with("faq/hair/x.md:2: unknown source `fda-psn-2109`"), "{printed}");
        assert!(lines[0].ends_with("[unknown-source]"), "{printed}");
        assert_eq!(lines[1], "    2 | sources = [\"fda-psn-2109\"]");
        assert_eq!(lines[2], "      |             ^^^^^^^^^^^^");
        assert_eq!(lines[4], "  To mend: correct the id.");
    }

    #[test]
    fn the_summary_counts_and_says_what_follows() {
        let mistake = Problem::new("x", "a.md", "x", "y.");
        let remark = mistake.clone().remark();
        for (problems, entries, said) in [
            (vec![], 57, "No mistakes in 57 entries."),
            (vec![mistake.clone()], 57, "1 mistake in 57 entries. The bot keeps the answers it had."),
            (vec![remark.clone(), remark.clone()], 1, "No mistakes and 2 remarks in 1 entry."),
            (
                vec![mistake.clone(), mistake, remark],
                2,
                "2 mistakes and 1 remark in 2 entries. The bot keeps the answers it had.",
            ),
        ] {
            assert_eq!(summary(&problems, entries), said);
        }
    }

    #[test]
    fn tabs_are_kept_and_control_characters_are_not() {
        let problem = Problem::new("x", "a.md", "`\u{1b}[2J`", "mend.").at("\tab\u{1b}c", 3..5);
        let printed = problem.to_string();
        assert!(!printed.contains('\u{1b}'), "{printed:?}");
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(lines[1..3], ["    1 | \tab\u{fffd}c", "      | \t  ^^"]);
    }

    #[test]
    fn of_a_long_line_only_the_part_around_the_mark_is_shown() {
        let text = format!("{}here{}", "ä".repeat(200), "z".repeat(200));
        for (from, to) in [("", "ä"), ("ä", "h"), ("ä", "here")] {
            let start = text.find("here").unwrap() - from.len();
            let problem = Problem::new("x", "a.md", "x", "y.").at(&text, start..start + from.len() + to.len());
            let printed = problem.to_string();
            let lines: Vec<&str> = printed.lines().collect();
            let marked: String =
                lines[1].chars().zip(lines[2].chars()).filter(|(_, m)| *m == '^').map(|(c, _)| c).collect();
            assert_eq!(marked, text[start..].chars().take(marked.chars().count()).collect::<String>(), "{printed}");
            assert!(lines[1].chars().count() <= EXCERPT_CHARS + "    1 | ……".chars().count(), "{printed}");
        }
        let whole = Problem::new("x", "a.md", "x", "y.").at(&text, 0..text.len()).to_string();
        assert_eq!(whole.lines().nth(2).unwrap().matches('^').count(), EXCERPT_CHARS);
    }

    #[test]
    fn a_guess_is_made_only_when_it_is_near() {
        let known = ["fda-psn-2019", "fda-psn-2020", "reviewed"];
        assert_eq!(did_you_mean("fda-psn-2109", known), Some("fda-psn-2019"));
        assert_eq!(did_you_mean("reveiwed", known), Some("reviewed"));
        assert_eq!(did_you_mean("Reviewed", known), Some("reviewed"));
        assert_eq!(did_you_mean("banana", known), None);
        assert_eq!(did_you_mean("reviewed", known), None, "the word itself is no guess");
    }

    #[test]
    fn a_span_past_the_end_or_inside_a_letter_is_no_panic() {
        let text = "äöü";
        assert_eq!(Place::of(text, 1..2).line, 1);
        assert_eq!(Place::of(text, 90..99).columns, 3..4);
        assert_eq!(Place::of("", 0..0).excerpt, "");
    }
}
