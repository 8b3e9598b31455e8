//! Slang to plain words: makes a [`Vocabulary`] work on the words of questions and phrasings alike.
//!
//! Words of exactly the same meaning become one word; a name becomes the kind of thing it names; a word of two senses
//! changes only beside another word of the field. Words that are merely *near* in meaning keep their form and share a
//! [`Concept`].

use rustc_hash::{FxHashMap, FxHashSet};

use super::common::Commonness;
use super::normalize::normalize;
use super::stem::stem;
use crate::knowledge::Vocabulary;

/// A group of words near in meaning, by its number.
pub type Concept = u16;

/// The first number of the groups of everyday English; the set's own groups stand below.
pub const EVERYDAY: Concept = 20_000;

/// The longest term, in words, that is looked for ("androgenetic alopecia" has two).
const LONGEST_TERM: usize = 5;

/// Terms of one or more stems, by their first.
type Terms = FxHashMap<Box<str>, Vec<Box<[Box<str>]>>>;

/// A term, by its stems, and the group of near words that it belongs to.
type NearTerm = (Box<[Box<str>]>, Concept);

/// A vocabulary made ready for looking up.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Terms by their first word, longest first.
    terms: FxHashMap<Box<str>, Vec<Term>>,
    /// Groups of near words by their first word, longest first.
    near: FxHashMap<Box<str>, Vec<NearTerm>>,
    subject: FxHashSet<Box<str>>,
    elsewhere: Terms,
    beside: Terms,
    /// Words beside which an ambiguous word takes its sense of the field.
    field: FxHashSet<Box<str>>,
}

#[derive(Debug, Clone)]
struct Term {
    words: Box<[Box<str>]>,
    means: Box<[Box<str>]>,
    ambiguous: bool,
}

/// A word after the vocabulary has been applied, with the place it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    pub word: String,
    /// Which of the words put in it stands for (the first, if several).
    pub from: usize,
}

impl Lexicon {
    /// Makes `vocabulary` ready. `field` are further words that belong to the subject's field: those that several
    /// entries use (see [`Lexicon::is_field_word`]).
    pub fn new(vocabulary: &Vocabulary, field: impl IntoIterator<Item = String>) -> Self {
        let mut lexicon = Self::default();
        lexicon.field.extend(field.into_iter().map(String::into_boxed_str));
        for same in &vocabulary.same {
            let means = split(&same.word);
            lexicon.add_field(&means);
            for also in &same.also {
                let words = split(also);
                // Chat shorthand ("u" for "you") says nothing of the field.
                if !means.iter().all(|word| Commonness::of(word).is_everyday()) {
                    lexicon.add_field(&words);
                }
                lexicon.add(words, &means, false);
            }
            for also in &same.ambiguous {
                lexicon.add(split(also), &means, true);
            }
        }
        for names in &vocabulary.names {
            let means = split(&names.means);
            for name in &names.names {
                let words = split(name);
                lexicon.add_field(&words);
                lexicon.add(words, &means, false);
            }
        }
        for words in vocabulary.subject.iter().map(|word| split(word)) {
            lexicon.add_field(&words);
            if let [word] = &*words {
                lexicon.subject.insert(word.clone());
            }
        }
        for (nth, group) in vocabulary.similar.iter().enumerate().take(usize::from(EVERYDAY)) {
            for word in group {
                let words = lexicon.plain_stems(&split(word));
                if let Some(first) = words.first().cloned() {
                    lexicon.near.entry(first).or_default().push((words, nth as Concept));
                }
            }
        }
        let everyday = EVERYDAY_GROUPS.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        for (nth, group) in everyday.enumerate() {
            let concept = EVERYDAY + nth as Concept;
            for term in group.split_whitespace() {
                let stems: Box<[Box<str>]> = term.split('_').map(|word| stem(word).into()).collect();
                let near = lexicon.near.entry(stems[0].clone()).or_default();
                if !near.iter().any(|(term, known)| *known == concept && *term == stems) {
                    near.push((stems, concept));
                }
            }
        }
        for group in &vocabulary.elsewhere {
            for word in &group.words {
                let words = lexicon.plain_stems(&split(word));
                if let Some(first) = words.first().cloned() {
                    lexicon.elsewhere.entry(first).or_default().push(words);
                }
            }
        }
        for word in &vocabulary.beside {
            let words = lexicon.plain_stems(&split(word));
            if let Some(first) = words.first().cloned() {
                lexicon.beside.entry(first).or_default().push(words);
            }
        }
        for terms in lexicon.terms.values_mut() {
            terms.sort_by_key(|term| std::cmp::Reverse(term.words.len()));
        }
        lexicon
    }

    fn add_field(&mut self, words: &[Box<str>]) {
        if let [word] = words
            && !Commonness::of(word).is_everyday()
        {
            self.field.insert(word.clone());
        }
    }

    fn add(&mut self, words: Box<[Box<str>]>, means: &[Box<str>], ambiguous: bool) {
        if words.is_empty() || words.len() > LONGEST_TERM || &*words == means {
            return;
        }
        let means = means.to_vec().into_boxed_slice();
        self.terms.entry(words[0].clone()).or_default().push(Term { words, means, ambiguous });
    }

    fn plain_stems(&self, words: &[Box<str>]) -> Box<[Box<str>]> {
        self.apply(words).into_iter().map(|plain| stem(&plain.word).into()).collect()
    }

    /// Whether `word` names the set's subject.
    pub fn is_subject(&self, word: &str) -> bool {
        self.subject.contains(word)
    }

    /// Whether the vocabulary names any subject word at all.
    pub fn has_subject(&self) -> bool {
        !self.subject.is_empty()
    }

    /// Whether an ambiguous word beside `word` takes its sense of the field.
    pub fn is_field_word(&self, word: &str) -> bool {
        self.field.contains(word)
    }

    /// All words that the vocabulary itself uses: correctly spelled by definition.
    pub fn known_words(&self) -> impl Iterator<Item = &str> {
        let terms = self.terms.values().flatten().flat_map(|term| term.words.iter().chain(term.means.iter()));
        let near = self.near.values().flatten().flat_map(|(words, _)| words.iter());
        let elsewhere = self.elsewhere.values().flatten().flat_map(|words| words.iter());
        terms.chain(near).chain(elsewhere).chain(self.subject.iter()).map(|word| &**word)
    }

    /// `words` in plain words: the longest term at each place is replaced by what it means.
    pub fn apply<S: AsRef<str>>(&self, words: &[S]) -> Vec<Plain> {
        let mut plain = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            let found = self.terms.get(words[at].as_ref()).and_then(|terms| {
                terms.iter().find(|term| {
                    starts_with(&words[at..], &term.words)
                        && (!term.ambiguous || self.field_around(words, at, term.words.len()))
                })
            });
            match found {
                Some(term) => {
                    plain.extend(term.means.iter().map(|word| Plain { word: word.to_string(), from: at }));
                    at += term.words.len();
                }
                None => {
                    plain.push(Plain { word: words[at].as_ref().to_owned(), from: at });
                    at += 1;
                }
            }
        }
        plain
    }

    fn field_around<S: AsRef<str>>(&self, words: &[S], at: usize, length: usize) -> bool {
        let others = words[..at].iter().chain(&words[(at + length).min(words.len())..]);
        others.map(AsRef::as_ref).any(|word| self.field.contains(word) || self.subject.contains(word))
    }

    /// For each stem of `stems` the concepts it belongs to, alone or as part of a longer term, and whether it is part of such
    /// a term: "how" and "much" say little, "how much" says a lot.
    pub fn concepts(&self, stems: &[String]) -> Vec<(Vec<Concept>, bool)> {
        let mut found: Vec<(Vec<Concept>, bool)> = vec![Default::default(); stems.len()];
        for at in 0..stems.len() {
            for (term, concept) in self.near.get(stems[at].as_str()).into_iter().flatten() {
                if starts_with(&stems[at..], term) {
                    for (concepts, in_term) in &mut found[at..at + term.len()] {
                        *in_term |= term.len() > 1;
                        if !concepts.contains(concept) {
                            concepts.push(*concept);
                        }
                    }
                }
            }
        }
        found
    }

    /// How many words of a text, given by their stems, belong to a neighbouring subject that the FAQ does not cover.
    pub fn count_elsewhere(&self, stems: &[&str]) -> usize {
        count_terms(&self.elsewhere, stems)
    }

    /// How many words of a text, given by their stems, name things that the FAQ only compares its subject with.
    pub fn count_beside(&self, stems: &[&str]) -> usize {
        count_terms(&self.beside, stems)
    }
}

fn count_terms(terms: &Terms, stems: &[&str]) -> usize {
    (0..stems.len())
        .map(|at| {
            let here = terms.get(stems[at]).into_iter().flatten();
            here.filter(|term| starts_with(&stems[at..], term)).map(|term| term.len()).max().unwrap_or(0)
        })
        .sum()
}

/// Groups of near words of everyday English: one group a line, the words of a longer term joined by `_`.
static EVERYDAY_GROUPS: &str = include_str!("near_words.txt");

fn split(text: &str) -> Box<[Box<str>]> {
    normalize(text).into_iter().map(String::into_boxed_str).collect()
}

fn starts_with<S: AsRef<str>>(words: &[S], term: &[Box<str>]) -> bool {
    words.len() >= term.len() && words.iter().zip(term).all(|(word, part)| word.as_ref() == &**part)
}
