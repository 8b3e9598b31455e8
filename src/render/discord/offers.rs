//! What is said when there is no answer yet: entries to choose from, or that the FAQ has none.

use super::controls::{button, unique};
use super::payload::{Message, Row};
use super::text;
use crate::answering::{Action, NotInFaq, Offer};
use crate::render::limits;
use crate::render::wording::discord as words;

/// The entries offered, in words and as buttons: a button's label may be cut, and a notification shows no buttons.
pub fn did_you_mean(offers: &[Offer], quote: &str) -> Vec<Message> {
    let list: Vec<String> =
        offers.iter().enumerate().map(|(nth, offer)| format!("{}. {}", nth + 1, offer.question)).collect();
    let mut messages = text(&[quote, words::DID_YOU_MEAN, &list.join("\n")]);
    // One button a row: side by side, three questions are cut to a few words on a phone. The last row is "none".
    let mut rows: Vec<Row> =
        unique(offers.iter().filter_map(|offer| button(&offer.question, &Action::Pick(offer.id.clone()))))
            .into_iter()
            .take(limits::ROWS - 1)
            .map(|button| Row::Buttons(vec![button]))
            .collect();
    rows.extend(button(words::NONE_OF_THESE, &Action::NoneOfThese).map(|button| Row::Buttons(vec![button])));
    if let Some(last) = messages.last_mut() {
        last.rows = rows;
    }
    messages
}

pub fn not_in_faq(not: &NotInFaq, quote: &str) -> Vec<Message> {
    text(&[quote, &words::not_in_faq(&not.set_name), &not.disclaimer, &not.contact, words::BROWSE])
}
