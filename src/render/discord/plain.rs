//! An answer as text, for where embeds are not shown: a message holds a third of what an embed does.

use super::notice;
use super::payload::Message;
use super::quote::Opening;
use super::sheet::{GAP, PART_LINE, Sheet};
use crate::render::fit::pieces;
use crate::render::limits;
use crate::render::wording::discord as words;

/// The least room for a part of an answer: a sentence. With so little there is more frame than answer, but the frame is what must
/// not be missing.
pub const LEAST_PART: usize = 100;

/// How long a body may be for all to fit into one message below `opening`; `None` if not even an empty one fits.
pub fn room(sheet: &Sheet, opening: &Opening) -> Option<usize> {
    let without = limits::len(&text(sheet, opening, "", ""));
    limits::CONTENT.checked_sub(without + PART_LINE + 2 * GAP.len())
}

/// `sheet` with this part of its body below `opening`, which fit into its [`room`].
pub fn message(sheet: &Sheet, opening: &Opening, part: &str, body: &str) -> Message {
    notice(&text(sheet, opening, part, body))
}

/// Everything over as many messages as it takes.
pub fn spread(sheet: &Sheet, opening: &Opening) -> Vec<Message> {
    pieces(&text(sheet, opening, "", &sheet.body), limits::CONTENT).into_iter().map(notice).collect()
}

fn text(sheet: &Sheet, opening: &Opening, part: &str, body: &str) -> String {
    // How the question was read names it; it need not be said twice.
    let title = if opening.read_as.is_empty() { format!("**{}**", sheet.title) } else { opening.read_as.clone() };
    // A field that goes on needs no heading here: there are no fields to tell apart.
    let goes_on = |name: &str| sheet.fields.iter().any(|it| words::continued(&it.name) == name);
    let fields = sheet
        .fields
        .iter()
        .map(|it| if goes_on(&it.name) { it.value.clone() } else { words::plain_field(&it.name, &it.value) });
    let paragraphs = [&opening.quote, &title, &sheet.lead, part, body].map(str::to_owned).into_iter().chain(fields);
    let paragraphs = paragraphs.chain([sheet.footer.clone()]).filter(|it| !it.is_empty());
    paragraphs.collect::<Vec<_>>().join(GAP)
}
