//! Whether a message says nothing but a kind word: thanks, praise, "ok", a greeting. Nobody wants an FAQ's answer to that.
//!
//! A closed list of whole phrases, not of words: "this is great" is praise, "this great" may be a question. A message counts
//! only if it is made of such phrases from its first word to its last, so whatever else it says is looked at as ever.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::normalize::{clean, words};

/// Thanks, praise, agreement and farewells; a line each.
const KIND: [&str; 14] = [
    "thanks|thank you|thank u|thankyou|thx|thnx|tnx|ty|tysm|tyvm|cheers|appreciated|much appreciated|appreciate it",
    "i appreciate it|i appreciate that|thanks a lot|thanks a bunch|thanks a million|thanks a ton|many thanks",
    "for that|for this|for your help|for the help|for all your help|for all the help|for helping|for your time",
    "for explaining|for answering|for everything|for the answer|for your answer|for the reply|for the info",
    "for the information|for the link|for the links|so much|very much|a lot",
    "ok|okay|okey|oki|k|kk|alright|all right|right|understood|noted|gotcha|got it|i got it|i see|makes sense",
    "that makes sense|fair|fair enough|will do|sounds good|good to know|thats good to know|of course|sure",
    "good bot|best bot|nice bot|great bot|smart bot|love this bot|i love this bot|good job|great job|nice job|well done",
    "good|great|nice|nice one|awesome|amazing|perfect|excellent|brilliant|cool|lovely|wonderful|fantastic|sweet|love it",
    "helpful|very helpful|so helpful|super helpful|really helpful|useful|very useful|really useful|that was helpful",
    "that is helpful|thats helpful|this was helpful|this is helpful|that helps|that helped|this helps|this helped",
    "that is great|thats great|that was great|this is great|that is good|thats good|great answer|good answer|nice answer",
    "you are the best|youre the best|ur the best|you are great|youre great|legend|wow|yay|lol|lmao|haha|hahaha|hehe",
    "bye|goodbye|good night|goodnight|gn|see you|see ya|cya|take care|have a good day|have a nice day|have a great day",
];

/// What may stand beside a kind word, and says nothing alone.
const BESIDE: &str = "bot|man|mate|bro|bruh|dude|buddy|friend|my friend|guys|everyone|everybody|all|sir|yes|yeah|yep|yup|no|nope|oh|\
                      ah|then|now|again|no worries|no problem|np|sorry|my bad|you too|hi|hey|hello";

const GREETINGS: &str =
    "hi|hey|hello|hiya|heya|howdy|greetings|yo|gm|good morning|good afternoon|good evening|good day";
const BESIDE_GREETINGS: &str = "there|bot|all|everyone|everybody|guys|again|friend|my friend";

/// The most words of a phrase above.
const LONGEST: usize = 4;

/// What people send instead of a kind word, with the marks that Unicode puts behind them.
const KIND_SIGNS: &str =
    "👍👌👏🙏🙌🤝💪❤🧡💛💚💙💜🤍🩷💯🔥✨🎉🫡😊🙂😀😃😄😁😆😅😂🤣🥰😍🤩🤗😎☺✅\u{fe0f}\u{200d}🏻🏼🏽🏾🏿";

fn set(lists: &[&'static str]) -> FxHashSet<&'static str> {
    lists.iter().flat_map(|list| list.split('|')).collect()
}

static ALL_KIND: LazyLock<FxHashSet<&str>> = LazyLock::new(|| set(&KIND));
static ALL_BESIDE: LazyLock<FxHashSet<&str>> = LazyLock::new(|| set(&[BESIDE]));
static ALL_GREETINGS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| set(&[GREETINGS]));
static ALL_BESIDE_GREETINGS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| set(&[BESIDE_GREETINGS]));

static ALL_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let lists = [&*ALL_KIND, &*ALL_BESIDE, &*ALL_GREETINGS, &*ALL_BESIDE_GREETINGS];
    lists.iter().flat_map(|list| list.iter()).flat_map(|phrase| phrase.split(' ')).collect()
});

/// Whether `text` is a kind word that wants no answer. Whether it describes an emergency is not asked here.
pub fn is_kind_word(text: &str) -> bool {
    if text.contains('?') {
        return false;
    }
    let words = words(&clean(text));
    if words.is_empty() {
        // A sign that is none of these may be a call for help.
        let mut signs = text.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation()).peekable();
        return signs.peek().is_some() && signs.all(|c| KIND_SIGNS.contains(c));
    }
    is_made_of_kind_words(&words)
}

/// Whether the `words` of a message, which does not ask, are nothing but kind.
pub(super) fn is_made_of_kind_words(words: &[String]) -> bool {
    is_made_of(words, &ALL_KIND, &ALL_BESIDE)
}

/// Whether `text` says hello, and nothing else.
pub fn is_greeting(text: &str) -> bool {
    is_made_of(&words(&clean(text)), &ALL_GREETINGS, &ALL_BESIDE_GREETINGS)
}

/// Whether `words` are phrases of both lists from the first to the last, and one at least is of the first list.
fn is_made_of(words: &[String], needed: &FxHashSet<&str>, beside: &FxHashSet<&str>) -> bool {
    let words: Vec<&str> = words.iter().map(|word| unstretched(word)).collect();
    let mut rest = words.as_slice();
    let mut found = false;
    while !rest.is_empty() {
        // The longest phrase first: "thank you" is not "thank" and something else.
        let phrase = (1..=LONGEST.min(rest.len())).rev().find_map(|length| {
            let phrase = rest[..length].join(" ");
            let is_needed = needed.contains(phrase.as_str());
            (is_needed || beside.contains(phrase.as_str())).then_some((length, is_needed))
        });
        let Some((length, is_needed)) = phrase else { return false };
        found |= is_needed;
        rest = &rest[length..];
    }
    found
}

/// "okayy", which is what is left of "okayyyyy", as "okay".
fn unstretched(word: &str) -> &str {
    let mut from_the_end = word.chars().rev();
    let stretched = matches!((from_the_end.next(), from_the_end.next()), (Some(a), Some(b)) if a == b);
    if stretched && !ALL_WORDS.contains(word) {
        &word[..word.len() - word.chars().last().map_or(0, char::len_utf8)]
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_words_are_told_from_whatever_asks_or_tells() {
        for kind in [
            "thanks",
            "Thanks!!",
            "ok thank you",
            "good bot 🫡",
            "thank you so much for your help",
            "ty!!",
            "great, that makes sense, thanks a lot bro",
            "thats good to know, have a nice day",
            "no thanks",
            "👍🏽",
            "❤️ 🙏",
            "Okayyyy thanksssss",
        ] {
            assert!(is_kind_word(kind), "{kind}");
        }
        for more in [
            "",
            "thanks?",
            "ok?",
            "is it good",
            "this good",
            "u good bro",
            "thanks, is it safe",
            "ok and how long",
            "ok so",
            "thanks but my eye is red",
            "ok help",
            "thanks help me",
            "bot",
            "yes",
            "no",
            "all now",
            "not good",
            "good for skin",
            "best clinic",
            "🆘",
            "👍 🩸",
            "!!!",
        ] {
            assert!(!is_kind_word(more), "{more}");
        }
    }

    #[test]
    fn a_greeting_is_nothing_but_one() {
        for hello in ["hi", "Hello there!", "hey bot 👋", "good morning everyone"] {
            assert!(is_greeting(hello), "{hello}");
        }
        for more in ["", "there", "hi is it safe", "hello thanks", "good", "hey my lip is swelling"] {
            assert!(!is_greeting(more), "{more}");
        }
    }

    #[test]
    fn no_phrase_is_longer_than_is_looked_for() {
        let all = [&*ALL_KIND, &*ALL_BESIDE, &*ALL_GREETINGS, &*ALL_BESIDE_GREETINGS];
        for phrase in all.iter().flat_map(|it| it.iter()) {
            assert!(phrase.split(' ').count() <= LONGEST, "{phrase}");
            assert_eq!(words(&clean(phrase)).join(" "), *phrase, "it would never be met");
        }
    }
}
