//! From a set's texts to what the measures know of them. The long work is shared among threads; the outcome does not depend
//! on how many there are.

use std::num::NonZero;
use std::{panic, thread};

use super::asked::{FEATURES, LETTERS, SPACES, STEMS};
use super::common::Commonness;
use super::index::{Document, Parts, weight};
use super::normalize::normalize;
use super::repair::{Dictionary, count};
use super::similarity::answers::Answers;
use super::similarity::classifier::Classifier;
use super::similarity::coverage::Coverage;
use super::similarity::feature::Feature;
use super::similarity::okapi::Okapi;
use super::similarity::pairs::Pairs;
use super::similarity::sizes::Sizes;
use super::similarity::space::Space;
use super::similarity::stems;
use super::text::Analyzer;
use super::texts::{Builder, NONE};
use super::vocabulary::Lexicon;
use super::words::Words;
use crate::knowledge::Vocabulary;

/// How many texts are worked on at a time: enough to keep threads busy, few enough for their words to take little room.
const AT_A_TIME: usize = 8192;

/// What the measures know of `documents`, and the analyzer that fits.
pub(super) fn parts(documents: &[Document], vocabulary: &Vocabulary) -> (Analyzer, Parts) {
    let texts: Vec<&str> = documents.iter().flat_map(|document| &document.texts).map(String::as_str).collect();
    let answers: Vec<&str> = documents.iter().map(|document| document.answer.as_str()).collect();
    let (mut words, mut uses) = (Words::default(), Vec::new());
    let text_rows = numbered(&texts, &mut words, &mut uses);
    let lengths: Vec<usize> = documents.iter().map(|document| document.texts.len()).collect();
    let field = field_words(&words, &text_rows, &lengths);
    let answer_rows = numbered(&answers, &mut words, &mut uses);
    let lexicon = Lexicon::new(vocabulary, field);
    for word in lexicon.known_words() {
        count(&mut words, &mut uses, word);
    }
    let analyzer = Analyzer::new(lexicon, Dictionary::of(words, uses));
    let words = analyzer.dictionary.words();
    let tokens = |row: &[u32]| {
        let row: Vec<&str> = row.iter().map(|number| words.word(*number)).collect();
        analyzer.phrasing(&row)
    };

    let mut builder = Builder::default();
    let mut rows = 0..;
    let mut begins: Vec<usize> =
        lengths.iter().scan(0, |sum, length| Some(std::mem::replace(sum, *sum + length))).collect();
    begins.reverse();
    each_in_order(
        text_rows.len(),
        |row| tokens(text_rows.row(row)),
        |tokens| {
            let row = rows.next().unwrap_or_default();
            while begins.last() == Some(&row) {
                begins.pop();
                builder.begin_entry();
            }
            // All words are in the dictionary: those of the texts, and those that the vocabulary puts in their place.
            builder.add(tokens, |word| words.number(word).unwrap_or(NONE));
        },
    );
    // Entries without texts at the end.
    begins.iter().for_each(|_| builder.begin_entry());
    drop(text_rows);
    let (mut texts, form_tokens) = builder.finish();

    let mut answer_stems: Vec<Vec<Feature>> = Vec::with_capacity(answers.len());
    let stems_of = |row: usize| tokens(answer_rows.row(row)).iter().map(|token| stems::feature(&token.stem)).collect();
    each_in_order(answer_rows.len(), stems_of, |stems| answer_stems.push(stems));
    let answers = Answers::new(&answer_stems);
    drop(answer_stems);

    let (mut spaces, mut pairs) = thread::scope(|scope| {
        // The letters take about as long as all the rest.
        let letters = scope.spawn(|| Space::new(&texts, &form_tokens, FEATURES[LETTERS]));
        let pairs = Pairs::new(&texts, &form_tokens);
        let mut letters = Some(letters);
        let spaces: [Space; SPACES] = std::array::from_fn(|space| match letters.take_if(|_| space == LETTERS) {
            Some(letters) => letters.join().unwrap_or_else(|panic| panic::resume_unwind(panic)),
            None => Space::new(&texts, &form_tokens, FEATURES[space]),
        });
        (spaces, pairs)
    });
    let okapi = Okapi::new(texts.entries(), texts.words());
    let stem_space = &spaces[STEMS];
    texts.weigh(|form| {
        let stem = stem_space.features_of(form).first().map_or(NONE, |(stem, _)| *stem);
        (stem, weight(&okapi, &form_tokens[form], stem_space.entries_with(stem)))
    });
    let coverage = Coverage::new(&texts);
    let features = spaces[STEMS].features() + spaces[LETTERS].features();
    let classifier = if Classifier::is_possible(features, texts.entries()) {
        let [mut rows, letters] =
            [STEMS, LETTERS].map(|space| spaces[space].rows(&texts, &form_tokens, FEATURES[space]));
        for (row, letters) in rows.iter_mut().zip(letters) {
            row.extend(letters.into_iter().map(|(id, weight)| (id + spaces[STEMS].features() as u32, weight)));
        }
        let entry_of = (0..texts.entries()).flat_map(|entry| texts.of_entry(entry).map(move |_| entry as u32));
        Classifier::new(&rows, features, &entry_of.collect::<Vec<_>>(), texts.entries())
    } else {
        Classifier::default()
    };
    let sizes = Sizes::new(&mut spaces, &mut pairs, coverage);
    (analyzer, Parts { texts, spaces, pairs, sizes, okapi, classifier, answers })
}

/// Texts as rows of words by number.
#[derive(Debug, Default)]
struct Rows {
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Rows {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn row(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.numbers[start..self.ends[row] as usize]
    }
}

/// The words of `texts`, new ones added to `words` and all counted in `uses`.
fn numbered(texts: &[&str], words: &mut Words, uses: &mut Vec<u32>) -> Rows {
    let mut rows = Rows::default();
    each_in_order(
        texts.len(),
        |text| normalize(texts[text]),
        |row| {
            rows.numbers.extend(row.iter().map(|word| count(words, uses, word)));
            rows.ends.push(rows.numbers.len() as u32);
        },
    );
    rows
}

/// `make` of each number below `count`, by several threads; `take` gets what they made in order.
fn each_in_order<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync, mut take: impl FnMut(T)) {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    for from in (0..count).step_by(AT_A_TIME) {
        let to = (from + AT_A_TIME).min(count);
        // For a handful of texts a thread is dearer than what it does.
        let share = (to - from).div_ceil(threads).max(256);
        let make = &make;
        thread::scope(|scope| {
            let starts = (from + share..to).step_by(share);
            let others: Vec<_> = starts
                .map(|start| scope.spawn(move || (start..(start + share).min(to)).map(make).collect::<Vec<T>>()))
                .collect();
            (from..(from + share).min(to)).for_each(|number| take(make(number)));
            for other in others {
                other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)).into_iter().for_each(&mut take);
            }
        });
    }
}

/// Words that several entries use and everyday English does not: the field's own. `lengths`: how many of the texts each
/// entry has.
fn field_words(words: &Words, texts: &Rows, lengths: &[usize]) -> Vec<String> {
    let mut last = vec![NONE; words.len()];
    let mut several = vec![false; words.len()];
    let mut text = 0;
    for (entry, length) in (0..).zip(lengths) {
        for row in text..text + length {
            for &word in texts.row(row) {
                let last = &mut last[word as usize];
                several[word as usize] |= *last != NONE && *last != entry;
                *last = entry;
            }
        }
        text += length;
    }
    let mut field: Vec<String> = (0..words.len() as u32)
        .filter(|word| several[*word as usize])
        .map(|word| words.word(word))
        // Two letters are too few to set the sense of another word.
        .filter(|word| word.len() > 2 && Commonness::of(word) >= Commonness::Known)
        .map(str::to_owned)
        .collect();
    field.sort();
    field
}
