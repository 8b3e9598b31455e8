//! What a careful editor would look for in a sound set: remarks, not mistakes. The bot works with all of them.
//!
//! `links` looks at how entries and sources hang together, `stealing` at which entry a phrasing finds (also when it is
//! left out: `left_out`), `wording` at how an answer reads. What keeps a set from loading is left to `knowledge::check`.

mod left_out;
mod links;
mod readability;
mod stealing;
mod wording;

use jiff::civil::Date;

use crate::faq::Faq;
use crate::knowledge::{Draft, EntryId};
use crate::problem::Problem;

/// All remarks on `faq`, sorted by file and line. `draft` is what it was made of: the places of its texts. `today` is the
/// day for which passed review dates are told.
///
/// Builds as many search indexes besides the one in `faq` as the longest entry has phrasings, on all cores; that takes a
/// second or two for a set of fifty entries.
pub fn proofread(faq: &Faq, draft: &Draft, today: Date) -> Vec<Problem> {
    let mut remarks = Vec::new();
    remarks.extend(links::remarks(draft));
    remarks.extend(stealing::remarks(faq, draft));
    remarks.extend(wording::remarks(faq, draft, today));
    let mut remarks: Vec<Problem> = remarks.into_iter().map(Problem::remark).collect();
    remarks.sort_by(Problem::by_place);
    remarks
}

/// The remarks on one entry of `faq`, without those that take building other indexes: at once, while somebody waits.
pub fn proofread_entry(faq: &Faq, draft: &Draft, id: &EntryId, today: Date) -> Vec<Problem> {
    let Some(entry) = draft.entries.iter().find(|entry| entry.id == *id) else { return Vec::new() };
    let mut remarks = links::remarks(draft);
    remarks.extend(wording::remarks(faq, draft, today));
    remarks.retain(|remark| remark.file == entry.file.name);
    remarks.extend(entry.texts().filter_map(|text| stealing::found_first(faq, entry, text)));
    let mut remarks: Vec<Problem> = remarks.into_iter().map(Problem::remark).collect();
    remarks.sort_by(Problem::by_place);
    remarks
}
