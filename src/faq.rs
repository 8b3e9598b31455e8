//! One immutable snapshot of an FAQ: everything needed to answer, nothing that changes.
//!
//! A reload makes a new one; whoever began a question on an old snapshot ends it there.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::answering::decide::{Decision, MOST_OFFERS, decide, decide_several};
use crate::answering::reply::{Answer, Focus, NotInFaq, Offer, Reply, ReplyKind, Urgent, Why};
use crate::answering::triage::Triage;
use crate::answering::{Action, Settings};
use crate::knowledge::{Entry, EntryId, Knowledge};
use crate::matching::index::{Found, keep_order};
use crate::matching::normalize::{clean, normalize, words};
use crate::matching::similarity::meanings::Embed;
use crate::matching::weights::Weights;
use crate::matching::{Confidence, Index, Match, Question};
use rustc_hash::FxHashMap;

/// How many entries of the ranking an explanation shows.
const MOST_EXPLAINED: usize = 5;

/// How sure it is that an entry's own words mean that entry. Not 1: the same words can be meant otherwise.
const VERBATIM: Confidence = Confidence::of_percent(99);

/// A sound FAQ set, ready to answer.
#[derive(Debug)]
pub struct Faq {
    knowledge: Knowledge,
    index: Index,
    triage: Triage,
    settings: Settings,
    version: String,
    /// Where each question and phrasing stands, by its plain words: its entry, and its place among that entry's texts.
    verbatim: BTreeMap<String, (EntryId, usize)>,
    /// Bytes of the longest of them.
    longest_verbatim: usize,
}

/// A question or phrasing that begins or sounds like what somebody is typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub id: EntryId,
    /// The question or phrasing, whole.
    pub text: String,
}

impl Faq {
    /// A snapshot of `knowledge`, called `version` (a short hash of its files), with the weights that ship.
    pub fn new(knowledge: Knowledge, settings: Settings, version: impl Into<String>) -> Self {
        Self::weighed(knowledge, settings, Weights::shipped().clone(), version)
    }

    /// A snapshot with `weights` of the operator's own.
    pub fn weighed(knowledge: Knowledge, settings: Settings, weights: Weights, version: impl Into<String>) -> Self {
        let index = Index::new(&knowledge, weights);
        let triage = Triage::new(&knowledge.red_flags);
        let texts = knowledge
            .entries
            .iter()
            .flat_map(|entry| entry.texts().enumerate().map(|(nth, text)| (plain(text), (entry.id.clone(), nth))));
        let verbatim: BTreeMap<String, (EntryId, usize)> = texts.filter(|(text, _)| !text.is_empty()).collect();
        let longest_verbatim = verbatim.keys().map(String::len).max().unwrap_or_default();
        Self { knowledge, index, triage, settings, version: version.into(), verbatim, longest_verbatim }
    }

    /// The same engine, with its settings and weights, over other `knowledge`.
    pub fn with(&self, knowledge: Knowledge, version: impl Into<String>) -> Self {
        Self::weighed(knowledge, self.settings.clone(), self.weights().clone(), version)
    }

    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// A short hash of the files this snapshot was made from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The weights of its engine, for whoever builds another index to compare with.
    pub fn weights(&self) -> &Weights {
        self.index.weights()
    }

    /// All questions and phrasings, in the order in which [`Faq::ask_model`] wants their vectors.
    pub fn written(&self) -> impl ExactSizeIterator<Item = &str> {
        self.index.all_written()
    }

    /// Says that [`Faq::ask_model`] will follow, so that replies tell why no model has a say in them yet.
    pub fn promise_model(&self) {
        self.index.promise_model();
    }

    /// From now on `model` is asked what a question means; `vectors` are what it says of [`Faq::written`]. The one thing
    /// that a snapshot learns late, since that takes seconds; until then, replies come by the letters alone.
    pub fn ask_model(&self, model: Arc<dyn Embed>, vectors: Vec<Vec<f32>>) {
        self.index.ask_model(model, vectors);
    }

    /// Whether the model has a say in replies.
    pub fn model_is_ready(&self) -> bool {
        self.index.model_is_ready()
    }

    /// What to say to `question`. Pure: the same question on the same snapshot gets the same reply,
    /// but for a model that is not ready or has no time: then it is asked without.
    pub fn ask(&self, question: &Question) -> Reply {
        // Once for all that look at it.
        let cleaned = clean(&question.text);
        if let Some(alarm) = self.triage.find_in_clean(&cleaned) {
            let kind = ReplyKind::Urgent(Urgent::of(alarm.flag));
            let why = Why { because: "a red flag was found".into(), red_flag: alarm.because, ..Why::default() };
            return self.reply(kind, why);
        }
        let mut found = self.index.find_cleaned(&question.text, &cleaned, MOST_EXPLAINED);
        self.put_verbatim_first(&question.text, &cleaned, &mut found);
        let (settings, weights) = (&self.settings, self.index.weights().when(found.model_was_asked));
        let asked: Vec<&Entry> = found.several.iter().filter_map(|one| self.knowledge.entry(&one.id)).collect();
        let several = decide_several(&found, &asked, question.asked_on, settings, weights);
        if several.is_some() {
            put_several_first(&mut found);
        }
        // Two questions at once do not go on from anything.
        let gone_on_from = question.about.as_deref().filter(|_| several.is_none());
        let gone_on_from = gone_on_from.and_then(|about| self.verbatim.get(&plain(about)));
        let first = found.matches.first().and_then(|first| self.knowledge.entry(&first.id));
        let answer = |entry| Answer::of(entry, &self.knowledge, question.asked_on);
        let both = several.is_some();
        let decided = several.unwrap_or_else(|| decide(&found, first, question.asked_on, settings, weights));
        let kind = match (decided.decision, first) {
            (Decision::Answer, Some(_)) if both => ReplyKind::Answers(asked.into_iter().map(answer).collect()),
            (Decision::Answer, Some(entry)) => ReplyKind::Answer(Box::new(answer(entry))),
            (Decision::Offer, Some(_)) => {
                let mut offers: Vec<&Match> = found.matches.iter().collect();
                if let Some((id, nth)) = gone_on_from {
                    self.see_in_the_light_of(id, *nth, question, &mut offers);
                }
                let offers = offers.into_iter().take(MOST_OFFERS);
                ReplyKind::DidYouMean(
                    offers.map(|m| Offer { id: m.id.clone(), question: m.question.clone() }).collect(),
                )
            }
            _ => self.not_in_faq(),
        };
        let why = Why {
            confidence: found.matches.first().map(|first| first.confidence),
            bar: decided.bar,
            because: decided.because,
            ranking: found.matches,
            unknown_words: found.unknown_words,
            reasons: found.reasons,
            lacked: found.lacked,
            heard: found.heard,
            model: found.model,
            red_flag: Vec::new(),
        };
        self.reply(kind, why)
    }

    /// Ranks what a message `found` that is not clear by itself, but goes on from the entry `about`: behind the first, which
    /// the message found alone, stands what it finds together with that entry's `nth` text. Only the order of what is
    /// offered changes, and no confidence: the words of the entry are not the member's.
    fn see_in_the_light_of(&self, about: &EntryId, nth: usize, question: &Question, found: &mut [&Match]) {
        let Some(text) = self.knowledge.entry(about).and_then(|entry| entry.texts().nth(nth)) else { return };
        let together = self.index.search(&format!("{text} {}", question.text), self.knowledge.entries.len());
        let place = |id: &EntryId| together.iter().position(|m| m.id == *id).unwrap_or(together.len());
        if let Some((_, others)) = found.split_first_mut() {
            // The entry itself goes last: it has just been read.
            others.sort_by_key(|m| (m.id == *about, place(&m.id)));
        }
    }

    /// Whoever picks a suggestion sends a question or phrasing word for word, and a moderator said what it means.
    fn put_verbatim_first(&self, text: &str, cleaned: &str, found: &mut Found) {
        // Far longer than any phrasing even with markup around it: not worth being taken apart once more.
        if text.len() > 8 * self.longest_verbatim {
            return;
        }
        let Some((id, _)) = self.verbatim.get(&words(cleaned).join(" ")) else { return };
        let Some(at) = found.matches.iter().position(|found| found.id == *id) else { return };
        found.matches[..=at].rotate_right(1);
        found.matches[0].confidence = found.matches[0].confidence.max(VERBATIM);
        found.verbatim = true;
    }

    /// The reply to a pressed button or a picked choice; `None` if it names something this set does not have.
    pub fn act(&self, action: &Action, asked_on: Option<Date>) -> Option<Reply> {
        let because = "it was chosen".to_owned();
        let (id, focus) = match action {
            Action::Show(id) | Action::Pick(id) => (id, Focus::Whole),
            Action::Situation(id, nth) => (id, Focus::Situation(*nth)),
            Action::ReadOn(id, nth) => (id, Focus::Part(*nth)),
            Action::Help(id) => {
                let flag = self.knowledge.red_flags.kinds.iter().find(|flag| flag.id == *id)?;
                return Some(self.reply(ReplyKind::Urgent(Urgent::of(flag)), Why { because, ..Why::default() }));
            }
            Action::NoneOfThese => return Some(self.reply(self.not_in_faq(), Why { because, ..Why::default() })),
        };
        let entry = self.knowledge.entry(id)?;
        let answer = Answer { focus, ..Answer::of(entry, &self.knowledge, asked_on) };
        if matches!(focus, Focus::Situation(_)) {
            answer.situation()?;
        }
        let kind = ReplyKind::Answer(Box::new(answer));
        Some(self.reply(kind, Why { because, ..Why::default() }))
    }

    /// The entries `ids` offered once more, to somebody who said yes and not to which; `None` if this set has none of them.
    pub fn offer(&self, ids: &[EntryId]) -> Option<Reply> {
        let offers: Vec<Offer> = ids.iter().filter_map(|id| self.knowledge.entry(id)).map(Offer::of).collect();
        let why =
            Why { because: "several were offered, and it was not said which is meant".to_owned(), ..Why::default() };
        (!offers.is_empty()).then(|| self.reply(ReplyKind::DidYouMean(offers), why))
    }

    /// Questions and phrasings for what somebody is typing, best first, at most `limit`, one an entry where possible.
    ///
    /// None before the second letter, which is when a guess begins to be worth reading; and none to whoever describes an
    /// emergency: a suggestion that is picked takes the place of what was typed, and the help with it.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        if typed.chars().filter(|c| c.is_alphanumeric()).nth(1).is_none() || self.triage.find_red_flag(typed).is_some()
        {
            return Vec::new();
        }
        let found = self.index.suggest(typed, limit).into_iter();
        let mut found: Vec<Suggestion> = found.map(|(id, text)| Suggestion { id, text: text.to_owned() }).collect();
        self.put_begun_first(typed, &mut found);
        found.truncate(limit);
        found
    }

    /// Who is in the middle of a word is not yet met by measures of whole words. What begins as he does stands first:
    /// questions, then phrasings, each in the order of `found`.
    fn put_begun_first(&self, typed: &str, found: &mut Vec<Suggestion>) {
        let typed = plain(typed);
        if typed.is_empty() {
            return;
        }
        // The first text of each entry that begins so.
        let mut begun: FxHashMap<&EntryId, usize> = FxHashMap::default();
        let from = self.verbatim.range(typed.clone()..);
        for (_, (id, nth)) in from.take_while(|(text, _)| text.starts_with(&typed)) {
            begun.entry(id).and_modify(|first| *first = (*first).min(*nth)).or_insert(*nth);
        }
        let place = |id: &EntryId| found.iter().position(|it| it.id == *id).unwrap_or(found.len());
        let entries = self.knowledge.entries.iter();
        let mut first: Vec<(bool, usize, Suggestion)> = entries
            .filter_map(|entry| {
                let nth = *begun.get(&entry.id)?;
                let text = entry.texts().nth(nth)?.to_owned();
                Some((nth > 0, place(&entry.id), Suggestion { id: entry.id.clone(), text }))
            })
            .collect();
        first.sort_by_key(|(phrasing, place, _)| (*phrasing, *place));
        let mut first: Vec<Suggestion> = first.into_iter().map(|(.., suggestion)| suggestion).collect();
        found.retain(|it| !first.iter().any(|begun| begun.id == it.id));
        first.append(found);
        *found = first;
    }

    /// The best entries for `question`, best first, at most `limit`, whatever would be said to it: for `eval`.
    pub fn rank(&self, question: &Question, limit: usize) -> Vec<Match> {
        let mut found = self.index.find(&question.text, limit);
        put_several_first(&mut found);
        found.matches
    }

    fn not_in_faq(&self) -> ReplyKind {
        let set = &self.knowledge.set;
        ReplyKind::NotInFaq(NotInFaq {
            set_name: set.name.clone(),
            disclaimer: set.disclaimer.clone(),
            contact: set.contact.clone(),
        })
    }

    fn reply(&self, kind: ReplyKind, why: Why) -> Reply {
        Reply { kind, why, version: self.version.clone() }
    }
}

/// The entries of several questions stand first in the ranking, in the order in which they were asked; which is also how
/// they are offered.
fn put_several_first(found: &mut Found) {
    if found.several.is_empty() {
        return;
    }
    let limit = found.matches.len();
    let behind = std::mem::take(&mut found.matches);
    found.matches = found.several.clone();
    found.matches.extend(behind.into_iter().filter(|one| found.several.iter().all(|first| first.id != one.id)));
    found.matches.truncate(limit);
    keep_order(&mut found.matches);
}

/// A text's words, for comparing it word for word.
fn plain(text: &str) -> String {
    normalize(text).join(" ")
}
