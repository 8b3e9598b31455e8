//! What somebody may be about to ask, while the last word is still being typed.
//!
//! An unfinished word meets nothing but a few letters. So the word of the set that is used most of those that begin with it
//! is taken for it, and entries gain that have any of them. What begins with all that is typed is put first by `faq`.

use rustc_hash::FxHashSet;

use super::candidates::Breadth;
use super::index::Index;
use super::normalize::normalize;
use crate::knowledge::EntryId;

/// What an entry gains of which the nearest text has a word that begins with the unfinished one; half of it for any other
/// text. Of the first halves of members' questions this brings 83 of 100 entries among the first five instead of 81, and 95
/// among the first 25 instead of 93; from .5 to 2 measured alike.
const BEGUN: f32 = 1.0;

/// Letters of which an unfinished word must have some before it says anything.
const LEAST_LETTERS: usize = 2;

impl Index {
    /// The entries that somebody who has typed `typed` may be about to ask for, best first, at most `limit`, each with the
    /// text that is nearest to it.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<(EntryId, &str)> {
        let mut words = normalize(typed);
        let Some(last) = words.pop() else { return Vec::new() };
        let dictionary = &self.analyzer.dictionary;
        let is_unfinished =
            typed.ends_with(char::is_alphanumeric) && last.chars().count() >= LEAST_LETTERS && !dictionary.knows(&last);
        let begun: &[u32] = if is_unfinished { dictionary.begun_with(&last) } else { &[] };
        let measured = match dictionary.most_used(begun.iter().copied()) {
            Some(word) => self.measure_candidates(&format!("{} {word}", words.join(" ")), Breadth::WIDE),
            None => self.measure_candidates(typed, Breadth::WIDE),
        };
        let begun: FxHashSet<u32> = begun.iter().copied().collect();
        let texts = &self.parts.texts;
        let has_begun = |text: usize| {
            !begun.is_empty() && texts.row(text).iter().any(|place| begun.contains(&texts.form(place.form()).word))
        };
        let gained = |&entry: &u32| {
            let place = measured.place(entry);
            let (score, nearest) = (measured.scores[place], measured.nearest[place]);
            let mut of_entry = texts.of_entry(entry as usize);
            let gain = if has_begun(nearest as usize) {
                BEGUN
            } else if of_entry.any(has_begun) {
                BEGUN / 2.0
            } else {
                0.0
            };
            (score + gain, entry, nearest)
        };
        let mut found: Vec<(f32, u32, u32)> = measured.order.iter().map(gained).collect();
        // Stable: what gains the same stays in its order.
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(limit);
        found.into_iter().map(|(_, entry, text)| (self.id(entry).clone(), self.written(entry, text))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Vocabulary;
    use crate::matching::index::Document;
    use crate::matching::weights::Weights;

    #[test]
    fn who_types_what_an_id_says_is_offered_the_question() {
        let of = |id: &str, texts: &[&str]| Document {
            id: EntryId::new(id),
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            answer: String::new(),
        };
        let documents = vec![
            of("compensation-for-delays", &["Do I get my money back?", "we came an hour late"]),
            of("seats", &["Can I book a seat?"]),
        ];
        let index = Index::of(documents, &Vocabulary::default(), Weights::shipped().clone());
        for (typed, offered) in
            [("compensation for de", "Do I get my money back?"), ("came an hour", "we came an hour late")]
        {
            let (id, text) = index.suggest(typed, 1).remove(0);
            assert_eq!((id.as_str(), text), ("compensation-for-delays", offered), "{typed}");
        }
    }
}
