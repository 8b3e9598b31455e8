//! Reads case files: JSON Lines, one message a line, labelled with what is wanted. All bad lines are told at once.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::knowledge::EntryId;
use crate::problem::{Place, Problem, did_you_mean};

/// The four sorts of case files; a file's name says which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Questions the FAQ covers.
    Members,
    /// Messages the FAQ must not answer.
    Oos,
    /// Emergencies, and messages that only look like one.
    Urgent,
    /// Honest questions inside something hostile or broken, and attacks with nothing to answer.
    Hostile,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Members, Self::Oos, Self::Urgent, Self::Hostile];

    /// What files of this kind are called (without `.jsonl`), and the kind's name in reports and bars.
    pub fn name(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Oos => "oos",
            Self::Urgent => "urgent",
            Self::Hostile => "hostile",
        }
    }

    /// The kind of files with this name (without folder and ending): a kind's name, or that and more after a hyphen
    /// (`urgent-own`).
    pub fn of_stem(stem: &str) -> Option<Self> {
        let name = stem.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A labelled message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub kind: Kind,
    /// As it was named when the file was read.
    pub file: String,
    /// The line in the file, counted from 1.
    pub line: usize,
    /// The message exactly as sent. A lone surrogate of the file has become U+FFFD.
    pub q: String,
    pub wanted: Wanted,
    /// What the file says about it besides: its persona, kind or reason. May be empty.
    pub about: String,
}

/// What a right reply is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// One of these entries, answered or among those offered; never empty.
    Entry(Vec<EntryId>),
    /// One of the first and one of the second entries: the message asks two questions. Neither is empty.
    Both(Vec<EntryId>, Vec<EntryId>),
    /// Nothing asserted: suggestions may be made.
    NoAnswer,
    /// The urgent reply.
    Urgent,
    /// Anything but the urgent reply. The entries, if any, would be good answers but decide nothing.
    NotUrgent(Vec<EntryId>),
}

impl Wanted {
    /// The acceptable entries, best first.
    pub fn ids(&self) -> Vec<&EntryId> {
        match self {
            Self::Entry(ids) | Self::NotUrgent(ids) => ids.iter().collect(),
            Self::Both(first, second) => first.iter().chain(second).collect(),
            Self::NoAnswer | Self::Urgent => Vec::new(),
        }
    }

    /// Whether `ids` has an acceptable entry for each question that was asked.
    pub fn is_met_by(&self, ids: &[EntryId]) -> bool {
        let has = |wanted: &[EntryId]| wanted.iter().any(|id| ids.contains(id));
        match self {
            Self::Entry(wanted) | Self::NotUrgent(wanted) => has(wanted),
            Self::Both(first, second) => has(first) && has(second),
            Self::NoAnswer | Self::Urgent => false,
        }
    }
}

/// Reads the `text` of one case file, called `file`.
///
/// # Errors
/// All lines that cannot be used, each with its number.
pub fn parse(kind: Kind, file: &str, text: &str) -> Result<Vec<Case>, Vec<Problem>> {
    let mut cases = Vec::new();
    let mut problems = Vec::new();
    for (nth, line) in text.trim_start_matches('\u{feff}').split('\n').enumerate() {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() {
            continue;
        }
        let row = Row { kind, file, line, number: nth + 1 };
        match row.case() {
            Ok(case) => cases.push(case),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(cases) } else { Err(problems) }
}

/// One line of a case file.
struct Row<'t> {
    kind: Kind,
    file: &'t str,
    line: &'t str,
    number: usize,
}

impl Row<'_> {
    fn case(&self) -> Result<Case, Box<Problem>> {
        let sound = without_lone_surrogates(self.line);
        let row: Value = serde_json::from_str(&sound).map_err(|error| {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            self.problem("bad-json", &format!("this line is no JSON: {what}"), "write one object `{…}` a line.")
        })?;
        let Value::Object(row) = row else {
            return Err(self.problem("bad-case", "this line is no object", "write one object `{…}` a line."));
        };
        let q = self.text(&row, "q")?;
        let (wanted, about) = match self.kind {
            Kind::Members if row.contains_key("and") => {
                (Wanted::Both(self.ids(&row, "ids", false)?, self.ids(&row, "and", false)?), "persona")
            }
            Kind::Members => (Wanted::Entry(self.ids(&row, "ids", false)?), "persona"),
            Kind::Oos => (Wanted::NoAnswer, "kind"),
            Kind::Urgent => match row.get("urgent") {
                Some(Value::Bool(true)) => (Wanted::Urgent, "kind"),
                Some(Value::Bool(false)) => (Wanted::NotUrgent(self.ids(&row, "ids", true)?), "kind"),
                found => return Err(self.missing(&row, "urgent", found, "`true` or `false`")),
            },
            Kind::Hostile => match row.get("expect").and_then(Value::as_str) {
                Some("answer") => (Wanted::Entry(self.ids(&row, "ids", false)?), "why"),
                Some("no-answer") => (Wanted::NoAnswer, "why"),
                _ => return Err(self.missing(&row, "expect", row.get("expect"), "\"answer\" or \"no-answer\"")),
            },
        };
        let about = row.get(about).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Case { kind: self.kind, file: self.file.to_owned(), line: self.number, q, wanted, about })
    }

    fn text(&self, row: &Map<String, Value>, key: &str) -> Result<String, Box<Problem>> {
        match row.get(key) {
            Some(Value::String(text)) => Ok(text.clone()),
            found => Err(self.missing(row, key, found, "a text")),
        }
    }

    /// The list of entry ids at `key`, which must have at least one unless `none_is_fine`.
    fn ids(&self, row: &Map<String, Value>, key: &str, none_is_fine: bool) -> Result<Vec<EntryId>, Box<Problem>> {
        let may_be = if none_is_fine { "a list of entry ids" } else { "a list of one or more entry ids" };
        let found = row.get(key);
        let missing = || self.missing(row, key, found, may_be);
        let Some(Value::Array(ids)) = found else { return Err(missing()) };
        let ids: Option<Vec<EntryId>> = ids.iter().map(|id| id.as_str().map(EntryId::new)).collect();
        ids.filter(|ids| none_is_fine || !ids.is_empty()).ok_or_else(missing)
    }

    fn missing(&self, row: &Map<String, Value>, key: &str, found: Option<&Value>, may_be: &str) -> Box<Problem> {
        let what = match found {
            None => format!("`{key}` is missing"),
            Some(_) => format!("`{key}` cannot be this"),
        };
        let mut problem = self.problem("bad-case", &what, &format!("give it `{key}`: {may_be}."));
        if let (None, Some(typed)) = (found, did_you_mean(key, row.keys().map(String::as_str))) {
            problem.note = format!("There is `{typed}`; was `{key}` meant?");
        }
        problem
    }

    fn problem(&self, id: &'static str, what: &str, mend: &str) -> Box<Problem> {
        // A message may have 4,000 characters; its beginning is enough to find the line.
        const SHOWN: usize = 90;
        let mut excerpt: String = self.line.chars().take(SHOWN).collect();
        let width = excerpt.chars().count();
        if width < self.line.chars().count() {
            excerpt.push('…');
        }
        let mut problem = Problem::new(id, self.file, what, mend);
        problem.place = Some(Place { line: self.number, excerpt, columns: 0..width });
        Box::new(problem)
    }
}

/// `json` with the escape of every lone surrogate (a half of a character, such as `\ud83d`) replaced by `\ufffd`.
/// Members' clients do send such halves, and JSON readers refuse them.
fn without_lone_surrogates(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    let mut mended: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit_at(json, at) {
            Some(0xd800..=0xdbff) if matches!(unit_at(json, at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                let mended = mended.get_or_insert_default();
                mended.push_str(&json[copied..at]);
                mended.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            // Any other escape is two bytes long, `\\` above all: what follows it is no escape.
            None => at += 2,
        }
    }
    match mended {
        Some(mut mended) => {
            mended.push_str(&json[copied..]);
            Cow::Owned(mended)
        }
        None => Cow::Borrowed(json),
    }
}

/// The UTF-16 unit that the escape `\uXXXX` at `at` stands for, if there is one.
fn unit_at(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_become_the_replacement_character() {
        for (json, wanted) in [
            (r#"{"q": "a \ud83d b"}"#, "a \u{fffd} b"),
            (r#"{"q": "a \udc00\ud83d"}"#, "a \u{fffd}\u{fffd}"),
            (r#"{"q": "\ud83d\ude00"}"#, "😀"),
            (r#"{"q": "\ud83d\ud83d\ude00!"}"#, "\u{fffd}😀!"),
            (r#"{"q": "\\ud83d stays"}"#, "\\ud83d stays"),
            (r#"{"q": "\\\ud83d"}"#, "\\\u{fffd}"),
            (r#"{"q": "\u0000 nul"}"#, "\0 nul"),
        ] {
            let cases = parse(Kind::Oos, "oos.jsonl", json).unwrap();
            assert_eq!(cases[0].q, wanted, "{json}");
        }
        assert_eq!(without_lone_surrogates(r"\ud8"), r"\ud8");
        assert_eq!(without_lone_surrogates("\\ü\\"), "\\ü\\");
    }

    #[test]
    fn a_file_s_name_says_its_kind() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_stem(kind.name()), Some(kind));
            assert_eq!(Kind::of_stem(&format!("{}-of-march", kind.name())), Some(kind));
        }
        for stem in ["", "-", "notes", "my-members", "members2", "urgent_own"] {
            assert_eq!(Kind::of_stem(stem), None, "{stem}");
        }
    }

    #[test]
    fn each_kind_says_what_is_wanted() {
        let read = |kind, line: &str| parse(kind, "x.jsonl", line).unwrap().remove(0);
        let one = vec![EntryId::new("a")];
        assert_eq!(read(Kind::Members, r#"{"q":"x","ids":["a"],"persona":"p"}"#).wanted, Wanted::Entry(one.clone()));
        assert_eq!(read(Kind::Oos, r#"{"q":"x","ids":[],"kind":"near"}"#).about, "near");
        assert_eq!(read(Kind::Urgent, r#"{"q":"x","urgent":true,"kind":"allergy"}"#).wanted, Wanted::Urgent);
        assert_eq!(
            read(Kind::Urgent, r#"{"q":"x","urgent":false,"ids":["a"]}"#).wanted,
            Wanted::NotUrgent(one.clone())
        );
        assert_eq!(read(Kind::Hostile, r#"{"q":"","expect":"no-answer"}"#).wanted, Wanted::NoAnswer);
        assert_eq!(read(Kind::Hostile, r#"{"q":"x","expect":"answer","ids":["a"]}"#).wanted, Wanted::Entry(one));
    }

    #[test]
    fn all_bad_lines_are_told_at_once() {
        let text = "{\"q\": \"fine\", \"ids\": [\"a\"]}\n\n{\"q\": \"x\", \"id\": [\"a\"]}\r\n{\"q\": 3}\n[1]\n{\"q\": \"x\"\n{\"q\": \"x\", \"ids\": []}\n";
        let problems = parse(Kind::Members, "members.jsonl", text).unwrap_err();
        let told: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {} {}", problem.place.as_ref().unwrap().line, problem.what, problem.note))
            .collect();
        assert_eq!(
            told,
            [
                "3: `ids` is missing There is `id`; was `ids` meant?",
                "4: `q` cannot be this ",
                "5: this line is no object ",
                "6: this line is no JSON: EOF while parsing an object ",
                "7: `ids` cannot be this ",
            ]
        );
    }
}
