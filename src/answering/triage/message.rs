//! A message as triage reads it: words with their place in sentences and clauses.
//!
//! Where a sentence ends decides how far a "no", an "if" or a "last year" reaches, so the marks that `normalize::words`
//! throws away are used here first. What the words mean is left to `spelling` and `phrases`.

use std::cell::OnceCell;
use std::ops::Range;

use crate::matching::common::{self, Commonness};
use crate::matching::{normalize, stem};

/// A cleaned message, cut into words.
#[derive(Debug)]
pub(super) struct Message {
    pub tokens: Vec<Token>,
    /// The numbers of the sentences that end with a question mark, in their order.
    pub questions: Vec<usize>,
}

/// A word, a number or an emoji.
#[derive(Debug)]
pub(super) struct Token {
    pub text: String,
    /// The number of its sentence, counted through the message.
    pub sentence: usize,
    /// The number of its clause, counted through the message.
    pub clause: usize,
    /// Its number in the list of everyday words and how common it is, if it is one.
    pub listed: Option<(usize, Commonness)>,
    /// Its stem, once somebody asked for it.
    stem: OnceCell<Box<str>>,
}

/// In bytes: Snowball's rules are for letters, and a longer run of noise has no stem worth its time.
pub(super) const LONGEST_STEMMED: usize = 24;

impl Token {
    fn new(text: String, sentence: usize, clause: usize) -> Self {
        Self { listed: common::listed(&text), text, sentence, clause, stem: OnceCell::new() }
    }

    /// A word by itself.
    #[cfg(test)]
    pub fn of_word(text: &str) -> Self {
        Self::new(text.to_owned(), 0, 0)
    }

    /// What is left of the word without its endings; of a very long one the word itself.
    pub fn stem(&self) -> &str {
        match self.listed {
            _ if self.text.len() > LONGEST_STEMMED => &self.text,
            Some((number, _)) => stem::of_listed(number),
            None => self.stem.get_or_init(|| stem::stem(&self.text).into()),
        }
    }

    pub fn commonness(&self) -> Commonness {
        self.listed.map_or(Commonness::Unlisted, |(_, commonness)| commonness)
    }
}

/// The most words that are taken for one sentence. Who uses no full stop comes to the next matter within as many; the longest
/// emergencies that were told in a single sentence have about twice that.
pub(super) const PIECE: usize = 30;

/// From how many words on a message is a story. Of the emergencies on file one of a hundred is longer; and an emergency in a
/// few sentences with questions around it is none, so that nothing around it hides it.
const STORY: usize = 80;

/// Words with which a new clause begins whatever follows: what was said before does not reach over them.
const TURNS: [&str; 14] = [
    "but", "though", "although", "however", "except", "because", "bc", "cuz", "coz", "while", "whereas", "then", "til",
    "until",
];

/// "and", "so" begin a new clause only before one of these ("no fever and *my* eye is red" against "no fever and pus").
const LINKS: [&str; 4] = ["and", "n", "so", "plus"];
const SUBJECTS: [&str; 24] = [
    "i", "im", "ive", "my", "me", "he", "hes", "his", "she", "shes", "her", "it", "its", "they", "theyre", "theres",
    "there", "the", "now", "today", "this", "then", "we", "u",
];

impl Message {
    /// The words of `text`, a message as the member wrote it. Of all signs that are no words, those that `keep` wants
    /// become tokens of their own: emoji that mean something.
    pub fn new(text: &str, keep: impl Fn(char) -> bool) -> Self {
        Self::of_clean(&normalize::clean(text), keep)
    }

    /// The same of a text that is clean, see [`normalize::clean`].
    pub fn of_clean(cleaned: &str, keep: impl Fn(char) -> bool) -> Self {
        let mut reader = Reader { segment: String::with_capacity(cleaned.len()), ..Reader::default() };
        let mut chars = cleaned.chars().peekable();
        let mut last = ' ';
        while let Some(c) = chars.next() {
            let next = chars.peek().copied().unwrap_or(' ');
            match c {
                '.' | ',' if last.is_ascii_digit() && next.is_ascii_digit() => {
                    // "38,6" is how most of Europe writes 38.6; "1,200" is a thousand.
                    let mut ahead = chars.clone();
                    ahead.next();
                    let one_digit = !ahead.next().is_some_and(|c| c.is_ascii_digit());
                    reader.segment.push(if c == '.' || one_digit { '.' } else { ' ' });
                }
                // "f.d.a", "e.g."
                '.' if next.is_alphanumeric() && last.is_alphabetic() => reader.segment.push('.'),
                // Dots that trail off ("throat... closing") end no sentence.
                '.' | '…' if c == '…' || last == '.' || next == '.' => reader.end_clause(),
                '?' => reader.end_question(),
                '.' | '!' | '\n' | ';' => reader.end_sentence(),
                ',' | ':' | '(' | ')' | '"' | '“' | '”' | '—' | '–' => reader.end_clause(),
                '-' if last == ' ' => reader.end_clause(),
                c if keep(c) => reader.push_mark(c),
                c => reader.segment.push(c),
            }
            last = c;
        }
        reader.end_sentence();
        Self { tokens: reader.tokens, questions: reader.questions }
    }

    /// Whether it is so long that most of what it tells is over, or no matter.
    pub fn is_story(&self) -> bool {
        self.tokens.len() > STORY
    }

    /// The stretches of at most `most` tokens that are weighed together: as many whole sentences as fit, from each sentence
    /// on; the pieces of a sentence that has no end count as sentences. A message that fits is one stretch.
    pub fn stretches(&self, most: usize) -> Vec<Range<usize>> {
        let pieces = || self.tokens.chunk_by(|a, b| a.sentence == b.sentence).flat_map(|it| it.chunks(PIECE));
        let lengths: Vec<usize> = pieces().map(<[Token]>::len).collect();
        let mut stretches: Vec<Range<usize>> = Vec::new();
        let (mut start, mut end, mut next) = (0, 0, 0);
        for &length in &lengths {
            while next < lengths.len() && (end == start || end + lengths[next] - start <= most) {
                end += lengths[next];
                next += 1;
            }
            // What an earlier stretch holds whole says nothing new.
            if stretches.last().is_none_or(|before| before.end < end) {
                stretches.push(start..end);
            }
            start += length;
        }
        if stretches.is_empty() {
            stretches.push(0..0);
        }
        stretches
    }

    /// The words from token `first` to token `last`.
    pub fn excerpt(&self, first: usize, last: usize) -> String {
        let words: Vec<&str> = self.tokens[first..=last].iter().map(|token| token.text.as_str()).collect();
        words.join(" ")
    }
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    questions: Vec<usize>,
    /// What was read since the last mark.
    segment: String,
    sentence: usize,
    clause: usize,
    /// Whether the next word begins a sentence.
    ended: bool,
}

impl Reader {
    fn flush(&mut self) {
        let mut words = normalize::words(&self.segment).into_iter().peekable();
        self.segment.clear();
        while let Some(text) = words.next() {
            if std::mem::take(&mut self.ended) {
                self.sentence += 1;
                self.clause += 1;
            }
            let links =
                LINKS.contains(&text.as_str()) && words.peek().is_some_and(|next| SUBJECTS.contains(&next.as_str()));
            if links || TURNS.contains(&text.as_str()) {
                self.clause += 1;
            }
            self.tokens.push(Token::new(text, self.sentence, self.clause));
        }
    }

    fn end_clause(&mut self) {
        self.flush();
        self.clause += 1;
    }

    fn end_sentence(&mut self) {
        self.flush();
        self.ended = !self.tokens.is_empty();
    }

    fn end_question(&mut self) {
        self.end_sentence();
        if self.ended && self.questions.last() != Some(&self.sentence) {
            self.questions.push(self.sentence);
        }
    }

    /// An emoji belongs to the sentence before it, whatever mark stands between, and ends it.
    fn push_mark(&mut self, mark: char) {
        self.flush();
        self.tokens.push(Token::new(mark.to_string(), self.sentence, self.clause));
        // People end sentences with an emoji instead of a full stop.
        self.ended = self.tokens.len() > 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences between bars, clauses between commas.
    fn shape(text: &str) -> String {
        let message = Message::new(text, |c| c == '😂');
        let mut shape = String::new();
        for pair in message.tokens.windows(2) {
            shape.push_str(&pair[0].text);
            shape.push_str(match (pair[0].sentence == pair[1].sentence, pair[0].clause == pair[1].clause) {
                (false, _) => " | ",
                (true, false) => ", ",
                (true, true) => " ",
            });
        }
        shape + message.tokens.last().map_or("", |token| &token.text)
    }

    #[test]
    fn sentences_and_clauses_are_found() {
        for (text, expected) in [
            ("Fever 38.6. My throat, it's closing!", "fever 38.6 | my throat, its closing"),
            ("no fever but pus and my eye", "no fever, but pus, and my eye"),
            ("throat... closing", "throat, closing"),
            ("38,6 and 1,200", "38.6 and 1 200"),
            ("cant breathe!! 😂😂 that pic", "cant breathe 😂 😂 | that pic"),
            ("f.d.a e.g. this", "fda eg | this"),
            ("", ""),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_message_is_weighed_in_stretches_of_whole_sentences() {
        let stretches = |text: &str| -> Vec<(usize, usize)> {
            let found = Message::new(text, |_| false).stretches(6);
            found.into_iter().map(|words| (words.start, words.end)).collect()
        };
        assert_eq!(stretches("one two three. four five six"), [(0, 6)]);
        assert_eq!(stretches("one two three. four five six. seven. eight nine"), [(0, 6), (3, 9)]);
        assert_eq!(stretches("one two three four five six seven. eight"), [(0, 7), (7, 8)]);
        assert_eq!(stretches(""), [(0, 0)]);
        assert_eq!(stretches(&"word ".repeat(PIECE + 2)), [(0, PIECE), (PIECE, PIECE + 2)]);
    }

    #[test]
    fn questions_are_known_by_their_mark() {
        let questions = |text| Message::new(text, |_| false).questions;
        assert_eq!(questions("Is it? It is. Really?? yes"), [0, 2]);
        assert_eq!(questions("?"), [0usize; 0]);
    }
}
