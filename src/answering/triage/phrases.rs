//! Finds all phrases of `faq/red-flags.toml` in a message, in one pass.
//!
//! Each phrase is kept under the words it can begin with, so a message is compared only with phrases whose first word it
//! holds. What a phrase that was found means is left to `guards`.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::message::Message;
use super::spelling::{Atom, Lexicon};
use crate::knowledge::red_flag::{Form, LONGEST_GAP, Part, Phrase, RedFlags, Word};

/// The most fillers in a row that are passed over: "throat *is really just* closing".
const MOST_FILLERS: usize = 3;

/// What a phrase was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Of the sign with this number.
    Sign(usize),
    LookAlike(usize),
    NotWith(usize),
    /// Of the context with this number.
    Context(usize),
    Negation,
    NotNegation,
    Mild,
    Joke,
    Question,
    AskedAfter,
    Fiction,
    Hypothetical,
    Theory,
    Work,
    Hearsay,
    News,
    Past,
    PastVerb,
    Over,
    Me,
    Someone,
    Now,
    NotNow,
}

impl Role {
    /// The number of the sign whose phrase it is.
    pub fn sign(self) -> Option<usize> {
        match self {
            Self::Sign(number) => Some(number),
            _ => None,
        }
    }

    /// Whether its phrases mean only the words as written. What takes a sign away must be the very idiom: an inflected
    /// "close up" would take "her throat closed up" for a photo.
    fn is_literal(self) -> bool {
        matches!(
            self,
            Self::LookAlike(_) | Self::NotWith(_) | Self::Work | Self::Hearsay | Self::News | Self::Over | Self::Past
        )
    }
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub role: Role,
    /// The number of its first word in the message.
    pub first: usize,
    /// The number of its last word.
    pub last: usize,
    /// Which words between them are its own and no fillers or gaps, as bits from `first`.
    used: u64,
    /// Whether a number was measured: a temperature or a pulse.
    pub measured: bool,
}

impl Hit {
    pub fn covers(&self, token: usize) -> bool {
        (self.first..=self.last).contains(&token)
    }

    /// Whether `token` is one of its own words.
    pub fn uses(&self, token: usize) -> bool {
        self.covers(token) && self.used >> (token - self.first) & 1 == 1
    }

    pub fn overlaps(&self, other: &Hit) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The number of its own words.
    pub fn words(&self) -> u32 {
        self.used.count_ones()
    }

    /// How many of its own words are own words of `other` too.
    pub fn shared_words(&self, other: &Hit) -> u32 {
        (self.first..=self.last).filter(|&token| self.uses(token) && other.uses(token)).map(|_| 1).sum()
    }

    /// Whether both have a word of their own in common.
    pub fn shares_a_word_with(&self, other: &Hit) -> bool {
        self.overlaps(other) && (self.first..=self.last).any(|token| self.uses(token) && other.uses(token))
    }
}

#[derive(Debug)]
pub(super) struct PhraseBook {
    pub lexicon: Lexicon,
    phrases: Vec<Compiled>,
    /// The phrases that can begin with a word, by its atom.
    beginning_with: Vec<Vec<Beginning>>,
    /// The phrases that begin with a number.
    beginning_with_number: Vec<usize>,
    /// What a place of a phrase may hold: lists of atoms, sorted, each once.
    choices: Vec<Vec<Atom>>,
    numbers_of_choices: FxHashMap<Vec<Atom>, Choice>,
    /// The choices that hold an atom, by its number.
    choices_with: Vec<Vec<Choice>>,
    fillers: Vec<Atom>,
    numbers: NumberWords,
}

#[derive(Debug)]
struct Compiled {
    role: Role,
    steps: Vec<Step>,
}

/// A phrase that can begin somewhere.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    phrase: u32,
    /// Choices that it cannot do without beside its first. Some three hundred phrases can begin with a word like "my"; these
    /// two looks spare nearly all of them a closer one.
    needs: [Choice; 2],
}

/// The number of one of [`PhraseBook::choices`].
type Choice = u32;

impl Compiled {
    /// Of the `choices` that the phrase cannot do without beside its first those of the fewest words. Where there are fewer
    /// than two, their number stands for none of them.
    fn most_telling(&self, choices: &[Vec<Atom>]) -> [Choice; 2] {
        let needed = self.steps.iter().skip(1).filter_map(|step| match step {
            Step::Word(choice) => Some(*choice),
            _ => None,
        });
        let mut needed: Vec<Choice> = needed.collect();
        needed.sort_by_key(|choice| choices[*choice as usize].len());
        needed.resize(2, choices.len() as Choice);
        [needed[0], needed[1]]
    }
}

#[derive(Debug)]
enum Step {
    /// One word of these.
    Word(Choice),
    /// One of several sequences of words.
    Sequence(Vec<Vec<Choice>>),
    Gap,
    Temperature,
    Pulse,
}

/// Words that make a number near them a temperature, and a pulse.
const HEAT: [&str; 7] = ["temp", "temperature", "fever", "feverish", "thermometer", "febrile", "burning"];
const HEART: [&str; 6] = ["heart", "pulse", "bpm", "heartrate", "heartbeat", "tachycardia"];

#[derive(Debug)]
struct NumberWords {
    heat: Vec<Atom>,
    heart: Vec<Atom>,
}

/// A message with what its words may stand for.
pub(super) struct Page<'m> {
    pub message: &'m Message,
    /// What each different word may stand for.
    meanings: Vec<Cow<'m, [Atom]>>,
    /// For each word of the message its place in `meanings`.
    word: Vec<usize>,
    filler: Vec<bool>,
    /// Which choices occur at all, as bits by number.
    occurring: Vec<u64>,
}

impl PhraseBook {
    pub fn new(flags: &RedFlags) -> Self {
        let mut book = Self {
            lexicon: Lexicon::new(&flags.not_misspelt),
            phrases: Vec::new(),
            beginning_with: Vec::new(),
            beginning_with_number: Vec::new(),
            choices: Vec::new(),
            numbers_of_choices: FxHashMap::default(),
            choices_with: Vec::new(),
            fillers: Vec::new(),
            numbers: NumberWords { heat: Vec::new(), heart: Vec::new() },
        };
        book.fillers = book.words(flags.fillers.iter().map(String::as_str), Form::Exact);
        book.numbers.heat = book.words(HEAT, Form::Any);
        book.numbers.heart = book.words(HEART, Form::Any);

        for (number, sign) in flags.signs.iter().enumerate() {
            book.add(flags, Role::Sign(number), &sign.phrases);
            book.add(flags, Role::LookAlike(number), &sign.look_alikes);
            book.add(flags, Role::NotWith(number), &sign.not_with);
        }
        for (number, context) in flags.contexts.iter().enumerate() {
            book.add(flags, Role::Context(number), &context.phrases);
        }
        let guards = &flags.guards;
        for (role, phrases) in [
            (Role::Negation, &guards.negation),
            (Role::NotNegation, &guards.not_negation),
            (Role::Mild, &guards.mild),
            (Role::Joke, &guards.joke),
            (Role::Question, &guards.question),
            (Role::AskedAfter, &guards.asked_after),
            (Role::Fiction, &guards.fiction),
            (Role::Hypothetical, &guards.hypothetical),
            (Role::Theory, &guards.theory),
            (Role::Work, &guards.work),
            (Role::Hearsay, &guards.hearsay),
            (Role::News, &guards.news),
            (Role::Past, &guards.past),
            (Role::PastVerb, &guards.past_verbs),
            (Role::Over, &guards.over),
            (Role::Me, &guards.me),
            (Role::Someone, &guards.someone),
            (Role::Now, &guards.now),
            (Role::NotNow, &guards.not_now),
        ] {
            book.add(flags, role, phrases);
        }
        book.lexicon.remember();
        book.choices_with.resize(book.lexicon.len(), Vec::new());
        for (choice, atoms) in (0..).zip(&book.choices) {
            for &atom in atoms {
                book.choices_with[usize::from(atom)].push(choice);
            }
        }
        book.beginning_with.resize(book.lexicon.len(), Vec::new());
        // Only now it is known which of a phrase's choices are the most telling.
        for beginning in book.beginning_with.iter_mut().flatten() {
            beginning.needs = book.phrases[beginning.phrase as usize].most_telling(&book.choices);
        }
        book
    }

    fn add(&mut self, flags: &RedFlags, role: Role, phrases: &[Phrase]) {
        let literal = role.is_literal();
        for order in phrases.iter().flat_map(|phrase| &phrase.orders) {
            let steps: Vec<Step> = order.iter().map(|part| self.step(flags, part, literal)).collect();
            let number = self.phrases.len();
            match &steps[0] {
                Step::Word(choice) => self.begin(number, &[*choice]),
                Step::Sequence(sequences) => {
                    let first: Vec<Choice> = sequences.iter().map(|sequence| sequence[0]).collect();
                    self.begin(number, &first);
                }
                Step::Temperature | Step::Pulse => self.beginning_with_number.push(number),
                Step::Gap => {}
            }
            self.phrases.push(Compiled { role, steps });
        }
    }

    fn begin(&mut self, number: usize, choices: &[Choice]) {
        self.beginning_with.resize(self.lexicon.len(), Vec::new());
        for &atom in choices.iter().flat_map(|choice| &self.choices[*choice as usize]) {
            let phrases = &mut self.beginning_with[usize::from(atom)];
            if phrases.last().is_none_or(|last| last.phrase as usize != number) {
                phrases.push(Beginning { phrase: number as u32, needs: [0; 2] });
            }
        }
    }

    /// The number of a choice, which is new or was there before.
    fn choice(&mut self, atoms: Vec<Atom>) -> Choice {
        let next = self.choices.len() as Choice;
        let number = *self.numbers_of_choices.entry(atoms.clone()).or_insert(next);
        if number == next {
            self.choices.push(atoms);
        }
        number
    }

    fn step(&mut self, flags: &RedFlags, part: &Part, literal: bool) -> Step {
        match part {
            Part::Words(choices) => self.one_of(std::slice::from_ref(choices), literal),
            Part::Gap => Step::Gap,
            Part::Temperature => Step::Temperature,
            Part::Pulse => Step::Pulse,
            Part::List(name) => {
                let phrases = flags.words.get(name).map_or(&[][..], Vec::as_slice);
                let mut choices: Vec<Vec<Vec<Word>>> = Vec::new();
                for order in phrases.iter().flat_map(|phrase| &phrase.orders) {
                    // A list holds single words and sequences of them; the reader of the file sees to that.
                    let words = order.iter().filter_map(|part| match part {
                        Part::Words(words) => words.first().cloned(),
                        _ => None,
                    });
                    choices.push(vec![words.flatten().collect()]);
                }
                self.one_of(&choices, literal)
            }
        }
    }

    /// The step that takes any of `choices`, as written only if `literal`.
    fn one_of(&mut self, choices: &[Vec<Vec<Word>>], literal: bool) -> Step {
        let read = |word: &Word| match word.how {
            Form::Any if literal => Word { text: word.text.clone(), how: Form::Exact },
            _ => word.clone(),
        };
        let mut single: Vec<Word> = Vec::new();
        let mut sequences: Vec<Vec<Choice>> = Vec::new();
        for choice in choices.iter().flatten() {
            let mut one = |word: &Word| {
                let atoms = self.atoms(&[read(word)]);
                self.choice(atoms)
            };
            match choice.as_slice() {
                [] => {}
                [word] => single.push(read(word)),
                words => sequences.push(words.iter().map(&mut one).collect()),
            }
        }
        let single = self.atoms(&single);
        if sequences.is_empty() {
            return Step::Word(self.choice(single));
        }
        if !single.is_empty() {
            sequences.push(vec![self.choice(single)]);
        }
        Step::Sequence(sequences)
    }

    fn words<'w>(&mut self, words: impl IntoIterator<Item = &'w str>, how: Form) -> Vec<Atom> {
        let words: Vec<Word> = words.into_iter().map(|text| Word { text: text.to_owned(), how }).collect();
        self.atoms(&words)
    }

    /// The sorted numbers of `words`.
    fn atoms(&mut self, words: &[Word]) -> Vec<Atom> {
        let mut atoms: Vec<Atom> = words.iter().map(|word| self.lexicon.learn(word)).collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }

    /// `message`, each word with what it may stand for.
    pub fn page<'m>(&'m self, message: &'m Message) -> Page<'m> {
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        let mut meanings: Vec<Cow<[Atom]>> = Vec::with_capacity(message.tokens.len());
        let word: Vec<usize> = message
            .tokens
            .iter()
            .map(|token| {
                *known.entry(token.text.as_str()).or_insert_with(|| {
                    meanings.push(self.lexicon.meanings(token));
                    meanings.len() - 1
                })
            })
            .collect();
        let mut occurring = vec![0u64; self.choices.len() / 64 + 1];
        // What phrases need that could do without any one choice.
        occurring[self.choices.len() / 64] |= 1 << (self.choices.len() % 64);
        for choice in meanings.iter().flat_map(|atoms| &**atoms).flat_map(|atom| &self.choices_with[usize::from(*atom)])
        {
            occurring[*choice as usize / 64] |= 1 << (choice % 64);
        }
        // An emoji that stands between two words parts them no more than a filler does.
        let filler = message
            .tokens
            .iter()
            .zip(&word)
            .map(|(token, &word)| {
                meets(&meanings[word], &self.fillers)
                    || token.text.chars().next().is_some_and(|c| self.lexicon.has_mark(c))
            })
            .collect();
        Page { message, meanings, word, filler, occurring }
    }

    /// All phrases in the message, in its order.
    pub fn find_all(&self, page: &Page<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for start in 0..page.word.len() {
            for atom in page.atoms(start) {
                for beginning in &self.beginning_with[usize::from(*atom)] {
                    if beginning.needs.iter().all(|needed| page.has(*needed)) {
                        hits.extend(self.find(page, beginning.phrase as usize, start));
                    }
                }
            }
            if page.message.tokens[start].text.starts_with(|c: char| c.is_ascii_digit()) {
                hits.extend(self.beginning_with_number.iter().filter_map(|phrase| self.find(page, *phrase, start)));
            }
        }
        hits
    }

    /// The phrase with this number, if it begins at token `start`.
    #[inline(never)]
    fn find(&self, page: &Page<'_>, number: usize, start: usize) -> Option<Hit> {
        let phrase = &self.phrases[number];
        // Most phrases that could begin somewhere cannot end, and are never tried.
        if !phrase.steps.iter().all(|step| page.may_have(step)) {
            return None;
        }
        let mut found = Found::default();
        let mut ends = self.step_at(page, &phrase.steps[0], start, start, &mut found);
        ends.find_map(|(end, found)| {
            let (last, Found { used, measured }) = self.rest(page, &phrase.steps[1..], start, end, found)?;
            Some(Hit { role: phrase.role, first: start, last, used, measured })
        })
    }

    /// Finds `steps` from token `at` on, fillers passed over. `start` is where the phrase began.
    fn rest(&self, page: &Page<'_>, steps: &[Step], start: usize, at: usize, found: Found) -> Option<(usize, Found)> {
        let Some((step, after)) = steps.split_first() else { return Some((at - 1, found)) };
        if matches!(step, Step::Gap) {
            return (0..=LONGEST_GAP)
                .take_while(|skipped| page.in_sentence_of(start, at + skipped))
                .find_map(|skipped| self.rest(page, after, start, at + skipped, found));
        }
        for next in at..=at + MOST_FILLERS {
            if !page.in_sentence_of(start, next) {
                return None;
            }
            let mut here = found;
            for (end, here) in self.step_at(page, step, start, next, &mut here) {
                if let Some(whole) = self.rest(page, after, start, end, here) {
                    return Some(whole);
                }
            }
            if !page.filler[next] {
                return None;
            }
        }
        None
    }

    /// Where `step` ends if it is found exactly at token `at`, with the words used marked: several places if the step
    /// has sequences of several lengths.
    fn step_at(
        &self,
        page: &Page<'_>,
        step: &Step,
        start: usize,
        at: usize,
        found: &mut Found,
    ) -> impl Iterator<Item = (usize, Found)> + use<> {
        let mut ends: [Option<(usize, Found)>; 2] = [None, None];
        let word = |choice: Choice, at: usize| {
            page.in_sentence_of(start, at) && meets(page.atoms(at), &self.choices[choice as usize])
        };
        match step {
            Step::Word(choice) if word(*choice, at) => ends[0] = Some((at + 1, found.with(start, at, at))),
            Step::Sequence(sequences) => {
                // The longest first: "can not" before "can".
                let mut length = 0;
                for sequence in sequences {
                    let all = sequence.iter().enumerate().all(|(nth, choice)| word(*choice, at + nth));
                    if all && sequence.len() > length {
                        length = sequence.len();
                        ends.swap(0, 1);
                        ends[0] = Some((at + length, found.with(start, at, at + length - 1)));
                    }
                }
            }
            Step::Temperature if self.is_temperature(page, at) => {
                ends[0] = Some((at + 1, Found { measured: true, ..found.with(start, at, at) }));
            }
            Step::Pulse if self.is_pulse(page, at) => {
                ends[0] = Some((at + 1, Found { measured: true, ..found.with(start, at, at) }));
            }
            _ => {}
        }
        ends.into_iter().flatten()
    }

    /// Whether the number at `at` is a feverish body temperature: 38.0 °C or 100.4 °F (the usual bound of fever) up to
    /// what people survive, with a unit, a word of heat near it, or written as thermometers show it.
    fn is_temperature(&self, page: &Page<'_>, at: usize) -> bool {
        let Some((value, unit)) = page.number(at) else { return false };
        let celsius = (38.0..=43.0).contains(&value);
        let fahrenheit = (100.4..=108.0).contains(&value) || (value == 100.0 && unit.starts_with('f'));
        let next = page.word(at + 1);
        let unit = if unit.is_empty() { next } else { unit };
        match unit {
            "c" | "celsius" | "centigrade" => return celsius,
            "f" | "fahrenheit" | "fever" => return fahrenheit || (celsius && unit == "fever"),
            "degrees" | "degree" | "deg" | "°" => return celsius || fahrenheit,
            _ if !(celsius || fahrenheit) => return false,
            _ => {}
        }
        if is_other_unit(unit) || page.word(at.wrapping_sub(1)) == "$" {
            return false;
        }
        // "39.1" is how a thermometer shows it; a price has two digits behind the point.
        let tenths = page.word(at).split_once('.').is_some_and(|(_, tenths)| tenths.len() == 1);
        let near = |token: &usize| meets(page.atoms(*token), &self.numbers.heat);
        tenths || page.sentence_around(at, 5).any(|token| near(&token))
    }

    /// Whether the number at `at` is a resting pulse that is far too fast: 120 and more, beside a word of the heart.
    fn is_pulse(&self, page: &Page<'_>, at: usize) -> bool {
        let Some((value, unit)) = page.number(at) else { return false };
        if !(120.0..=260.0).contains(&value) || value.fract() != 0.0 {
            return false;
        }
        let unit = if unit.is_empty() { page.word(at + 1) } else { unit };
        // "Blood pressure 130 over 85".
        if unit == "over" || ["pressure", "bp"].contains(&page.word(at.wrapping_sub(1))) {
            return false;
        }
        if unit == "bpm" || page.word(at.wrapping_sub(1)) == "hr" {
            return true;
        }
        let near = |token: &usize| meets(page.atoms(*token), &self.numbers.heart);
        !is_other_unit(unit) && page.sentence_around(at, 10).any(|token| near(&token))
    }
}

/// Units that make a number something else: sizes, doses, money, ages, counts.
fn is_other_unit(unit: &str) -> bool {
    const UNITS: &str = "mm cm ml mg mcg g kg lb lbs oz k m year years yr yrs yo y male female grafts usd bucks dollars \
        euro euros eur gbp pounds day days weeks months percent billion million units iu cc hairs sessions people times x \
        min mins minutes nm gauge pin";
    UNITS.split(' ').any(|other| other == unit)
}

#[derive(Debug, Clone, Copy, Default)]
struct Found {
    used: u64,
    measured: bool,
}

impl Found {
    fn with(mut self, start: usize, first: usize, last: usize) -> Self {
        for token in first..=last {
            // A phrase of more than 64 words with its gaps does not exist; its far words would count as fillers.
            self.used |= 1u64.checked_shl((token - start) as u32).unwrap_or(0);
        }
        self
    }
}

/// Whether one of `atoms` is `wanted`, which is sorted.
fn meets(atoms: &[Atom], wanted: &[Atom]) -> bool {
    atoms.iter().any(|atom| wanted.binary_search(atom).is_ok())
}

impl Page<'_> {
    fn atoms(&self, token: usize) -> &[Atom] {
        &self.meanings[self.word[token]]
    }

    /// Whether a word of `choice` occurs anywhere in the message.
    #[inline]
    fn has(&self, choice: Choice) -> bool {
        self.occurring[choice as usize / 64] >> (choice % 64) & 1 == 1
    }

    /// Whether the words that `step` needs occur anywhere in the message.
    fn may_have(&self, step: &Step) -> bool {
        match step {
            Step::Word(choice) => self.has(*choice),
            Step::Sequence(sequences) => sequences.iter().any(|all| all.iter().all(|choice| self.has(*choice))),
            Step::Gap | Step::Temperature | Step::Pulse => true,
        }
    }

    fn in_sentence_of(&self, start: usize, token: usize) -> bool {
        let tokens = &self.message.tokens;
        token < tokens.len() && tokens[token].sentence == tokens[start].sentence
    }

    fn word(&self, at: usize) -> &str {
        self.message.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// The number at `at`, with the letters that hang on it ("39.4c").
    fn number(&self, at: usize) -> Option<(f64, &str)> {
        let text = self.word(at);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        Some((text[..end].parse().ok()?, &text[end..]))
    }

    /// The tokens of the same sentence at most `reach` words from `at`.
    fn sentence_around(&self, at: usize, reach: usize) -> impl Iterator<Item = usize> {
        (at.saturating_sub(reach)..=at + reach).filter(move |&token| self.in_sentence_of(at, token))
    }
}
