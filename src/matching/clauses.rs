//! The questions in a message: a member may ask two in one breath, or tell a long story around one.
//!
//! A message is cut into sentences, and a sentence where one question follows another ("does it hurt and how much is it").
//! Only the form is looked at; which of the clauses are worth an answer is left to `several`.

use super::common::Commonness;
use super::manner::{asks_by_itself, asks_of_yes_or_no, is_link};
use super::normalize::words;

/// A stretch of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub text: String,
    /// It begins as questions do.
    pub opens: bool,
    /// A question mark ends it.
    pub marked: bool,
    /// It asks about what was said before ("is this correct?"), and alone means nothing.
    pub points_back: bool,
}

impl Clause {
    pub fn asks(&self) -> bool {
        self.opens || self.marked
    }
}

/// The pieces of a text as [`super::normalize::clean`] leaves it that may be clauses, in order; and whether a question mark
/// ends each.
pub fn pieces(cleaned: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for (sentence, marked) in sentences(cleaned).into_iter().filter(|(sentence, _)| has_words(sentence)) {
        found.extend(split(sentence).into_iter().map(|piece| (piece, false)));
        // The mark stands at the end of the sentence and belongs to the last piece of it.
        if let Some((_, last)) = found.last_mut() {
            *last = marked;
        }
    }
    found
}

/// What [`words`] would find anything in.
fn has_words(text: &str) -> bool {
    text.contains(|c: char| c.is_alphanumeric() || matches!(c, '$' | '€' | '£'))
}

/// One of the [`pieces`] as a clause; `None` if it has no words.
pub fn clause((piece, marked): (&str, bool)) -> Option<Clause> {
    let own = words(piece);
    if own.is_empty() {
        return None;
    }
    let opens = opens(&own, Behind::Nothing);
    Some(Clause { text: piece.trim().to_owned(), opens, marked, points_back: points_back(&own) })
}

/// Each sentence, and whether a question mark ends it.
fn sentences(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let ends = match sign {
            '\n' | '?' | '!' | ';' => true,
            // "0.5" and "f.d.a" go on.
            '.' => signs.peek().is_none_or(|(_, next)| next.is_whitespace()),
            _ => false,
        };
        if ends {
            let end = at + sign.len_utf8();
            found.push((&text[from..end], sign == '?'));
            from = end;
        }
    }
    found.push((&text[from..], false));
    found
}

/// A sentence cut before each "and" or "also", and behind each comma, that a question follows.
fn split(sentence: &str) -> Vec<&str> {
    let bare = |word: &str| words(word).concat();
    let mut places = Vec::new();
    let mut at = 0;
    for word in sentence.split_inclusive(char::is_whitespace) {
        if !word.trim().is_empty() {
            places.push((at, word.trim_end()));
        }
        at += word.len();
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for nth in 0..places.len() {
        let (at, word) = places[nth];
        let joins = may_join(word) && JOINTS.contains(&bare(word).as_str());
        if !joins && !word.ends_with(',') {
            continue;
        }
        // Two words tell whether a question begins; one more, since an "also" may stand before them.
        let next: Vec<String> = places[nth + 1..].iter().take(3).map(|(_, word)| bare(word)).collect();
        if !opens(&next, if joins { Behind::Joint } else { Behind::Comma }) {
            continue;
        }
        let cut = if joins { at } else { places[nth + 1].0 };
        if cut > from {
            pieces.push(&sentence[from..cut]);
            from = cut;
        }
    }
    pieces.push(&sentence[from..]);
    pieces
}

/// What joins one question to the next.
const JOINTS: [&str; 4] = ["and", "also", "but", "plus"];

/// Whether it is worth while to look closer whether `word` is one of the [`JOINTS`]: few words begin as they do.
fn may_join(word: &str) -> bool {
    word.chars().find(|c| c.is_alphanumeric()).is_some_and(|first| matches!(first, 'a' | 'b' | 'p'))
}

/// What stands before the words that are looked at.
#[derive(Clone, Copy, PartialEq)]
enum Behind {
    Nothing,
    Joint,
    /// After a comma "which" and "who" mostly go on telling.
    Comma,
}

/// Whether a clause of these words begins as questions do, a "so" or "also" before it left out.
fn opens(words: &[String], behind: Behind) -> bool {
    let mut rest = words.iter().map(String::as_str).skip_while(|word| {
        // Also the number of a list: "2) can I …".
        is_link(word) || JOINTS.contains(word) || word.chars().all(|c| c.is_ascii_digit())
    });
    let first = rest.next().unwrap_or_default();
    let next = rest.next().unwrap_or_default();
    match first {
        // "anyone …", "may …": by themselves they open too many sentences that ask nothing.
        "any" | "anyone" | "anybody" | "anything" | "may" => false,
        "when" | "where" => asks_of_yes_or_no(next),
        "which" | "who" | "whos" | "whose" | "whom" => behind != Behind::Comma,
        _ if asks_by_itself(first) => true,
        // "and was told", "and can kneel" tell; "and can it" asks.
        _ if asks_of_yes_or_no(first) => behind == Behind::Nothing || may_be_subject(next),
        _ => false,
    }
}

/// Whether `word` may be whom or what a question is about, right behind its verb.
fn may_be_subject(word: &str) -> bool {
    const SUBJECTS: [&str; 32] = [
        "i", "you", "he", "she", "it", "we", "they", "this", "that", "these", "those", "there", "my", "your", "his",
        "her", "its", "our", "their", "the", "a", "an", "any", "anybody", "anyone", "anything", "someone", "somebody",
        "people", "women", "men", "kids",
    ];
    // Or a special word, such as the subject of the FAQ.
    SUBJECTS.contains(&word) || (!word.is_empty() && Commonness::of(word) == Commonness::Unlisted)
}

/// "is this correct", "is that normal", "would that": what they mean stands before them.
fn points_back(words: &[String]) -> bool {
    let mut rest = words.iter().map(String::as_str).skip_while(|word| is_link(word) || JOINTS.contains(word));
    let verb = rest.next().unwrap_or_default();
    asks_of_yes_or_no(verb) && matches!(rest.next(), Some("this" | "that" | "these" | "those")) && words.len() <= 5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::normalize::clean;

    fn clauses(cleaned: &str) -> Vec<Clause> {
        pieces(cleaned).into_iter().filter_map(clause).collect()
    }

    #[test]
    fn questions_are_cut_where_the_next_begins() {
        for (typed, expected) in [
            ("does it hurt and how much does it cost?", "does it hurt | and how much does it cost?"),
            ("Is it safe? Is it legal? clinic was vague", "is it safe? | is it legal?"),
            (
                "how many do i need, and when do you see something",
                "how many do i need, | and when do you see something",
            ),
            ("is it fda approved, how much is it", "is it fda approved, | how much is it"),
            ("1) do creams work\n2) can I buy it", "1) do creams work | 2) can i buy it"),
            ("what is it plus are exosomes legal", "what is it | plus are exosomes legal"),
            // One question, and what only tells.
            ("does it hurt and sting", "does it hurt and sting"),
            ("my friend went and was told it hurts", ""),
            ("a leaflet, which is sweet, and can kneel again", ""),
            ("when you say it, where i come from, who knows", ""),
            ("0.5 mm? f.d.a. says so.", "0.5 mm?"),
        ] {
            let found: Vec<String> =
                clauses(&clean(typed)).into_iter().filter(Clause::asks).map(|it| it.text).collect();
            assert_eq!(found.join(" | "), expected, "typed: {typed:?}");
        }
    }

    #[test]
    fn a_question_about_what_was_said_before_is_known() {
        let one = |typed| clauses(typed).remove(0).points_back;
        assert!(one("is this correct?") && one("so is that normal"));
        assert!(!one("is it safe?") && !one("is this bot run by a clinic or by you?"));
    }
}
