//! A [`Reply`] as JSON for programs: the schema of `caveat ask --json`.
//!
//! Every key is always there; what does not apply is `null` or an empty list. Keys may be added, never renamed.
//!
//! | key | what |
//! |---|---|
//! | `kind` | `answer`, `answers`, `did_you_mean`, `not_in_faq` or `urgent` |
//! | `version` | short hash of the FAQ's files |
//! | `confidence` | chance that the first entry of the ranking is what was asked, 0 to 1; `null` if nothing was ranked |
//! | `bar` | what the confidence was held against, 0 to 1 |
//! | `answer` | the entry, whole: `id`, `topic`, `question`, `verdict`, `answer` (Markdown), `caveats`, `sources`, `evidence`, `risk`, `reviewed`, `review_overdue`, `situations`, `related` |
//! | `answers` | the answers to several questions in one message, as in `answer`, in the order in which they were asked |
//! | `offers` | the entries offered, best first: `id`, `question` |
//! | `not_in_faq` | `set_name`, `disclaimer`, `contact` |
//! | `urgent` | `flag`, `title`, `reply` (Markdown), `afterwards` (Markdown) |
//! | `why` | `because`, `ranking` (`id`, `question`, `confidence`, `score`, `nearest`, `words`, `measures`), `unknown_words`, `heard` (the question in a long message), `model` (what a sentence-embedding model had to do with it: `nothing`, `loading`, `late` or `told`), `reasons` (what the confidence was made of, largest first: `name`, `value`, `bits`; `name` is `null` for where every confidence starts), `lacked` (what the second entry had less of: `name`, `first`, `second`, `score`), `red_flag` |

use std::collections::BTreeMap;

use serde::Serialize;

use super::harmless::is_harmful;
use crate::answering::{Answer, Offer, Reply, ReplyKind};
use crate::knowledge::{Situation, Source};
use crate::matching::Match;

/// `reply` as one line of JSON, without a line break at its end.
pub fn reply(reply: &Reply) -> String {
    line(&Shown::of(reply))
}

/// `value` as one line of JSON in which every control character is escaped, also those that JSON would let pass and a
/// terminal would obey.
///
/// # Panics
/// Never for the types of this crate: they have no maps with keys that are not texts, and no failing `Serialize`.
pub fn line(value: &impl Serialize) -> String {
    let raw = serde_json::to_string(value).unwrap_or_else(|error| unreachable!("a value that is no JSON: {error}"));
    if !raw.chars().any(is_harmful) {
        return raw;
    }
    // Outside of texts JSON has no such characters, so whatever is found stands inside one.
    let mut safe = String::with_capacity(raw.len() + 16);
    for c in raw.chars() {
        if is_harmful(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

#[derive(Serialize)]
struct Shown<'a> {
    kind: &'static str,
    version: &'a str,
    confidence: Option<f64>,
    bar: f64,
    answer: Option<ShownAnswer<'a>>,
    answers: Vec<ShownAnswer<'a>>,
    offers: Vec<ShownOffer<'a>>,
    not_in_faq: Option<ShownNotInFaq<'a>>,
    urgent: Option<ShownUrgent<'a>>,
    why: ShownWhy<'a>,
}

#[derive(Serialize)]
struct ShownAnswer<'a> {
    id: &'a str,
    topic: &'a str,
    question: &'a str,
    verdict: &'a str,
    answer: &'a str,
    caveats: &'a [String],
    sources: &'a [Source],
    evidence: &'static str,
    risk: &'static str,
    reviewed: String,
    review_overdue: bool,
    situations: &'a [Situation],
    related: Vec<ShownOffer<'a>>,
}

#[derive(Serialize)]
struct ShownOffer<'a> {
    id: &'a str,
    question: &'a str,
}

#[derive(Serialize)]
struct ShownNotInFaq<'a> {
    set_name: &'a str,
    disclaimer: &'a str,
    contact: &'a str,
}

#[derive(Serialize)]
struct ShownUrgent<'a> {
    flag: &'a str,
    title: &'a str,
    reply: &'a str,
    afterwards: &'a str,
}

#[derive(Serialize)]
struct ShownWhy<'a> {
    because: &'a str,
    ranking: Vec<ShownMatch<'a>>,
    unknown_words: &'a [String],
    heard: Option<&'a str>,
    model: &'static str,
    reasons: Vec<ShownReason>,
    lacked: Vec<ShownLack>,
    red_flag: &'a [String],
}

#[derive(Serialize)]
struct ShownReason {
    name: Option<&'static str>,
    value: f64,
    bits: f64,
}

#[derive(Serialize)]
struct ShownLack {
    name: &'static str,
    first: f64,
    second: f64,
    score: f64,
}

/// A match with its explanation, as programs get it.
#[derive(Serialize)]
pub struct ShownMatch<'a> {
    id: &'a str,
    question: &'a str,
    confidence: f64,
    score: f64,
    nearest: &'a str,
    words: Vec<ShownMeeting<'a>>,
    measures: BTreeMap<&'static str, f64>,
}

#[derive(Serialize)]
struct ShownMeeting<'a> {
    asked: &'a str,
    known: &'a str,
    weight: f64,
}

impl<'a> Shown<'a> {
    fn of(reply: &'a Reply) -> Self {
        let why = &reply.why;
        let mut shown = Self {
            kind: reply.kind.name(),
            version: &reply.version,
            confidence: why.confidence.map(|it| it.value()),
            bar: why.bar,
            answer: None,
            answers: Vec::new(),
            offers: Vec::new(),
            not_in_faq: None,
            urgent: None,
            why: ShownWhy {
                because: &why.because,
                ranking: why.ranking.iter().map(ShownMatch::of).collect(),
                unknown_words: &why.unknown_words,
                heard: why.heard.as_deref(),
                model: why.model.word(),
                reasons: why
                    .reasons
                    .iter()
                    .map(|it| ShownReason { name: it.name, value: it.value, bits: it.bits })
                    .collect(),
                lacked: why
                    .lacked
                    .iter()
                    .map(|it| ShownLack { name: it.name, first: it.first, second: it.second, score: it.score })
                    .collect(),
                red_flag: &why.red_flag,
            },
        };
        match &reply.kind {
            ReplyKind::Answer(answer) => shown.answer = Some(ShownAnswer::of(answer)),
            ReplyKind::Answers(answers) => shown.answers = answers.iter().map(ShownAnswer::of).collect(),
            ReplyKind::DidYouMean(offers) => shown.offers = offers.iter().map(ShownOffer::of).collect(),
            ReplyKind::NotInFaq(not) => {
                shown.not_in_faq =
                    Some(ShownNotInFaq { set_name: &not.set_name, disclaimer: &not.disclaimer, contact: &not.contact });
            }
            ReplyKind::Urgent(urgent) => {
                shown.urgent = Some(ShownUrgent {
                    flag: urgent.flag.as_str(),
                    title: &urgent.title,
                    reply: &urgent.reply,
                    afterwards: &urgent.afterwards,
                });
            }
        }
        shown
    }
}

impl<'a> ShownAnswer<'a> {
    fn of(answer: &'a Answer) -> Self {
        Self {
            id: answer.id.as_str(),
            topic: &answer.topic_title,
            question: &answer.question,
            verdict: &answer.verdict,
            answer: &answer.answer,
            caveats: &answer.caveats,
            sources: &answer.sources,
            evidence: answer.evidence.name(),
            risk: answer.risk.name(),
            reviewed: answer.reviewed.to_string(),
            review_overdue: answer.review_overdue,
            situations: &answer.situations,
            related: answer.related.iter().map(ShownOffer::of).collect(),
        }
    }
}

impl<'a> ShownOffer<'a> {
    fn of(offer: &'a Offer) -> Self {
        Self { id: offer.id.as_str(), question: &offer.question }
    }
}

impl<'a> ShownMatch<'a> {
    pub fn of(found: &'a Match) -> Self {
        Self {
            id: found.id.as_str(),
            question: &found.question,
            confidence: found.confidence.value(),
            score: found.score.value(),
            nearest: &found.explanation.nearest,
            words: found
                .explanation
                .words
                .iter()
                .map(|met| ShownMeeting { asked: &met.asked, known: &met.known, weight: met.weight })
                .collect(),
            measures: found.explanation.measures.iter().copied().collect(),
        }
    }
}
