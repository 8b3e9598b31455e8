//! The questions in a message: a member may ask two in one breath, or tell a long story around one.
//!
//! A message is cut into sentences, and a sentence where one question follows another ("does it hurt and how much is it").
//! Which of the parts are worth answering is left to `several`.

use super::manner::{is_link, opens_question};
use super::normalize::words;

/// A stretch of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub text: String,
    /// It ends in a question mark, or begins as questions do.
    pub asks: bool,
}

/// The clauses of a text as [`super::normalize::clean`] leaves it, in order; those without words are left out.
pub fn clauses(cleaned: &str) -> Vec<Clause> {
    let mut found = Vec::new();
    for (sentence, marked) in sentences(cleaned) {
        let mut pieces = split(sentence);
        let last = pieces.len().saturating_sub(1);
        for (at, piece) in pieces.drain(..).enumerate() {
            let own = words(piece);
            if own.is_empty() {
                continue;
            }
            // The mark stands at the end of the sentence and belongs to what stands before it.
            let asks = (marked && at == last) || opens(&own);
            found.push(Clause { text: piece.trim().to_owned(), asks });
        }
    }
    found
}

/// Each sentence, and whether a question mark ends it.
fn sentences(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let after = signs.peek().map(|(_, next)| *next);
        let ends = match sign {
            '\n' | '?' | '!' | ';' => true,
            // "0.5" and "f.d.a" go on.
            '.' => after.is_none_or(char::is_whitespace),
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

/// A sentence cut before each "and", "also", "but" or comma that a question follows.
fn split(sentence: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let starts: Vec<(usize, &str)> =
        sentence.split_whitespace().map(|word| (word.as_ptr() as usize - sentence.as_ptr() as usize, word)).collect();
    for pair in starts.windows(3) {
        let [(at, before), (next_at, next), (_, after)] = pair else { continue };
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).replace(['\'', '\u{2019}'], "");
        let (joint, next, after) = (bare(before), bare(next), bare(after));
        // "and how", "also, is": cut before the joint. "…, how": behind the comma.
        if JOINTS.contains(&joint.as_str()) {
            let asks = opens_question(&next) || (is_link(&next) && opens_question(&after));
            if asks && *at > from {
                pieces.push(&sentence[from..*at]);
                from = *at;
            }
        } else if before.ends_with(',') && opens_question(&next) {
            pieces.push(&sentence[from..*next_at]);
            from = *next_at;
        }
    }
    pieces.push(&sentence[from..]);
    pieces
}

/// What joins one question to the next.
const JOINTS: [&str; 5] = ["and", "also", "but", "plus", "&"];

/// Whether a clause of these words begins as questions do, a "so" or "also" before it left out.
fn opens(words: &[String]) -> bool {
    let mut rest = words.iter().map(String::as_str).skip_while(|word| is_link(word) || JOINTS.contains(word));
    let first = rest.next().unwrap_or_default();
    opens_question(first)
}
