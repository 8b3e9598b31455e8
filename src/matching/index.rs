//! The search: a question in, ranked matches out, each with its explanation.
//!
//! In a large set `candidates` chooses the entries that are worth a look. All measures of `similarity` are taken of them
//! (`measure`), weighed (`weights`) and summed; `doubts` and `calibration` turn what stands first into a confidence.

use std::iter;
use std::sync::{Arc, OnceLock};

use super::asked::{Asked, SPACES};
use super::build;
use super::calibration::{Confidence, Score};
use super::candidates::Breadth;
use super::doubts::Unknown;
use super::explanation::{Explanation, Lack, Reason};
use super::features::WORD_VECTORS;
use super::features::{DOUBTS, LEXICAL, LIKENESS_NAMES, MEANINGS, MODEL};
use super::manner::Manner;
use super::measure::{Likened, Measured};
use super::model::ModelSay;
use super::name;
use super::normalize::{clean, normalize, words as words_of};
use super::several::asking;
use super::similarity::answers::Answers;
use super::similarity::classifier::Classifier;
use super::similarity::meanings::{Embed, MEASURES, Meaning, Meanings};
use super::similarity::okapi::Okapi;
use super::similarity::pairs::Pairs;
use super::similarity::sizes::Sizes;
use super::similarity::space::Space;
use super::similarity::{concepts, stems};
use super::spare::Spare;
use super::text::{Analyzer, Token};
use super::texts::Texts;
use super::touch::Touch;
use super::weights::Weights;
use crate::knowledge::{EntryId, Knowledge, Vocabulary};

/// An entry that was found, and why.
#[derive(Debug, Clone)]
pub struct Match {
    pub id: EntryId,
    /// The entry's question.
    pub question: String,
    pub score: Score,
    /// The chance that this entry is what was asked for.
    pub confidence: Confidence,
    pub explanation: Explanation,
}

/// What the index needs of an entry.
#[derive(Debug, Clone)]
pub struct Document {
    pub id: EntryId,
    /// The question first, then the phrasings; never empty.
    pub texts: Vec<String>,
    /// Verdict, answer and caveats.
    pub answer: String,
}

impl Document {
    /// Puts what the id says behind the texts, unless one of them says the same; whether it did.
    fn add_name(&mut self) -> bool {
        let Some(name) = name::words_of(self.id.as_str()) else { return false };
        let words = normalize(&name);
        let is_new = !self.texts.iter().any(|text| normalize(text) == words);
        if is_new {
            self.texts.push(name);
        }
        is_new
    }
}

/// All phrasings of a set, ready to be searched.
#[derive(Debug)]
pub struct Index {
    ids: Vec<EntryId>,
    /// The entries' texts as they are written, in the order of [`Parts::texts`].
    written: Vec<Box<str>>,
    /// Of each entry whether its last text is its own name, see [`name`].
    is_named: Vec<bool>,
    pub(super) analyzer: Analyzer,
    pub(super) parts: Parts,
    pub(super) weights: Weights,
    pub(super) touches: Spare<Touch>,
    /// What the texts mean, by kind; a kind may be missing.
    pub(super) meanings: [OnceLock<Meanings>; MEANINGS],
    pub(super) model: OnceLock<Arc<dyn Embed>>,
    /// Set if a model is to be expected.
    pub(super) model_promised: OnceLock<()>,
}

/// The texts of a set, and what each measure knows of them.
#[derive(Debug)]
pub struct Parts {
    pub texts: Texts,
    /// The spaces of features of words, see [`super::asked`].
    pub spaces: [Space; SPACES],
    pub pairs: Pairs,
    pub sizes: Sizes,
    pub okapi: Okapi,
    pub classifier: Classifier,
    pub answers: Answers,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Best first.
    pub matches: Vec<Match>,
    /// Words of the question that no entry knows.
    pub unknown_words: Vec<String>,
    pub manner: Manner,
    /// Nothing with a meaning stands beside the subject's own name.
    pub subject_only: bool,
    /// The message is, word for word, a question or phrasing of the first entry.
    pub verbatim: bool,
    /// Whether a model's say is in the ranking and the confidence.
    pub model_was_asked: bool,
    /// What a model had to do with it.
    pub model: ModelSay,
    /// What the confidence was made of, what weighs most first.
    pub reasons: Vec<Reason>,
    /// What the second entry had less of than the first, what weighs most first.
    pub lacked: Vec<Lack>,
    /// The question in a long message that the matches are of; `None`: they are of the whole message.
    pub heard: Option<String>,
    /// The first entry of each of several questions in the message, in the order in which they were asked; empty if it asks
    /// one.
    pub several: Vec<Match>,
}

impl Index {
    /// The index of a knowledge's entries.
    pub fn new(knowledge: &Knowledge, weights: Weights) -> Self {
        let documents = knowledge
            .entries
            .iter()
            .map(|entry| Document {
                id: entry.id.clone(),
                texts: entry.texts().map(str::to_owned).collect(),
                answer: format!("{}\n{}\n{}", entry.verdict, entry.answer, entry.caveats.join("\n")),
            })
            .collect();
        Self::of(documents, &knowledge.vocabulary, weights)
    }

    /// The index of any documents.
    pub fn of(mut documents: Vec<Document>, vocabulary: &Vocabulary, weights: Weights) -> Self {
        let is_named = documents.iter_mut().map(Document::add_name).collect();
        let (analyzer, parts) = build::parts(&documents, vocabulary);
        let mut ids = Vec::with_capacity(documents.len());
        let mut written = Vec::with_capacity(parts.texts.len());
        for document in documents {
            ids.push(document.id);
            written.extend(document.texts.into_iter().map(String::into_boxed_str));
        }
        let new = Self {
            ids,
            written,
            is_named,
            analyzer,
            parts,
            weights,
            touches: Spare::default(),
            meanings: Default::default(),
            model: OnceLock::new(),
            model_promised: OnceLock::new(),
        };
        new.learn_word_vectors();
        new
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    pub fn set_weights(&mut self, weights: Weights) {
        self.weights = weights;
    }

    /// The best matches for `text`, best first, at most `limit`, by the letters alone: quick enough for
    /// what somebody is still typing.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Match> {
        let measured = self.measure_candidates(text, Breadth::USUAL);
        self.matches(&measured, limit)
    }

    /// The best matches for `text`, at most `limit`, with what else was seen of the message.
    pub fn find(&self, text: &str, limit: usize) -> Found {
        self.find_cleaned(text, &clean(text), limit)
    }

    /// The same for a text that was cleaned already, see [`clean`].
    pub fn find_cleaned(&self, text: &str, cleaned: &str, limit: usize) -> Found {
        let clauses = asking(cleaned);
        let texts: Vec<&str> = iter::once(text).chain(clauses.iter().map(|clause| clause.text.as_str())).collect();
        let (meanings, model) = self.model_meanings(&texts);
        let mut meanings = meanings.into_iter();
        let whole = self.measure_cleaned(cleaned, meanings.next().flatten().as_ref(), Breadth::USUAL);
        let heard = self.hear(clauses.into_iter().zip(meanings).collect(), &whole);
        let several = self.several(&whole, &heard);
        let point = self.point_of_story(&whole, &heard);
        let measured = point.map_or(&whole, |point| &point.measured);
        let mut matches = self.matches(measured, limit);
        if point.is_some_and(|point| !point.is_sure()) {
            matches.truncate(1);
            let behind =
                self.matches(&whole, limit).into_iter().filter(|one| matches.iter().all(|first| first.id != one.id));
            matches = matches.iter().cloned().chain(behind).take(limit).collect();
            keep_order(&mut matches);
        }
        Found {
            matches,
            unknown_words: measured.unknown.clone(),
            manner: whole.manner,
            subject_only: measured.subject_only,
            verbatim: false,
            model_was_asked: measured.meant[MODEL],
            model,
            reasons: self.reasons(measured),
            lacked: self.lacked(measured),
            heard: point.map(|point| point.text().to_owned()),
            several,
        }
    }

    /// Takes all measures of all entries, however many there are.
    pub fn measure(&self, text: &str) -> Measured {
        self.measure_candidates(text, Breadth::ALL)
    }

    /// Takes all measures of the entries that promise most, as many as `breadth` tells.
    pub fn measure_candidates(&self, text: &str, breadth: Breadth) -> Measured {
        self.measure_meant(text, None, breadth)
    }

    /// The same for a text of which a model has told what it means.
    pub fn measure_meant(&self, text: &str, meaning: Option<&Meaning>, breadth: Breadth) -> Measured {
        self.measure_cleaned(&clean(text), meaning, breadth)
    }

    /// The same of a text that is clean, see [`clean`].
    pub(super) fn measure_cleaned(&self, cleaned: &str, meaning: Option<&Meaning>, breadth: Breadth) -> Measured {
        let words = words_of(cleaned);
        let manner = Manner::of(cleaned, &words);
        let tokens = self.analyzer.question(&words);
        let asked = Asked::new(&self.parts, &tokens);
        let mut meant: [Option<Meaning>; MEANINGS] = Default::default();
        meant[MODEL] = meaning.filter(|_| self.model_is_ready()).cloned();
        if self.weights.when(meant[MODEL].is_some()).looks_at(WORD_VECTORS) {
            meant[WORD_VECTORS] = self.word_meaning(&tokens);
        }
        let Likened { entries, likenesses, nearest, scores } = self.liken(&tokens, &asked, &meant, breadth);
        let meant = meant.each_ref().map(Option::is_some);
        let unknown_words: Vec<_> = asked
            .words
            .iter()
            .filter(|word| {
                let token = &tokens[word.token];
                token.rarity > 0.3 && !token.is_number() && !self.knows(token)
            })
            .collect();
        let weight = unknown_words.iter().map(|word| word.weight).sum::<f32>();
        let unknown = unknown_words.iter().map(|word| tokens[word.token].typed.clone()).collect();
        let subject_only = tokens
            .iter()
            .all(|token| token.rarity == 0.0 || token.is_number() || self.analyzer.lexicon.is_subject(&token.word));
        let mut places: Vec<u32> = (0..entries.len() as u32).collect();
        places.sort_unstable_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b)));
        let order = places.into_iter().map(|place| entries[place as usize]).collect();
        let doubts = [0.0; DOUBTS];
        let mut measured = Measured {
            tokens,
            entries,
            likenesses,
            nearest,
            scores,
            order,
            doubts,
            unknown,
            manner,
            subject_only,
            meant,
        };
        measured.doubts = self.doubts(&measured, Unknown { weight, share: weight / asked.total });
        measured
    }

    /// All texts as they are written, by entries: what [`Index::ask_model`] wants the vectors of.
    pub fn all_written(&self) -> impl ExactSizeIterator<Item = &str> {
        self.written.iter().map(|text| &**text)
    }

    /// What was measured, as matches with explanations.
    pub fn matches(&self, measured: &Measured, limit: usize) -> Vec<Match> {
        let confidence = self.confidence(measured);
        let Some(&first) = measured.order.first() else { return Vec::new() };
        let best = measured.scores[measured.place(first)];
        let asked = self.asked_words(measured);
        let found = measured.order.iter().take(limit).map(|&entry| {
            let place = measured.place(entry);
            let score = measured.scores[place];
            let taken = |at: &usize| match at.checked_sub(LEXICAL) {
                Some(at) => measured.meant[at / MEASURES],
                None => true,
            };
            let likenesses = &measured.likenesses[place];
            let mut measures = Vec::with_capacity(LIKENESS_NAMES.len());
            let taken = (0..LIKENESS_NAMES.len()).filter(taken);
            measures.extend(taken.map(|at| (LIKENESS_NAMES[at], f64::from(likenesses[at]))));
            Match {
                id: self.ids[entry as usize].clone(),
                question: self.question(entry).to_owned(),
                score: Score::new(f64::from(score)),
                // The others share by how they compete with the first (a softmax).
                confidence: Confidence::new(confidence.value() * f64::from((score - best).exp())),
                explanation: Explanation {
                    nearest: self.written[measured.nearest[place] as usize].to_string(),
                    words: self.meetings(&asked, measured.nearest[place]),
                    measures,
                },
            }
        });
        found.collect()
    }

    /// The chance that the first entry is right.
    pub fn confidence(&self, measured: &Measured) -> Confidence {
        let first = measured.order.first().map(|&first| measured.scores[measured.place(first)]);
        if first.is_none_or(|score| score <= 0.0) {
            return Confidence::new(0.0);
        }
        let weights = self.weights.when(measured.meant[MODEL]);
        let logit = weights.slope * self.logit(measured) + weights.shift;
        Confidence::new(1.0 / (1.0 + (-logit).exp()))
    }

    /// The log odds that the first entry is right, before they are fitted to a set's base rate.
    pub fn logit(&self, measured: &Measured) -> f64 {
        let weights = self.weights.when(measured.meant[MODEL]);
        let doubts = measured.doubts.iter().zip(&weights.doubt);
        weights.constant + doubts.map(|(x, w)| f64::from(*x) * w).sum::<f64>()
    }

    /// Whether any text has the token's stem, or a word near in meaning.
    pub(super) fn knows(&self, token: &Token) -> bool {
        let [stem_space, concept_space, ..] = &self.parts.spaces;
        let near = |concept| concept_space.id(concepts::feature(concept)).is_some();
        stem_space.id(stems::feature(&token.stem)).is_some() || token.concepts.iter().any(|concept| near(*concept))
    }

    pub(super) fn id(&self, entry: u32) -> &EntryId {
        &self.ids[entry as usize]
    }

    /// A text as it is written; in place of an entry's name its question, since nobody wrote the name to be read.
    pub(super) fn written(&self, entry: u32, text: u32) -> &str {
        let is_last = self.parts.texts.of_entry(entry as usize).end == text as usize + 1;
        if is_last && self.is_named[entry as usize] { self.question(entry) } else { &self.written[text as usize] }
    }

    /// An entry's question, as it is written.
    pub(super) fn question(&self, entry: u32) -> &str {
        &self.written[self.parts.texts.of_entry(entry as usize).start]
    }
}

/// Lowers scores to that of the match before, where matches for different parts of a message stand in one list: only their
/// order means anything, and it must not say otherwise.
pub fn keep_order(matches: &mut [Match]) {
    let mut most = f64::INFINITY;
    for found in matches {
        most = most.min(found.score.value());
        found.score = Score::new(most);
    }
}

/// What a function word weighs in coverage against 1 for the rarest: even "how" says something ("how long", "how much").
/// .08 to .3 measured alike, the upper end a little better.
const WORD_FLOOR: f32 = 0.25;
/// What a number weighs: "2019" says something, but it is rarely the question.
const NUMBER_RARITY: f32 = 0.3;

impl Parts {
    /// What a token weighs whose stem `with` of the entries have: how rare it is among them, times how rare it is in
    /// English.
    pub fn weight(&self, token: &Token, with: usize) -> f32 {
        weight(&self.okapi, token, with)
    }
}

/// See [`Parts::weight`].
pub fn weight(okapi: &Okapi, token: &Token, with: usize) -> f32 {
    let rarity = if token.is_number() { NUMBER_RARITY } else { token.rarity };
    okapi.weight(with) * (WORD_FLOOR + (1.0 - WORD_FLOOR) * rarity)
}
