//! The parts of an answer, ready to be laid out by `framed` or `plain`.

use super::lines::{Link, item, source};
use super::payload::Field;
use crate::answering::Answer;
use crate::render::fit::pieces;
use crate::render::limits;
use crate::render::wording::discord as words;

/// The parts of an answer.
pub struct Sheet {
    /// The question.
    pub title: String,
    /// Verdict and evidence level; stands above every part of the body.
    pub lead: String,
    pub body: String,
    /// Caveats, sources and the rest that travels with the answer; each within the limits of a field.
    pub fields: Vec<Field>,
    pub footer: String,
}

/// Between two paragraphs.
pub const GAP: &str = "\n\n";

/// The longest that [`words::part`] gets, with the gap behind it.
pub const PART_LINE: usize = 32;

impl Sheet {
    pub fn of(answer: &Answer, link: Link) -> Self {
        let mut lead = String::new();
        let verdict = answer.verdict.trim();
        match verdict {
            "" => {}
            _ if verdict.contains("**") => lead.push_str(verdict),
            _ => lead.push_str(&format!("**{verdict}**")),
        }
        lead.push('\n');
        lead.push_str(&words::evidence(answer.evidence));

        let mut fields = Vec::new();
        field(&mut fields, words::CAVEATS, answer.caveats.iter().filter_map(|it| item("- ", it)));
        if answer.review_overdue {
            field(&mut fields, words::PAST_REVIEW, [words::past_review(answer.reviewed)]);
        }
        let sources = answer.sources.iter().enumerate().map(|(nth, it)| format!("{}. {}", nth + 1, source(it, link)));
        let more = match link {
            _ if answer.sources.is_empty() => None,
            Link::Masked | Link::Bare => None,
            Link::None => Some(words::ADDRESSES_ELSEWHERE.to_owned()),
            Link::Brief => Some(words::TITLES_ELSEWHERE.to_owned()),
        };
        field(&mut fields, words::SOURCES, sources.chain(more));
        // A menu cuts a long option. Then the situations stand here in full as well.
        if answer.situations.iter().any(|it| limits::len(it.when.trim()) > limits::OPTION_LABEL) {
            field(&mut fields, words::SITUATIONS, answer.situations.iter().filter_map(|it| item("- ", &it.when)));
        }
        Self {
            title: answer.question.trim().to_owned(),
            lead: lead.trim().to_owned(),
            body: body(answer),
            fields,
            footer: words::reviewed(answer.reviewed, answer.review_overdue),
        }
    }
}

/// The answer's body, or what follows from the situation that was picked.
fn body(answer: &Answer) -> String {
    let Some(situation) = answer.situation() else { return answer.answer.trim().to_owned() };
    let mut body = format!("{}{GAP}{}\n", words::in_situation(situation.when.trim()), situation.then.trim());
    for point in situation.points.iter().filter_map(|it| item("- ", it)) {
        body.push_str(&point);
        body.push('\n');
    }
    body.trim().to_owned()
}

/// Adds `items`, a line each, as a field, or as several if they are too long for one.
fn field(fields: &mut Vec<Field>, name: &str, items: impl IntoIterator<Item = String>) {
    let mut value = String::new();
    let mut flush = |value: &mut String| {
        if !value.is_empty() {
            let name = if fields.iter().any(|it| it.name == name) { words::continued(name) } else { name.to_owned() };
            fields.push(Field { name, value: std::mem::take(value) });
        }
    };
    for item in items {
        for piece in pieces(&item, limits::FIELD_VALUE) {
            if limits::len(&value) + 1 + limits::len(piece) > limits::FIELD_VALUE {
                flush(&mut value);
            }
            if !value.is_empty() {
                value.push('\n');
            }
            value.push_str(piece);
        }
    }
    flush(&mut value);
}
