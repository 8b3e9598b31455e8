//! From measures to numbers: what speaks for an entry (likenesses), and what the first entry's confidence rests on (doubts).
//!
//! `LIKENESS_NAMES` and `DOUBT_NAMES` are the single list of what is fitted; `weights` holds one weight for each.

use super::similarity::meanings::MEASURES;

/// What speaks for an entry, by name. Larger is nearer; all are about `0.0..=1.0`, kinship `-6.0..=6.0`.
pub const LIKENESS_NAMES: [&str; LIKENESSES] = [
    "question words in the nearest phrasing",
    "words near to question words in the nearest phrasing",
    "nearest phrasing's words in the question",
    "nearest phrasing's words near to the question's",
    "stems, nearest phrasing",
    "groups of near words, nearest phrasing",
    "letters, nearest phrasing",
    "all words, nearest phrasing",
    "word pairs, nearest phrasing",
    "question words in the entry",
    "words near to question words in the entry",
    "stems, whole entry",
    "groups of near words, whole entry",
    "letters, whole entry",
    "all words, whole entry",
    "word pairs, whole entry",
    "BM25, whole entry",
    "classifier",
    "question words in the answer",
    "word vectors, nearest phrasing",
    "word vectors, whole entry",
    "word vectors, classifier",
    "word vectors, kinship",
    "model, nearest phrasing",
    "model, whole entry",
    "model, classifier",
    "model, kinship",
];
pub const LIKENESSES: usize = LEXICAL + MEANINGS * MEASURES;
/// The likenesses of words and letters; those behind them are of meanings.
pub const LEXICAL: usize = 19;

/// The kinds of vectors that tell what a text means, by number: summed from a table of words, and a model's.
pub const MEANINGS: usize = 2;
pub const WORD_VECTORS: usize = 0;
pub const MODEL: usize = 1;

/// Where each likeness stands in the list.
pub mod likeness {
    pub const QUESTION_KNOWN: usize = 0;
    pub const QUESTION_NEAR: usize = 1;
    pub const TEXT_KNOWN: usize = 2;
    pub const TEXT_NEAR: usize = 3;
    pub const STEMS: usize = 4;
    pub const CONCEPTS: usize = 5;
    pub const LETTERS: usize = 6;
    pub const WORDS: usize = 7;
    pub const PAIRS: usize = 8;
    pub const UNION: usize = 9;
    pub const UNION_NEAR: usize = 10;
    pub const STEMS_ENTRY: usize = 11;
    pub const CONCEPTS_ENTRY: usize = 12;
    pub const LETTERS_ENTRY: usize = 13;
    pub const WORDS_ENTRY: usize = 14;
    pub const PAIRS_ENTRY: usize = 15;
    pub const OKAPI: usize = 16;
    pub const CLASSIFIER: usize = 17;
    pub const ANSWER: usize = 18;
    /// The first of the likenesses of a kind of meaning.
    pub const fn meaning(kind: usize) -> usize {
        super::LEXICAL + kind * super::MEASURES
    }
    /// Where the doubts of a kind of meaning stand.
    pub const fn doubts_of_meaning(kind: usize) -> std::ops::Range<usize> {
        let from = super::DOUBTS - (super::MEANINGS - kind) * super::MEANING_DOUBTS;
        from..from + super::MEANING_DOUBTS
    }
    /// The likenesses that are measured with each phrasing and taken from the nearest.
    pub const OF_TEXT: usize = 9;
    /// The cosines of the entry as a whole.
    pub const OF_ENTRY: std::ops::Range<usize> = STEMS_ENTRY..PAIRS_ENTRY + 1;
}

/// What one entry's likenesses to the question are.
pub type Likenesses = [f32; LIKENESSES];

/// What the confidence in the first entry rests on, by name; each weight is fitted to be of one sign only.
pub const DOUBT_NAMES: [&str; DOUBTS] = [
    "score",
    "lead over the second",
    "lead over the third",
    "share of the softmax",
    "log odds of the softmax",
    "lead of the classifier",
    "weight of words that no entry knows",
    "share of words that no entry knows",
    "nothing beside the subject",
    "one word beside the subject",
    "subject named",
    "neighbouring subject named",
    "neighbouring subject and no subject",
    "only what the subject is compared with",
    "reads as a question",
    "one word and no question",
    "a number that the entry does not have",
    "denies what the nearest phrasing does not",
    "a case of one's own that the nearest phrasing is not about",
    "tells something",
    "chatter",
    "asks for experiences",
    "another language",
    "long message",
    "measures agree on the first",
    "question known or near, nearest phrasing",
    "question known or near, entry",
    "both ways",
    "top 0",
    "top 1",
    "top 2",
    "top 3",
    "top 4",
    "top 5",
    "top 6",
    "top 7",
    "top 8",
    "top 9",
    "top 10",
    "top 11",
    "top 12",
    "top 13",
    "top 14",
    "top 15",
    "top 16",
    "top 17",
    "top 18",
    "lead 0",
    "lead 1",
    "lead 2",
    "lead 3",
    "lead 4",
    "lead 5",
    "lead 6",
    "lead 7",
    "lead 8",
    "lead 9",
    "lead 10",
    "lead 11",
    "lead 12",
    "lead 13",
    "lead 14",
    "lead 15",
    "lead 16",
    "lead 17",
    "lead 18",
    "word vectors, nearest phrasing of the first",
    "word vectors, the first as a whole",
    "word vectors, classifier of the first",
    "word vectors, kinship of the first",
    "word vectors, lead of the nearest phrasing",
    "word vectors, lead of the whole",
    "word vectors, lead of the classifier",
    "word vectors, lead in kinship",
    "word vectors, nearest phrasing of any",
    "word vectors agree on the first",
    "model, nearest phrasing of the first",
    "model, the first as a whole",
    "model, classifier of the first",
    "model, kinship of the first",
    "model, lead of the nearest phrasing",
    "model, lead of the whole",
    "model, lead of the classifier",
    "model, lead in kinship",
    "model, nearest phrasing of any",
    "model agrees on the first",
];
pub const DOUBTS: usize = HEAD_DOUBTS + 2 * LEXICAL + MEANINGS * MEANING_DOUBTS;
/// The doubts about the score come first, then others about the question and the first entry; behind [`HEAD_DOUBTS`] of them the
/// likenesses of the first entry stand one by one.
pub const SCORE_DOUBTS: usize = 5;
pub const HEAD_DOUBTS: usize = 28;
/// The doubts that a kind of meaning raises; they stand last in the list.
pub const MEANING_DOUBTS: usize = 2 * MEASURES + 2;

pub type Doubts = [f32; DOUBTS];
