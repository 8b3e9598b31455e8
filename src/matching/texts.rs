//! The set's texts as numbers: each a row of forms, a form being one word with all that is known of it.
//!
//! A set repeats few words often. What a measure must know of a word is kept once for its form, and what it finds out about
//! a question is found out once for each form that the question touches, not for each text.

use rustc_hash::{FxHashMap, FxHashSet};

use super::text::Token;
use super::vocabulary::Concept;

/// A number that stands for none.
pub const NONE: u32 = u32::MAX;

/// One word as the texts have it. The same word can have two forms, since a term of several words lends its parts meaning.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Its number in the dictionary.
    pub word: u32,
    /// The number of its stem in the space of stems.
    pub stem: u32,
    /// What it weighs in coverage.
    pub weight: f32,
    concepts: (u32, u32),
}

/// All texts of a set, by entries.
#[derive(Debug, Default)]
pub struct Texts {
    forms: Vec<Form>,
    concepts: Vec<Concept>,
    /// Where each text begins in `row`; one more than there are texts.
    starts: Vec<u32>,
    row: Vec<Place>,
    /// The forms of each text once more, four by four, the last four filled up with [`Texts::filler`]; and where each text begins.
    fours: Vec<[u32; 4]>,
    four_starts: Vec<u32>,
    /// Where each entry begins among the texts; one more than there are entries.
    entry_starts: Vec<u32>,
    /// What each text says of itself, see [`Texts::denies`].
    tells: Vec<u8>,
    /// Where each form begins in `entries`; one more than there are forms.
    form_starts: Vec<u32>,
    /// The entries that have each form, in rising order.
    entries: Vec<u32>,
}

/// A form in its place in a text.
#[derive(Debug, Clone, Copy)]
pub struct Place(u32);

impl Place {
    const AGAIN: u32 = 1 << 31;

    pub fn form(self) -> usize {
        (self.0 & !Self::AGAIN) as usize
    }

    /// Whether a word of this stem stood in the text before.
    pub fn is_again(self) -> bool {
        self.0 & Self::AGAIN != 0
    }
}

const DENIES: u8 = 1;
const OWN_CASE: u8 = 2;

impl Texts {
    pub fn len(&self) -> usize {
        self.tells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tells.is_empty()
    }

    pub fn entries(&self) -> usize {
        self.entry_starts.len().saturating_sub(1)
    }

    /// The texts of an entry, by number.
    pub fn of_entry(&self, entry: usize) -> std::ops::Range<usize> {
        self.entry_starts[entry] as usize..self.entry_starts[entry + 1] as usize
    }

    /// The words of all texts of an entry together.
    pub fn entry_length(&self, entry: usize) -> usize {
        let texts = self.of_entry(entry);
        (self.starts[texts.end] - self.starts[texts.start]) as usize
    }

    /// The words of a text.
    pub fn row(&self, text: usize) -> &[Place] {
        &self.row[self.starts[text] as usize..self.starts[text + 1] as usize]
    }

    /// The words of several texts, one after the other.
    pub fn rows(&self, texts: std::ops::Range<usize>) -> impl Iterator<Item = &[Place]> {
        self.starts[texts.start..=texts.end].windows(2).map(|ends| &self.row[ends[0] as usize..ends[1] as usize])
    }

    /// The forms of several texts, text by text, four by four, the last four filled up with [`Texts::filler`].
    pub fn fours(&self, texts: std::ops::Range<usize>) -> impl Iterator<Item = &[[u32; 4]]> {
        self.four_starts[texts.start..=texts.end].windows(2).map(|ends| &self.fours[ends[0] as usize..ends[1] as usize])
    }

    /// The number of a form that no text has: the one behind the last.
    pub fn filler(&self) -> usize {
        self.forms.len()
    }

    pub fn words(&self) -> usize {
        self.row.len()
    }

    pub fn form(&self, form: usize) -> &Form {
        &self.forms[form]
    }

    pub fn forms(&self) -> usize {
        self.forms.len()
    }

    pub fn concepts_of(&self, form: &Form) -> &[Concept] {
        &self.concepts[form.concepts.0 as usize..form.concepts.1 as usize]
    }

    /// The entries that have a form in any text, in rising order.
    pub fn entries_with(&self, form: usize) -> &[u32] {
        &self.entries[self.form_starts[form] as usize..self.form_starts[form + 1] as usize]
    }

    /// Whether a text denies something, see [`denies`].
    pub fn denies(&self, text: usize) -> bool {
        self.tells[text] & DENIES != 0
    }

    /// Whether a text tells of one's own case, see [`own_case`].
    pub fn own_case(&self, text: usize) -> bool {
        self.tells[text] & OWN_CASE != 0
    }

    /// Sets the stem of each form and what it weighs, which are only known when all texts are there.
    pub fn weigh(&mut self, stem_and_weight: impl Fn(usize) -> (u32, f32)) {
        for (at, form) in self.forms.iter_mut().enumerate() {
            (form.stem, form.weight) = stem_and_weight(at);
        }
    }
}

/// Collects texts.
#[derive(Debug, Default)]
pub struct Builder {
    texts: Texts,
    numbers: FxHashMap<FormKey, u32>,
    stems: FxHashMap<Box<str>, u32>,
    /// A token of each form.
    tokens: Vec<Token>,
}

/// Word, rarity (which a term raises) and groups of near words.
type FormKey = (u32, u32, Box<[Concept]>);

impl Builder {
    /// The texts added from now on belong to the next entry.
    pub fn begin_entry(&mut self) {
        self.texts.entry_starts.push(self.texts.len() as u32);
    }

    /// Adds a text of these tokens; `number` is a word's number in the dictionary.
    pub fn add(&mut self, tokens: Vec<Token>, number: impl Fn(&str) -> u32) {
        let texts = &mut self.texts;
        texts.starts.push(texts.row.len() as u32);
        let tells = u8::from(denies(&tokens)) * DENIES + u8::from(own_case(&tokens)) * OWN_CASE;
        texts.tells.push(tells);
        let from = texts.row.len();
        let mut seen: FxHashSet<u32> = FxHashSet::default();
        for token in tokens {
            let word = number(&token.word);
            let key = (word, token.rarity.to_bits(), token.concepts.clone().into_boxed_slice());
            let form = match self.numbers.get(&key) {
                Some(&form) => form,
                None => {
                    let form = texts.forms.len() as u32;
                    let next = self.stems.len() as u32;
                    let stem = *self.stems.entry(token.stem.as_str().into()).or_insert(next);
                    let first = texts.concepts.len() as u32;
                    texts.concepts.extend(&token.concepts);
                    let concepts = (first, texts.concepts.len() as u32);
                    texts.forms.push(Form { word, stem, weight: 0.0, concepts });
                    self.numbers.insert(key, form);
                    self.tokens.push(token);
                    form
                }
            };
            let stem = texts.forms[form as usize].stem;
            // Texts are short, most of them: looking back is quicker than keeping a set.
            let before = texts.row[from..].len();
            let again = if before < 16 {
                texts.row[from..].iter().any(|place| texts.forms[place.form()].stem == stem)
            } else {
                if seen.is_empty() {
                    seen.extend(texts.row[from..].iter().map(|place| texts.forms[place.form()].stem));
                }
                !seen.insert(stem)
            };
            texts.row.push(Place(form | if again { Place::AGAIN } else { 0 }));
        }
    }

    /// The texts, and a token of each form.
    pub fn finish(self) -> (Texts, Vec<Token>) {
        let Self { mut texts, tokens, .. } = self;
        texts.starts.push(texts.row.len() as u32);
        texts.entry_starts.push(texts.len() as u32);
        let mut last = vec![NONE; texts.forms()];
        let mut each = |visit: &mut dyn FnMut(usize, u32)| {
            last.fill(NONE);
            for entry in 0..texts.entries() as u32 {
                for text in texts.of_entry(entry as usize) {
                    for place in texts.row(text) {
                        if last[place.form()] != entry {
                            last[place.form()] = entry;
                            visit(place.form(), entry);
                        }
                    }
                }
            }
        };
        let mut form_starts = vec![0u32; texts.forms() + 1];
        each(&mut |form, _| form_starts[form + 1] += 1);
        for form in 0..texts.forms() {
            form_starts[form + 1] += form_starts[form];
        }
        let mut fill = form_starts.clone();
        let mut entries = vec![0u32; form_starts.last().map_or(0, |end| *end as usize)];
        each(&mut |form, entry| {
            entries[fill[form] as usize] = entry;
            fill[form] += 1;
        });
        texts.form_starts = form_starts;
        texts.entries = entries;
        let filler = texts.filler() as u32;
        texts.four_starts.push(0);
        for text in 0..texts.len() {
            let row = &texts.row[texts.starts[text] as usize..texts.starts[text + 1] as usize];
            let four =
                |places: &[Place]| std::array::from_fn(|at| places.get(at).map_or(filler, |place| place.form() as u32));
            texts.fours.extend(row.chunks(4).map(four));
            texts.four_starts.push(texts.fours.len() as u32);
        }
        texts.fours.shrink_to_fit();
        for list in [&mut texts.starts, &mut texts.entry_starts, &mut texts.four_starts] {
            list.shrink_to_fit();
        }
        texts.row.shrink_to_fit();
        texts.forms.shrink_to_fit();
        texts.tells.shrink_to_fit();
        (texts, tokens)
    }
}

/// Whether a text denies something: what is not so is another question than what is so.
pub fn denies(tokens: &[Token]) -> bool {
    const DENIALS: [&str; 22] = [
        "not", "no", "never", "without", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "cant", "cannot",
        "couldnt", "wont", "wouldnt", "shouldnt", "havent", "hasnt", "nothing", "none", "nobody", "neither",
    ];
    tokens.iter().any(|token| DENIALS.contains(&token.word.as_str()))
}

/// Whether a text tells of one person's own case and not of things in general.
pub fn own_case(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .any(|token| matches!(token.word.as_str(), "my" | "mine" | "im" | "ive" | "hes" | "shes" | "his" | "her"))
}
