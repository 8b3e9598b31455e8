//! An answer as an embed.

use super::payload::{Embed, Field, Message};
use super::sheet::{GAP, PART_LINE, Sheet};
use crate::render::fit::pieces;
use crate::render::limits;

/// The least room for a part of an answer. With less, a reader would press "Read on" for every other sentence; then
/// caveats and sources go into messages of their own instead.
pub const LEAST_PART: usize = 700;

/// How long a body may be for all to fit into one message; `None` if not even an empty one fits.
pub fn room(sheet: &Sheet) -> Option<usize> {
    if sheet.fields.len() > limits::FIELDS {
        return None;
    }
    let (title, lead) = heading(sheet);
    let fields: usize = sheet.fields.iter().map(Field::len).sum();
    let whole = limits::EMBED_TOTAL.checked_sub(limits::len(&title) + limits::len(&sheet.footer) + fields)?;
    whole.min(limits::EMBED_DESCRIPTION).checked_sub(limits::len(&lead) + PART_LINE + 2 * GAP.len())
}

/// `sheet` with this part of its body, which fits into its [`room`]. `part` says which it is; empty if it is all.
pub fn message(sheet: &Sheet, part: &str, body: &str) -> Message {
    let (title, lead) = heading(sheet);
    let description: Vec<&str> = [lead.as_str(), part, body].into_iter().filter(|it| !it.is_empty()).collect();
    let embed =
        Embed { title, description: description.join(GAP), fields: sheet.fields.clone(), footer: sheet.footer.clone() };
    Message { embeds: vec![embed], ..Message::default() }
}

/// Everything over as many messages as it takes.
pub fn spread(sheet: Sheet) -> Vec<Message> {
    let (title, lead) = heading(&sheet);
    let whole = format!("{lead}{GAP}{}", sheet.body);
    let mut embeds: Vec<Embed> = pieces(&whole, limits::EMBED_DESCRIPTION)
        .into_iter()
        .map(|piece| Embed { description: piece.to_owned(), ..Embed::default() })
        .collect();
    if embeds.is_empty() {
        embeds.push(Embed::default());
    }
    embeds[0].title = title;
    for field in sheet.fields {
        // The footer comes last; its room is kept free everywhere, so that it always fits.
        let fits = |embed: &Embed| {
            embed.fields.len() < limits::FIELDS
                && embed.len() + field.len() + limits::len(&sheet.footer) <= limits::EMBED_TOTAL
        };
        if !embeds.last().is_some_and(fits) {
            embeds.push(Embed::default());
        }
        if let Some(last) = embeds.last_mut() {
            last.fields.push(field);
        }
    }
    if let Some(last) = embeds.last_mut() {
        last.footer = sheet.footer;
    }
    embeds.into_iter().map(|embed| Message { embeds: vec![embed], ..Message::default() }).collect()
}

/// The title and the lead. A question that is too long for a title leads.
fn heading(sheet: &Sheet) -> (String, String) {
    if limits::len(&sheet.title) <= limits::EMBED_TITLE {
        return (sheet.title.clone(), sheet.lead.clone());
    }
    (String::new(), format!("{}{GAP}{}", sheet.title, sheet.lead))
}
