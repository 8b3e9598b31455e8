//! A model's part in the search: what it says of the texts, which the index learns late, and of each question.
//!
//! It is asked once a question, for the message and for each of its clauses together: so a member waits for one turn, however
//! much he writes. What it has no time for is measured by the letters alone.

use std::sync::Arc;

use super::features::MODEL;
use super::index::Index;
use super::normalize::{clean, words};
use super::similarity::meanings::{Embed, Meaning, Meanings};

/// What a model had to do with a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ModelSay {
    /// Nothing: there is none, or nobody asked it.
    #[default]
    Nothing,
    /// It has yet to read the set's texts.
    Loading,
    /// It had no time for all of the message, or for none of it.
    Late,
    /// What it said is in the ranking and the confidence.
    Told,
}

impl ModelSay {
    /// The word for it in `--json` and counters.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Loading => "loading",
            Self::Late => "late",
            Self::Told => "told",
        }
    }
}

impl Index {
    /// Says that [`Index::ask_model`] will follow.
    pub fn promise_model(&self) {
        let _ = self.model_promised.set(());
    }

    /// From now on `model` is asked what a question means; `vectors` are what it says of the texts, in the order of
    /// [`Index::all_written`]. If they are not as many, or there is a model already, nothing changes.
    pub fn ask_model(&self, model: Arc<dyn Embed>, vectors: Vec<Vec<f32>>) {
        if let Some(own) = Meanings::new(&self.parts.texts, vectors.into_iter())
            && self.model.set(model).is_ok()
        {
            let _ = self.meanings[MODEL].set(own);
        }
    }

    /// Takes only what a model says of the texts: for a fit, whose questions bring their own meanings.
    #[cfg(feature = "semantic")]
    pub fn learn_meanings(&self, vectors: Vec<Vec<f32>>) {
        if let Some(own) = Meanings::new(&self.parts.texts, vectors.into_iter()) {
            let _ = self.meanings[MODEL].set(own);
        }
    }

    /// Whether it is known what the texts mean by the model.
    pub fn model_is_ready(&self) -> bool {
        self.meanings[MODEL].get().is_some()
    }

    /// What the model says that each of `parts` means, which are of one question; and what came of asking it.
    pub(super) fn model_meanings(&self, parts: &[&str]) -> (Vec<Option<Meaning>>, ModelSay) {
        let ready = self.model.get().filter(|_| self.model_is_ready() && self.weights.with_model.is_some());
        let Some(model) = ready else {
            let say = if self.model_promised.get().is_some() { ModelSay::Loading } else { ModelSay::Nothing };
            return (vec![None; parts.len()], say);
        };
        let ways: Vec<Vec<String>> = parts.iter().map(|part| self.ways_to_say(part)).collect();
        let texts: Vec<&str> = ways.iter().flatten().map(String::as_str).collect();
        let mut told = model.embed(&texts).into_iter();
        let mut say = ModelSay::Told;
        let meanings = ways.iter().map(|ways| {
            let own: Vec<Option<Vec<f32>>> = told.by_ref().take(ways.len()).collect();
            if own.iter().any(Option::is_none) {
                say = ModelSay::Late;
            }
            Meaning::of_all(own.iter().flatten().map(Vec::as_slice))
        });
        (meanings.collect(), say)
    }

    /// The texts of which a model is to say what they mean, for one that a member wrote: as it stands, and with its slips
    /// mended and its slang in plain words, if that makes it another. A model knows neither the one nor the other: the two
    /// together left 4 of 100 more questions to be answered at once.
    pub fn ways_to_say(&self, text: &str) -> Vec<String> {
        let words = words(&clean(text));
        let mended: Vec<String> = self.analyzer.question(&words).into_iter().map(|token| token.word).collect();
        let mut ways = vec![text.to_owned()];
        if mended != words {
            ways.push(mended.join(" "));
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::knowledge::{EntryId, Vocabulary};
    use crate::matching::index::Document;
    use crate::matching::weights::Weights;

    /// Says the same of every text, of as many as it has time for, and remembers what it was asked.
    #[derive(Debug, Default)]
    struct Parrot {
        has_time_for: usize,
        asked: Mutex<Vec<Vec<String>>>,
    }

    impl Embed for Parrot {
        fn embed(&self, texts: &[&str]) -> Vec<Option<Vec<f32>>> {
            self.asked.lock().unwrap().push(texts.iter().map(|text| (*text).to_owned()).collect());
            (0..texts.len()).map(|at| (at < self.has_time_for).then(|| vec![1.0, 0.0])).collect()
        }
    }

    fn index() -> Index {
        let of = |id: &str, text: &str| Document {
            id: EntryId::new(id),
            texts: vec![text.to_owned()],
            answer: String::new(),
        };
        // Ids that are no names, lest there be further texts.
        let documents = vec![of("q1", "how much does it cost"), of("q2", "does it hurt")];
        let mut weights = Weights::plain();
        weights.with_model = Some(Box::new(Weights::plain()));
        Index::of(documents, &Vocabulary::default(), weights)
    }

    const THREE: &str = "I read a lot. Does it hurt, and how much is it? Is it legal?";

    #[test]
    fn a_message_of_many_clauses_asks_the_model_once() {
        let index = index();
        let parrot = Arc::new(Parrot { has_time_for: 9, ..Parrot::default() });
        index.ask_model(Arc::clone(&parrot) as Arc<dyn Embed>, vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        assert_eq!(index.find(THREE, 2).model, ModelSay::Told);
        let asked = parrot.asked.lock().unwrap();
        let [texts] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!(*texts, [THREE, "does it hurt,", "and how much is it?", "is it legal?"]);
    }

    #[test]
    fn what_is_misspelt_is_asked_about_as_it_stands_and_mended() {
        let index = index();
        assert_eq!(index.ways_to_say("How much does it cost?"), ["How much does it cost?"]);
        assert_eq!(index.ways_to_say("how mcuh does it cost?"), ["how mcuh does it cost?", "how much does it cost"]);
    }

    #[test]
    fn what_is_not_told_in_time_goes_by_the_letters() {
        for (has_time_for, whole) in [(0, false), (1, true), (3, true)] {
            let index = index();
            let parrot = Arc::new(Parrot { has_time_for, ..Parrot::default() });
            index.ask_model(parrot, vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
            let found = index.find(THREE, 2);
            assert_eq!((found.model, found.model_was_asked), (ModelSay::Late, whole), "{has_time_for}");
            assert_eq!(found.matches.len(), 2);
        }
    }

    #[test]
    fn before_it_has_read_the_texts_it_is_not_asked() {
        let index = index();
        assert_eq!(index.find(THREE, 2).model, ModelSay::Nothing);
        index.promise_model();
        assert_eq!(index.find(THREE, 2).model, ModelSay::Loading);
    }
}
