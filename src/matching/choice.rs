//! Whether a message answers "did you mean one of these?" in words and says nothing else: "the second", "2", "none of these".
//!
//! A closed list of whole phrases, as in `courtesy`: what is not in it from its first word to its last is a question like any
//! other. Which entries were offered is not known here.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::courtesy::is_kind_word;
use super::normalize::{clean, words};

/// What was chosen of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The n-th, counted from 0.
    Nth(usize),
    Last,
    /// "Yes": clear only where one thing was offered.
    Agreed,
    NoneOfThese,
}

/// A place in the list, as an ordinal and as a number. No more are ever offered than these.
const PLACES: [(&[&str], &[&str]); 3] =
    [(&["first", "1st"], &["1", "one"]), (&["second", "2nd"], &["2", "two"]), (&["third", "3rd"], &["3", "three"])];

const AGREED: &str = "yes|yeah|yea|yep|yup|ya|yes that|that one|this one|yes that one|yes this one|exactly|correct|that is it|thats it|\
                      that is right|thats right|that is the one|thats the one|yes it is|yes i did|yes i do|i did|i do";

const NONE: &str = "none|none of these|none of those|none of them|none of the above|no none of these|no none of them|neither|\
                    neither of these|neither of them|no|nope|nah|not these|not those|no not these|none fits|none fit|none of these fit";

/// What may stand before a choice, and behind it, and changes nothing.
const BEFORE: [&str; 15] = [
    "yes",
    "yeah",
    "yea",
    "yep",
    "yup",
    "ok",
    "okay",
    "oh",
    "sorry",
    "it is",
    "its",
    "i meant",
    "i mean",
    "i meant to ask",
    "hi",
];
const BEHIND: [&str; 10] = ["please", "pls", "plz", "thanks", "thank you", "thx", "ty", "bot", "then", "of these"];

/// The most words that are looked at: whoever says more says something else.
const MOST_WORDS: usize = 9;

static PHRASES: LazyLock<FxHashMap<String, Choice>> = LazyLock::new(|| {
    let mut all = FxHashMap::default();
    let mut add = |phrase: &str, choice| {
        all.insert(phrase.to_owned(), choice);
    };
    for (nth, (ordinals, numbers)) in PLACES.iter().enumerate() {
        ordinals.iter().for_each(|it| named(it, Choice::Nth(nth), &mut add));
        for number in *numbers {
            ["", "number ", "nr ", "option ", "question "]
                .iter()
                .for_each(|kind| add(&format!("{kind}{number}"), Choice::Nth(nth)));
        }
    }
    named("last", Choice::Last, &mut add);
    AGREED.split('|').for_each(|it| add(it, Choice::Agreed));
    NONE.split('|').for_each(|it| add(it, Choice::NoneOfThese));
    all
});

/// "first", "the first", "first one", "the first question" and so on.
fn named(ordinal: &str, choice: Choice, add: &mut impl FnMut(&str, Choice)) {
    for before in ["", "the "] {
        ["", " one", " question", " option"].iter().for_each(|it| add(&format!("{before}{ordinal}{it}"), choice));
    }
}

/// What `text` chooses; `None` if it is anything but a choice. Whether it describes an emergency is not asked here.
pub fn choice(text: &str) -> Option<Choice> {
    // "The first?" asks back.
    if text.contains('?') {
        return None;
    }
    let words = words(&clean(text));
    if words.len() > MOST_WORDS {
        return None;
    }
    let words = words.join(" ");
    let mut said = words.as_str();
    loop {
        if let Some(choice) = PHRASES.get(said) {
            // "No, thanks" wants no other answer.
            return Some(*choice).filter(|it| *it != Choice::NoneOfThese || !is_kind_word(text));
        }
        let before = || BEFORE.iter().find_map(|it| said.strip_prefix(it)?.strip_prefix(' '));
        let behind = || BEHIND.iter().find_map(|it| said.strip_suffix(it)?.strip_suffix(' '));
        // "Yes, please": first what stands behind.
        said = behind().or_else(before)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_in_words_is_understood() {
        for (text, wanted) in [
            ("1", Choice::Nth(0)),
            ("#2", Choice::Nth(1)),
            ("2.", Choice::Nth(1)),
            ("2)", Choice::Nth(1)),
            ("3!", Choice::Nth(2)),
            ("2\u{fe0f}\u{20e3}", Choice::Nth(1)),
            ("the first", Choice::Nth(0)),
            ("The first one, please", Choice::Nth(0)),
            ("ok the 2nd one thanks", Choice::Nth(1)),
            ("yes, number two", Choice::Nth(1)),
            ("I meant the third question", Choice::Nth(2)),
            ("the last one", Choice::Last),
            ("yes", Choice::Agreed),
            ("Yes please!", Choice::Agreed),
            ("that's it", Choice::Agreed),
            ("None of these.", Choice::NoneOfThese),
            ("sorry, none of them", Choice::NoneOfThese),
            ("no", Choice::NoneOfThese),
        ] {
            assert_eq!(choice(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn whatever_says_more_or_less_is_no_choice() {
        for text in [
            "",
            "the one",
            "first?",
            "the first week",
            "2 weeks ago",
            "1 2",
            "4",
            "the first and the third",
            "both",
            "no thanks",
            "nope, thank you",
            "ok",
            "thanks",
            "not sure",
            "yes but my lip is swelling",
            "none of these helped and i can't breathe",
            "what is the second",
            "first one was fine yesterday",
            "🆘",
        ] {
            assert_eq!(choice(text), None, "{text}");
        }
    }

    #[test]
    fn every_phrase_can_be_met() {
        for phrase in PHRASES.keys() {
            assert_eq!(words(&clean(phrase)).join(" "), *phrase, "it would never be met");
        }
    }
}
