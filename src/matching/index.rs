//! The search: a question in, ranked matches out, each with its explanation.
//!
//! All measures of `similarity` are taken of every entry, weighed (`weights`) and summed; `calibration` turns what stands
//! first into a confidence.

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

use super::calibration::{Confidence, Score};
use super::common::Commonness;
use super::features::{DOUBTS, Doubts, LIKENESSES, Likenesses, likeness as l};
use super::manner::Manner;
use super::normalize::{clean, normalize, words as words_of};
use super::repair::Dictionary;
use super::similarity::classifier::Classifier;
use super::similarity::coverage::Coverage;
use super::similarity::okapi::Okapi;
use super::similarity::space::{Feature, Space};
use super::text::{Analyzer, Token};
use super::vocabulary::Lexicon;
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

/// Why an entry was found.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// The phrasing that is nearest.
    pub nearest: String,
    /// Which word of the question met which word of the entry, heaviest first.
    pub words: Vec<Meeting>,
    /// What each measure gave, by its name.
    pub measures: Vec<(&'static str, f64)>,
}

/// A word of the question and the entry's word that it met.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// As the question has it.
    pub asked: String,
    /// As the entry has it.
    pub known: String,
    /// How much the meeting counts, as a share of the question in `0.0..=1.0`.
    pub weight: f64,
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

/// All phrasings of a set, ready to be searched.
#[derive(Debug)]
pub struct Index {
    documents: Vec<Document>,
    analyzer: Analyzer,
    entry_of: Vec<u32>,
    texts: Vec<String>,
    coverage: Coverage,
    stems: Space,
    concepts: Space,
    letters: Space,
    pairs: Space,
    words: Space,
    okapi: Okapi,
    classifier: Classifier,
    /// For each stem the entries whose answer has it.
    answers: FxHashMap<Box<str>, Vec<u32>>,
    weights: Weights,
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
}

/// The raw outcome of a search: for every entry what was measured, and the order.
#[derive(Debug, Clone)]
pub struct Measured {
    pub tokens: Vec<Token>,
    pub likenesses: Vec<Likenesses>,
    /// The text of each entry that is nearest.
    pub nearest: Vec<u32>,
    /// Score of each entry.
    pub scores: Vec<f32>,
    /// Entries, best first.
    pub order: Vec<u32>,
    pub doubts: Doubts,
    pub unknown: Vec<String>,
    pub manner: Manner,
    pub subject_only: bool,
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
    pub fn of(documents: Vec<Document>, vocabulary: &Vocabulary, weights: Weights) -> Self {
        let mut entry_of = Vec::new();
        let mut texts = Vec::new();
        for (entry, document) in documents.iter().enumerate() {
            for text in &document.texts {
                entry_of.push(entry as u32);
                texts.push(text.clone());
            }
        }
        let entries = documents.len();
        let raw: Vec<Vec<String>> = texts.iter().map(|text| normalize(text)).collect();
        let answers_raw: Vec<Vec<String>> = documents.iter().map(|d| normalize(&d.answer)).collect();
        let lexicon = Lexicon::new(vocabulary, field_words(&raw, &entry_of));
        let known = lexicon.known_words().map(str::to_owned).collect::<Vec<_>>();
        let dictionary =
            Dictionary::new(raw.iter().flatten().chain(answers_raw.iter().flatten()).chain(&known).map(String::as_str));
        let analyzer = Analyzer::new(lexicon, dictionary);
        let tokens: Vec<Vec<Token>> = texts.iter().map(|text| analyzer.phrasing(text)).collect();

        let mut by_entry: Vec<Vec<&str>> = vec![Vec::new(); entries];
        for (text, &entry) in tokens.iter().zip(&entry_of) {
            by_entry[entry as usize].extend(text.iter().map(|token| token.stem.as_str()));
        }
        let okapi = Okapi::new(&by_entry);
        let features = |of: fn(&[Token]) -> Vec<(Feature, f32)>| -> Vec<Vec<(Feature, f32)>> {
            tokens.iter().map(|t| of(t)).collect()
        };
        let stems = Space::new(&features(stem_features), &entry_of, entries);
        let concepts = Space::new(&features(concept_features), &entry_of, entries);
        let letters = Space::new(&features(letter_features), &entry_of, entries);
        let pairs = Space::new(&features(pair_features), &entry_of, entries);
        let words = Space::new(&features(word_features), &entry_of, entries);
        let mut rows = stems.rows(texts.len());
        for (row, letters_row) in rows.iter_mut().zip(letters.rows(texts.len())) {
            row.extend(letters_row.into_iter().map(|(id, weight)| (id + stems.features() as u32, weight)));
        }
        let classifier = Classifier::new(&rows, stems.features() + letters.features(), &entry_of, entries);
        let mut answers: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
        for (entry, document) in documents.iter().enumerate() {
            let stems: FxHashSet<String> = analyzer.phrasing(&document.answer).into_iter().map(|t| t.stem).collect();
            for stem in stems {
                answers.entry(stem.into_boxed_str()).or_default().push(entry as u32);
            }
        }
        let weighted: Vec<Vec<(Token, f32)>> = tokens
            .into_iter()
            .map(|text| text.into_iter().map(|token| (weight(&okapi, &token), token)).map(|(w, t)| (t, w)).collect())
            .collect();
        let coverage = Coverage::new(&weighted, &entry_of);
        Self {
            documents,
            analyzer,
            entry_of,
            texts,
            coverage,
            stems,
            concepts,
            letters,
            pairs,
            words,
            okapi,
            classifier,
            answers,
            weights,
        }
    }

    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    pub fn set_weights(&mut self, weights: Weights) {
        self.weights = weights;
    }

    /// The best matches for `text`, best first, at most `limit`.
    pub fn search(&self, text: &str, limit: usize) -> Vec<Match> {
        let measured = self.measure(text);
        self.matches(&measured, limit)
    }

    /// The best matches for `text`, at most `limit`, with what else was seen of the message.
    pub fn find(&self, text: &str, limit: usize) -> Found {
        let measured = self.measure(text);
        Found {
            matches: self.matches(&measured, limit),
            unknown_words: measured.unknown,
            manner: measured.manner,
            subject_only: measured.subject_only,
            verbatim: false,
        }
    }

    /// What was measured, as matches with explanations.
    pub fn matches(&self, measured: &Measured, limit: usize) -> Vec<Match> {
        let confidence = self.confidence(measured);
        measured
            .order
            .iter()
            .take(limit)
            .enumerate()
            .map(|(rank, &entry)| {
                let at = entry as usize;
                let document = &self.documents[at];
                let measures = super::features::LIKENESS_NAMES
                    .iter()
                    .zip(&measured.likenesses[at])
                    .map(|(name, value)| (*name, f64::from(*value)))
                    .collect();
                let share = softmax_share(&measured.scores, at);
                let first = softmax_share(&measured.scores, measured.order[0] as usize);
                let own = if rank == 0 {
                    confidence.value()
                } else {
                    confidence.value() * f64::from(share / first.max(1e-9))
                };
                Match {
                    id: document.id.clone(),
                    question: document.texts.first().cloned().unwrap_or_default(),
                    score: Score::new(f64::from(measured.scores[at])),
                    confidence: Confidence::new(own),
                    explanation: Explanation {
                        nearest: self.texts[measured.nearest[at] as usize].clone(),
                        words: self.meetings(measured, at),
                        measures,
                    },
                }
            })
            .collect()
    }

    /// The chance that the first entry is right.
    pub fn confidence(&self, measured: &Measured) -> Confidence {
        if measured.order.is_empty() || measured.scores[measured.order[0] as usize] <= 0.0 {
            return Confidence::new(0.0);
        }
        let logit = self.weights.slope * self.logit(measured) + self.weights.shift;
        Confidence::new(1.0 / (1.0 + (-logit).exp()))
    }

    /// The log odds that the first entry is right, before they are fitted to a set's base rate.
    pub fn logit(&self, measured: &Measured) -> f64 {
        let doubts = measured.doubts.iter().zip(&self.weights.doubt);
        self.weights.constant + doubts.map(|(x, w)| f64::from(*x) * w).sum::<f64>()
    }

    fn meetings(&self, measured: &Measured, entry: usize) -> Vec<Meeting> {
        let nearest = self.analyzer.phrasing(&self.texts[measured.nearest[entry] as usize]);
        let weights: Vec<f32> = measured.tokens.iter().map(|token| weight(&self.okapi, token)).collect();
        let total: f32 = weights.iter().sum::<f32>().max(1e-6);
        let mut meetings: Vec<Meeting> = measured
            .tokens
            .iter()
            .zip(&weights)
            .filter_map(|(token, weight)| {
                let same = nearest.iter().find(|other| other.stem == token.stem);
                let met = same.or_else(|| {
                    nearest.iter().find(|other| other.concepts.iter().any(|c| token.concepts.contains(c)))
                })?;
                Some(Meeting { asked: token.typed.clone(), known: met.word.clone(), weight: f64::from(weight / total) })
            })
            .collect();
        meetings.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        meetings
    }

    /// Takes all measures of all entries.
    pub fn measure(&self, text: &str) -> Measured {
        self.measure_tokens(self.analyzer.question(text), text, None)
    }

    /// Like [`Index::measure`], leaving the text number `without` out of sight as far as the texts one by one go.
    fn measure_tokens(&self, tokens: Vec<Token>, text: &str, _without: Option<u32>) -> Measured {
        let entries = self.documents.len();
        let texts = self.texts.len();
        let mut distinct: Vec<(&Token, f32)> = Vec::with_capacity(tokens.len());
        for token in &tokens {
            if !distinct.iter().any(|(other, _)| other.stem == token.stem) {
                distinct.push((token, weight(&self.okapi, token)));
            }
        }
        let covered = self.coverage.measure(&distinct, entries);
        let stems_q = self.stems.question(&stem_features(&tokens));
        let concepts_q = self.concepts.question(&concept_features(&tokens));
        let letters_q = self.letters.question(&letter_features(&tokens));
        let pairs_q = self.pairs.question(&pair_features(&tokens));
        let words_q = self.words.question(&word_features(&tokens));
        let mut stems = vec![0f32; texts];
        let mut concepts = vec![0f32; texts];
        let mut letters = vec![0f32; texts];
        let mut pairs = vec![0f32; texts];
        let mut words = vec![0f32; texts];
        self.stems.add_cosines(&stems_q, &mut stems);
        self.concepts.add_cosines(&concepts_q, &mut concepts);
        self.letters.add_cosines(&letters_q, &mut letters);
        self.pairs.add_cosines(&pairs_q, &mut pairs);
        self.words.add_cosines(&words_q, &mut words);
        let mut okapi = vec![0f32; entries];
        self.okapi.add_scores(distinct.iter().map(|(token, _)| (token.stem.as_str(), token.sureness)), &mut okapi);
        let mut classifier = vec![0f32; entries];
        self.classifier.add_scores(&stems_q, 0, &mut classifier);
        self.classifier.add_scores(&letters_q, self.stems.features(), &mut classifier);

        let w = &self.weights.likeness;
        let mut likenesses = vec![[0f32; LIKENESSES]; entries];
        let mut nearest = vec![0u32; entries];
        let mut nearest_score = vec![f64::NEG_INFINITY; entries];
        for text in 0..texts {
            let entry = self.entry_of[text] as usize;
            let of_text: [f32; l::OF_TEXT] = [
                covered.question[text],
                covered.question_near[text],
                covered.text[text],
                covered.text_near[text],
                stems[text],
                concepts[text],
                letters[text],
                pairs[text],
                words[text],
            ];
            let score: f64 = of_text.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum();
            let own = &mut likenesses[entry];
            if score > nearest_score[entry] {
                nearest_score[entry] = score;
                nearest[entry] = text as u32;
                own[..l::OF_TEXT].copy_from_slice(&of_text);
            }
            own[l::STEMS_ENTRY] += stems[text];
            own[l::CONCEPTS_ENTRY] += concepts[text];
            own[l::LETTERS_ENTRY] += letters[text];
            own[l::PAIRS_ENTRY] += pairs[text];
            own[l::WORDS_ENTRY] += words[text];
        }
        let total: f32 = distinct.iter().map(|(_, weight)| weight).sum::<f32>().max(1e-6);
        for (token, weight) in &distinct {
            for &entry in self.answers.get(token.stem.as_str()).into_iter().flatten() {
                likenesses[entry as usize][l::ANSWER] += weight / total;
            }
        }
        let mut scores = vec![0f32; entries];
        for entry in 0..entries {
            let own = &mut likenesses[entry];
            own[l::UNION] = covered.entry[entry];
            own[l::UNION_NEAR] = covered.entry_near[entry];
            own[l::STEMS_ENTRY] /= self.stems.centroid_norm(entry);
            own[l::CONCEPTS_ENTRY] /= self.concepts.centroid_norm(entry);
            own[l::LETTERS_ENTRY] /= self.letters.centroid_norm(entry);
            own[l::PAIRS_ENTRY] /= self.pairs.centroid_norm(entry);
            own[l::WORDS_ENTRY] /= self.words.centroid_norm(entry);
            own[l::OKAPI] = okapi[entry];
            own[l::CLASSIFIER] = classifier[entry];
            scores[entry] = own.iter().zip(w).map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32;
        }
        let mut order: Vec<u32> = (0..entries as u32).collect();
        order.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b)));
        let unknown: Vec<&(&Token, f32)> = distinct
            .iter()
            .filter(|(token, _)| token.rarity > 0.3 && !token.is_number() && !self.coverage.knows(token))
            .collect();
        let unknown_weight: f32 = unknown.iter().map(|(_, weight)| weight).sum();
        let unknown_words = unknown.iter().map(|(token, _)| token.typed.clone()).collect();
        let cleaned = clean(text);
        let manner = Manner::of(&cleaned, &words_of(&cleaned));
        let subject_only = tokens
            .iter()
            .all(|token| token.rarity == 0.0 || token.is_number() || self.analyzer.lexicon.is_subject(&token.word));
        let nearest_of_first = order.first().map_or(0, |&first| nearest[first as usize]);
        let doubts =
            self.doubts(&tokens, &manner, nearest_of_first, &likenesses, &scores, &order, unknown_weight, total);
        Measured { tokens, likenesses, nearest, scores, order, doubts, unknown: unknown_words, manner, subject_only }
    }

    #[allow(clippy::too_many_arguments)]
    fn doubts(
        &self,
        tokens: &[Token],
        manner: &Manner,
        nearest_text: u32,
        likenesses: &[Likenesses],
        scores: &[f32],
        order: &[u32],
        unknown: f32,
        total: f32,
    ) -> Doubts {
        let mut doubts = [0f32; DOUBTS];
        let Some(&first) = order.first() else { return doubts };
        let first = first as usize;
        let top = &likenesses[first];
        let score_at = |rank: usize| order.get(rank).map_or(0.0, |&entry| scores[entry as usize]);
        let best_other = |measure: usize| {
            likenesses
                .iter()
                .enumerate()
                .filter(|(entry, _)| *entry != first)
                .map(|(_, own)| own[measure])
                .fold(0f32, f32::max)
        };
        let leads = [
            l::QUESTION_KNOWN,
            l::LETTERS,
            l::WORDS,
            l::UNION,
            l::STEMS_ENTRY,
            l::LETTERS_ENTRY,
            l::OKAPI,
            l::CLASSIFIER,
        ];
        let agree = leads.iter().filter(|&&measure| top[measure] >= best_other(measure)).count();
        let lexicon = &self.analyzer.lexicon;
        let mut distinct: Vec<&str> =
            tokens.iter().filter(|t| t.rarity > 0.0 && !t.is_number()).map(|t| t.stem.as_str()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let subject = tokens.iter().any(|token| lexicon.is_subject(&token.word));
        let content = distinct.len() as f32;
        let beyond_subject = distinct.iter().filter(|stem| !lexicon.is_subject(stem)).count();
        let stems: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
        let elsewhere = lexicon.count_elsewhere(&stems) > 0;
        let beside = lexicon.count_beside(&stems) > 0;
        let flag = |yes: bool| f32::from(u8::from(yes));
        let nearest = self.analyzer.phrasing(&self.texts[nearest_text as usize]);
        let strange_number = tokens.iter().any(|token| token.is_number() && !self.coverage.knows(token));
        let second = order.get(1).map_or([0f32; LIKENESSES], |&e| likenesses[e as usize]);
        let share = softmax_share(scores, first).clamp(1e-4, 0.9999);
        let head = [
            score_at(0) / 10.0,
            (score_at(0) - score_at(1)).min(5.0),
            (score_at(0) - score_at(2)).min(5.0),
            share,
            (share / (1.0 - share)).ln(),
            top[l::CLASSIFIER] - best_other(l::CLASSIFIER),
            -unknown,
            -unknown / total,
            -flag(beyond_subject == 0),
            -flag(beyond_subject <= 1),
            flag(subject && lexicon.has_subject()),
            -flag(elsewhere),
            -flag(elsewhere && !subject),
            -flag(beside && !subject),
            flag(manner.asks),
            -flag(!manner.asks && beyond_subject <= 1),
            -flag(strange_number),
            -flag(denies(tokens) != denies(&nearest)),
            -flag(own_case(tokens) && !own_case(&nearest)),
            -flag(manner.tells),
            -manner.chatter,
            -flag(manner.polls),
            -manner.foreign,
            -(1.0 + content).ln() / 4.0,
            agree as f32 / leads.len() as f32,
            top[l::QUESTION_KNOWN] + top[l::QUESTION_NEAR],
            top[l::UNION] + top[l::UNION_NEAR],
            (top[l::TEXT_KNOWN] + top[l::TEXT_NEAR]) * (top[l::QUESTION_KNOWN] + top[l::QUESTION_NEAR]),
        ];
        doubts[..head.len()].copy_from_slice(&head);
        for k in 0..LIKENESSES {
            doubts[head.len() + k] = top[k];
            doubts[head.len() + LIKENESSES + k] = top[k] - second[k];
        }
        doubts
    }
}

/// A token's weight: how rare it is among the entries, times how rare it is in English.
fn weight(okapi: &Okapi, token: &Token) -> f32 {
    let rarity = if token.is_number() { NUMBER_RARITY } else { token.rarity };
    okapi.weight(&token.stem) * (WORD_FLOOR + (1.0 - WORD_FLOOR) * rarity)
}

/// The share of the first place that the entry `at` has when scores compete.
fn softmax_share(scores: &[f32], at: usize) -> f32 {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
    (scores[at] - most).exp() / sum.max(1e-9)
}

/// Whether a text denies something: what is not so is another question than what is so.
fn denies(tokens: &[Token]) -> bool {
    const DENIALS: [&str; 22] = [
        "not", "no", "never", "without", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "cant", "cannot",
        "couldnt", "wont", "wouldnt", "shouldnt", "havent", "hasnt", "nothing", "none", "nobody", "neither",
    ];
    tokens.iter().any(|token| DENIALS.contains(&token.word.as_str()))
}

/// Whether a text tells of one person's own case and not of things in general.
fn own_case(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .any(|token| matches!(token.word.as_str(), "my" | "mine" | "im" | "ive" | "hes" | "shes" | "his" | "her"))
}

/// Words that several entries use and everyday English does not: the field's own.
fn field_words(texts: &[Vec<String>], entry_of: &[u32]) -> Vec<String> {
    let mut entries_with: FxHashMap<&str, FxHashSet<u32>> = FxHashMap::default();
    for (text, &entry) in texts.iter().zip(entry_of) {
        for word in text {
            // Two letters are too few to set the sense of another word.
            if word.len() > 2 && Commonness::of(word) >= Commonness::Known {
                entries_with.entry(word).or_default().insert(entry);
            }
        }
    }
    let mut words: Vec<String> =
        entries_with.into_iter().filter(|(_, entries)| entries.len() >= 2).map(|(word, _)| word.to_owned()).collect();
    words.sort();
    words
}

fn hash(parts: impl Hash) -> Feature {
    let mut hasher = FxHasher::default();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// How much a word counts in the space of stems if everybody uses it, against 1 for the rarest. .2 to .6 measured alike.
const STEM_FLOOR: f32 = 0.3;
/// The same for runs of letters, which need little words more: "how", "much". .35 to .7 measured alike.
const LETTER_FLOOR: f32 = 0.5;
/// The emphasis of a group of near words against that of a word itself. Higher, and texts that share only a group drown
/// those that share the word.
const GROUP_SHARE: f32 = 0.5;
/// What a function word weighs in coverage against 1 for the rarest: even "how" says something ("how long", "how much").
/// .08 to .3 measured alike, the upper end a little better.
const WORD_FLOOR: f32 = 0.25;
/// What a number weighs: "2019" says something, but it is rarely the question.
const NUMBER_RARITY: f32 = 0.3;

/// How much a feature of a token counts before its idf: a word that everybody uses says little.
fn emphasis(token: &Token, floor: f32) -> f32 {
    (floor + (1.0 - floor) * token.rarity).powi(2) * token.sureness
}

fn stem_features(tokens: &[Token]) -> Vec<(Feature, f32)> {
    tokens.iter().map(|token| (hash(token.stem.as_str()), emphasis(token, STEM_FLOOR))).collect()
}

/// The groups of near words that a text's words belong to.
fn concept_features(tokens: &[Token]) -> Vec<(Feature, f32)> {
    let mut features = Vec::new();
    for token in tokens {
        let emphasis = emphasis(token, STEM_FLOOR);
        // A word without a group stands for itself: else texts without grouped words would all be alike.
        if token.concepts.is_empty() {
            features.push((hash(token.stem.as_str()), emphasis));
        }
        features.extend(token.concepts.iter().map(|concept| (hash((3u8, concept)), GROUP_SHARE * emphasis)));
    }
    features
}

fn word_features(tokens: &[Token]) -> Vec<(Feature, f32)> {
    tokens.iter().map(|token| (hash(token.word.as_str()), 1.0)).collect()
}

/// Runs of three to five letters inside a word, its ends marked.
fn letter_features(tokens: &[Token]) -> Vec<(Feature, f32)> {
    let mut features = Vec::new();
    let mut letters: Vec<char> = Vec::new();
    for token in tokens {
        letters.clear();
        letters.push(' ');
        letters.extend(token.word.chars());
        letters.push(' ');
        let emphasis = emphasis(token, LETTER_FLOOR);
        for length in 3..=5 {
            for run in letters.windows(length) {
                features.push((hash(run), emphasis));
            }
        }
    }
    features
}

/// Neighbouring words, and words with one between them.
fn pair_features(tokens: &[Token]) -> Vec<(Feature, f32)> {
    let mut features = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if let Some(next) = tokens.get(at + 1) {
            features.push((hash((1u8, token.stem.as_str(), next.stem.as_str())), 1.0));
        }
        if let Some(next) = tokens.get(at + 2) {
            features.push((hash((2u8, token.stem.as_str(), next.stem.as_str())), 1.0));
        }
    }
    features
}
