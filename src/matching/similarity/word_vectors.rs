//! What words mean, as a table of vectors: words that are used alike lie near each other, so that "painful" meets "hurts".
//!
//! The table is our own, distilled from a sentence-embedding model by `tools/distil_word_vectors.py`, which tells how, and
//! under which licence. It holds pieces of words ("exo", "##some"), each weighed by how rare it is; a word is cut into the
//! longest pieces there are, from left to right (as "WordPiece" does, Y. Wu et al., "Google's Neural Machine Translation
//! System", 2016), so that every word has a vector. A text's vector is the sum of its words' (S. Arora, Y. Liang, T. Ma, "A
//! Simple but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017, without its last step, which measured no better).

use std::sync::LazyLock;

use super::feature::hash;
use crate::matching::word_map::WordMap;

/// The table: a head of four letters, the numbers of columns and rows, and of bytes of all pieces (32 bits each, little
/// end first); the pieces, each ended by a line break; a scale for each (`f32`); and their rows, eight bits a number.
static FILE: &[u8] = include_bytes!("word_vectors.bin");
const HEAD: &[u8; 4] = b"cvw2";

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A unit test holds the shipped file to its shape; should it ever be broken, the other measures still rank.
    Table::read(FILE).unwrap_or_default()
});

/// Pieces of words with their vectors.
#[derive(Debug, Default)]
struct Table {
    width: usize,
    places: WordMap<u32>,
    scales: Vec<f32>,
    rows: &'static [u8],
    /// Bytes of the longest piece that begins a word with two such bytes, and that goes on one.
    longest: [Longest; 2],
}

/// By the lowest bits of both bytes, which tell letters apart.
#[derive(Debug)]
struct Longest([u8; 1 << 10]);

impl Default for Longest {
    fn default() -> Self {
        // A piece of one byte may begin anything.
        Self([1; 1 << 10])
    }
}

impl Longest {
    fn place(start: &[u8]) -> Option<usize> {
        const LOWEST: u8 = (1 << 5) - 1;
        let [first, second, ..] = start else { return None };
        Some(usize::from(first & LOWEST) << 5 | usize::from(second & LOWEST))
    }

    fn note(&mut self, piece: &str) {
        if let Some(longest) = Self::place(piece.as_bytes()).and_then(|place| self.0.get_mut(place)) {
            *longest = (*longest).max(piece.len().min(LONGEST_WORD) as u8);
        }
    }

    /// Bytes that no piece exceeds with which `text` begins.
    fn of(&self, text: &str) -> usize {
        let longest = Self::place(text.as_bytes()).and_then(|place| self.0.get(place));
        longest.map_or(text.len(), |longest| text.len().min(usize::from(*longest)))
    }
}

impl Table {
    fn read(file: &'static [u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(HEAD)?;
        let mut number = || {
            let (first, others) = rest.split_first_chunk::<4>()?;
            rest = others;
            usize::try_from(u32::from_le_bytes(*first)).ok()
        };
        let (width, count, bytes) = (number()?, number()?, number()?);
        let (words, rest) = rest.split_at_checked(bytes)?;
        let (scales, rows) = rest.split_at_checked(count.checked_mul(4)?)?;
        let pieces = std::str::from_utf8(words).ok()?.lines();
        let places: WordMap<u32> = pieces.clone().zip(0..).collect();
        let scales = scales.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let mut longest = [Longest::default(), Longest::default()];
        for piece in pieces {
            match piece.strip_prefix(CONTINUED) {
                Some(piece) => longest[1].note(piece),
                None => longest[0].note(piece),
            }
        }
        (places.len() == count && rows.len() == width * count).then_some(Self { width, places, scales, rows, longest })
    }

    fn add(&self, word: &str, weight: f32, sum: &mut [f32]) {
        // Most words are a piece by themselves.
        if let Some(&place) = self.places.get(word) {
            return self.add_piece(place, weight, sum);
        }
        match self.pieces(word) {
            Some(pieces) => {
                // Longer than one piece and shorter than all of them: measured better than their sum (public sets, each left
                // out: coverage at 5 % wrong .304 against .291) and than one direction by chance (.259).
                let weight = weight / (pieces.len() as f32).sqrt();
                pieces.into_iter().for_each(|place| self.add_piece(place, weight, sum));
            }
            None if is_word(word) => add_direction(word, weight * UNKNOWN_LENGTH, sum),
            None => {}
        }
    }

    fn add_piece(&self, place: u32, weight: f32, sum: &mut [f32]) {
        let row = &self.rows[place as usize * self.width..][..self.width];
        let scale = weight * self.scales[place as usize];
        sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += scale * f32::from(number.cast_signed()));
    }

    /// The pieces of which a word is made; `None` if there are none for a part of it.
    fn pieces(&self, word: &str) -> Option<Vec<u32>> {
        if word.len() > LONGEST_WORD {
            return None;
        }
        let mut found = Vec::with_capacity(1);
        let mut piece = String::new();
        let mut rest = word;
        while !rest.is_empty() {
            // Where a length ends within a letter there is no start of that length.
            let mut starts = (1..=self.longest[usize::from(!found.is_empty())].of(rest))
                .rev()
                .filter_map(|length| rest.get(..length));
            let longest = starts.find_map(|start| {
                piece.clear();
                piece.push_str(if found.is_empty() { "" } else { CONTINUED });
                piece.push_str(start);
                Some((start.len(), *self.places.get(&piece)?))
            });
            let (length, place) = longest?;
            found.push(place);
            rest = &rest[length..];
        }
        Some(found).filter(|found| !found.is_empty())
    }
}

/// Bytes of a word above which it is no word that anybody knows; as the teacher has it.
const LONGEST_WORD: usize = 100;

/// What marks a piece that goes on a word.
const CONTINUED: &str = "##";

/// How long the vector of a word is that has no pieces: shorter than a usual piece, which has length 1.
const UNKNOWN_LENGTH: f32 = 0.3;

/// Words of other letters have no pieces in the table; numbers and crumbs say too little.
fn is_word(word: &str) -> bool {
    word.len() > 2 && !word.starts_with(|c: char| c.is_ascii_digit())
}

/// Adds a direction that is the word's own, of this length: it meets itself, and hardly anything else, since in so many
/// dimensions directions by chance are all but square to each other (W. Johnson, J. Lindenstrauss, 1984).
fn add_direction(word: &str, length: f32, sum: &mut [f32]) {
    let step = length / (sum.len() as f32).sqrt();
    let mut bits = hash(word);
    for sum in sum {
        // Marsaglia's xorshift, 2003; a hash of 0 would stay 0.
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        *sum += if bits & 1 << 40 == 0 { step } else { -step };
    }
}

/// How many numbers a vector has.
pub fn width() -> usize {
    TABLE.width
}

/// Adds the vector of the first of `words` that is in the table to `sum`, with this weight; nothing if none is.
pub fn add_first_known(words: &[&str], weight: f32, sum: &mut [f32]) {
    if let Some(place) = words.iter().find_map(|word| TABLE.places.get(word)) {
        TABLE.add_piece(*place, weight, sum);
    }
}

/// The vector of a text of these words, each with its weight; zeros if none of them says anything.
pub fn sum<'a>(words: impl Iterator<Item = (&'a str, f32)>) -> Vec<f32> {
    let mut sum = vec![0f32; TABLE.width];
    words.for_each(|(word, weight)| TABLE.add(word, weight, &mut sum));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &str, b: &str) -> f32 {
        let [a, b] = [a, b].map(|word| sum([(word, 1.0)].into_iter()));
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
    }

    #[test]
    fn the_shipped_table_is_whole_and_knows_near_from_far() {
        assert!(Table::read(FILE).is_some() && FILE.len() < 4_000_000);
        for (word, near, far) in
            [("hurt", "painful", "price"), ("price", "cost", "doctor"), ("doctor", "physician", "refund")]
        {
            assert!(cosine(word, near) > cosine(word, far) + 0.1, "{word}: {near}, {far}");
        }
    }

    #[test]
    fn a_table_that_is_cut_short_is_none() {
        for cut in [0, 3, 10, 16, 1000, FILE.len() - 1] {
            assert!(Table::read(&FILE[..cut]).is_none(), "cut at {cut}");
        }
    }

    #[test]
    fn a_word_is_cut_into_the_longest_pieces() {
        let pieces = |word| TABLE.pieces(word).map(|found| found.len());
        assert_eq!(pieces("price"), Some(1));
        assert!(pieces("exosomes").is_some_and(|count| count > 1));
        assert!(cosine("exosomes", "exosome") > 0.8 && cosine("exosomes", "price") < 0.3);
        for none in ["", "ж", "priceж", &"x".repeat(4000)] {
            assert_eq!(pieces(none), None, "{none}");
        }
    }

    #[test]
    fn words_without_pieces_meet_only_themselves() {
        assert!(cosine("жизнь", "жизнь") > 0.999);
        for other in ["жизня", "price", "minoxidil"] {
            assert!(cosine("жизнь", other).abs() < 0.3, "{other}: {}", cosine("жизнь", other));
        }
        assert!(sum([("ж", 1.0)].into_iter()).iter().all(|x| *x == 0.0));
    }
}
