//! Whether words that sound like a sign are a call for help: denied, small, joked about, asked about in general, imagined,
//! told of strangers, long past or over.
//!
//! A guard never reaches further than the sentence it stands in, but for two: what is over may be said in the sentences
//! that follow, and laughter only counts while nothing serious stands anywhere. So nothing that is said elsewhere in a
//! message can take a sign away.

use super::phrases::{Hit, Page, Role};
use crate::knowledge::red_flag::Sign;

/// Why a sign does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAside {
    /// One of its look-alikes stands there.
    LookAlike,
    /// Its sentence is about something else (`not_with`).
    SomethingElse,
    Denied,
    Mild,
    /// Harm in general is asked about.
    InGeneral,
    Imagined,
    Hearsay,
    LongAgo,
    Over,
    /// Laughter, and nothing serious anywhere in the message.
    Joke,
}

/// A look-alike takes a sign away if it has at least one in this many of the sign's own words: "die her hair" has one of
/// the three of "wants to die", but "how to end" only one of the five of "going to end my life".
const LOOK_ALIKE_SHARE: u32 = 3;

/// How many words before or after a sign a guard may stand. Who asks or imagines comes to the point within a dozen words;
/// in a message without any full stop, this is what keeps one matter from the next.
const REACH: usize = 12;

/// How many sentences later "all healed now" may come. Two hold the usual story: it began, it was treated, it is over.
const OVER_WITHIN_SENTENCES: usize = 2;

/// Words that may stand between a denial and the sign it denies: "*no* signs of any *fever*".
const BETWEEN_DENIAL_AND_SIGN: [&str; 46] = [
    "a",
    "an",
    "any",
    "the",
    "of",
    "or",
    "nor",
    "and",
    "have",
    "has",
    "had",
    "having",
    "get",
    "got",
    "getting",
    "feel",
    "feeling",
    "felt",
    "see",
    "seeing",
    "notice",
    "noticed",
    "noticing",
    "much",
    "more",
    "sign",
    "signs",
    "real",
    "actual",
    "really",
    "been",
    "be",
    "is",
    "are",
    "was",
    "think",
    "running",
    "run",
    "develop",
    "developed",
    "experience",
    "experienced",
    "to",
    "it",
    "real",
    "bad",
];

/// The guards found in one message.
pub(super) struct Guards<'h> {
    hits: &'h [Hit],
    page: &'h Page<'h>,
}

impl<'h> Guards<'h> {
    pub fn new(hits: &'h [Hit], page: &'h Page<'h>) -> Self {
        Self { hits, page }
    }

    /// Why `hit`, words that sound like the sign with this number, is no call for help; `None` if it is one.
    pub fn set_aside(&self, number: usize, sign: &Sign, hit: &Hit) -> Option<SetAside> {
        if self.all(Role::LookAlike(number)).any(|other| hit.shared_words(other) * LOOK_ALIKE_SHARE >= hit.words()) {
            return Some(SetAside::LookAlike);
        }
        if self.with(hit, Role::NotWith(number)).next().is_some() {
            return Some(SetAside::SomethingElse);
        }
        if self.denied(hit) {
            return Some(SetAside::Denied);
        }
        if sign.unless_mild && self.mild(hit) {
            return Some(SetAside::Mild);
        }
        let now = self.says(hit, Role::Now);
        // A number that was measured is a report, however the question around it is put.
        if !hit.measured && !now {
            let me = |guard: &Hit| self.with(hit, Role::Me).any(|it| !it.overlaps(guard));
            let someone = |guard: &Hit| self.with(hit, Role::Someone).any(|it| !it.overlaps(guard));
            if self.before(hit, Role::Question).any(|guard| !me(guard) && !someone(guard)) {
                return Some(SetAside::InGeneral);
            }
            let imagined = || {
                self.with(hit, Role::Theory).next().is_some() || self.before(hit, Role::Hypothetical).next().is_some()
            };
            if !sign.even_if_imagined && imagined() {
                return Some(SetAside::Imagined);
            }
            let me_after = |guard: &Hit| self.with(hit, Role::Me).any(|it| it.first > guard.last);
            if self.before(hit, Role::Hearsay).any(|guard| !me_after(guard)) {
                return Some(SetAside::Hearsay);
            }
        }
        if self.long_ago(hit) {
            return Some(SetAside::LongAgo);
        }
        self.over(hit, now).then_some(SetAside::Over)
    }

    /// Whether somebody laughs in the sentence of `hit`.
    pub fn joking(&self, hit: &Hit) -> bool {
        self.with(hit, Role::Joke).next().is_some()
    }

    fn all(&self, role: Role) -> impl Iterator<Item = &'h Hit> {
        self.hits.iter().filter(move |hit| hit.role == role)
    }

    /// The hits of `role` in the sentence of `hit`.
    fn with(&self, hit: &Hit, role: Role) -> impl Iterator<Item = &'h Hit> {
        let sentence = self.sentence(hit.first);
        let near = hit.first.saturating_sub(REACH)..=hit.last + REACH;
        self.all(role).filter(move |other| self.sentence(other.first) == sentence && near.contains(&other.first))
    }

    /// The same, but only those that begin before `hit`.
    fn before(&self, hit: &Hit, role: Role) -> impl Iterator<Item = &'h Hit> {
        let first = hit.first;
        self.with(hit, role).filter(move |other| other.first < first)
    }

    /// Whether `role` stands in the sentence of `hit`, as something of its own: "now" in "fine now" is no "now".
    fn says(&self, hit: &Hit, role: Role) -> bool {
        let taken = |it: &Hit| {
            let others = self.with(hit, Role::Over).chain(self.with(hit, Role::NotNow));
            others.into_iter().any(|other| other.shares_a_word_with(it))
        };
        self.with(hit, role).any(|it| !taken(it))
    }

    fn sentence(&self, token: usize) -> usize {
        self.page.message.tokens[token].sentence
    }

    fn clause(&self, token: usize) -> usize {
        self.page.message.tokens[token].clause
    }

    fn word(&self, token: usize) -> &str {
        &self.page.message.tokens[token].text
    }

    fn denied(&self, hit: &Hit) -> bool {
        let denials = || {
            self.with(hit, Role::Negation)
                .filter(|denial| !self.all(Role::NotNegation).any(|other| other.shares_a_word_with(denial)))
                .filter(|denial| !(denial.first..=denial.last).any(|token| hit.uses(token)))
        };
        // "the throat is *not* closing": inside the sign, and none of its own words.
        if denials().any(|denial| hit.covers(denial.first)) {
            return true;
        }
        if denials().filter(|denial| denial.last < hit.first).any(|denial| self.reaches(denial, hit)) {
            return true;
        }
        // "fever? no." and "fever: none"
        let next = hit.last + 1;
        next < self.page.message.tokens.len()
            && self.clause(next) != self.clause(hit.last)
            && matches!(self.word(next), "no" | "none" | "nope" | "nah")
            && self.page.message.tokens.get(next + 1).is_none_or(|after| after.clause != self.clause(next))
    }

    /// Whether `denial`, which stands before `hit`, denies it: nothing but small words and other signs stands between
    /// ("no *fever or chills*"). Over a comma it reaches only in a list that an "or" holds together.
    fn reaches(&self, denial: &Hit, hit: &Hit) -> bool {
        let between = denial.last + 1..hit.first;
        let small = |token: usize| BETWEEN_DENIAL_AND_SIGN.contains(&self.word(token));
        let sign = |token: usize| self.hits.iter().any(|it| matches!(it.role, Role::Sign(_)) && it.covers(token));
        if !between.clone().all(|token| small(token) || sign(token)) {
            return false;
        }
        // "and my", "but" begin a clause without a comma and end what was denied.
        if self.clause(denial.last) == self.clause(hit.first) {
            return true;
        }
        let or = |token: usize| matches!(self.word(token), "or" | "nor" | "etc" | "anything" | "whatsoever");
        let end = (hit.last + 6).min(self.page.message.tokens.len());
        (denial.last + 1..end).any(|token| self.sentence(token) == self.sentence(hit.first) && or(token))
    }

    fn mild(&self, hit: &Hit) -> bool {
        self.with(hit, Role::Mild).any(|mild| {
            let same_clause = self.clause(mild.first) == self.clause(hit.first);
            let just_before = mild.last < hit.first && hit.first - mild.last <= 3;
            let just_after = mild.first > hit.last && mild.first - hit.last <= 1;
            hit.overlaps(mild) || (same_clause && (just_before || just_after))
        })
    }

    fn long_ago(&self, hit: &Hit) -> bool {
        let clause = self.clause(hit.first);
        let in_clause = |role| self.with(hit, role).any(|it| self.clause(it.first) == clause);
        // "two years ago I wanted to die, now I am happy": a "now" beside it says nothing of the sign itself.
        let now =
            self.with(hit, Role::Now).any(|now| self.clause(now.first) == clause || self.word(now.first) == "again");
        !now && self.with(hit, Role::Past).any(|past| self.clause(past.first) == clause || in_clause(Role::PastVerb))
    }

    fn over(&self, hit: &Hit, now: bool) -> bool {
        let sentence = self.sentence(hit.first);
        let later = |over: &&Hit| over.first > hit.last;
        if self.with(hit, Role::Over).filter(later).any(|over| !self.turns_after(over)) {
            return true;
        }
        let clause = self.clause(hit.first);
        let in_the_past = self.with(hit, Role::PastVerb).any(|verb| self.clause(verb.first) == clause);
        in_the_past
            && !now
            && self.all(Role::Over).any(|over| {
                let of = self.sentence(over.first);
                of > sentence && of <= sentence + OVER_WITHIN_SENTENCES && !self.turns_after(over)
            })
    }

    /// Whether a "but", "again" or "now" follows `over` in its sentence: then it is not over.
    fn turns_after(&self, over: &Hit) -> bool {
        (over.last + 1..self.page.message.tokens.len())
            .take_while(|&token| self.sentence(token) == self.sentence(over.first))
            .any(|token| matches!(self.word(token), "but" | "again" | "now" | "however" | "except" | "still" | "today"))
    }
}
