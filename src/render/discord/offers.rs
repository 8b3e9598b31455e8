//! What is said when there is no answer yet: entries to choose from, or that the FAQ has none.

use super::controls::{button, press, unique};
use super::payload::{Button, Message, Row};
use super::text;
use crate::answering::{Action, NotInFaq, Offer};
use crate::knowledge::EntryId;
use crate::render::custom_id::Press;
use crate::render::limits;
use crate::render::wording::discord as words;

/// The entries offered, in words and as buttons: a button's label may be cut, and a notification shows no buttons.
pub fn did_you_mean(offers: &[Offer], quote: &str) -> Vec<Message> {
    let list: Vec<String> =
        offers.iter().enumerate().map(|(nth, offer)| format!("{}. {}", nth + 1, offer.question)).collect();
    let mut messages = text(&[quote, words::DID_YOU_MEAN, &list.join("\n")]);
    if let Some(last) = messages.last_mut() {
        let none = button(words::NONE_OF_THESE, &Action::NoneOfThese);
        last.rows = rows(offers, |id| Press::Act(Action::Pick(id)), none);
    }
    messages
}

/// A button for each entry offered, and `last`.
pub fn rows(offers: &[Offer], meant: impl Fn(EntryId) -> Press, last: Option<Button>) -> Vec<Row> {
    // One button a row: side by side, three questions are cut to a few words on a phone.
    let buttons = unique(offers.iter().filter_map(|offer| press(&offer.question, &meant(offer.id.clone()))));
    buttons.into_iter().take(limits::ROWS - 1).chain(last).map(|button| Row::Buttons(vec![button])).collect()
}

pub fn not_in_faq(not: &NotInFaq, quote: &str) -> Vec<Message> {
    text(&[quote, &words::not_in_faq(&not.set_name), &not.disclaimer, &not.contact, words::BROWSE])
}
