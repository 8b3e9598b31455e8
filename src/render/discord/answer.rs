//! An answer with all that travels with it, in parts if it is long, and what a member can do with it.

use super::controls::{button, choice, unique};
use super::lines::Link;
use super::payload::{Button, Choice, Frame, Heard, Message, Row, Select};
use super::quote::Opening;
use super::sheet::Sheet;
use super::{framed, plain};
use crate::answering::{Action, Answer, Focus};
use crate::knowledge::EntryId;
use crate::render::custom_id::{self, Press};
use crate::render::fit::pieces;
use crate::render::limits;
use crate::render::wording::{discord as words, several_answers};

/// Related entries that are offered below an answer: one row.
const RELATED: usize = limits::BUTTONS_IN_ROW;

/// `answer` below `opening`.
pub fn answer(answer: &Answer, opening: &Opening, frame: Frame) -> Vec<Message> {
    let unquoted = Opening { quote: String::new(), ..opening.clone() };
    // Of several ways to lay it out the first that leaves room for the answer itself. In a text that is tight, what the
    // member knows is given up first, then what can be looked up.
    let ways: &[(Link, &Opening)] = match frame {
        Frame::Embed => &[(Link::Masked, opening)],
        Frame::Text => {
            &[(Link::Bare, opening), (Link::Bare, &unquoted), (Link::None, &unquoted), (Link::Brief, &unquoted)]
        }
    };
    for (link, opening) in ways {
        let sheet = Sheet::of(answer, *link);
        let (room, least) = match frame {
            Frame::Embed => (framed::room(&sheet), framed::LEAST_PART),
            Frame::Text => (plain::room(&sheet, opening), plain::LEAST_PART),
        };
        let enough = limits::len(&sheet.body).min(least);
        if let Some(room) = room.filter(|room| *room >= enough) {
            return parts(answer, &sheet, room, opening, frame);
        }
    }
    let sheet = Sheet::of(answer, ways[0].0);
    let mut messages = match frame {
        Frame::Embed => framed::spread(sheet),
        Frame::Text => plain::spread(&sheet, opening),
    };
    if let Some(last) = messages.last_mut() {
        last.rows = rows(answer, None);
    }
    if let (Frame::Embed, Some(first)) = (frame, messages.first_mut()) {
        first.content = opening.text();
    }
    messages
}

/// Answers to several questions that were `heard` at once, each in messages of its own: an answer and its buttons belong
/// together.
pub fn answers(answers: &[Answer], heard: Heard<'_>, frame: Frame) -> Vec<Message> {
    let mut messages = Vec::new();
    for (nth, one) in answers.iter().enumerate() {
        let mut opening = Opening::of(heard, &one.question);
        opening.quote = match nth {
            0 => format!("{}\n{}", opening.quote, several_answers(answers.len())).trim().to_owned(),
            _ => String::new(),
        };
        messages.extend(answer(one, &opening, frame));
    }
    messages
}

/// The part of `answer` that is asked for, of as many as it takes with `room` for each.
fn parts(answer: &Answer, sheet: &Sheet, room: usize, opening: &Opening, frame: Frame) -> Vec<Message> {
    let parts = pieces(&sheet.body, room.max(2));
    let message = |nth: usize| {
        let part = if parts.len() > 1 { words::part(nth + 1, parts.len()) } else { String::new() };
        let body = parts.get(nth).copied().unwrap_or_default();
        match frame {
            Frame::Embed => Message { content: opening.text(), ..framed::message(sheet, &part, body) },
            Frame::Text => plain::message(sheet, opening, &part, body),
        }
    };
    if answer.situation().is_some() && parts.len() > 1 {
        // "Read on" goes on with the answer, not with a situation. So that comes whole: several messages, each with all
        // that belongs to it.
        let mut messages: Vec<Message> = (0..parts.len()).map(message).collect();
        if let Some(last) = messages.last_mut() {
            last.rows = rows(answer, None);
        }
        return messages;
    }
    let asked_for = if let Focus::Part(nth) = answer.focus { nth } else { 0 };
    // The FAQ may have been changed since the button was made: then the last part is the nearest.
    let nth = asked_for.min(parts.len().saturating_sub(1));
    let next = (nth + 1 < parts.len()).then_some(nth + 1);
    vec![Message { rows: rows(answer, next), ..message(nth) }]
}

/// What a member can do with an answer: read on, pick a situation, go to a related entry.
fn rows(answer: &Answer, next: Option<usize>) -> Vec<Row> {
    let mut rows = Vec::new();
    let read_on = next.and_then(|next| button(words::READ_ON, &Action::ReadOn(answer.id.clone(), next)));
    rows.extend(read_on.map(|button| Row::Buttons(vec![button])));
    let options: Vec<Choice> = situations(&answer.id, answer).collect();
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

fn situations(id: &EntryId, answer: &Answer) -> impl Iterator<Item = Choice> {
    let action = |nth| Press::Act(Action::Situation(id.clone(), nth));
    answer.situations.iter().enumerate().filter_map(move |(nth, it)| choice(&it.when, &action(nth)))
}
