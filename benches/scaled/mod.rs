//! The shipped FAQ grown to any size, the same in every run: near copies of its entries about things that do not exist.
//!
//! A copy takes three phrasings of an entry and puts other words in the place of those that carry meaning: made-up ones,
//! drawn so that few are frequent and most are rare, as in any language, and now and then one of the FAQ's own. So a large
//! set has what makes one hard: thousands of texts that differ in a word, and words that are two letters apart.

use caveat::knowledge::{EntryId, Knowledge};
use caveat::matching::common::Commonness;
use caveat::matching::index::Document;

/// A set, and questions for it.
pub struct Scaled {
    pub documents: Vec<Document>,
    /// Phrasings of copies that are in the set without this phrasing, every other one with a slip of the fingers; as many as
    /// were asked for if there are so many copies.
    pub questions: Vec<String>,
}

/// Phrasings a copy has: what a moderator writes who has a thousand entries.
const TEXTS_OF_COPY: usize = 3;

/// The set of `knowledge` grown to about `texts` phrasings (never fewer than it has), with up to `questions` questions.
pub fn scaled(knowledge: &Knowledge, texts: usize, questions: usize) -> Scaled {
    let mut documents: Vec<Document> = knowledge
        .entries
        .iter()
        .map(|entry| Document {
            id: entry.id.clone(),
            texts: entry.texts().map(str::to_owned).collect(),
            answer: entry.answer.clone(),
        })
        .collect();
    let originals = documents.clone();
    let mut dice = Dice(0x5EED);
    let own = own_words(&originals);
    let mut count: usize = originals.iter().map(|document| document.texts.len()).sum();
    let copies = texts.saturating_sub(count).div_ceil(TEXTS_OF_COPY);
    let every = (copies / questions.max(1)).max(1);
    let mut asked = Vec::new();
    let mut copy = 0;
    while count < texts {
        let original = &originals[copy % originals.len()];
        // Which of its words are changed, and into what, is the copy's own: its phrasings speak of the same things.
        let seed = dice.next();
        let phrasing = |nth: usize| changed(&original.texts[nth % original.texts.len()], seed, &own);
        let first = copy / originals.len();
        let texts: Vec<String> = (0..TEXTS_OF_COPY).map(|nth| phrasing(first + nth)).collect();
        if copy % every == 0 && asked.len() < questions {
            let question = phrasing(first + TEXTS_OF_COPY);
            asked.push(if asked.len() % 2 == 0 { question } else { mistyped(&question, &mut dice) });
        }
        count += texts.len();
        copy += 1;
        documents.push(Document { id: EntryId::new(&format!("copy-{copy}")), texts, answer: String::new() });
    }
    Scaled { documents, questions: asked }
}

/// A generator of numbers that look like chance (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// In `0.0..1.0`.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The words of the set that carry meaning, each once.
fn own_words(documents: &[Document]) -> Vec<String> {
    let texts = documents.iter().flat_map(|document| &document.texts);
    let mut words: Vec<String> =
        texts.flat_map(|text| text.split_whitespace().map(bare)).filter(|word| carries(word)).collect();
    words.sort();
    words.dedup();
    words
}

fn bare(word: &str) -> String {
    word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn carries(word: &str) -> bool {
    word.len() > 2 && Commonness::of(word) >= Commonness::Common
}

/// `text` with about three of four of its meaningful words changed; the same word and seed give the same.
fn changed(text: &str, seed: u64, own: &[String]) -> String {
    let change = |word: &str| {
        let plain = bare(word);
        if !carries(&plain) {
            return plain;
        }
        let hash = plain.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let mut dice = Dice(hash);
        match dice.below(8) {
            0 | 1 => plain,
            2 => own[dice.below(own.len())].clone(),
            _ => made_up(&mut dice),
        }
    };
    text.split_whitespace().map(change).collect::<Vec<_>>().join(" ")
}

/// One of some fifty thousand words that do not exist, the first of them the most frequent (G. Zipf, 1935).
fn made_up(dice: &mut Dice) -> String {
    const HEADS: [&str; 24] = [
        "ab", "cal", "dex", "flu", "gli", "ibu", "ker", "lam", "met", "nor", "oxa", "pra", "qui", "ros", "sul", "tri",
        "ura", "vel", "xan", "zol", "bro", "cef", "dro", "fen",
    ];
    const MIDDLES: [&str; 16] =
        ["ba", "co", "di", "fe", "go", "la", "me", "ni", "po", "ra", "si", "to", "va", "xo", "ze", ""];
    const TAILS: [&str; 16] = [
        "cillin", "mycin", "pril", "sartan", "olol", "azole", "itis", "osis", "emia", "algia", "uria", "derm", "plast",
        "gel", "vir", "mab",
    ];
    let most = (HEADS.len() * MIDDLES.len() * MIDDLES.len() * TAILS.len()) as f64;
    let mut number = most.powf(dice.share()) as usize;
    let mut draw = |list: &[&'static str]| {
        let part = list[number % list.len()];
        number /= list.len();
        part
    };
    let (tail, head) = (draw(&TAILS), draw(&HEADS));
    format!("{head}{}{}{tail}", draw(&MIDDLES), draw(&MIDDLES))
}

/// `text` with one letter left out, doubled or swapped with the next.
fn mistyped(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 {
        return text.to_owned();
    }
    let at = dice.below(letters.len().saturating_sub(1));
    match dice.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}
