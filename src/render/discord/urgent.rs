//! Help in an emergency: text and nothing else, because a notification shows it, and so does a client without embeds.

use super::payload::Message;
use super::text;
use crate::answering::Urgent;

/// Where help is, first; what to do once safe, behind it.
pub fn urgent(urgent: &Urgent) -> Vec<Message> {
    text(&[&urgent.reply, &urgent.afterwards])
}
