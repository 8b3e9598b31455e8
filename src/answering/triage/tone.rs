//! How much a message sounds like somebody in trouble, by its words alone, whatever the signs say.
//!
//! Signs catch what somebody thought of. People in danger also write what nobody thought of, and then their words still
//! give them away: "my", "since", "wont", "he" beside a body part, where who asks in general writes "can", "risk", "price".
//! So each word, and each pair of words, has a weight that `caveat tune --tone` learns from judged messages, and their sum
//! gives points beside those of the signs: some against an alarm, some for it, and where they are very sure, enough alone.
//! A moderator switches it off with one line of `faq/red-flags.toml`.
//!
//! Words are also heard by their subjects (`subjects.txt`: eyes, what is dark, what came before), so that an eye that "went
//! off" weighs like one that went black: a subject has a weight, and so have two of them close together.
//!
//! The loudest three sentences in a row speak. What else a message says can therefore never drown them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::message::{Message, Token};
use crate::matching::common::Commonness;
use crate::matching::stem::stem;

/// The weights that ship.
const SHIPPED: &str = include_str!("tone.txt");

/// A subject a line, with its words.
const SUBJECTS: &str = include_str!("subjects.txt");

/// The words of a message, weighed.
pub struct Tone {
    /// What a message without any word of the list sounds like.
    base: f32,
    /// In the order of the alphabet.
    telling: Vec<(String, Telling)>,
    /// Where each stands in `telling`.
    places: FxHashMap<String, u32>,
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

/// How a message sounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// For an alarm, or against it.
    pub points: i32,
    /// The same of those sentences only in which no sign was set aside: "no chills, no pus" must not alarm by its words.
    pub alone: i32,
    /// The kind of emergency that its words belong to, by its id; empty if none speaks.
    pub kind: String,
    /// The words that say most for what `points` say.
    pub words: Vec<String>,
}

/// So many natural units of log-odds are a point. Fitted with the points of the signs beside them to 770 messages that
/// neither signs nor weights had seen, a unit of log-odds was worth 2.3 points of signs.
const ODDS_PER_POINT: f32 = 0.5;

/// The most points against an alarm: a sign of 4 and one more beside it are never silenced by other words.
const MOST_AGAINST: i32 = -2;

/// The most points for an alarm: a bar of 4 and [`SURER_ALONE`], so that words alone can raise it where they are very sure.
const MOST_FOR: i32 = 6;

/// By how many points words without any sign must be surer than signs. With none, of 660 emergencies that neither had seen
/// 52 more were caught, but 18 of 679 others alarmed; with two 32 and 6.
pub(super) const SURER_ALONE: u32 = 2;

/// Log-odds so far below zero still say nothing against an alarm: a needless warning costs little.
const IN_DOUBT: f32 = 1.0;

/// How many sentences in a row are heard together: people in fear tell in two or three what happened and what they feel.
const TOGETHER: usize = 3;

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
        let (mut base, mut known) = (0.0, Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
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
        Self::new(base, known)
    }

    /// Weights of words (or pairs), each with the kind of emergency it belongs to.
    pub fn new(base: f32, words: Vec<(String, f32, String)>) -> Self {
        // Of words that come again the last counts.
        let words: BTreeMap<String, Telling> =
            words.into_iter().map(|(words, weight, kind)| (words, Telling { weight, kind })).collect();
        let telling: Vec<(String, Telling)> = words.into_iter().collect();
        let places = telling.iter().zip(0..).map(|((words, _), place)| (words.clone(), place)).collect();
        Self { base, telling, places, ear: Ear::new() }
    }

    /// The weights as text, the words in the order of the alphabet, a line each: weight, kind or `-`, word or pair.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# What words say of a message: above zero, people in trouble say them. Weight, kind of emergency, word or pair\n\
             # of words (stems). Learned from judged messages and written by `caveat tune --tone`; not to be edited by hand.\n",
        );
        text.push_str(&format!("{:.2} base\n", self.base));
        for (words, telling) in &self.telling {
            let kind = if telling.kind.is_empty() { "-" } else { &telling.kind };
            text.push_str(&format!("{:.2} {kind} {words}\n", telling.weight));
        }
        text
    }

    /// How `message` sounds. A sign was set aside in the sentences with the numbers that `judged` gives.
    pub(super) fn hear(&self, message: &Message, judged: impl FnOnce() -> Vec<usize>) -> Sound {
        let sentences: Vec<Vec<u32>> = self.ear.sentences(message).map(|sentence| self.told_by(sentence)).collect();
        if sentences.is_empty() {
            return Sound { points: MOST_AGAINST, alone: MOST_AGAINST, kind: String::new(), words: Vec::new() };
        }
        let (odds, first, last) = self.loudest(&sentences, &[]);
        // A word that nobody has heard, such as a misspelt one, might have been the one that tells.
        let strange = message.tokens.iter().filter(|token| self.is_strange(&token.text)).count();
        let points = points(if odds < 0.0 { (odds + IN_DOUBT * strange as f32).min(0.0) } else { odds });
        // Only where words alone could raise the alarm is a second look needed.
        let alone = if points < MOST_FOR { points } else { self::points(self.loudest(&sentences, &judged()).0) };
        let mut heard: Vec<(&str, &Telling)> = Vec::new();
        for &place in sentences[first..=last].iter().flatten() {
            let (words, telling) = &self.telling[place as usize];
            if !heard.iter().any(|(other, _)| other == words) {
                heard.push((words, telling));
            }
        }
        Sound { points, alone, kind: kind_of(&heard), words: most_telling(heard, points > 0) }
    }

    fn is_strange(&self, word: &str) -> bool {
        word.chars().all(char::is_alphabetic)
            && Commonness::of(word) == Commonness::Unlisted
            && self.ear.word(word).is_some_and(|(word, _)| !self.places.contains_key(&*word))
    }

    /// What a sentence has that tells something, in the order of the alphabet.
    fn told_by(&self, sentence: &[Token]) -> Vec<u32> {
        let mut told = Vec::new();
        self.ear.listen(sentence, |words| told.extend(self.places.get(words)));
        told.sort_unstable();
        told.dedup();
        told
    }

    /// The log-odds of the loudest sentences in a row that hold none of `left_out`, with the first and the last of them.
    fn loudest(&self, sentences: &[Vec<u32>], left_out: &[usize]) -> (f32, usize, usize) {
        let mut loudest = (f32::NEG_INFINITY, 0, 0);
        for first in 0..sentences.len() {
            let mut odds = self.base;
            for (last, sentence) in sentences.iter().enumerate().skip(first).take(TOGETHER) {
                if left_out.contains(&last) {
                    break;
                }
                for place in sentence {
                    if sentences[first..last].iter().all(|before| before.binary_search(place).is_err()) {
                        odds += self.telling[*place as usize].1.weight;
                    }
                }
                if odds > loudest.0 {
                    loudest = (odds, first, last);
                }
            }
        }
        loudest
    }
}

/// Log-odds as points beside those of the signs.
fn points(odds: f32) -> i32 {
    let odds = if odds < 0.0 { (odds + IN_DOUBT).min(0.0) } else { odds };
    ((odds / ODDS_PER_POINT).floor() as i32).clamp(MOST_AGAINST, MOST_FOR)
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

/// Hears single words, pairs and subjects in a message.
pub struct Ear {
    /// The names of the subjects, in the order of the alphabet.
    names: Vec<&'static str>,
    /// The subjects of a word, by its stem: their places in `names`.
    subjects: FxHashMap<String, Vec<u16>>,
}

/// How many words apart two subjects still belong to each other: as far as a gap in a phrase.
const CLOSE: usize = 5;

impl Ear {
    pub fn new() -> Self {
        let lines = || SUBJECTS.lines().filter(|line| !line.starts_with('#')).filter_map(|it| it.split_once(':'));
        let names = in_order(lines().map(|(subject, _)| subject).collect());
        let mut subjects: FxHashMap<String, Vec<u16>> = FxHashMap::default();
        for (subject, words) in lines() {
            let Ok(place) = names.binary_search(&subject) else { continue };
            for word in words.split_whitespace() {
                let of_word = subjects.entry(stem(word).into_owned()).or_default();
                if !of_word.contains(&(place as u16)) {
                    of_word.push(place as u16);
                }
            }
        }
        Self { names, subjects }
    }

    /// The words, pairs and subjects of `text` that a weight may be learned for, each once, in the order of the alphabet.
    pub fn telling(&self, text: &str) -> Vec<String> {
        let message = Message::new(text, |_| false);
        in_order(self.sentences(&message).flat_map(|sentence| self.sentence(sentence)).collect())
    }

    /// The same for each part of `text` that is heard together: three sentences in a row.
    pub fn telling_parts(&self, text: &str) -> Vec<Vec<String>> {
        let message = Message::new(text, |_| false);
        let sentences: Vec<Vec<String>> = self.sentences(&message).map(|sentence| self.sentence(sentence)).collect();
        sentences.windows(TOGETHER.min(sentences.len()).max(1)).map(|part| in_order(part.concat())).collect()
    }

    fn sentences<'m>(&self, message: &'m Message) -> impl Iterator<Item = &'m [Token]> + use<'m> {
        message.tokens.chunk_by(|a, b| a.sentence == b.sentence)
    }

    fn sentence(&self, tokens: &[Token]) -> Vec<String> {
        let mut heard = Vec::new();
        self.listen(tokens, |words| heard.push(words.to_owned()));
        in_order(heard)
    }

    /// The words of a sentence, its pairs of neighbours, its subjects (`@eye`) and what two of them stand close together, in
    /// no order and some of them several times.
    fn listen(&self, tokens: &[Token], mut hear: impl FnMut(&str)) {
        let words: Vec<(Cow<str>, bool)> = tokens.iter().filter_map(|token| self.word(&token.text)).collect();
        // "and", "my" alone say how somebody writes, not how he fares; beside another word they do.
        words.iter().filter(|(_, says_something)| *says_something).for_each(|(word, _)| hear(word));
        let mut two = String::new();
        for pair in words.windows(2) {
            two.clear();
            two.extend([&*pair[0].0, " ", &*pair[1].0]);
            hear(&two);
        }
        let subjects: Vec<&[u16]> =
            words.iter().map(|(word, _)| self.subjects.get(&**word).map_or(&[][..], Vec::as_slice)).collect();
        // There are far fewer subjects than words in a long message, so they are written out only once.
        let mut close: Vec<(u16, u16)> = Vec::new();
        for (at, here) in subjects.iter().enumerate() {
            for &subject in *here {
                close.push((subject, subject));
                let near = &subjects[at + 1..subjects.len().min(at + 1 + CLOSE)];
                close.extend(near.iter().copied().flatten().map(|&other| (subject.min(other), subject.max(other))));
            }
        }
        close.sort_unstable();
        close.dedup();
        for (a, b) in close {
            let (first, second) = (self.names[usize::from(a)], self.names[usize::from(b)]);
            two.clear();
            two.extend(["@", first]);
            if a != b {
                two.extend([" @", second]);
            }
            hear(&two);
        }
    }

    /// A word as it is heard, its stem or what a number may measure, and whether it says something alone; `None` for emoji.
    fn word<'w>(&self, word: &'w str) -> Option<(Cow<'w, str>, bool)> {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
            let value: f64 = word[..end].parse().unwrap_or(0.0);
            let is_fever = (38.0..=42.5).contains(&value) || (100.4..=107.0).contains(&value);
            let unit = &word[end..];
            let number = if is_fever { "#hot" } else { "#" };
            return Some((format!("{number}{}", if unit.len() < 4 { unit } else { "" }).into(), true));
        }
        if !word.starts_with(char::is_alphanumeric) || word.len() > LONGEST_WORD {
            return None;
        }
        Some((stem(word), Commonness::of(word) != Commonness::Function))
    }
}

fn in_order<S: Ord>(mut words: Vec<S>) -> Vec<S> {
    words.sort_unstable();
    words.dedup();
    words
}

impl Default for Ear {
    fn default() -> Self {
        Self::new()
    }
}

/// In bytes; longer is noise, and has no stem worth its time.
const LONGEST_WORD: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn tone() -> Tone {
        Tone::parse(
            "# a comment\n-1.00 base\n1.50 infection fever\n2.00 infection my scalp\n-2.00 - price\n0.80 self-harm anymor\n",
        )
    }

    fn sound(text: &str) -> Sound {
        tone().hear(&Message::new(text, |_| false), Vec::new)
    }

    #[test]
    fn words_speak_for_and_against_an_alarm_and_name_the_kind() {
        let fever = sound("a fever and my scalp hurts");
        assert_eq!((fever.points, fever.kind.as_str()), (5, "infection"));
        assert_eq!(fever.words, ["my scalp", "fever"]);
        let price = sound("the price");
        assert_eq!((price.points, price.kind.as_str(), price.words), (-2, "", vec!["price".to_owned()]));
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
        let message = Message::new("No fever on my scalp anymore. The price.", |_| false);
        assert_eq!(tone().hear(&message, Vec::new).alone, MOST_FOR);
        let judged = tone().hear(&message, || vec![0]);
        assert_eq!((judged.points, judged.alone), (MOST_FOR, MOST_AGAINST));
    }

    #[test]
    fn weights_read_as_they_are_written() {
        let text = tone().to_text();
        assert_eq!(Tone::parse(&text).to_text(), text);
        assert!(text.contains("2.00 infection my scalp\n") && text.contains("-2.00 - price\n"), "{text}");
    }

    #[test]
    fn subjects_are_heard_alone_and_close_together() {
        let heard = Ear::new().telling("my eye went black");
        for wanted in ["@eye", "@dark", "@dark @eye", "eye", "my eye"] {
            assert!(heard.iter().any(|it| it == wanted), "{wanted}: {heard:?}");
        }
        let far = Ear::new().telling("my eye one two three four five six black");
        assert!(!far.iter().any(|it| it == "@dark @eye"), "{far:?}");
    }

    #[test]
    fn numbers_are_heard_by_what_they_may_measure() {
        assert_eq!(Ear::new().telling("39.4 and 12mg"), ["#hot", "#hot and", "#mg", "and #mg"]);
    }
}
