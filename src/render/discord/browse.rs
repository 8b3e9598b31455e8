//! What there is to read, as pages of menus: topics, a topic's entries, and the sources.
//!
//! Pages are counted from 0. One that does not exist (any more) shows the last that does: the FAQ may have grown shorter
//! since its button was made.

use super::controls::{choice, press};
use super::lines::{Link, source};
use super::notice;
use super::payload::{Choice, Embed, Frame, Message, Row, Select};
use crate::knowledge::{Knowledge, Source, TopicId};
use crate::render::custom_id::{self, Press};
use crate::render::limits;
use crate::render::wording::discord as words;

/// Sources on one page at most: more than one screen of a phone, but not a long walk.
const SOURCES: usize = 10;
/// Characters around the list of sources where it is text: asterisks, gaps, and which page of how many.
const AROUND: usize = 40;

/// A page of the topics that have entries.
pub fn topics(knowledge: &Knowledge, page: usize) -> Message {
    let topics: Vec<Choice> = knowledge
        .topics
        .iter()
        .filter(|topic| knowledge.entries.iter().any(|entry| entry.topic == topic.id))
        .filter_map(|topic| choice(&topic.title, &Press::Topic(topic.id.clone(), 0)))
        .collect();
    let heading = words::topics(&knowledge.set.name, topics.len(), knowledge.entries.len());
    menu(&heading, words::PICK_TOPIC, &topics, page, Press::Topics)
}

/// A page of a topic's entries; `None` if there is no such topic (any more).
pub fn topic(knowledge: &Knowledge, id: &TopicId, page: usize) -> Option<Message> {
    let topic = knowledge.topic(id)?;
    let show = |id| Press::Act(crate::answering::Action::Show(id));
    let entries: Vec<Choice> = knowledge
        .entries
        .iter()
        .filter(|entry| entry.topic == *id)
        .filter_map(|entry| choice(&entry.question, &show(entry.id.clone())))
        .collect();
    let heading = words::topic(&topic.title, entries.len());
    let mut message = menu(&heading, words::PICK_ENTRY, &entries, page, |page| Press::Topic(id.clone(), page));
    message.rows.extend(press(words::ALL_TOPICS, &Press::Topics(0)).map(|button| Row::Buttons(vec![button])));
    Some(message)
}

/// A page of the sources that entries cite, in the order of their titles, each with the number of entries that cite it.
pub fn sources(knowledge: &Knowledge, page: usize, frame: Frame) -> Message {
    let cited = |source: &Source| knowledge.entries.iter().filter(|it| it.sources.contains(&source.id)).count();
    let mut all: Vec<(&Source, usize)> = knowledge.sources.values().map(|it| (it, cited(it))).collect();
    all.retain(|(_, cited)| *cited > 0);
    all.sort_by_key(|(source, _)| source.title.to_lowercase());
    let link = if frame == Frame::Embed { Link::Masked } else { Link::Bare };
    let lines: Vec<String> = all
        .iter()
        .enumerate()
        .map(|(nth, (it, cited))| format!("{}. {} ({})", nth + 1, source(it, link), words::cited_by(*cited)))
        .collect();
    let heading = words::sources(&knowledge.set.name, lines.len());
    let room = match frame {
        Frame::Embed => limits::EMBED_DESCRIPTION,
        // What stands around the list: the heading, the page, and the gaps.
        Frame::Text => limits::CONTENT.saturating_sub(limits::len(&heading) + AROUND),
    };
    let pages = full_pages(&lines, room);
    let last = pages.len().saturating_sub(1);
    let page = page.min(last);
    let list = pages.get(page).map(|lines| lines.join("\n")).unwrap_or_default();
    let nth = if last > 0 { words::page(page + 1, last + 1) } else { String::new() };
    let rows = turning(page, last, Press::Sources);
    if frame == Frame::Text {
        let whole = [format!("**{heading}**"), list, nth].join("\n\n");
        return Message { rows, ..notice(whole.trim()) };
    }
    let embed = Embed { title: heading, description: list, footer: nth, ..Embed::default() };
    Message { embeds: vec![embed], rows, ..Message::default() }
}

/// `lines` in pages of at most `room`.
fn full_pages(lines: &[String], room: usize) -> Vec<Vec<&str>> {
    let mut pages: Vec<Vec<&str>> = Vec::new();
    let mut length = 0;
    for line in lines {
        let more = limits::len(line) + 1;
        match pages.last_mut().filter(|page| page.len() < SOURCES && length + more <= room) {
            Some(page) => {
                page.push(line);
                length += more;
            }
            None => {
                pages.push(vec![line]);
                length = more;
            }
        }
    }
    pages
}

/// A page of `options` below `heading`.
fn menu(heading: &str, placeholder: &str, options: &[Choice], page: usize, turn: impl Fn(usize) -> Press) -> Message {
    let last = options.len().saturating_sub(1) / limits::SELECT_OPTIONS;
    let page = page.min(last);
    let mut content = heading.to_owned();
    if last > 0 {
        content = format!("{content} {}.", words::page(page + 1, last + 1));
    }
    let mut rows = Vec::new();
    if let Some(options) = options.chunks(limits::SELECT_OPTIONS).nth(page) {
        let placeholder = placeholder.to_owned();
        rows.push(Row::Select(Select { id: custom_id::of_menu(0), placeholder, options: options.to_vec() }));
    }
    rows.extend(turning(page, last, turn));
    Message { content, rows, ..Message::default() }
}

/// The row that turns pages; none if there is but one.
fn turning(page: usize, last: usize, turn: impl Fn(usize) -> Press) -> Vec<Row> {
    let before = page.checked_sub(1).and_then(|page| press(words::PREVIOUS_PAGE, &turn(page)));
    let behind = (page < last).then(|| press(words::NEXT_PAGE, &turn(page + 1))).flatten();
    let buttons: Vec<_> = before.into_iter().chain(behind).collect();
    if buttons.is_empty() { Vec::new() } else { vec![Row::Buttons(buttons)] }
}
