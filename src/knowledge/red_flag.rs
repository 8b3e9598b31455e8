//! Kinds of emergency and what gives them away: what `faq/red-flags.toml` says, as plain values.
//!
//! The file is written by moderators, so its rules are made of few things: *phrases* (words as people type them), *signs*
//! (a symptom, with the phrases that name it and the points it is worth), *contexts* (what makes a sign weigh more) and
//! *guards* (what makes it no call for help). [`Phrase::parse`] reads the little language of phrases. Reading the file is
//! left to `parse`, recognising an emergency in a message to `answering::triage`.

use super::entry::id_type;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

id_type! {
    /// A kind of emergency, such as `allergy`: the `id` of a `[[kinds]]` table in `faq/red-flags.toml`.
    RedFlagId
}

/// All kinds of emergency of a set, with the rules that give them away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedFlags {
    /// The gravest first: where several fire, the first wins.
    pub kinds: Vec<RedFlag>,
    /// The points at which a kind fires.
    pub bar: u32,
    /// Whether the tone of a message, learned from judged messages, counts beside the signs.
    pub tone: bool,
    /// Lists of words that phrases name in braces, such as `{cant}`.
    pub words: BTreeMap<String, Vec<Phrase>>,
    /// Words that may stand unnoticed between the words of a phrase ("throat *is just* closing").
    pub fillers: Vec<String>,
    /// Words of the language that must never be taken for a misspelt word of a phrase ("never" is no "fever").
    pub not_misspelt: Vec<String>,
    pub signs: Vec<Sign>,
    pub contexts: Vec<Context>,
    pub guards: Guards,
}

/// One kind of emergency and what the bot replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedFlag {
    pub id: RedFlagId,
    /// A few words for moderators and logs.
    pub title: String,
    /// What the member reads first: what to do now and where; Markdown.
    pub reply: String,
    /// What to do once safe, such as reporting; may be empty.
    pub afterwards: String,
    /// Whether only its own signs count. Otherwise signs of several kinds add up: hives and a tight chest are an
    /// emergency together, whichever kind it is.
    pub apart: bool,
}

/// Something a person in trouble may describe.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sign {
    /// The name of its `[signs.…]` table.
    pub id: String,
    /// What it is, in a moderator's words.
    pub what: String,
    /// What it is worth; once in a message, however often it is named.
    pub points: u32,
    /// The kinds it speaks for.
    pub kinds: Vec<RedFlagId>,
    pub phrases: Vec<Phrase>,
    /// Phrases that take the sign away where they share a word with it ("blind *faith*").
    pub look_alikes: Vec<Phrase>,
    /// Phrases that take it away anywhere in the same sentence (a fever and "the flu").
    pub not_with: Vec<Phrase>,
    /// Whether a small word takes it away ("*slightly* puffy").
    pub unless_mild: bool,
    /// Whether an "if" leaves it standing: somebody who would end it *if* this fails is in danger now.
    pub even_if_imagined: bool,
    /// Whether a question leaves it standing: "whats the least painful way to go" asks about nobody else.
    pub even_if_asked: bool,
    /// Whether laughter takes it away ("cant breathe 😂"), if nothing else in the message is serious.
    pub unless_joking: bool,
    /// Whether "no", "if", "last week" and "all sorted" leave it standing, since they belong to how it is said: "*no* need
    /// to look for me", "its *all sorted* now". Look-alikes, other subjects, fiction and hearsay still take it away.
    pub between_the_lines: bool,
}

/// Something that makes signs weigh more but is none itself, such as a procedure that was had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The name of its `[contexts.…]` table.
    pub id: String,
    pub what: String,
    pub points: u32,
    pub kinds: Vec<RedFlagId>,
    pub phrases: Vec<Phrase>,
}

/// What makes words that sound like a sign no call for help, and what undoes that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guards {
    /// "no", "without": the sign is denied.
    pub negation: Vec<Phrase>,
    /// "not only": denies nothing.
    pub not_negation: Vec<Phrase>,
    /// "slightly": see [`Sign::unless_mild`].
    pub mild: Vec<Phrase>,
    /// "😂": see [`Sign::unless_joking`].
    pub joke: Vec<Phrase>,
    /// "can you get": harm in general is asked about.
    pub question: Vec<Phrase>,
    /// "possible?": harm in general is asked about, in a question that ends with it.
    pub asked_after: Vec<Phrase>,
    /// "the movie": nobody real is spoken of, wherever that stands in the sentence.
    pub fiction: Vec<Phrase>,
    /// "in theory": it is only thought about, wherever that stands in the sentence.
    pub theory: Vec<Phrase>,
    /// "a protocol for": it is work, training or writing, wherever that stands in the sentence.
    pub work: Vec<Phrase>,
    /// "what if": it has not happened.
    pub hypothetical: Vec<Phrase>,
    /// "I read that": it happened to strangers.
    pub hearsay: Vec<Phrase>,
    /// "a documentary about": the same, also if that was on last night.
    pub news: Vec<Phrase>,
    /// "last year": it was long ago.
    pub past: Vec<Phrase>,
    /// "had", "was": a clause about the past.
    pub past_verbs: Vec<Phrase>,
    /// "all healed": it is over.
    pub over: Vec<Phrase>,
    /// "my", "im": the writer's own case; undoes `question` and `hearsay`.
    pub me: Vec<Phrase>,
    /// "she", "his": somebody whom the writer knows; undoes `question`.
    pub someone: Vec<Phrase>,
    /// "since", "tonight": undoes `question`, `hypothetical`, `hearsay` and `past`, and a sign is not `over`.
    pub now: Vec<Phrase>,
    /// "right now i use": takes a `now` away where they share a word.
    pub not_now: Vec<Phrase>,
}

/// Words that follow each other in a message.
///
/// ```
/// # use caveat::knowledge::red_flag::Phrase;
/// assert!(Phrase::parse("throat/tongue ... swell").is_ok());
/// assert!(Phrase::parse("{cant} breathe").is_ok());
/// assert!(Phrase::parse("throat & close").is_ok());
/// assert!(Phrase::parse("... throat").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// As the moderator wrote it.
    pub text: String,
    /// The orders in which its parts may stand: two if the phrase has a `&`, six if it has two of them, else one.
    pub orders: Vec<Vec<Part>>,
}

/// One part of a [`Phrase`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// One of these words, or of these sequences of words ("lightheaded/light_headed").
    Words(Vec<Vec<Word>>),
    /// One phrase of the list `[words]` by this name.
    List(String),
    /// Up to [`LONGEST_GAP`] words of any kind, in the same sentence.
    Gap,
    /// `#temperature`: a number that is a feverish body temperature, in °C or °F.
    Temperature,
    /// `#pulse`: a number that is a fast pulse, in beats a minute.
    Pulse,
}

/// The most words that `...` or `&` may stand for. Five span "my *throat feels like it is slowly* closing" and rarely
/// reach from one matter to the next in a message without full stops.
pub const LONGEST_GAP: usize = 5;

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word {
    pub text: String,
    pub how: Form,
}

/// Which written forms a [`Word`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// `swell`: this word, its inflections and its misspellings.
    Any,
    /// `=die`: this very word; "died" is another.
    Exact,
    /// `anaphyla*`: whatever begins so.
    Start,
}

impl Phrase {
    /// Reads a phrase.
    ///
    /// # Errors
    /// What is wrong with it, as half a sentence that can follow "the phrase".
    pub fn parse(text: &str) -> Result<Self, String> {
        let sides = text.split('&').map(parts).collect::<Result<Vec<_>, _>>()?;
        let in_order = |order: &[usize]| -> Vec<Part> {
            let sides: Vec<&[Part]> = order.iter().map(|&side| sides[side].as_slice()).collect();
            sides.join(&Part::Gap)
        };
        let orders = match sides.len() {
            1 => vec![in_order(&[0])],
            2 => [[0, 1], [1, 0]].map(|order| in_order(&order)).to_vec(),
            3 => [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
                .map(|order| in_order(&order))
                .to_vec(),
            _ => return Err("has more than two `&`".into()),
        };
        Ok(Self { text: text.to_owned(), orders })
    }

    /// The names of the lists it needs.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        self.orders.iter().flatten().filter_map(|part| match part {
            Part::List(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let found: Vec<Part> = text.split_whitespace().map(part).collect::<Result<_, _>>()?;
    match (found.first(), found.last()) {
        (None, _) => Err("has no words".into()),
        (Some(Part::Gap), _) | (_, Some(Part::Gap)) => {
            Err("begins or ends with `...`, which then means nothing".into())
        }
        _ => Ok(found),
    }
}

fn part(text: &str) -> Result<Part, String> {
    match text {
        "..." | "…" => return Ok(Part::Gap),
        "#temperature" => return Ok(Part::Temperature),
        "#pulse" => return Ok(Part::Pulse),
        _ => {}
    }
    if let Some(number) = text.strip_prefix('#') {
        return Err(format!("has `#{number}`, which is neither `#temperature` nor `#pulse`"));
    }
    if let Some(name) = text.strip_prefix('{') {
        return match name.strip_suffix('}') {
            Some(name) if !name.is_empty() => Ok(Part::List(name.to_owned())),
            _ => Err(format!("has `{text}`, whose brace is not closed in the same word")),
        };
    }
    let choices = text.split('/').map(|choice| choice.split('_').map(word).collect());
    choices.collect::<Result<_, _>>().map(Part::Words)
}

fn word(text: &str) -> Result<Word, String> {
    let (text, how) = match (text.strip_prefix('='), text.strip_suffix('*')) {
        (Some(exact), _) => (exact, Form::Exact),
        (None, Some(start)) => (start, Form::Start),
        (None, None) => (text, Form::Any),
    };
    let plain: String = text.chars().filter(|c| !matches!(c, '\'' | '’')).collect();
    if plain.is_empty() {
        return Err("has an empty word".into());
    }
    if plain.chars().any(|c| c.is_uppercase()) {
        return Err(format!("has capital letters in `{text}`; messages are compared in lower case"));
    }
    // An emoji may be a word; a mark of the alphabet's world may not, since messages lose theirs.
    // A decimal point stays.
    let decimal = plain.starts_with(|c: char| c.is_ascii_digit());
    let is_mark = |c: &char| c.is_ascii() && !c.is_ascii_alphanumeric() && !(decimal && *c == '.');
    if let Some(mark) = plain.chars().find(is_mark) {
        return Err(format!("has a `{mark}` in `{text}`, where only letters and digits can be found"));
    }
    Ok(Word { text: plain, how })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_say_what_is_wrong_with_them() {
        for (text, wrong) in [
            ("", "no words"),
            ("... throat", "begins or ends"),
            ("a & b & c & d", "more than two"),
            ("#fever", "neither"),
            ("{cant breathe", "not closed"),
            ("throat//tongue", "empty word"),
            ("Throat", "capital"),
            ("hot?", "`?`"),
        ] {
            let error = Phrase::parse(text).expect_err(text);
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }

    #[test]
    fn an_ampersand_means_either_order() {
        let phrase = Phrase::parse("throat & =closing").unwrap();
        assert_eq!(phrase.orders.len(), 2);
        assert_eq!(phrase.orders[0].len(), 3);
        assert_eq!(phrase.orders[1][0], Part::Words(vec![vec![Word { text: "closing".into(), how: Form::Exact }]]));
        assert_eq!(Phrase::parse("used & needle & client").unwrap().orders.len(), 6);
        let any = |text: &str| Word { text: text.into(), how: Form::Any };
        assert_eq!(
            Phrase::parse("can't/can_not").unwrap().orders[0],
            [Part::Words(vec![vec![any("cant")], vec![any("can"), any("not")]])]
        );
    }
}
