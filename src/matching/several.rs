//! Messages with more than one thought: two questions at once, or one question inside a story.
//!
//! The message is measured as a whole first. What is found here may only take the place of that where a clause by itself
//! says more: measured on the cases, the whole is the better guide for all but long messages and true double questions.

use super::calibration::Confidence;
use super::candidates::Breadth;
use super::clauses::{Clause, clause, pieces};
use super::index::{Index, Match};
use super::measure::Measured;
use super::similarity::meanings::Meaning;

/// More words than this are a story. Taking the surest clause for the whole message found 3 more of 292 members' questions
/// with this limit, and none with 20; with 15 it found 7 fewer.
const STORY_WORDS: usize = 25;

/// How sure it must be what each of several questions means. The ends of one question ("is there a list", "any point") seem
/// to mean something with up to .6.
const SURE_ENOUGH: f64 = 0.6;

/// Each of several questions must have its entry among the first so many of the whole message, whose words are the same.
const OF_WHOLE: usize = 5;

/// Clauses that are looked at: more questions in one message are an essay, and each takes the time of a message.
const MOST_CLAUSES: usize = 6;

/// A clause that asks, and what it means by itself.
pub(super) struct Heard {
    clause: Clause,
    pub measured: Measured,
    pub confidence: Confidence,
}

impl Heard {
    /// The clause as it was written, without its markup and in lower case.
    pub fn text(&self) -> &str {
        &self.clause.text
    }

    /// Whether the clause may stand for the whole message. If not, its first entry is only tried before those of the whole.
    pub fn is_sure(&self) -> bool {
        self.confidence.value() >= SURE_ENOUGH
    }

    /// Whether the clause may be one of several questions.
    fn is_one_of_several(&self) -> bool {
        self.clause.opens && self.is_sure()
    }
}

/// The clauses of a clean text that ask, in order; none if the whole is one clause.
pub(super) fn asking(cleaned: &str) -> Vec<Clause> {
    let pieces = pieces(cleaned);
    // Most messages are a single piece, and need not be looked at more closely.
    if pieces.len() < 2 {
        return Vec::new();
    }
    let all: Vec<Clause> = pieces.into_iter().filter_map(clause).collect();
    if all.len() < 2 {
        return Vec::new();
    }
    let mut asking: Vec<Clause> = Vec::new();
    for clause in all.into_iter().filter(|clause| clause.asks() && !clause.points_back) {
        if asking.iter().all(|other| other.text != clause.text) {
            asking.push(clause);
        }
    }
    if asking.len() > MOST_CLAUSES {
        // A question mark is the better sign; of equals the last, since a story comes to its question at the end.
        let mut kept: Vec<usize> = (0..asking.len()).collect();
        kept.sort_by_key(|at| (!asking[*at].marked, std::cmp::Reverse(*at)));
        kept.truncate(MOST_CLAUSES);
        let mut at = 0..;
        asking.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    }
    asking
}

impl Index {
    /// The clauses of a text that was measured as `whole`, each measured by itself; with each comes what a model says that it
    /// means. None if nothing can come of them.
    pub(super) fn hear(&self, mut clauses: Vec<(Clause, Option<Meaning>)>, whole: &Measured) -> Vec<Heard> {
        let is_story = is_story(whole);
        if !is_story {
            clauses.retain(|(clause, _)| clause.opens);
        }
        let mut left = clauses.len();
        let mut heard: Vec<Heard> = Vec::new();
        let mut sure = 0;
        for (clause, meaning) in clauses {
            // Short messages are only asked whether they hold several questions: most stop being two here.
            if !is_story && sure + left < 2 {
                return Vec::new();
            }
            left -= 1;
            let measured = self.measure_cleaned(&clause.text, meaning.as_ref(), Breadth::USUAL);
            let confidence = self.confidence(&measured);
            if !measured.subject_only {
                let own = Heard { clause, measured, confidence };
                sure += usize::from(own.is_one_of_several());
                heard.push(own);
            }
        }
        heard
    }

    /// The first entry of each of several questions, in the order in which they were asked; empty if it is not sure that
    /// there are several.
    pub(super) fn several(&self, whole: &Measured, heard: &[Heard]) -> Vec<Match> {
        let mut firsts: Vec<(u32, &Heard)> = Vec::new();
        for heard in heard.iter().filter(|heard| heard.is_one_of_several()) {
            let Some(&first) = heard.measured.order.first() else { continue };
            if whole.order.iter().take(OF_WHOLE).any(|entry| *entry == first)
                && firsts.iter().all(|(other, _)| *other != first)
            {
                firsts.push((first, heard));
            }
        }
        if firsts.len() < 2 {
            return Vec::new();
        }
        firsts.into_iter().flat_map(|(_, heard)| self.matches(&heard.measured, 1)).collect()
    }

    /// The clause that asks what a long message is about, if it says more surely than the whole what is meant.
    pub(super) fn point_of_story<'h>(&self, whole: &Measured, heard: &'h [Heard]) -> Option<&'h Heard> {
        if !is_story(whole) {
            return None;
        }
        let surest = heard.iter().max_by(|a, b| a.confidence.value().total_cmp(&b.confidence.value()))?;
        (surest.confidence.value() > self.confidence(whole).value()).then_some(surest)
    }
}

fn is_story(whole: &Measured) -> bool {
    whole.tokens.len() > STORY_WORDS
}
