//! How much a message sounds like somebody in trouble, by its words alone, whatever the signs say.
//!
//! Signs catch what somebody thought of. People in danger also write what nobody thought of, and then their words still
//! give them away: "my", "since", "wont", "he" beside a body part, where who asks in general writes "can", "risk", "price".
//! So each word, and each pair of words, has a weight that `caveat tune --tone` learns from judged messages, and their sum
//! gives points beside those of the signs: some against an alarm, some for it, and where they are very sure, enough alone.
//! A moderator switches it off with one line of `faq/red-flags.toml`.
//!
//! What is heard of a sentence, `ear` tells: words, their subjects, small words near a subject, and what the words mean
//! together, so that a word nobody has judged weighs like its neighbours of that meaning.
//!
//! The loudest three sentences in a row speak. What else a message says can therefore never drown them.

mod ear;

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::message::{Message, Token};
use crate::matching::similarity::feature::hash;
pub use ear::{Ear, Part, loudness};

/// The weights that ship.
const SHIPPED: &str = include_str!("tone.txt");

/// The words of a message, weighed.
pub struct Tone {
    /// What a message without any word of the list sounds like.
    base: f32,
    /// In the order of the alphabet.
    telling: Vec<(String, Telling)>,
    /// Where each stands in `telling`, by the hash of its words.
    places: FxHashMap<u64, u32>,
    /// A weight for each number of what a part means; empty if that is not listened to.
    meaning: Vec<f32>,
    ear: Ear,
}

/// What a word or a pair of words tells.
#[derive(Debug, Clone, PartialEq)]
struct Telling {
    /// Above zero: people in trouble say it.
    weight: f32,
    /// The kind of emergency in which it is said most; empty where it speaks against one.
    kind: String,
}

/// What a sentence has.
struct Heard {
    /// The hash of each word, pair or subject, and its place among those that tell something.
    words: Vec<(u64, Option<u32>)>,
    meaning: Vec<f32>,
    /// Its number in the message.
    number: usize,
    /// The number of its first word in the message.
    start: usize,
    /// In words.
    length: usize,
}

/// Sentences in a row that are heard together, by their places among all.
#[derive(Debug, Clone, Copy)]
struct PartHeard {
    odds: f32,
    first: usize,
    last: usize,
}

/// A message that was heard.
pub(super) struct Voice {
    sentences: Vec<Heard>,
    parts: Vec<PartHeard>,
    /// The numbers of the sentences in which a sign was set aside.
    quiet: Vec<usize>,
    /// For each word whether nobody has heard it.
    strange: Vec<bool>,
    is_story: bool,
}

impl Voice {
    /// The loudest part that lies within these words and holds none of the sentences `left_out`; of equals the first.
    fn loudest(&self, within: &Range<usize>, left_out: &[usize]) -> Option<PartHeard> {
        let lies_within = |part: &PartHeard| {
            let (first, last) = (&self.sentences[part.first], &self.sentences[part.last]);
            within.start <= first.start && last.start + last.length <= within.end
        };
        let is_left = |part: &PartHeard| {
            self.sentences[part.first..=part.last].iter().all(|sentence| !left_out.contains(&sentence.number))
        };
        // They stand in the order in which they begin.
        let starts = |part: &PartHeard| self.sentences[part.first].start;
        let from = self.parts.partition_point(|part| starts(part) < within.start);
        let parts = self.parts[from..].iter().take_while(|part| starts(part) < within.end);
        let parts = parts.filter(|part| lies_within(part) && is_left(part));
        parts.copied().reduce(|loudest, part| if part.odds > loudest.odds { part } else { loudest })
    }
}

/// How a message sounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// The log-odds of an alarm by the words, in natural units.
    pub odds: f32,
    /// For an alarm, or against it.
    pub points: i32,
    /// The same of those sentences only in which no sign was set aside: "no chills, no pus" must not alarm by its words.
    pub alone: i32,
    /// The kind of emergency that its words belong to, by its id; empty if none speaks.
    pub kind: String,
    /// The words that say most for what `points` say.
    pub words: Vec<String>,
}

/// Log-odds from which on words give so many points; below the last they take [`MOST_AGAINST`] away.
///
/// Fitted to messages that the words had not been learned from, 3,700 by cross-validation and 870 that the signs had not
/// seen either: from where on those with so many points by signs were as often emergencies as not. An emergency that is
/// missed is far worse than a false alarm, so a sign of 4 points stands unless the words speak clearly against it (of those
/// below -3, 19 were emergencies and 22 not); but without any sign the words must be surer than that, since long and
/// harmless stories have many sentences, and the loudest speaks.
const POINTS: [(f32, i32); 6] = [(2.0, 4), (1.0, 3), (0.5, 2), (0.0, 1), (-3.0, 0), (-4.0, -1)];

/// The same for a story. It has many sentences, of which the loudest speaks, so the words must be surer, and a sign must
/// sound like one where it stands: of 23 emergencies told as stories all had log-odds above zero by cross-validation, of 63
/// harmless stories 30 had not.
const STORY_POINTS: [(f32, i32); 4] = [(3.0, 4), (2.0, 2), (1.0, 1), (0.0, 0)];

/// The most points against an alarm: a sign of 4 with two points beside it is never silenced by other words.
const MOST_AGAINST: i32 = -2;

/// By how much a word that nobody has heard brings log-odds below zero nearer to it: it might have been the one that tells.
const IN_DOUBT: f32 = 1.0;

/// The nearest to zero that words come which speak against an alarm, however many of them nobody has heard.
const HARDLY_AGAINST: f32 = -0.01;

/// What begins the line with the weights of what a part means.
const MEANING: &str = "meaning ";

/// How many telling words an explanation names.
const NAMED: usize = 5;

impl std::fmt::Debug for Tone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tone").field("words", &self.telling.len()).finish_non_exhaustive()
    }
}

impl Tone {
    /// The weights that ship, learned from this FAQ's judged messages.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED)
    }

    /// Reads weights as [`Tone::to_text`] writes them. Lines that are none are passed over: the text is no person's work.
    pub fn parse(text: &str) -> Self {
        let (mut base, mut known, mut meaning) = (0.0, Vec::new(), Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(numbers) = line.strip_prefix(MEANING) {
                meaning = numbers.split_whitespace().filter_map(|number| number.parse().ok()).collect();
                continue;
            }
            let mut parts = line.splitn(3, ' ');
            let (Some(weight), Some(kind), words) = (parts.next(), parts.next(), parts.next()) else { continue };
            let Ok(weight) = weight.parse() else { continue };
            match words {
                None => base = weight,
                Some(words) => {
                    let kind = if kind == "-" { "" } else { kind };
                    known.push((words.to_owned(), weight, kind.to_owned()));
                }
            }
        }
        Self::new(base, known, meaning)
    }

    /// Weights of words (or pairs), each with the kind of emergency it belongs to, and of the numbers of [`Part::meaning`].
    pub fn new(base: f32, words: Vec<(String, f32, String)>, meaning: Vec<f32>) -> Self {
        // Of words that come again the last counts.
        let words: BTreeMap<String, Telling> =
            words.into_iter().map(|(words, weight, kind)| (words, Telling { weight, kind })).collect();
        let telling: Vec<(String, Telling)> = words.into_iter().collect();
        let places = telling.iter().zip(0..).map(|((words, _), place)| (hash(words), place)).collect();
        Self { base, telling, places, meaning, ear: Ear::new() }
    }

    /// The weights as text, the words in the order of the alphabet, a line each: weight, kind or `-`, word or pair.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# What words say of a message: above zero, people in trouble say them. Weight, kind of emergency, word or pair\n\
             # of words (stems). Learned from judged messages and written by `caveat tune --tone`; not to be edited by hand.\n",
        );
        text.push_str(&format!("{:.2} base\n", self.base));
        if !self.meaning.is_empty() {
            let numbers: Vec<String> = self.meaning.iter().map(|number| format!("{number:.2}")).collect();
            text.push_str(&format!("{MEANING}{}\n", numbers.join(" ")));
        }
        for (words, telling) in &self.telling {
            let kind = if telling.kind.is_empty() { "-" } else { &telling.kind };
            text.push_str(&format!("{:.2} {kind} {words}\n", telling.weight));
        }
        text
    }

    /// Hears `message`. A sign was set aside in the sentences with the numbers `quiet`.
    pub(super) fn listen(&self, message: &Message, quiet: Vec<usize>) -> Voice {
        let mut start = 0;
        let sentences: Vec<Heard> = ear::sentences(message)
            .map(|sentence| {
                let heard = self.heard_in(&sentence, start);
                start += sentence.tokens.len();
                heard
            })
            .collect();
        let strange = message.tokens.iter().map(|token| self.is_strange(token)).collect();
        let parts = self.parts(&sentences);
        Voice { sentences, parts, quiet, strange, is_story: message.is_story() }
    }

    /// How the words `within` a message sound.
    pub(super) fn sound(&self, voice: &Voice, within: &Range<usize>) -> Sound {
        let Some(loudest) = voice.loudest(within, &[]) else {
            let (points, alone) = (MOST_AGAINST, MOST_AGAINST);
            return Sound { odds: self.base, points, alone, kind: String::new(), words: Vec::new() };
        };
        // A word that nobody has heard, such as a misspelt one, might have been the one that tells.
        let strange = voice.strange[within.clone()].iter().filter(|strange| **strange).count();
        let mut odds = loudest.odds;
        if odds < 0.0 {
            odds = (odds + IN_DOUBT * strange as f32).min(HARDLY_AGAINST);
        }
        let points = points(odds, voice.is_story);
        // Only where words alone could raise the alarm is a second look needed.
        let alone = match points {
            ..=0 => points,
            _ => {
                voice.loudest(within, &voice.quiet).map_or(MOST_AGAINST, |part| self::points(part.odds, voice.is_story))
            }
        };
        let mut heard: Vec<(&str, &Telling)> = Vec::new();
        let sentences = &voice.sentences[loudest.first..=loudest.last];
        for place in sentences.iter().flat_map(|sentence| &sentence.words).filter_map(|(_, place)| *place) {
            let (words, telling) = &self.telling[place as usize];
            if !heard.iter().any(|(other, _)| other == words) {
                heard.push((words, telling));
            }
        }
        Sound { odds, points, alone, kind: kind_of(&heard), words: most_telling(heard, points > 0) }
    }

    fn is_strange(&self, word: &Token) -> bool {
        word.listed.is_none()
            && word.text.chars().all(char::is_alphabetic)
            && self.ear.stem_of(word).is_some_and(|stem| !self.places.contains_key(&hash(&stem)))
    }

    /// What a sentence has, each once.
    fn heard_in(&self, sentence: &ear::Sentence<'_>, start: usize) -> Heard {
        // Beside each word its pair with the next, and about as much with subjects.
        let mut words: Vec<(u64, Option<u32>)> = Vec::with_capacity(4 * sentence.tokens.len());
        let meaning = self.ear.listen(sentence, |heard| {
            let hash = hash(heard);
            words.push((hash, self.places.get(&hash).copied()));
        });
        words.sort_unstable_by_key(|(hash, _)| *hash);
        words.dedup();
        Heard { words, meaning, number: sentence.number(), start, length: sentence.tokens.len() }
    }

    /// The log-odds of all sentences in a row that are heard together.
    fn parts(&self, sentences: &[Heard]) -> Vec<PartHeard> {
        let mut parts = Vec::new();
        for first in 0..sentences.len() {
            let mut meaning = vec![0f32; self.meaning.len()];
            let (mut by_words, mut heard) = (0.0, 0);
            let count = ear::count_together(sentences[first..].iter().map(|sentence| sentence.length));
            for (last, sentence) in sentences.iter().enumerate().skip(first).take(count) {
                for words in &sentence.words {
                    if sentences[first..last].iter().all(|before| before.words.binary_search(words).is_err()) {
                        heard += 1;
                        by_words += words.1.map_or(0.0, |place| self.telling[place as usize].1.weight);
                    }
                }
                meaning.iter_mut().zip(&sentence.meaning).for_each(|(sum, number)| *sum += number);
                let odds = self.base + by_words * ear::loudness(heard) + self.by_meaning(&meaning);
                parts.push(PartHeard { odds, first, last });
            }
        }
        parts
    }

    /// The log-odds by what a part means together.
    fn by_meaning(&self, meaning: &[f32]) -> f32 {
        let product: f32 = meaning.iter().zip(&self.meaning).map(|(number, weight)| number * weight).sum();
        product * ear::to_unit_length(meaning)
    }
}

/// Log-odds as points beside those of the signs.
fn points(odds: f32, in_a_story: bool) -> i32 {
    let points = if in_a_story { &STORY_POINTS[..] } else { &POINTS[..] };
    points.iter().find(|(from, _)| odds >= *from).map_or(MOST_AGAINST, |(_, points)| *points)
}

/// The kind of emergency that the words speak for most.
fn kind_of(heard: &[(&str, &Telling)]) -> String {
    let mut kinds: Vec<(&str, f32)> = Vec::new();
    for (_, telling) in heard.iter().filter(|(_, telling)| !telling.kind.is_empty()) {
        match kinds.iter_mut().find(|(kind, _)| *kind == telling.kind) {
            Some((_, sum)) => *sum += telling.weight,
            None => kinds.push((&telling.kind, telling.weight)),
        }
    }
    let most = kinds.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0)));
    most.map(|(kind, _)| kind.to_owned()).unwrap_or_default()
}

/// The words that say most for an alarm, or against it.
fn most_telling(mut heard: Vec<(&str, &Telling)>, for_an_alarm: bool) -> Vec<String> {
    heard.retain(|(_, telling)| (telling.weight > 0.0) == for_an_alarm);
    heard.sort_by(|a, b| b.1.weight.abs().total_cmp(&a.1.weight.abs()).then(a.0.cmp(b.0)));
    heard.into_iter().take(NAMED).map(|(words, _)| words.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone() -> Tone {
        Tone::parse(
            "# a comment\n-1.00 base\n1.50 infection fever\n2.00 infection my scalp\n-2.00 - price\n0.80 self-harm anymor\n",
        )
    }

    fn sound(text: &str) -> Sound {
        hear(text, &[])
    }

    fn hear(text: &str, quiet: &[usize]) -> Sound {
        let message = Message::new(text, |_| false);
        let tone = tone();
        tone.sound(&tone.listen(&message, quiet.to_vec()), &(0..message.tokens.len()))
    }

    #[test]
    fn words_speak_for_and_against_an_alarm_and_name_the_kind() {
        let fever = sound("a fever and my scalp hurts");
        assert_eq!((fever.points, fever.kind.as_str()), (4, "infection"));
        assert_eq!(fever.words, ["my scalp", "fever"]);
        let price = sound("the price");
        assert_eq!((price.points, price.kind.as_str(), price.words), (MOST_AGAINST, "", vec!["price".to_owned()]));
        assert_eq!(sound("anymore").kind, "self-harm");
        assert_eq!(sound("").points, MOST_AGAINST);
    }

    #[test]
    fn a_word_is_heard_once_and_other_sentences_drown_nothing() {
        assert_eq!(sound("fever fever fever").points, sound("fever").points);
        let alone = sound("a fever and my scalp hurts").points;
        for around in [
            "What is the price? A fever and my scalp hurts. The price! Price?",
            "Price. Price. Price. A fever and my scalp hurts",
        ] {
            assert_eq!(sound(around).points, alone, "{around}");
        }
    }

    #[test]
    fn words_alone_are_not_heard_where_a_sign_was_set_aside() {
        let text = "No fever on my scalp anymore. The price.";
        assert_eq!(hear(text, &[]).alone, 4);
        let judged = hear(text, &[0]);
        assert_eq!((judged.points, judged.alone), (4, MOST_AGAINST));
    }

    #[test]
    fn weights_read_as_they_are_written() {
        let text = tone().to_text();
        assert_eq!(Tone::parse(&text).to_text(), text);
        assert!(text.contains("2.00 infection my scalp\n") && text.contains("-2.00 - price\n"), "{text}");
    }
}
