//! Learns from judged messages what words say of somebody in trouble: the weights of `answering::triage::tone`.

use std::collections::BTreeMap;

use crate::answering::triage::tone::{Ear, Tone, loudness};

/// A judged message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub text: String,
    pub urgent: bool,
    /// The id of its kind of emergency, where that is known.
    pub kind: Option<String>,
}

/// A word that fewer messages hold says more of who wrote it than of what is wrong.
const LEAST_MESSAGES: usize = 2;

/// How strongly weights are held near zero. Of 10, 3 and 1, the last caught most at 5 false alarms of 100.
const HELD_BACK: f64 = 1.0;

/// Rounds over all words; after half of them no weight moved by a hundredth.
const ROUNDS: usize = 60;

/// The longest step of a weight in one round, so that a first guess cannot overshoot.
const LONGEST_STEP: f64 = 1.0;

/// A weight below this changes no verdict and is left out.
const LEAST_WEIGHT: f64 = 0.05;

/// Fits weights to `messages`: the same weights for the same messages in the same order.
///
/// # Source
/// Ridge logistic regression by cyclic coordinate descent, each weight by a Newton step of bounded length: A. Genkin, D. Lewis, D. Madigan,
/// "Large-Scale Bayesian Logistic Regression for Text Categorization", Technometrics 49, 2007.
pub fn learn(messages: &[Heard]) -> Tone {
    let mut holding: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
    let ear = Ear::new();
    let mut of_message: Vec<usize> = Vec::new();
    let mut meanings: Vec<Vec<f32>> = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        // The loudest part speaks, so of a message that is no emergency each part must be quiet.
        let parts = if message.urgent { vec![ear.whole(&message.text)] } else { ear.parts(&message.text) };
        for part in parts {
            let loudness = f64::from(loudness(part.words.len()));
            for words in part.words {
                holding.entry(words).or_default().push((of_message.len(), loudness));
            }
            meanings.push(part.meaning);
            of_message.push(number);
        }
    }
    holding.retain(|_, holding| holding.len() >= LEAST_MESSAGES);
    let numbers = meanings.first().map_or(0, Vec::len);
    let number = |at: usize| meanings.iter().map(|meaning| f64::from(meaning[at])).enumerate().collect();
    let numbers: Vec<Vec<(usize, f64)>> = (0..numbers).map(number).collect();
    let all: Vec<(usize, f64)> = (0..of_message.len()).map(|part| (part, 1.0)).collect();
    let mut base = 0.0;
    let mut word_weights = vec![0.0; holding.len()];
    let mut number_weights = vec![0.0; numbers.len()];
    let mut odds = vec![0.0; of_message.len()];
    let step = |odds: &mut [f64], weight: &mut f64, parts: &[(usize, f64)], held_back: f64| {
        let (mut slope, mut bend) = (held_back * *weight, held_back);
        for &(part, size) in parts {
            let chance = 1.0 / (1.0 + f64::exp(-odds[part]));
            slope += size * (chance - f64::from(u8::from(messages[of_message[part]].urgent)));
            bend += size * size * chance * (1.0 - chance);
        }
        let by = (-slope / bend.max(1e-6)).clamp(-LONGEST_STEP, LONGEST_STEP);
        *weight += by;
        for &(part, size) in parts {
            odds[part] += by * size;
        }
    };
    for _ in 0..ROUNDS {
        step(&mut odds, &mut base, &all, 0.0);
        let columns = word_weights.iter_mut().zip(holding.values()).chain(number_weights.iter_mut().zip(&numbers));
        for (weight, parts) in columns {
            step(&mut odds, weight, parts, HELD_BACK);
        }
    }
    let sizes = sizes(messages);
    let words = holding.iter().zip(word_weights).filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT);
    let words = words.map(|((words, holding), weight)| {
        let holding: Vec<usize> = holding.iter().map(|&(part, _)| of_message[part]).collect();
        let kind = if weight > 0.0 { kind_of(messages, &holding, &sizes) } else { String::new() };
        (words.clone(), weight as f32, kind)
    });
    // What is written is rounded; what is judged is what will be read.
    let meaning = number_weights.into_iter().map(|weight| weight as f32).collect();
    Tone::parse(&Tone::new(base as f32, words.collect(), meaning).to_text())
}

/// How many messages each kind has.
fn sizes(messages: &[Heard]) -> BTreeMap<&str, usize> {
    let mut sizes = BTreeMap::new();
    for kind in messages.iter().filter_map(|message| message.kind.as_deref()) {
        *sizes.entry(kind).or_default() += 1;
    }
    sizes
}

/// The kind in which the messages at `holding` are most over-represented, rare kinds held back by one message more.
fn kind_of(messages: &[Heard], holding: &[usize], sizes: &BTreeMap<&str, usize>) -> String {
    let share = |kind: &str, size: usize| {
        let own = holding.iter().filter(|&&at| messages[at].kind.as_deref() == Some(kind)).count();
        own as f64 / (size + KIND_PRIOR) as f64
    };
    let most = sizes.iter().map(|(kind, size)| (share(kind, *size), *kind)).max_by(|a, b| a.0.total_cmp(&b.0));
    most.filter(|(share, _)| *share > 0.0).map(|(_, kind)| kind.to_owned()).unwrap_or_default()
}

/// Added to the size of each kind, so that one message of a rare kind does not claim a common word.
const KIND_PRIOR: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str, kind: &str) -> Heard {
        Heard { text: text.into(), urgent: !kind.is_empty(), kind: (!kind.is_empty()).then(|| kind.into()) }
    }

    #[test]
    fn words_of_emergencies_are_learned_with_their_kind() {
        let messages = [
            heard("my scalp is hot and i have a fever", "infection"),
            heard("fever since my prp", "infection"),
            heard("fever and chills", "infection"),
            heard("a fever again", "infection"),
            heard("my tongue is big", "allergy"),
            heard("tongue and lips are big since the serum", "allergy"),
            heard("what does the serum cost", ""),
            heard("what is the price of prp", ""),
            heard("what can a fever cost", ""),
        ];
        let text = learn(&messages).to_text();
        let line = |words: &str| text.lines().find(|line| line.ends_with(&format!(" {words}"))).map(str::to_owned);
        assert!(line("tongu").unwrap().contains(" allergy "), "{text}");
        assert!(line("fever").unwrap().contains(" infection "), "{text}");
        assert!(line("cost").unwrap().starts_with('-'), "{text}");
        assert_eq!(line("price"), None, "a word of one message");
        assert_eq!(learn(&messages).to_text(), text);
    }
}
