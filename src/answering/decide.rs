//! Answer, ask back, or say that the FAQ does not know: the only thresholds of the program.
//!
//! An operator does not set bars; he says how many of the answers given may be wrong (`max_wrong`). The bars that keep this
//! promise were found by `caveat tune` on judged cases and stand in `matching::weights`.

use jiff::civil::Date;

use crate::knowledge::{Entry, Risk};
use crate::matching::index::Found;
use crate::matching::weights::Weights;

/// When to answer, and when to ask back. The `[answering]` table of the config.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Of the answers given, the share that may be wrong, in `0.0..=0.5`: 0.03 is three of a hundred.
    pub max_wrong: f64,
    /// The same for entries of high risk; not above `max_wrong`.
    pub max_wrong_high_risk: f64,
    /// The least confidence of the first entry at which entries are offered, in `0.0..=1.0`.
    pub offer_at: f64,
}

impl Default for Settings {
    /// Four and three of a hundred: below that, too few questions of the shipped cases reach the bar to be worth asking a
    /// bot at all (35 of 100 at three of a hundred, half of them at five). Offers begin at .08: below it lie 3 of their 318
    /// members' questions, and 52 of 179 that the FAQ has nothing for.
    fn default() -> Self {
        Self { max_wrong: 0.04, max_wrong_high_risk: 0.03, offer_at: 0.08 }
    }
}

impl Settings {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let shares = [("max_wrong", self.max_wrong), ("max_wrong_high_risk", self.max_wrong_high_risk)];
        let mut mistakes: Vec<_> = shares
            .into_iter()
            .filter(|(_, share)| !(0.0..=0.5).contains(share))
            .map(|(name, _)| (name, "a share from 0 to 0.5, such as 0.03".to_owned()))
            .collect();
        if !(0.0..=1.0).contains(&self.offer_at) {
            mistakes.push(("offer_at", "a number from 0 to 1".to_owned()));
        }
        if mistakes.is_empty() && self.max_wrong_high_risk > self.max_wrong {
            // A wrong answer about a risk must never be easier to get than one about a price.
            mistakes.push(("max_wrong_high_risk", format!("at most `max_wrong`, which is {}", self.max_wrong)));
        }
        mistakes
    }
}

/// What is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The first match is the answer.
    Answer,
    /// The first matches are offered.
    Offer,
    /// Nothing fits.
    Nothing,
}

/// A decision with the bar that the confidence was held against, and the reason in one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub decision: Decision,
    pub bar: f64,
    pub because: String,
}

/// How many entries are offered at most. Three fit a phone's screen; the right one is among them for 95 of 100 questions
/// of the shipped cases, and a fourth would add one more.
pub const MOST_OFFERS: usize = 3;

/// The share of foreign words from which on a message is not taken for English.
const FOREIGN: f32 = 0.3;

/// The least confidence at which `entry` is given as the answer.
fn bar(entry: &Entry, settings: &Settings, weights: &Weights) -> f64 {
    let bar = match entry.risk {
        Risk::Ordinary => weights.bars_for(settings.max_wrong).ordinary,
        Risk::High => weights.bars_for(settings.max_wrong_high_risk).high_risk,
    };
    // A bar above 1 is a promise that no answer can keep; shown as one that none reaches.
    bar.min(1.001)
}

/// Whether `entry` is of high risk and past its review date: then it is never asserted.
fn is_stale_risk(entry: &Entry, asked_on: Option<Date>) -> bool {
    entry.risk == Risk::High && asked_on.zip(entry.review_due()).is_some_and(|(today, due)| today > due)
}

/// How many questions of one message are answered at once; more answers than these nobody reads to the end, and their
/// entries are offered.
const MOST_ANSWERS: usize = 2;

/// Decides on a message that asks several questions: `entries` are the entries of `found.several`, in its order. `None`:
/// it is to be decided as one question.
pub fn decide_several(
    found: &Found,
    entries: &[&Entry],
    asked_on: Option<Date>,
    settings: &Settings,
    weights: &Weights,
) -> Option<Decided> {
    if entries.len() < 2 || entries.len() != found.several.len() || found.verbatim || found.manner.foreign >= FOREIGN {
        return None;
    }
    let held = || {
        found.several.iter().zip(entries).map(|(one, entry)| (one.confidence.value(), bar(entry, settings, weights)))
    };
    // The one that is furthest from its bar decides, and is told.
    let (least, bar) = held().min_by(|a, b| (a.0 - a.1).total_cmp(&(b.0 - b.1)))?;
    let count = entries.len();
    let (decision, because) = if count > MOST_ANSWERS {
        (Decision::Offer, format!("{count} questions were found, more than are answered at once"))
    } else if least < bar {
        let because =
            format!("two questions were found, not both sure enough to answer: {least:.2}, the bar is {bar:.2}");
        (Decision::Offer, because)
    } else if entries.iter().any(|entry| is_stale_risk(entry, asked_on)) {
        let because =
            "two questions were found, and an entry is of high risk and past its review date, so they are only offered";
        (Decision::Offer, because.into())
    } else {
        let because =
            format!("two questions were found, both sure enough to answer: at least {least:.2}, the bar is {bar:.2}");
        (Decision::Answer, because)
    };
    Some(Decided { decision, bar, because })
}

/// Decides on what was `found`; `first` is the entry of the first match.
pub fn decide(
    found: &Found,
    first: Option<&Entry>,
    asked_on: Option<Date>,
    settings: &Settings,
    weights: &Weights,
) -> Decided {
    let Some((entry, best)) = first.zip(found.matches.first()) else {
        return Decided {
            decision: Decision::Nothing,
            bar: settings.offer_at,
            because: "no entry has anything in common with this".into(),
        };
    };
    let bar = bar(entry, settings, weights);
    let confidence = best.confidence.value();
    let decided = |decision, because: String| Decided { decision, bar, because };
    if found.manner.foreign >= FOREIGN {
        let decision = if confidence >= settings.offer_at { Decision::Offer } else { Decision::Nothing };
        return decided(decision, "this does not read as English, so nothing is asserted".into());
    }
    if confidence < settings.offer_at {
        return decided(
            Decision::Nothing,
            format!("the best entry is too unlikely: {confidence:.2}, offers begin at {:.2}", settings.offer_at),
        );
    }
    if found.subject_only && !found.verbatim {
        return decided(Decision::Offer, "the subject is named and nothing is asked of it".into());
    }
    if confidence < bar && !found.verbatim {
        return decided(Decision::Offer, format!("not sure enough to answer: {confidence:.2}, the bar is {bar:.2}"));
    }
    if is_stale_risk(entry, asked_on) {
        return decided(
            Decision::Offer,
            "the entry is of high risk and past its review date, so it is only offered".into(),
        );
    }
    if found.verbatim {
        return decided(Decision::Answer, "these are the words of the entry itself".into());
    }
    decided(Decision::Answer, format!("sure enough to answer: {confidence:.2}, the bar is {bar:.2}"))
}
