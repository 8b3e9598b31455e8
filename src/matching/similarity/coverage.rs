//! How much of the question's weight a text knows, and how much of the text's weight the question has.
//!
//! Each word of the question looks for its best partner: the same stem counts whole, a word near in meaning in part. Rare
//! words weigh more than common ones. The two shares and their harmonic mean are C. J. van Rijsbergen's F ("Information
//! Retrieval", 1979) over soft matches, after W. Cohen, P. Ravikumar, S. Fienberg, "A Comparison of String Distance Metrics
//! for Name-Matching Tasks", 2003.

use crate::matching::texts::Texts;

/// What all words of each text weigh together.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    pub totals: Vec<f32>,
}

impl Coverage {
    /// `texts`, their forms weighed.
    pub fn new(texts: &Texts) -> Self {
        let total = |text: usize| {
            let once = texts.row(text).iter().filter(|place| !place.is_again());
            once.map(|place| texts.form(place.form()).weight).sum::<f32>().max(1e-6)
        };
        Self { totals: (0..texts.len()).map(total).collect() }
    }
}

/// What a text has of the question: shares of weight in `0.0..=1.0`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Covered {
    /// The share of the question that the text has by the same stems.
    pub question: f32,
    /// The further share that it has by words near in meaning.
    pub question_near: f32,
    /// The share of the text that the question has by the same stems.
    pub text: f32,
    pub text_near: f32,
}

/// The partners that a question's words find, text by text and entry by entry.
#[derive(Debug, Default)]
pub struct Partners {
    words: Vec<Partner>,
    /// The number of the text, and of the entry, at hand.
    text: u32,
    entry: u32,
    covered: Covered,
    /// Words that have something near in the text, and in the entry.
    near_in_text: Vec<u32>,
    near_in_entry: Vec<u32>,
    /// Words that the entry has.
    in_entry: Vec<u32>,
}

/// What a word of the question has found. Texts and entries count from 1; 0: in none yet.
#[derive(Debug, Clone, Copy)]
struct Partner {
    share: f32,
    sureness: f32,
    met_in_text: u32,
    met_in_entry: u32,
    /// How often the entry at hand has it.
    count: u32,
    near_in_text: u32,
    near_in_entry: u32,
    /// The best of what is near in the text at hand: its rank, lower is better, and its weight.
    rank: u32,
    weight: f32,
}

impl Partners {
    /// For the words of a question, each with its share of the question's weight (such as can be summed in any order) and the
    /// sureness that it was meant.
    pub fn new(words: impl Iterator<Item = (f32, f32)>) -> Self {
        let partner = |(share, sureness)| Partner {
            share,
            sureness,
            met_in_text: 0,
            met_in_entry: 0,
            count: 0,
            near_in_text: 0,
            near_in_entry: 0,
            rank: 0,
            weight: 0.0,
        };
        Self { words: words.map(partner).collect(), ..Self::default() }
    }

    pub fn begin_entry(&mut self) {
        self.entry += 1;
        self.in_entry.clear();
        self.near_in_entry.clear();
    }

    pub fn begin_text(&mut self) {
        self.text += 1;
        self.covered = Covered::default();
    }

    /// The text has the stem of `word` once more; the text's own word weighs `weight`, and counts unless it stood there
    /// before.
    pub fn meet(&mut self, word: u32, weight: f32, again: bool) {
        let own = &mut self.words[word as usize];
        if own.met_in_entry != self.entry {
            own.met_in_entry = self.entry;
            own.count = 0;
            self.in_entry.push(word);
        }
        own.count += 1;
        if !again {
            own.met_in_text = self.text;
            self.covered.question += own.share;
            self.covered.text += weight * own.sureness;
        }
    }

    /// The text has something near to `word` that weighs `weight`; of several what has the lowest `rank` counts, and of
    /// those what comes first.
    pub fn near(&mut self, word: u32, rank: u32, weight: f32) {
        let own = &mut self.words[word as usize];
        if own.near_in_text != self.text {
            own.near_in_text = self.text;
            (own.rank, own.weight) = (rank, weight);
            self.near_in_text.push(word);
        } else if rank < own.rank {
            (own.rank, own.weight) = (rank, weight);
        }
        if own.near_in_entry != self.entry {
            own.near_in_entry = self.entry;
            self.near_in_entry.push(word);
        }
    }

    /// What the text has, all its words together weighing `total`.
    pub fn end_text(&mut self, total: f32) -> Covered {
        for word in self.near_in_text.drain(..) {
            let own = &self.words[word as usize];
            if own.met_in_text != self.text {
                self.covered.question_near += own.share;
                self.covered.text_near += own.weight * own.sureness;
            }
        }
        let share = |weight: f32| (weight / total).min(1.0);
        Covered { text: share(self.covered.text), text_near: share(self.covered.text_near), ..self.covered }
    }

    /// The share of the question that the entry has in any of its texts by the same stems, and the further share that it
    /// has by words near in meaning.
    pub fn end_entry(&self) -> (f32, f32) {
        let share = |word: &u32| self.words[*word as usize].share;
        let without = |word: &&u32| self.words[**word as usize].met_in_entry != self.entry;
        (self.in_entry.iter().map(share).sum(), self.near_in_entry.iter().filter(without).map(share).sum())
    }

    /// The words that the entry has, in rising order, and how often.
    pub fn counts(&mut self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.in_entry.sort_unstable();
        self.in_entry.iter().map(|&word| (word as usize, self.words[word as usize].count))
    }
}
