//! Taking the measures: of a question and some entries, or all.
//!
//! First it is felt what each form of the set's texts has to do with the question (few have anything), then the texts are
//! gone through and sum up what their forms have felt. The time a question takes is that of its own features' lists and of
//! the words of the texts that are looked at.

use super::asked::{Asked, AskedWord, CONCEPTS, LETTERS, SPACES, STEMS, WHOLE_WORDS};
use super::features::{Doubts, LIKENESSES, Likenesses, MEANINGS, MODEL, likeness as l};
use super::index::Index;
use super::manner::Manner;
use super::similarity::concepts;
use super::similarity::coverage::{Covered, Partners};
use super::similarity::meanings::Meaning;
use super::similarity::pairs::AskedPairs;
use super::similarity::sizes::Size;
use super::text::Token;
use super::texts::{NONE, Place};
use super::weights::Weights;

/// The raw outcome of a search: for the entries that were looked at what was measured, and the order.
#[derive(Debug, Clone)]
pub struct Measured {
    pub tokens: Vec<Token>,
    /// The entries that were looked at, in rising order.
    pub entries: Vec<u32>,
    /// What was measured of each of them.
    pub likenesses: Vec<Likenesses>,
    /// The text of each of them that is nearest.
    pub nearest: Vec<u32>,
    /// The score of each of them.
    pub scores: Vec<f32>,
    /// The same entries, best first.
    pub order: Vec<u32>,
    pub doubts: Doubts,
    pub unknown: Vec<String>,
    pub manner: Manner,
    pub subject_only: bool,
    /// Which kinds of meaning were compared.
    pub meant: [bool; MEANINGS],
}

impl Measured {
    /// Where an entry that was looked at stands in the lists.
    pub fn place(&self, entry: u32) -> usize {
        match self.entries.get(entry as usize) {
            // All entries were looked at.
            Some(&at) if at == entry => entry as usize,
            _ => self.entries.partition_point(|at| *at < entry),
        }
    }
}

/// Forms that a run of letters may have to be looked up from its list: those of more are summed up where they are met. A
/// run in a thousand words says little, and a set of a hundred thousand texts has a few dozen of them.
const MOST_FORMS: usize = 1024;

/// What a form of the texts has to do with the question beside its letters. Few forms have anything.
#[derive(Debug, Clone, Copy)]
pub struct Met {
    /// Its product with the question in each space but that of letters.
    pub products: [f32; SPACES],
    /// The question's word that has its stem, or [`NONE`].
    pub word: u32,
    /// The last of the question's words that are near to it, by its place in [`Touch::near`], or [`NONE`].
    pub near: u32,
    /// What it weighs in coverage.
    pub weight: f32,
    /// The share of the question that its word is, as can be summed in any order, and what it then weighs itself.
    share: f32,
    known: f32,
    /// Whether its letters are summed up although long lists were left out.
    whole: bool,
}

/// A word of the question that is near to a form.
#[derive(Debug, Clone, Copy)]
pub struct Near {
    pub word: u32,
    /// Which of the word's groups they share: a lower one is taken first.
    pub rank: u32,
    /// The next that is near to the same form, or [`NONE`].
    pub next: u32,
}

/// All that a question touches. As large as the set, and used again for the next question.
#[derive(Debug, Default)]
pub struct Touch {
    felt: Vec<Felt>,
    /// The forms that have anything to do with the question.
    forms: Vec<u32>,
    pub met: Vec<Met>,
    pub near: Vec<Near>,
    /// Whether some runs of letters were left out.
    cut: bool,
    /// The question's weight in each feature of each space.
    weights: [Vec<f32>; SPACES],
    /// How promising each entry is, for the choice of candidates.
    pub promise: Vec<f32>,
}

/// What is looked up for every word of every text, and therefore small.
#[derive(Debug, Clone, Copy)]
struct Felt {
    /// The form's product with the question in the space of letters.
    letters: f32,
    /// Its place in [`Touch::met`], or one of the two below.
    met: u32,
}

/// Nothing of the question was met.
const UNMET: u32 = NONE;
/// The same, and the form's letters are summed up although long lists were left out.
const UNMET_WHOLE: u32 = NONE - 1;

impl Felt {
    const NOTHING: Self = Self { letters: 0.0, met: UNMET };
}

impl Touch {
    /// Nothing is touched yet in a set of so many forms, features and entries.
    pub fn new(forms: usize, features: [usize; SPACES], entries: usize) -> Self {
        Self {
            felt: vec![Felt::NOTHING; forms],
            weights: features.map(|features| vec![0.0; features]),
            promise: vec![0.0; entries],
            ..Self::default()
        }
    }

    /// The forms that have anything to do with the question, each with its product in the space of letters (the longest
    /// lists left out) and what was met beside.
    pub fn forms(&self) -> impl Iterator<Item = (u32, f32, Option<&Met>)> + '_ {
        self.forms.iter().map(|&form| {
            let felt = &self.felt[form as usize];
            (form, felt.letters, self.met.get(felt.met as usize))
        })
    }

    fn feel(&mut self, index: &Index, tokens: &[Token], asked: &Asked) {
        self.cut = false;
        for (number, (space, vector)) in index.parts.spaces.iter().zip(&asked.vectors).enumerate() {
            for &(feature, weight) in vector {
                self.weights[number][feature as usize] = weight;
                let forms = space.forms_with(feature);
                if number == LETTERS && forms.len() > MOST_FORMS {
                    self.cut = true;
                    continue;
                }
                for &(form, own) in forms {
                    if number == LETTERS {
                        let felt = &mut self.felt[form as usize];
                        if felt.letters == 0.0 && felt.met == UNMET {
                            self.forms.push(form);
                        }
                        felt.letters += weight * own;
                    } else {
                        self.meet(index, form).products[number] += weight * own;
                    }
                }
            }
        }
        let stems = &index.parts.spaces[STEMS];
        let concept_space = &index.parts.spaces[CONCEPTS];
        for (number, word) in asked.words.iter().enumerate() {
            let sureness = tokens[word.token].sureness;
            let share = share(word, sureness, asked);
            for &(form, _) in word.stem.iter().flat_map(|&stem| stems.forms_with(stem)) {
                let met = self.meet(index, form);
                (met.word, met.share, met.known) = (number as u32, share, met.weight * sureness);
            }
            for (rank, &concept) in tokens[word.token].concepts.iter().enumerate() {
                let id = concept_space.id(concepts::feature(concept));
                for &(form, _) in id.iter().flat_map(|&id| concept_space.forms_with(id)) {
                    let at = self.near.len() as u32;
                    let next = std::mem::replace(&mut self.meet(index, form).near, at);
                    self.near.push(Near { word: number as u32, rank: rank as u32, next });
                }
            }
        }
    }

    fn meet(&mut self, index: &Index, form: u32) -> &mut Met {
        let felt = &mut self.felt[form as usize];
        if felt.met == UNMET {
            if felt.letters == 0.0 {
                self.forms.push(form);
            }
            felt.met = self.met.len() as u32;
            let weight = index.parts.texts.form(form as usize).weight;
            self.met.push(Met {
                products: [0.0; SPACES],
                word: NONE,
                near: NONE,
                weight,
                share: 0.0,
                known: 0.0,
                whole: false,
            });
        }
        &mut self.met[felt.met as usize]
    }

    /// Tells `partners` to which of the question's words a form is near. Few are near to any.
    #[inline(never)]
    fn meet_near(&self, met: &Met, partners: &mut Partners) {
        for own in std::iter::successors(self.near.get(met.near as usize), |own| self.near.get(own.next as usize)) {
            partners.near(own.word, own.rank, met.weight);
        }
    }

    /// Makes the products with the letters of an entry's forms whole, if long lists were left out.
    fn complete(&mut self, index: &Index, entry: usize) {
        if !self.cut {
            return;
        }
        for place in index.parts.texts.of_entry(entry).flat_map(|text| index.parts.texts.row(text)) {
            let felt = &mut self.felt[place.form()];
            match self.met.get_mut(felt.met as usize) {
                Some(met) if met.whole => continue,
                Some(met) => met.whole = true,
                None if felt.met == UNMET_WHOLE => continue,
                None => {
                    if felt.letters == 0.0 {
                        self.forms.push(place.form() as u32);
                    }
                    felt.met = UNMET_WHOLE;
                }
            }
            let weights = &self.weights[LETTERS];
            let own = index.parts.spaces[LETTERS].features_of(place.form());
            felt.letters = own.iter().map(|(feature, own)| weights[*feature as usize] * own).sum();
        }
    }

    fn forget(&mut self, asked: &Asked) {
        for form in self.forms.drain(..) {
            self.felt[form as usize] = Felt::NOTHING;
        }
        for (weights, vector) in self.weights.iter_mut().zip(&asked.vectors) {
            for (feature, _) in vector {
                weights[*feature as usize] = 0.0;
            }
        }
        self.met.clear();
        self.near.clear();
    }
}

/// What was measured of some entries.
pub(super) struct Likened {
    pub entries: Vec<u32>,
    pub likenesses: Vec<Likenesses>,
    pub nearest: Vec<u32>,
    pub scores: Vec<f32>,
}

impl Index {
    /// Takes all measures of the entries that are promising for `asked`, at most `most` of them.
    pub(super) fn liken(
        &self,
        tokens: &[Token],
        asked: &Asked,
        meant: &[Option<Meaning>; MEANINGS],
        most: usize,
    ) -> Likened {
        let mut touch = self.touches.take(|| {
            let features = std::array::from_fn(|space| self.parts.spaces[space].features());
            Touch::new(self.parts.texts.forms(), features, self.len())
        });
        touch.feel(self, tokens, asked);
        let classified = self.classify(asked);
        let entries = self.candidates(asked, &mut touch, &classified, most);
        let weights = self.weights.when(meant[MODEL].is_some());
        let mut likened = self.liken_entries(tokens, asked, weights, &mut touch, &classified, entries);
        self.liken_meanings(meant, weights, &mut likened);
        touch.forget(asked);
        self.touches.give_back(touch);
        likened
    }

    /// What the classifier gives each entry; nothing if there is none.
    fn classify(&self, asked: &Asked) -> Vec<f32> {
        if self.parts.classifier.is_empty() {
            return Vec::new();
        }
        let mut scores = vec![0f32; self.len()];
        self.parts.classifier.add_scores(&asked.vectors[STEMS], 0, &mut scores);
        self.parts.classifier.add_scores(&asked.vectors[LETTERS], self.parts.spaces[STEMS].features(), &mut scores);
        scores
    }

    fn liken_entries(
        &self,
        tokens: &[Token],
        asked: &Asked,
        weights: &Weights,
        touch: &mut Touch,
        classified: &[f32],
        entries: Vec<u32>,
    ) -> Likened {
        let parts = &self.parts;
        let w = &weights.likeness;
        let shares = asked.words.iter().map(|word| {
            let sureness = tokens[word.token].sureness;
            (share(word, sureness, asked), sureness)
        });
        let mut partners = Partners::new(shares);
        let answered = self.answered(asked, &entries);
        let mut likenesses = Vec::with_capacity(entries.len());
        let mut nearest = Vec::with_capacity(entries.len());
        let mut scores = Vec::with_capacity(entries.len());
        for (&entry, answered) in entries.iter().zip(answered) {
            let entry = entry as usize;
            let mut own: Likenesses = [0f32; LIKENESSES];
            let mut nearest_text = 0;
            let mut nearest_score = f64::NEG_INFINITY;
            touch.complete(self, entry);
            let mut sums = [0f64; OF_ENTRY.len()];
            let texts = parts.texts.of_entry(entry);
            let rows = parts.texts.rows(texts.clone()).zip(parts.sizes.texts(texts.clone()));
            for (text, (row, (size, letters_again))) in texts.zip(rows) {
                let products = products(row, letters_again, touch, &asked.pairs, &mut partners);
                let letters = products.letters as f32 * size.scales[LETTERS];
                if !products.met_any {
                    // Half of all texts: but for a few letters they have nothing in common with the question.
                    let score = f64::from(letters) * w[l::LETTERS];
                    if score > nearest_score {
                        (nearest_score, nearest_text) = (score, text as u32);
                        own[..l::OF_TEXT].fill(0.0);
                        own[l::LETTERS] = letters;
                    }
                    sums[LETTERS_OF_ENTRY] += f64::from(letters);
                    continue;
                }
                let of_text = self.of_text(text, asked, size, products, touch, &mut partners);
                let score: f64 = of_text.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum();
                if score > nearest_score {
                    (nearest_score, nearest_text) = (score, text as u32);
                    own[..l::OF_TEXT].copy_from_slice(&of_text);
                }
                for (sum, (_, one)) in sums.iter_mut().zip(OF_ENTRY) {
                    *sum += f64::from(of_text[one]);
                }
            }
            for (sum, (whole, _)) in sums.into_iter().zip(OF_ENTRY) {
                own[whole] = sum as f32;
            }
            let size = parts.sizes.entry(entry);
            for (space, whole) in
                [l::STEMS_ENTRY, l::CONCEPTS_ENTRY, l::LETTERS_ENTRY, l::WORDS_ENTRY].into_iter().enumerate()
            {
                own[whole] *= size.scales[space];
            }
            own[l::PAIRS_ENTRY] *= size.pairs;
            let length = parts.texts.entry_length(entry);
            let mut okapi = 0.0;
            (own[l::UNION], own[l::UNION_NEAR]) = partners.end_entry(|word, count| {
                okapi += asked.words[word].okapi * parts.okapi.saturated(count as f32, length);
            });
            own[l::OKAPI] = okapi;
            own[l::CLASSIFIER] = classified.get(entry).copied().unwrap_or(0.0);
            own[l::ANSWER] = answered;
            scores.push(own.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32);
            likenesses.push(own);
            nearest.push(nearest_text);
        }
        Likened { entries, likenesses, nearest, scores }
    }

    /// Adds the likenesses of meanings.
    fn liken_meanings(&self, meant: &[Option<Meaning>; MEANINGS], weights: &Weights, likened: &mut Likened) {
        let w = &weights.likeness;
        for (kind, (asked, own)) in meant.iter().zip(&self.meanings).enumerate() {
            let (Some(asked), Some(own)) = (asked, own.get()) else { continue };
            let from = l::meaning(kind);
            for ((entry, likenesses), score) in
                likened.entries.iter().zip(&mut likened.likenesses).zip(&mut likened.scores)
            {
                let entry = *entry as usize;
                let of = own.liken(asked, entry, self.parts.texts.of_entry(entry));
                likenesses[from..from + of.len()].copy_from_slice(&of);
                *score += of.iter().zip(&w[from..]).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32;
            }
        }
    }

    /// The likenesses that are measured text by text, of a text that has any word of the question.
    fn of_text(
        &self,
        text: usize,
        asked: &Asked,
        size: &Size,
        mut products: Products,
        touch: &Touch,
        partners: &mut Partners,
    ) -> [f32; l::OF_TEXT] {
        for (repeated, weight) in self.parts.sizes.words_again(text) {
            let asked = touch.weights[repeated.space()][repeated.feature()];
            let product = f64::from(asked) * f64::from(*weight);
            match repeated.space() {
                STEMS => products.stems += product,
                CONCEPTS => products.concepts += product,
                _ => products.whole_words += product,
            }
        }
        if products.pairs > 0.0 {
            products.pairs += self.parts.pairs.repeated(text, &asked.pairs);
        }
        let cosine = |product: f64, space: usize| product as f32 * size.scales[space];
        let covered = partners.end_text(products.covered, size.total);
        // In the order of `features::likeness`.
        [
            covered.question,
            covered.question_near,
            covered.text,
            covered.text_near,
            cosine(products.stems, STEMS),
            cosine(products.concepts, CONCEPTS),
            cosine(products.letters, LETTERS),
            products.pairs as f32 * size.pairs,
            cosine(products.whole_words, WHOLE_WORDS),
        ]
    }

    /// The share of the question's weight that the answer of each of `entries` has.
    fn answered(&self, asked: &Asked, entries: &[u32]) -> Vec<f32> {
        let all = entries.len() == self.len();
        let mut answered = vec![0f32; entries.len()];
        for word in &asked.words {
            let share = word.weight / asked.total;
            let with = self.parts.answers.entries_with(word.feature);
            if all {
                with.iter().for_each(|&entry| answered[entry as usize] += share);
                continue;
            }
            let mut rest = with;
            for (place, entry) in entries.iter().enumerate() {
                let skipped = galloped(rest, *entry);
                rest = &rest[skipped..];
                match rest.first() {
                    Some(found) if found == entry => answered[place] += share,
                    Some(_) => {}
                    None => break,
                }
            }
        }
        answered
    }
}

/// A text's products with the question, summed with more places than are kept, so that the order of a text's words makes no
/// difference: two texts of the same words must come out equal.
#[derive(Default)]
struct Products {
    stems: f64,
    concepts: f64,
    letters: f64,
    whole_words: f64,
    pairs: f64,
    covered: Covered,
    /// Whether the text has any word of the question, or one that is near to it.
    met_any: bool,
}

/// The products of a text of these words, `letters_again` being the runs of letters that several of them share; `partners`
/// learns what the text has.
///
/// This is where a question spends its time: a dozen steps for every word of every text.
#[inline(always)]
fn products(
    row: &[Place],
    letters_again: &[(u32, f32)],
    touch: &Touch,
    asked: &AskedPairs,
    partners: &mut Partners,
) -> Products {
    let mut products = Products::default();
    partners.begin_text();
    // The question's words that the last place and the one before it had.
    let (mut last, mut before_last) = (NONE, NONE);
    for &place in row {
        let felt = touch.felt[place.form()];
        products.letters += f64::from(felt.letters);
        let Some(met) = touch.met.get(felt.met as usize) else {
            (last, before_last) = (NONE, last);
            continue;
        };
        products.met_any = true;
        products.stems += f64::from(met.products[STEMS]);
        products.concepts += f64::from(met.products[CONCEPTS]);
        products.whole_words += f64::from(met.products[WHOLE_WORDS]);
        if met.word != NONE {
            partners.meet(met.word);
            if !place.is_again() {
                products.covered.question += met.share;
                products.covered.text += met.known;
            }
            if last != NONE {
                products.pairs += f64::from(asked.weight(last, met.word, 0));
            }
            if before_last != NONE {
                products.pairs += f64::from(asked.weight(before_last, met.word, 1));
            }
        }
        (last, before_last) = (met.word, last);
        if met.near != NONE && !place.is_again() {
            touch.meet_near(met, partners);
        }
    }
    let weights = &touch.weights[LETTERS];
    for (feature, weight) in letters_again {
        products.letters += f64::from(weights[*feature as usize]) * f64::from(*weight);
    }
    products
}

/// The share of the question's weight that `word` is.
fn share(word: &AskedWord, sureness: f32, asked: &Asked) -> f32 {
    exact(word.weight * sureness / asked.total)
}

/// A share of the whole, rounded so that shares can be summed in any order without further rounding: two texts that have
/// the same words of the question must come out equal.
fn exact(share: f32) -> f32 {
    // Twenty places after the point; a sum up to 1 of such numbers has room in the 24 places of an `f32`.
    const PLACES: f32 = (1 << 20) as f32;
    (share * PLACES).round() / PLACES
}

/// The likenesses of a whole entry that are sums over its texts, and what they are sums of.
const OF_ENTRY: [(usize, usize); 5] = [
    (l::STEMS_ENTRY, l::STEMS),
    (l::CONCEPTS_ENTRY, l::CONCEPTS),
    (l::LETTERS_ENTRY, l::LETTERS),
    (l::PAIRS_ENTRY, l::PAIRS),
    (l::WORDS_ENTRY, l::WORDS),
];

/// Where the letters stand in [`OF_ENTRY`].
const LETTERS_OF_ENTRY: usize = 2;

/// How many of the sorted numbers stand below `wanted`: looked for in steps that double, since it is seldom far.
fn galloped(sorted: &[u32], wanted: u32) -> usize {
    let mut step = 1;
    while step < sorted.len() && sorted[step] < wanted {
        step *= 2;
    }
    let from = step / 2;
    let to = (step + 1).min(sorted.len());
    from + sorted[from..to].partition_point(|number| *number < wanted)
}
