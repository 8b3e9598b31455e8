//! Whether words that sound like a sign are a call for help: denied, small, joked about, asked about in general, imagined,
//! told of strangers, long past or over.
//!
//! A guard never reaches further than the sentence it stands in, but for two: the next sentence may open with the end of
//! it all, and laughter only counts while nothing serious stands anywhere. So nothing that is said elsewhere in a
//! message can take a sign away.

mod past;

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::phrases::{Hit, Page, Role};
use crate::knowledge::red_flag::Sign;

/// Why a sign does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAside {
    /// One of its look-alikes stands there.
    LookAlike,
    /// Its sentence is about something else (`not_with`).
    SomethingElse,
    /// Of a song, a film, a game.
    Fiction,
    Denied,
    Mild,
    /// Harm in general is asked about.
    InGeneral,
    Imagined,
    Hearsay,
    LongAgo,
    /// Told of a day gone by, in a long story.
    Told,
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

/// The same for who it is told of, which a long sentence says once at its beginning ("*the movie* we watched …"), and how
/// much of a clause without an end is looked at.
const FAR_REACH: usize = 24;

/// Words that may stand between a denial and the sign it denies: "*no* signs of any *fever*".
const BETWEEN_DENIAL_AND_SIGN: &str = "a an any the of or nor and have has had having get got getting feel feeling felt see \
    seeing notice noticed noticing much more sign signs real actual really been be is are was think running run develop \
    developed experience experienced to it bad";

/// The guards found in one message.
pub(super) struct Guards<'h> {
    /// By what they are for, in the order of the message.
    by_role: FxHashMap<Role, Vec<Hit>>,
    /// For each word whether a sign covers it.
    in_a_sign: Vec<bool>,
    page: &'h Page<'h>,
}

impl<'h> Guards<'h> {
    pub fn new(hits: &[Hit], page: &'h Page<'h>) -> Self {
        let mut by_role: FxHashMap<Role, Vec<Hit>> = FxHashMap::default();
        let mut in_a_sign = vec![false; page.message.tokens.len()];
        for hit in hits {
            if matches!(hit.role, Role::Sign(_)) {
                in_a_sign[hit.first..=hit.last].fill(true);
            } else {
                by_role.entry(hit.role).or_default().push(*hit);
            }
        }
        Self { by_role, in_a_sign, page }
    }

    /// Why `hit`, words that sound like the sign with this number, is no call for help; `None` if it is one.
    pub fn set_aside(&self, number: usize, sign: &Sign, hit: &Hit) -> Option<SetAside> {
        if self
            .around(hit, Role::LookAlike(number))
            .any(|other| hit.shared_words(other) * LOOK_ALIKE_SHARE >= hit.words())
        {
            return Some(SetAside::LookAlike);
        }
        if self.with(hit, Role::NotWith(number)).next().is_some() {
            return Some(SetAside::SomethingElse);
        }
        if self.with(hit, Role::Fiction).next().is_some() || self.far_in_a_story(hit) {
            return Some(SetAside::Fiction);
        }
        if sign.between_the_lines {
            return self.hearsay(hit, false).then_some(SetAside::Hearsay);
        }
        if self.denied(hit) {
            return Some(SetAside::Denied);
        }
        if sign.unless_mild && self.mild(hit) {
            return Some(SetAside::Mild);
        }
        let now = self.nows(hit).next().is_some();
        // A number that was measured is a report, however the question around it is put.
        if !hit.measured && !now {
            let imagined = || {
                self.with(hit, Role::Theory).next().is_some()
                    || self.before(hit, Role::Hypothetical).next().is_some()
                    || self.may_be(hit)
            };
            if !sign.even_if_imagined && imagined() {
                return Some(SetAside::Imagined);
            }
            // A word that the guard only spans ("why is *my* scalp … caused") still speaks of somebody.
            let me = |guard: &Hit| self.with(hit, Role::Me).any(|it| !it.shares_a_word_with(guard));
            let someone = |guard: &Hit| self.with(hit, Role::Someone).any(|it| !it.shares_a_word_with(guard));
            let general = || self.before(hit, Role::Question).any(|guard| !me(guard) && !someone(guard));
            let general_after = || self.with(hit, Role::AskedAfter).any(|guard| guard.last > hit.last && !me(guard));
            if !sign.even_if_asked && (general() || general_after()) {
                return Some(SetAside::InGeneral);
            }
        }
        if !now && self.at_work(hit) {
            return Some(SetAside::InGeneral);
        }
        if self.hearsay(hit, now) {
            return Some(SetAside::Hearsay);
        }
        if self.long_ago(hit) {
            return Some(SetAside::LongAgo);
        }
        // A farewell is told like a story: "I gave my plants to her and paid the bills".
        if !now && !hit.measured && !sign.even_if_imagined && self.told(hit) {
            return Some(SetAside::Told);
        }
        self.over(hit, now).then_some(SetAside::Over)
    }

    /// Whether a long sentence began with fiction and has said nothing of its writer since.
    fn far_in_a_story(&self, hit: &Hit) -> bool {
        let me_since = |guard: &Hit| self.with(hit, Role::Me).any(|me| (guard.last + 1..=hit.last).contains(&me.first));
        self.long_before(hit, Role::Fiction).any(|guard| !me_since(guard))
    }

    /// Whether the sentence of `hit` is about work, training or writing, and not about the writer or his kin.
    fn at_work(&self, hit: &Hit) -> bool {
        let works = || self.with(hit, Role::Work).chain(self.long_before(hit, Role::Work));
        let of_somebody = |role| self.with(hit, role).any(|it| works().all(|work| !it.shares_a_word_with(work)));
        works().next().is_some() && !of_somebody(Role::Me) && !of_somebody(Role::Someone)
    }

    /// Whether it was told of strangers. What was in the news was so last night too, but what follows of oneself was not in
    /// them.
    fn hearsay(&self, hit: &Hit, now: bool) -> bool {
        let me_after = |guard: &Hit| self.with(hit, Role::Me).any(|it| it.first > guard.last);
        let someone_after = |guard: &Hit| self.with(hit, Role::Someone).any(|it| it.first > guard.last);
        let said = || self.long_before(hit, Role::Hearsay).any(|guard| !me_after(guard));
        let news = || self.long_before(hit, Role::News).any(|guard| !me_after(guard) && !someone_after(guard));
        (!hit.measured && !now && said()) || news()
    }

    /// Whether somebody laughs in the sentence of `hit`.
    pub fn joking(&self, hit: &Hit) -> bool {
        self.with(hit, Role::Joke).next().is_some()
    }

    /// All hits of `role`.
    fn all(&self, role: Role) -> &[Hit] {
        self.by_role.get(&role).map_or(&[][..], Vec::as_slice)
    }

    /// The hits of `role` that begin at most [`REACH`] words from `hit`.
    fn around(&self, hit: &Hit, role: Role) -> impl Iterator<Item = &Hit> {
        self.beginning(role, hit.first.saturating_sub(REACH), hit.last + REACH)
    }

    /// The hits of `role` that begin from token `first` to token `last`.
    fn beginning(&self, role: Role, first: usize, last: usize) -> impl Iterator<Item = &Hit> {
        let all = self.all(role);
        let start = all.partition_point(|hit| hit.first < first);
        all[start..].iter().take_while(move |hit| hit.first <= last)
    }

    /// The hits of `role` in the sentence of `hit`, no further than [`REACH`] words from it.
    fn with(&self, hit: &Hit, role: Role) -> impl Iterator<Item = &Hit> {
        let sentence = self.sentence(hit.first);
        self.around(hit, role).filter(move |other| self.sentence(other.first) == sentence)
    }

    /// The same, but only those that begin before `hit`.
    fn before(&self, hit: &Hit, role: Role) -> impl Iterator<Item = &Hit> {
        let first = hit.first;
        self.with(hit, role).filter(move |other| other.first < first)
    }

    /// The hits of `role` before `hit` in its sentence, no further than [`FAR_REACH`] words from it.
    fn long_before(&self, hit: &Hit, role: Role) -> impl Iterator<Item = &Hit> {
        let (first, sentence) = (hit.first, self.sentence(hit.first));
        self.beginning(role, first.saturating_sub(FAR_REACH), first)
            .filter(move |other| other.first < first && self.sentence(other.first) == sentence)
    }

    /// Where the sentence of `hit` says that it is now. "Now" in "fine now" and "since" in "since childhood" are no "now".
    fn nows(&self, hit: &Hit) -> impl Iterator<Item = &Hit> {
        let taken = |it: &Hit| {
            let others = self.with(hit, Role::Over).chain(self.with(hit, Role::NotNow));
            others.into_iter().any(|other| other.shares_a_word_with(it))
        };
        self.with(hit, Role::Now).filter(move |it| !taken(it))
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
                .filter(|denial| !self.around(denial, Role::NotNegation).any(|other| other.shares_a_word_with(denial)))
                .filter(|denial| !(denial.first..=denial.last).any(|token| hit.uses(token)))
        };
        // "the throat is *not* closing": inside the sign, and none of its own words.
        if denials().any(|denial| hit.covers(denial.first)) {
            return true;
        }
        if denials().filter(|denial| denial.last < hit.first).any(|denial| self.reaches(denial, hit)) {
            return true;
        }
        // "fever? no." and "any dark thoughts? no", where hardly anything else stands beside it.
        let Range { start, end: next } = self.of_clause(hit);
        hit.first - start < 3
            && next <= hit.last + 3
            && next < self.page.message.tokens.len()
            && matches!(self.word(next), "no" | "none" | "nope" | "nah")
            && self.page.message.tokens.get(next + 1).is_none_or(|after| after.clause != self.clause(next))
    }

    /// Whether the sign itself says what can be, not what is: "swelling *can* reach the eyes".
    fn may_be(&self, hit: &Hit) -> bool {
        let skipped = (hit.first..=hit.last).filter(|&token| !hit.uses(token));
        skipped.into_iter().any(|token| {
            let barely =
                token < hit.last && matches!(self.word(token + 1), "barely" | "hardly" | "only" | "not" | "feel");
            matches!(self.word(token), "can" | "could" | "may" | "might" | "will" | "would") && !barely
        })
    }

    /// Whether `denial`, which stands before `hit`, denies it: nothing but small words and other signs stands between
    /// ("no *fever or chills*"). Over a comma it reaches only in a list that an "or" holds together.
    fn reaches(&self, denial: &Hit, hit: &Hit) -> bool {
        let mut between = denial.last + 1..hit.first;
        let small = |token: usize| BETWEEN_DENIAL_AND_SIGN.split(' ').any(|word| word == self.word(token));
        if !between.all(|token| small(token) || self.in_a_sign[token]) {
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

    /// The tokens from the begin of the clause in which `hit` begins to the end of the one in which it ends, no further than
    /// [`FAR_REACH`] words from it.
    fn of_clause(&self, hit: &Hit) -> Range<usize> {
        let last = self.page.message.tokens.len().min(hit.last + 1 + FAR_REACH);
        let same = |token: &usize, as_that: usize| self.clause(*token) == self.clause(as_that);
        let from = hit.first.saturating_sub(FAR_REACH);
        let start = (from..hit.first).rev().take_while(|it| same(it, hit.first)).last().unwrap_or(hit.first);
        let end = (hit.last..last).take_while(|it| same(it, hit.last)).last().unwrap_or(hit.last);
        start..end + 1
    }
}
