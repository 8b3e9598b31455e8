//! From measures to numbers: what speaks for an entry (likenesses), and what the first entry's confidence rests on (doubts).
//!
//! `LIKENESS_NAMES` and `DOUBT_NAMES` are the single list of what is fitted; `weights` holds one weight for each.

/// What speaks for an entry, by name. All are about `0.0..=1.0`, larger is nearer.
pub const LIKENESS_NAMES: [&str; LIKENESSES] = [
    "question words known by the nearest phrasing",
    "nearest phrasing's words in the question",
    "both ways together (F)",
    "stems, nearest phrasing",
    "letters, nearest phrasing",
    "word pairs, nearest phrasing",
    "all words, nearest phrasing",
    "question words known by the entry",
    "stems, whole entry",
    "letters, whole entry",
    "word pairs, whole entry",
    "all words, whole entry",
    "BM25, whole entry",
    "classifier",
    "question words in the answer",
];
pub const LIKENESSES: usize = 15;

/// Where each likeness stands in the list.
pub mod likeness {
    pub const QUESTION_KNOWN: usize = 0;
    pub const TEXT_KNOWN: usize = 1;
    pub const F: usize = 2;
    pub const STEMS: usize = 3;
    pub const LETTERS: usize = 4;
    pub const PAIRS: usize = 5;
    pub const WORDS: usize = 6;
    pub const UNION: usize = 7;
    pub const STEMS_ENTRY: usize = 8;
    pub const LETTERS_ENTRY: usize = 9;
    pub const PAIRS_ENTRY: usize = 10;
    pub const WORDS_ENTRY: usize = 11;
    pub const OKAPI: usize = 12;
    pub const CLASSIFIER: usize = 13;
    pub const ANSWER: usize = 14;
}

/// What one entry's likenesses to the question are.
pub type Likenesses = [f32; LIKENESSES];

/// What the confidence in the first entry rests on, by name; each weight is fitted to be of one sign only.
pub const DOUBT_NAMES: [&str; DOUBTS] = [
    "score",
    "lead over the second",
    "lead over the third",
    "share of the softmax",
    "question words known by the nearest phrasing",
    "nearest phrasing's words in the question",
    "both ways together (F)",
    "letters, nearest phrasing",
    "all words, nearest phrasing",
    "question words known by the entry",
    "classifier",
    "lead of the classifier",
    "weight of words that no entry knows",
    "share of words that no entry knows",
    "few words",
    "subject named",
    "neighbouring subject named",
    "neighbouring subject and no subject",
    "reads as a question",
    "long message",
    "measures agree on the first",
    "BM25, whole entry",
];
pub const DOUBTS: usize = 22;

pub type Doubts = [f32; DOUBTS];
