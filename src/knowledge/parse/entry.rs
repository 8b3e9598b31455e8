//! `faq/<topic>/<id>.md`: TOML between `+++` lines, then the answer in Markdown.

use std::ops::Range;

use jiff::civil::Date;

use super::Read;
use crate::knowledge::file_text::{FileText, Texts, Written};
use crate::knowledge::toml_table::{self, Table};
use crate::knowledge::{Entry, EntryId, Evidence, Risk, Situation, SourceId, TopicId};
use crate::problem::Problem;

/// An entry as it stands in its file. What is `None` could not be read, and was told.
#[derive(Debug, Clone)]
pub struct EntryFile {
    pub file: FileText,
    pub id: EntryId,
    pub topic: TopicId,
    pub question: Option<Written<String>>,
    pub phrasings: Option<Texts>,
    pub verdict: Option<Written<String>>,
    pub evidence: Option<Written<Evidence>>,
    pub risk: Option<Written<Risk>>,
    pub caveats: Option<Texts>,
    pub sources: Option<Texts>,
    pub related: Option<Texts>,
    pub reviewed: Option<Written<Date>>,
    /// Days; `None` too where the entry leaves it to the set.
    pub review_after: Option<Written<u32>>,
    pub situations: Vec<SituationWritten>,
    /// The body without the empty lines around it.
    pub answer: Option<Written<String>>,
}

/// One `[[situations]]` table of a guide.
#[derive(Debug, Clone)]
pub struct SituationWritten {
    pub when: Option<Written<String>>,
    pub then: Option<Written<String>>,
    pub points: Option<Texts>,
}

/// The line before and after the front matter.
const FENCE: &str = "+++";

/// A review interval in days: at least a day, at most ten years, beyond which no medical text is still to be trusted.
pub const REVIEW_AFTER_DAYS: std::ops::RangeInclusive<u32> = 1..=3650;

/// Reads the text of `faq/<topic>/<id>.md`.
pub fn parse(file: FileText, topic: TopicId, id: EntryId) -> Read<EntryFile> {
    let mut problems = Vec::new();
    let parts = match split(&file) {
        Ok(parts) => parts,
        Err(problem) => {
            problems.push(*problem);
            return Read { value: EntryFile::unread(file, topic, id), problems, complete: false };
        }
    };
    let answer = answer(&file, parts.body, &mut problems);
    let read = toml_table::read_part(&file, parts.front_matter, Some(parts.fence), |table| {
        let mut entry = EntryFile::unread(file.clone(), topic, id);
        entry.take_keys(table);
        entry
    });
    let mut entry = read.value;
    entry.answer = answer;
    problems.extend(read.problems);
    Read { value: entry, problems, complete: read.complete }
}

impl EntryFile {
    /// The sound entry; `None` if something of it could not be read.
    ///
    /// `review_after` is the set's interval in days, for an entry that has none of its own.
    pub fn finish(self, review_after: u32) -> Option<Entry> {
        let situations: Option<Vec<Situation>> = self.situations.into_iter().map(SituationWritten::finish).collect();
        Some(Entry {
            id: self.id,
            topic: self.topic,
            question: self.question?.value,
            phrasings: self.phrasings?.values(),
            verdict: self.verdict?.value,
            answer: self.answer?.value,
            caveats: self.caveats?.values(),
            sources: self.sources?.values().iter().map(|id| SourceId::new(id)).collect(),
            evidence: self.evidence?.value,
            risk: self.risk?.value,
            related: self.related?.values().iter().map(|id| EntryId::new(id)).collect(),
            reviewed: self.reviewed?.value,
            review_after: self.review_after.map_or(review_after, |days| days.value),
            situations: situations?,
        })
    }

    /// The question and all phrasings that could be read: every text that should find this entry.
    pub fn texts(&self) -> impl Iterator<Item = &Written<String>> {
        self.question.iter().chain(self.phrasings.iter().flat_map(|list| &list.value))
    }

    /// An entry of which only the file's name is known.
    pub fn unread(file: FileText, topic: TopicId, id: EntryId) -> Self {
        Self {
            file,
            id,
            topic,
            question: None,
            phrasings: None,
            verdict: None,
            evidence: None,
            risk: None,
            caveats: None,
            sources: None,
            related: None,
            reviewed: None,
            review_after: None,
            situations: Vec::new(),
            answer: None,
        }
    }

    fn take_keys(&mut self, table: &mut Table<'_>) {
        self.question = table.text("question");
        self.phrasings = table.texts("phrasings");
        self.verdict = table.text("verdict");
        self.evidence = table.one_of("evidence", &Evidence::ALL, Evidence::name);
        self.risk = table.one_of("risk", &Risk::ALL, Risk::name);
        self.caveats = table.texts("caveats");
        self.sources = table.optional_texts("sources");
        self.related = table.optional_texts("related");
        self.reviewed = table.date("reviewed");
        self.review_after = table.optional_whole_number("review_after", REVIEW_AFTER_DAYS);
        self.situations = table.tables("situations", |situation| SituationWritten {
            when: situation.text("if"),
            then: situation.text("then"),
            points: situation.texts("points"),
        });
    }
}

impl SituationWritten {
    fn finish(self) -> Option<Situation> {
        Some(Situation { when: self.when?.value, then: self.then?.value, points: self.points?.values() })
    }
}

/// The parts of an entry's file, as byte ranges.
struct Parts {
    /// The first `+++`.
    fence: Range<usize>,
    front_matter: Range<usize>,
    body: Range<usize>,
}

fn split(file: &FileText) -> Result<Parts, Box<Problem>> {
    let text = &file.text;
    let start = text.len() - text.trim_start().len();
    let first = file.line_span(start);
    if text[first.clone()].trim_end() != FENCE {
        let problem = file.problem(
            "front-matter",
            first.clone(),
            "the file does not begin with a `+++` line",
            "write `+++` as the first line, then the keys (`question = \"…\"` and so on), then `+++` again, then the answer.",
        );
        return Err(Box::new(match text[first].trim_end() {
            "---" => problem.note("`---` opens YAML; the keys here are TOML, between `+++` lines."),
            _ => problem,
        }));
    }
    let front_start = (first.end + 1).min(text.len());
    let mut at = front_start;
    for line in text[front_start..].split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Ok(Parts { fence: first, front_matter: front_start..at, body: at + line.len()..text.len() });
        }
        at += line.len();
    }
    Err(Box::new(file.problem(
        "front-matter",
        first,
        "the front matter that begins here has no end",
        "write a line `+++` after the last key, before the answer.",
    )))
}

fn answer(file: &FileText, body: Range<usize>, problems: &mut Vec<Problem>) -> Option<Written<String>> {
    let text = &file.text[body.clone()];
    let answer = text.trim();
    if answer.is_empty() {
        let fence = file.line_span(body.start.saturating_sub(1));
        problems.push(file.problem(
            "empty-text",
            fence,
            "there is no answer under the front matter",
            "write the answer below this line.",
        ));
        return None;
    }
    let start = body.start + (text.len() - text.trim_start().len());
    Some(Written { value: answer.to_owned(), span: start..start + answer.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Read<EntryFile> {
        parse(FileText::new("faq/hair/x.md", text), TopicId::new("hair"), EntryId::new("x"))
    }

    const GUIDE: &str = r#"+++
question = "Should I?"
phrasings = ["shall i", "ought i"]
verdict = "Perhaps."
evidence = "advice"
risk = "high"
caveats = ["It depends."]
related = ["y"]
reviewed = 2026-11-22
review_after = 90

[[situations]]
if = "I did nothing yet"
then = "Begin."
points = ["one", "two"]
+++

Read on.

+++ is no fence inside the answer.
"#;

    #[test]
    fn a_guide_is_read_whole() {
        let read = parsed(GUIDE);
        assert_eq!(read.problems, []);
        let answer = read.value.answer.clone().unwrap();
        assert_eq!(&read.value.file.text[answer.span.clone()], answer.value);
        let entry = read.value.finish(365).unwrap();
        assert_eq!(entry.answer, "Read on.\n\n+++ is no fence inside the answer.");
        assert_eq!((entry.evidence, entry.risk, entry.review_after), (Evidence::Advice, Risk::High, 90));
        assert_eq!(entry.reviewed, jiff::civil::date(2026, 11, 22));
        assert_eq!(entry.situations[0].points, ["one", "two"]);
        assert_eq!((entry.sources.len(), entry.related[0].as_str()), (0, "y"));
    }

    #[test]
    fn windows_files_read_the_same() {
        let windows = format!("\u{feff}{}", GUIDE.replace('\n', "\r\n"));
        assert_eq!(parsed(&windows).value.finish(365), parsed(GUIDE).value.finish(365));
    }

    #[test]
    fn a_mistake_in_one_key_leaves_the_others_readable() {
        let read = parsed(&GUIDE.replace("\"advice\"", "\"advise\"").replace("Perhaps.\"", "Perhaps."));
        let told: Vec<&str> = read.problems.iter().map(|problem| problem.id).collect();
        assert_eq!(told, ["toml-syntax", "bad-value"]);
        assert!(read.value.verdict.is_none() && read.value.evidence.is_none());
        assert_eq!(read.value.texts().count(), 3);
        assert!(read.value.finish(365).is_none());
    }

    #[test]
    fn front_matter_that_is_missing_or_open_is_told_with_its_line() {
        for (text, line, what) in [
            ("", 1, "the file does not begin with a `+++` line"),
            ("\n\n---\nquestion: x\n---\nA.", 3, "the file does not begin with a `+++` line"),
            ("+++\nquestion = \"x\"\n\nAnswer.", 1, "the front matter that begins here has no end"),
            ("+++", 1, "the front matter that begins here has no end"),
        ] {
            let problems = parsed(text).problems;
            let place = problems[0].place.as_ref().unwrap();
            assert_eq!((problems.len(), place.line, problems[0].what.as_str()), (1, line, what), "{text}");
        }
    }
}
