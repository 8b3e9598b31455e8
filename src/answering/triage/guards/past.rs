//! What is over: told of a day long gone, or followed by how well it ended.

use super::{FAR_REACH, Guards, REACH};
use crate::answering::triage::phrases::{Hit, Role};

/// Within how many words a sentence opens: "turned out …", "after antibiotics all healed".
const OPENING_WORDS: usize = 3;

/// How many words before "all good" somebody may be said to say so: "she *says that it is* all good".
const WHO_SAYS: usize = 5;

/// Words of what is: in a clause that has one, "swollen" and "blistered" are no events of a day gone by.
const PRESENT: [&str; 36] = [
    "is", "isnt", "are", "arent", "am", "im", "ive", "its", "hes", "shes", "theyre", "theres", "has", "hasnt", "have",
    "havent", "cant", "cannot", "can", "wont", "dont", "doesnt", "do", "does", "keeps", "keep", "feel", "feels",
    "looks", "look", "hurts", "says", "seems", "wakes", "gets", "goes",
];

/// Whether `word` begins a clause that stands alone.
fn is_subject(word: &str) -> bool {
    matches!(word, "i" | "he" | "she" | "it" | "they" | "we" | "now")
}

impl Guards<'_> {
    pub(super) fn long_ago(&self, hit: &Hit) -> bool {
        let clause = self.clause(hit.first);
        let in_clause = |role| self.with(hit, role).any(|it| self.clause(it.first) == clause);
        // "two years ago I wanted to die, now I am happy": a "now" beside it says nothing of the sign itself.
        // Nor does "an hour after".
        let relative = |now: &Hit| matches!(self.word(now.last), "after" | "later" | "post" | "in");
        let now = self.nows(hit).any(|now| {
            !relative(now)
                && (self.clause(now.first) == clause || hit.covers(now.first) || self.word(now.first) == "again")
        });
        // "My last winter" is the sign itself.
        let own = |past: &Hit| (past.first..=past.last).all(|token| hit.uses(token));
        let told = |past: &Hit| self.clause(past.first) == clause || in_clause(Role::PastVerb);
        !now && (self.with(hit, Role::Past).any(|past| !own(past) && told(past)) || self.goes_on_from_the_past(hit))
    }

    /// Whether the clause of `hit` has no verb of its own and goes on from one before it that tells of the past: "had a funny
    /// turn in march, *out cold for ten seconds*", "got infected in 2021, fever, *pus*".
    fn goes_on_from_the_past(&self, hit: &Hit) -> bool {
        let sentence = self.sentence(hit.first);
        let in_clause = |role, clause| {
            self.all(role).iter().any(|it| self.sentence(it.first) == sentence && self.clause(it.first) == clause)
        };
        let own_verb = |token: usize| PRESENT.contains(&self.word(token)) || is_subject(self.word(token));
        let of_clause = self.of_clause(hit);
        let from = of_clause.start.saturating_sub(FAR_REACH);
        let before = (from..of_clause.start).rev().take_while(|&token| self.sentence(token) == sentence);
        if of_clause.clone().any(own_verb) {
            return false;
        }
        let mut clause = self.clause(hit.first);
        for token in before {
            if self.clause(token) != clause {
                clause = self.clause(token);
                if in_clause(Role::PastVerb, clause) {
                    return in_clause(Role::Past, clause);
                }
            }
            if own_verb(token) {
                return false;
            }
        }
        false
    }

    /// Whether a long message only tells it, in the past and without a word of now: "one client fainted, we gave her cola".
    /// Who is in trouble says in a long message too what *is*.
    pub(super) fn told(&self, hit: &Hit) -> bool {
        if !self.page.message.is_story() {
            return false;
        }
        let clause = self.clause(hit.first);
        let words = || self.of_clause(hit).map(|token| self.word(token));
        let past = || {
            let verb = self.with(hit, Role::PastVerb).any(|verb| self.clause(verb.first) == clause);
            verb || words().any(|word| word.len() > 4 && word.ends_with("ed"))
        };
        !words().any(|word| PRESENT.contains(&word)) && past()
    }

    pub(super) fn over(&self, hit: &Hit, now: bool) -> bool {
        let later = |over: &&Hit| over.first > hit.last;
        if self.with(hit, Role::Over).filter(later).any(|over| !self.turns_after(over) && !self.claimed(over)) {
            return true;
        }
        let clause = self.clause(hit.first);
        let in_the_past = self.with(hit, Role::PastVerb).any(|verb| self.clause(verb.first) == clause);
        in_the_past && !now && self.over_in_the_next_sentence(hit)
    }

    /// Whether somebody only says that it is over: "chest pain, the clinic *says* im fine".
    fn claimed(&self, over: &Hit) -> bool {
        let said = |token: usize| {
            matches!(
                self.word(token),
                "says" | "saying" | "insists" | "claims" | "reckons" | "thinks" | "keeps" | "telling"
            )
        };
        (over.first.saturating_sub(WHO_SAYS)..over.first)
            .any(|token| self.sentence(token) == self.sentence(over.first) && said(token))
    }

    /// Whether the next sentence opens with the end of it: "had hives all over. *Gone in* an hour". A sentence about
    /// something else ("mine healed nicely", "my hair is fine now") ends nothing.
    fn over_in_the_next_sentence(&self, hit: &Hit) -> bool {
        let tokens = &self.page.message.tokens;
        let this = self.sentence(hit.first);
        let Some(next) = (hit.last..tokens.len()).find(|&token| self.sentence(token) > this) else { return false };
        let own_subject = matches!(self.word(next), "mine" | "my" | "his" | "her" | "their" | "the" | "your" | "no");
        let opens = |over: &Hit| self.sentence(over.first) == self.sentence(next) && !self.turns_after(over);
        !own_subject && self.beginning(Role::Over, next, next + OPENING_WORDS).any(opens)
    }

    /// Whether a "but", "again", "then" or "now" follows `over` in its sentence: then it is not over. What "went away again"
    /// is.
    fn turns_after(&self, over: &Hit) -> bool {
        let next = self.page.message.tokens.get(over.last + 1);
        let away_again =
            matches!(self.word(over.last), "away" | "down" | "off") && next.is_some_and(|it| it.text == "again");
        (over.last + 1 + usize::from(away_again)..self.page.message.tokens.len())
            .take(REACH)
            .take_while(|&token| self.sentence(token) == self.sentence(over.first))
            .any(|token| {
                matches!(
                    self.word(token),
                    "but" | "again" | "now" | "however" | "except" | "still" | "today" | "then" | "worse"
                )
            })
    }
}
