//! What would be said to somebody's message, shown first to the one who wants it said.

use super::controls::press;
use super::payload::{Frame, Heard, Message, Row};
use super::{did_you_mean_rows, under};
use crate::answering::{Action, Answer, Reply, ReplyKind, Why};
use crate::render::custom_id::Press;
use crate::render::limits;
use crate::render::wording::{discord as words, percent};

/// `reply` as a preview of a reply to the message `to`; with the button that posts it if `may_post`, and if it is worth
/// posting. Whoever looks picks himself where the bot would ask back.
pub fn messages(reply: &Reply, to: u64, may_post: bool, frame: Frame) -> Vec<Message> {
    let sure = reply.why.confidence.map(|it| percent(it.value()));
    let (heading, posts) = match &reply.kind {
        ReplyKind::Answers(answers) => return each(answers, reply, to, may_post, frame),
        ReplyKind::Answer(answer) => (words::would_answer(sure.as_deref()), Some(Action::Show(answer.id.clone()))),
        ReplyKind::DidYouMean(_) => (words::would_ask_back(sure.as_deref()), None),
        ReplyKind::NotInFaq(_) => (words::WOULD_SAY_NOTHING.to_owned(), None),
        ReplyKind::Urgent(urgent) => (words::WOULD_HELP.to_owned(), Some(Action::Help(urgent.flag.clone()))),
    };
    let mut messages = super::messages(reply, Heard::Chosen, frame);
    if let (ReplyKind::DidYouMean(offers), Some(last)) = (&reply.kind, messages.last_mut()) {
        last.rows = did_you_mean_rows(offers, |id| Press::Look { to, action: Action::Show(id) }, None);
    }
    let post = posts.filter(|_| may_post).and_then(|action| press(words::POST, &Press::Post { to, action }));
    if let (Some(post), Some(last)) = (post, messages.last_mut()) {
        // First, for it is what one came for; of too many rows the last goes, which only leads elsewhere.
        last.rows.insert(0, Row::Buttons(vec![post]));
        last.rows.truncate(limits::ROWS);
    }
    under(heading, messages)
}

/// Several answers one by one, each with how sure it is and a button that posts it.
fn each(answers: &[Answer], reply: &Reply, to: u64, may_post: bool, frame: Frame) -> Vec<Message> {
    let alone = |answer: &Answer| {
        let own = reply.why.ranking.iter().find(|found| found.id == answer.id);
        let why = Why { confidence: own.map(|found| found.confidence), ..reply.why.clone() };
        Reply { kind: ReplyKind::Answer(Box::new(answer.clone())), why, version: reply.version.clone() }
    };
    answers.iter().flat_map(|answer| messages(&alone(answer), to, may_post, frame)).collect()
}
