//! Taking the measures: of a question and some entries, or all.
//!
//! First it is felt what each form of the set's texts has to do with the question (few have anything), then the texts are
//! gone through and sum up what their forms have felt. The time a question takes is that of its own features' lists and of
//! the words of the texts that are looked at.

use super::asked::{Asked, CONCEPTS, LETTERS, SPACES, STEMS, WHOLE_WORDS};
use super::features::{Doubts, LIKENESSES, Likenesses, MEANINGS, MODEL, likeness as l};
use super::index::Index;
use super::manner::Manner;
use super::similarity::concepts;
use super::similarity::coverage::Partners;
use super::similarity::meanings::Meaning;
use super::text::Token;
use super::texts::NONE;
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
            for &(form, _) in word.stem.iter().flat_map(|&stem| stems.forms_with(stem)) {
                self.meet(index, form).word = number as u32;
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
            self.met.push(Met { products: [0.0; SPACES], word: NONE, near: NONE, weight, whole: false });
        }
        &mut self.met[felt.met as usize]
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
            (exact(word.weight * sureness / asked.total), sureness)
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
            partners.begin_entry();
            touch.complete(self, entry);
            let mut sums = [0f64; OF_ENTRY.len()];
            for text in parts.texts.of_entry(entry) {
                let of_text = self.liken_text(text, asked, touch, &mut partners);
                let score: f64 = of_text.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum();
                if score > nearest_score {
                    nearest_score = score;
                    nearest_text = text as u32;
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
            (own[l::UNION], own[l::UNION_NEAR]) = partners.end_entry();
            let length = parts.texts.entry_length(entry);
            own[l::OKAPI] = partners
                .counts()
                .map(|(word, count)| asked.words[word].okapi * parts.okapi.saturated(count as f32, length))
                .sum();
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
            let asked = own.ask(asked);
            for ((entry, likenesses), score) in
                likened.entries.iter().zip(&mut likened.likenesses).zip(&mut likened.scores)
            {
                let entry = *entry as usize;
                let of = own.liken(&asked, entry, self.parts.texts.of_entry(entry));
                likenesses[from..from + of.len()].copy_from_slice(&of);
                *score += of.iter().zip(&w[from..]).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32;
            }
        }
    }

    /// The likenesses that are measured text by text.
    fn liken_text(&self, text: usize, asked: &Asked, touch: &Touch, partners: &mut Partners) -> [f32; l::OF_TEXT] {
        let parts = &self.parts;
        // Summed with more places than are kept, so that the order of a text's words makes no difference: two texts of the
        // same words must come out equal.
        let mut products = [0f64; SPACES];
        let mut pairs = 0f64;
        let row = parts.texts.row(text);
        partners.begin_text();
        let mut letters = 0f64;
        let mut met_any = false;
        for (at, &place) in row.iter().enumerate() {
            let felt = touch.felt[place.form()];
            letters += f64::from(felt.letters);
            let Some(met) = touch.met.get(felt.met as usize) else { continue };
            met_any = true;
            for (sum, own) in products.iter_mut().zip(met.products) {
                *sum += f64::from(own);
            }
            if met.word != NONE {
                partners.meet(met.word, met.weight, place.is_again());
                for (between, before) in (0..).zip(row[..at].iter().rev().take(2)) {
                    let first = touch.met.get(touch.felt[before.form()].met as usize).map_or(NONE, |met| met.word);
                    if first != NONE {
                        pairs += f64::from(asked.pairs.weight(first, met.word, between));
                    }
                }
            }
            let mut near = met.near;
            while near != NONE && !place.is_again() {
                let own = touch.near[near as usize];
                partners.near(own.word, own.rank, met.weight);
                near = own.next;
            }
        }
        products[LETTERS] = letters;
        for (repeated, weight) in parts.sizes.repeats(text) {
            let asked = touch.weights[repeated.space()][repeated.feature()];
            products[repeated.space()] += f64::from(asked) * f64::from(*weight);
        }
        let size = parts.sizes.text(text);
        let cosine = |space: usize| products[space] as f32 * size.scales[space];
        if !met_any {
            let mut of_text = [0.0; l::OF_TEXT];
            of_text[l::LETTERS] = cosine(LETTERS);
            return of_text;
        }
        if pairs > 0.0 {
            pairs += parts.pairs.repeated(text, &asked.pairs);
        }
        let covered = partners.end_text(size.total);
        // In the order of `features::likeness`.
        [
            covered.question,
            covered.question_near,
            covered.text,
            covered.text_near,
            cosine(STEMS),
            cosine(CONCEPTS),
            cosine(LETTERS),
            pairs as f32 * size.pairs,
            cosine(WHOLE_WORDS),
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
