//! An answer as an embed, with all that travels with it, in parts if it is long.

use super::controls::{button, unique};
use super::lines::{item, source};
use super::payload::{Button, Embed, Field, Message, Row, Select};
use crate::answering::{Action, Answer, Focus};
use crate::knowledge::EntryId;
use crate::render::fit::{label, pieces};
use crate::render::wording::{discord as words, several_answers};
use crate::render::{custom_id, limits};

/// The least room for a part of an answer. With less, a reader would press "Read on" for every other sentence; then
/// caveats and sources go into messages of their own instead.
const LEAST_PART: usize = 700;

/// Related entries that are offered below an answer: one row.
const RELATED: usize = limits::BUTTONS_IN_ROW;

/// `answer` below `quote`, which may be empty.
pub fn answer(answer: &Answer, quote: String) -> Vec<Message> {
    let sheet = Sheet::of(answer);
    let enough = limits::len(&sheet.body).min(LEAST_PART);
    let mut messages = if let Some(room) = sheet.room().filter(|room| *room >= enough) {
        let parts = pieces(&sheet.body, room.max(2));
        let asked_for = if let Focus::Part(nth) = answer.focus { nth } else { 0 };
        // The FAQ may have been changed since the button was made: then the last part is the nearest.
        let nth = asked_for.min(parts.len().saturating_sub(1));
        let part = if parts.len() > 1 { words::part(nth + 1, parts.len()) } else { String::new() };
        let next = (nth + 1 < parts.len()).then_some(nth + 1);
        vec![Message {
            embeds: vec![sheet.embed(&part, parts.get(nth).copied().unwrap_or_default())],
            rows: rows(answer, next),
            ..Message::default()
        }]
    } else {
        let mut messages = sheet.spread();
        if let Some(last) = messages.last_mut() {
            last.rows = rows(answer, None);
        }
        messages
    };
    if let Some(first) = messages.first_mut() {
        first.content = quote;
    }
    messages
}

/// Answers to several questions that were asked at once, each in a message of its own: an embed and its buttons belong
/// together.
pub fn answers(answers: &[Answer], quote: &str) -> Vec<Message> {
    let mut messages: Vec<Message> = answers.iter().flat_map(|it| answer(it, String::new())).collect();
    if let Some(first) = messages.first_mut() {
        let told = [quote, &several_answers(answers.len())];
        first.content = told.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n");
    }
    messages
}

/// The parts of an answer, ready to be laid out.
struct Sheet {
    title: String,
    /// Verdict and evidence level; stands above every part of the body.
    lead: String,
    body: String,
    /// Caveats, sources and the rest that travels with the answer; each within the limits of a field.
    fields: Vec<Field>,
    footer: String,
}

/// Between two paragraphs of a description.
const GAP: &str = "\n\n";

/// The longest that [`words::part`] gets, with the gap behind it.
const PART_LINE: usize = 32;

impl Sheet {
    fn of(answer: &Answer) -> Self {
        let question = answer.question.trim();
        let fits = limits::len(question) <= limits::EMBED_TITLE;
        let mut lead = if fits { String::new() } else { format!("{question}{GAP}") };
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
        let sources = answer.sources.iter().enumerate().map(|(nth, it)| format!("{}. {}", nth + 1, source(it)));
        field(&mut fields, words::SOURCES, sources);
        // A menu cuts a long option. Then the situations stand here in full as well.
        if answer.situations.iter().any(|it| limits::len(it.when.trim()) > limits::OPTION_LABEL) {
            field(&mut fields, words::SITUATIONS, answer.situations.iter().filter_map(|it| item("- ", &it.when)));
        }
        Self {
            title: if fits { question.to_owned() } else { String::new() },
            lead: lead.trim().to_owned(),
            body: body(answer),
            fields,
            footer: words::reviewed(answer.reviewed, answer.review_overdue),
        }
    }

    /// How long a body may be for all to fit into one message; `None` if not even an empty one fits.
    fn room(&self) -> Option<usize> {
        if self.fields.len() > limits::FIELDS {
            return None;
        }
        let fields: usize = self.fields.iter().map(Field::len).sum();
        let whole = limits::EMBED_TOTAL.checked_sub(limits::len(&self.title) + limits::len(&self.footer) + fields)?;
        whole.min(limits::EMBED_DESCRIPTION).checked_sub(limits::len(&self.lead) + PART_LINE + 2 * GAP.len())
    }

    fn embed(&self, part: &str, body: &str) -> Embed {
        let description: Vec<&str> = [&self.lead, part, body].into_iter().filter(|it| !it.is_empty()).collect();
        Embed {
            title: self.title.clone(),
            description: description.join(GAP),
            fields: self.fields.clone(),
            footer: self.footer.clone(),
        }
    }

    /// Everything over as many messages as it takes.
    fn spread(self) -> Vec<Message> {
        let whole = format!("{}{GAP}{}", self.lead, self.body);
        let mut embeds: Vec<Embed> = pieces(&whole, limits::EMBED_DESCRIPTION)
            .into_iter()
            .map(|piece| Embed { description: piece.to_owned(), ..Embed::default() })
            .collect();
        if embeds.is_empty() {
            embeds.push(Embed::default());
        }
        embeds[0].title = self.title;
        for field in self.fields {
            // The footer comes last; its room is kept free everywhere, so that it always fits.
            let fits = |embed: &Embed| {
                embed.fields.len() < limits::FIELDS
                    && embed.len() + field.len() + limits::len(&self.footer) <= limits::EMBED_TOTAL
            };
            if !embeds.last().is_some_and(fits) {
                embeds.push(Embed::default());
            }
            if let Some(last) = embeds.last_mut() {
                last.fields.push(field);
            }
        }
        if let Some(last) = embeds.last_mut() {
            last.footer = self.footer;
        }
        embeds.into_iter().map(|embed| Message { embeds: vec![embed], ..Message::default() }).collect()
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

/// What a member can do with an answer: read on, pick a situation, go to a related entry.
fn rows(answer: &Answer, next: Option<usize>) -> Vec<Row> {
    let mut rows = Vec::new();
    let read_on = next.and_then(|next| button(words::READ_ON, &Action::ReadOn(answer.id.clone(), next)));
    rows.extend(read_on.map(|button| Row::Buttons(vec![button])));
    let options: Vec<Button> = situations(&answer.id, answer).collect();
    for (nth, options) in options.chunks(limits::SELECT_OPTIONS).take(limits::ROWS - 2).enumerate() {
        rows.push(Row::Select(Select {
            id: custom_id::of_menu(nth),
            placeholder: words::PICK_SITUATION.to_owned(),
            options: options.to_vec(),
        }));
    }
    let related = unique(answer.related.iter().filter_map(|it| button(&it.question, &Action::Show(it.id.clone()))));
    let related: Vec<Button> = related.into_iter().take(RELATED).collect();
    if !related.is_empty() {
        rows.push(Row::Buttons(related));
    }
    rows
}

fn situations(id: &EntryId, answer: &Answer) -> impl Iterator<Item = Button> {
    answer.situations.iter().enumerate().filter_map(|(nth, it)| {
        let id = custom_id::of(&Action::Situation(id.clone(), nth))?;
        let label = label(&it.when, limits::OPTION_LABEL);
        (!label.is_empty()).then_some(Button { label, id })
    })
}
