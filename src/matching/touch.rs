//! What each form of the set's texts has to do with a question: found out once, however many texts have the form.

use super::asked::{Asked, CONCEPTS, LETTERS, SPACES, STEMS};
use super::felt::Felt;
use super::index::Index;
use super::similarity::concepts;
use super::text::Token;
use super::texts::NONE;

/// Forms that a run of letters may have to count: a run in a thousand words says little, and a set of a hundred thousand texts
/// has a few dozen of them. At 20,000 and 100,000 phrasings one question of 1,000 found another first entry without them, as
/// many found the right one, and a question took three quarters of the time.
const MOST_FORMS: usize = 1024;

/// Forms that all runs of letters of a question may have together: a run of a long message must be the rarer. At 100,000
/// phrasings it holds for a message of 4,000 characters, each word another; a question of fewer than about sixty words never
/// comes near.
const MOST_LOOKED_UP: usize = 1_000_000;

/// What a form of the texts has to do with the question beside its letters. Few forms have anything.
#[derive(Debug, Clone, Copy)]
pub struct Met {
    /// Its product with the question in each space but that of letters: with the places of an `f32`, in the room of an `f64`,
    /// since it is summed as one.
    pub products: [f64; SPACES],
    /// The form.
    form: u32,
    /// The question's word that has its stem, or [`NONE`].
    pub word: u32,
    /// The last of the question's words that are near to it, by its place in [`Touch::near`], or [`NONE`].
    pub near: u32,
    /// What it weighs in coverage.
    pub weight: f32,
    /// The share of the question that its word is, see [`super::asked::AskedWord::share`], and what it then weighs itself.
    pub share: f32,
    pub known: f32,
}

impl Met {
    pub fn form(&self) -> usize {
        self.form as usize
    }
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
    /// Of each form what is asked for every word of every text; one more, for [`super::texts::Texts::filler`], is never touched.
    pub felt: Vec<Felt>,
    /// Where each form stands in `met`; behind its end where nothing was met.
    pub met_at: Vec<u32>,
    /// Whether `forms` is kept.
    notes_forms: bool,
    /// The forms that have anything to do with the question, if somebody wants to know them.
    forms: Vec<u32>,
    pub met: Vec<Met>,
    pub near: Vec<Near>,
    /// How promising each entry is, for the choice of candidates.
    pub promise: Vec<f32>,
}

/// Nothing of the question was met.
const UNMET: u32 = NONE;

impl Touch {
    /// Nothing is touched yet in a set of so many forms and entries.
    pub fn new(forms: usize, entries: usize) -> Self {
        Self {
            felt: vec![Felt::default(); forms + 1],
            met_at: vec![UNMET; forms],
            promise: vec![0.0; entries],
            ..Self::default()
        }
    }

    /// The forms that have anything to do with the question, if they were to be noted, each with its product in the space of
    /// letters and what was met beside.
    pub fn forms(&self) -> impl Iterator<Item = (u32, f32, Option<&Met>)> + '_ {
        self.forms.iter().map(|&form| {
            let met = self.met.get(self.met_at[form as usize] as usize);
            (form, self.felt[form as usize].letters(), met)
        })
    }

    /// `notes_forms`: whether [`Touch::forms`] will be asked for. Where all entries are measured nobody asks, and three of
    /// four forms are touched.
    pub(super) fn feel(&mut self, index: &Index, tokens: &[Token], asked: &Asked, notes_forms: bool) {
        self.notes_forms = notes_forms;
        let most_forms = MOST_FORMS.min(MOST_LOOKED_UP / asked.vectors[LETTERS].len().max(1));
        for (number, (space, vector)) in index.parts.spaces.iter().zip(&asked.vectors).enumerate() {
            for &(feature, weight) in vector {
                let forms = space.forms_with(feature);
                if number == LETTERS && forms.len() > most_forms {
                    continue;
                }
                if number != LETTERS {
                    for &(form, own) in forms {
                        let product = &mut self.meet(index, form).products[number];
                        *product = f64::from(*product as f32 + weight * own);
                    }
                    continue;
                }
                for &(form, own) in forms {
                    let Felt(letters) = &mut self.felt[form as usize];
                    if notes_forms && *letters == 0.0 && self.met_at[form as usize] == UNMET {
                        self.forms.push(form);
                    }
                    *letters += weight * own;
                }
            }
        }
        let stems = &index.parts.spaces[STEMS];
        let concept_space = &index.parts.spaces[CONCEPTS];
        for (number, word) in asked.words.iter().enumerate() {
            for &(form, _) in word.stem.iter().flat_map(|&stem| stems.forms_with(stem)) {
                let met = self.meet(index, form);
                (met.word, met.share, met.known) = (number as u32, word.share, met.weight * word.sureness);
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
        for met in &self.met {
            let Felt(letters) = &mut self.felt[met.form as usize];
            *letters = -*letters;
        }
    }

    fn meet(&mut self, index: &Index, form: u32) -> &mut Met {
        let at = &mut self.met_at[form as usize];
        if *at == UNMET {
            if self.notes_forms && self.felt[form as usize].letters() == 0.0 {
                self.forms.push(form);
            }
            *at = self.met.len() as u32;
            let weight = index.parts.texts.form(form as usize).weight;
            self.met.push(Met {
                products: [0.0; SPACES],
                form,
                word: NONE,
                near: NONE,
                weight,
                share: 0.0,
                known: 0.0,
            });
        }
        &mut self.met[*at as usize]
    }

    pub(super) fn forget(&mut self) {
        if !self.notes_forms {
            self.felt.fill(Felt::default());
            self.met_at.fill(UNMET);
        }
        for form in self.forms.drain(..) {
            self.felt[form as usize] = Felt::default();
            self.met_at[form as usize] = UNMET;
        }
        self.met.clear();
        self.near.clear();
    }
}
