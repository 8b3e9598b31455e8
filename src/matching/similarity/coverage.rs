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

/// What a text has of the question: each word of either counts once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Covered {
    /// The share of the question that the text has by the same stems, in `0.0..=1.0`.
    pub question: f32,
    /// The further share that it has by words near in meaning.
    pub question_near: f32,
    /// What those words of the text weigh that the question has by the same stems.
    pub text: f32,
    pub text_near: f32,
}

impl Covered {
    /// All four as shares, the text's words together weighing `total`.
    #[inline(always)]
    pub fn shares(&self, total: f32) -> [f32; 4] {
        let share = |weight: f32| (weight / total).min(1.0);
        [self.question, self.question_near, share(self.text), share(self.text_near)]
    }
}

/// The partners that a question's words find, text by text and entry by entry.
#[derive(Debug, Default)]
pub struct Partners {
    words: Vec<Partner>,
    /// The number of the text at hand.
    text: u32,
    /// Words that have something near in the text, and in the entry.
    near_in_text: Vec<u32>,
    near_in_entry: Vec<u32>,
}

/// What a word of the question has found. Texts count from 1; 0: in none yet.
#[derive(Debug, Clone, Copy)]
struct Partner {
    share: f32,
    sureness: f32,
    /// How often the entry at hand has it.
    count: u32,
    met_in_text: u32,
    near_in_text: u32,
    near_in_entry: bool,
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
            count: 0,
            met_in_text: 0,
            near_in_text: 0,
            near_in_entry: false,
            rank: 0,
            weight: 0.0,
        };
        Self { words: words.map(partner).collect(), ..Self::default() }
    }

    pub fn begin_text(&mut self) {
        self.text += 1;
    }

    /// The text has the stem of `word` once more.
    #[inline]
    pub fn meet(&mut self, word: u32) {
        let own = &mut self.words[word as usize];
        own.count += 1;
        own.met_in_text = self.text;
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
        if !own.near_in_entry {
            own.near_in_entry = true;
            self.near_in_entry.push(word);
        }
    }

    /// Adds what the text has by words near in meaning to `covered`, what it has by the same stems.
    #[inline]
    pub fn end_text(&mut self, covered: &mut Covered) {
        for word in self.near_in_text.drain(..) {
            let own = &self.words[word as usize];
            if own.met_in_text != self.text {
                covered.question_near += own.share;
                covered.text_near += own.weight * own.sureness;
            }
        }
    }

    /// The share of the question that the entry has in any of its texts by the same stems, and the further share that it
    /// has by words near in meaning; then the next entry begins. `count` is told the words that the entry has, in rising
    /// order, and how often.
    pub fn end_entry(&mut self, mut count: impl FnMut(usize, u32)) -> (f32, f32) {
        let (mut same, mut near) = (0.0, 0.0);
        for word in self.near_in_entry.drain(..) {
            let own = &mut self.words[word as usize];
            own.near_in_entry = false;
            if own.count == 0 {
                near += own.share;
            }
        }
        for (word, own) in self.words.iter_mut().enumerate().filter(|(_, own)| own.count > 0) {
            same += own.share;
            count(word, std::mem::take(&mut own.count));
        }
        (same, near)
    }
}
