//! Red flags, before all else: does this message describe an emergency?
//!
//! # How an alarm comes about
//!
//! All knowledge of emergencies is in `faq/red-flags.toml`, where a moderator can read and extend it; this room only
//! knows how to read a message by it.
//!
//! 1. **Words.** The message is cleaned and cut into words, which know their sentence and their clause (`message`). Each
//!    word gets its meanings: the words of the file that it is, inflects or misspells (`spelling`).
//! 2. **Phrases.** All phrases of the file are looked for in one pass (`phrases`): those of *signs* ("throat … closing"),
//!    of *contexts* ("injected", "the drip") and of *guards* ("can you get", "last year").
//! 3. **Guards.** A sign is set aside if it is no call for help: a look-alike, denied, in general, imagined, hearsay, long
//!    ago, over, a joke (`guards`). Each sign is judged by its own sentence; what the message says elsewhere cannot take
//!    it away.
//! 4. **Tone.** All words of the message together are heard for how people in trouble speak (`tone`), which gives a few
//!    points for an alarm or against it: for those whom no phrase foresaw, and against idioms that no look-alike did.
//! 5. **Points.** The signs that are left give their points, each once, and contexts add theirs. A kind of emergency
//!    whose points reach the bar fires; signs of several kinds add up, since hives with a tight chest are an emergency
//!    whichever kind it is. Where several fire, the one with the most points
//!    speaks, of equals the first in the file.
//!
//! So "no fever, just pink" has no sign left, "can you get sepsis from this" is a question in general, "a fever since
//! the injection" is a fever (3 points) after a procedure (1 point) and reaches the bar of 4, and "cant see any results"
//! is a look-alike. [`Triage::weigh`] tells all that of any message.

mod guards;
mod message;
mod phrases;
mod spelling;
pub mod tone;

pub use guards::SetAside;

use crate::knowledge::red_flag::{RedFlag, RedFlags};
use crate::matching::normalize::clean;
use guards::Guards;
use message::Message;
use phrases::{Hit, PhraseBook, Role};
use tone::{Sound, Tone};

/// The rules of `faq/red-flags.toml`, made ready to be looked for.
#[derive(Debug)]
pub struct Triage {
    flags: RedFlags,
    book: PhraseBook,
    tone: Option<Tone>,
}

/// A red flag that was found.
#[derive(Debug, Clone)]
pub struct Alarm<'a> {
    pub flag: &'a RedFlag,
    /// The words that raised it, with the rule they met, for explanations.
    pub because: Vec<String>,
}

/// What a message says of emergencies, whether that is enough for an alarm or not.
#[derive(Debug, Clone)]
pub struct Weighing<'a> {
    /// The kind that fires, if one does.
    pub flag: Option<&'a RedFlag>,
    /// Each sign and context that was found, in the order of the file; of several places the one that weighs most.
    pub findings: Vec<Finding<'a>>,
    /// How the message sounds, where the set listens to that. Its points are in none of those below.
    pub sound: Option<Sound>,
    /// The points that the signs give to each kind, in the order of the file.
    pub points: Vec<(&'a RedFlag, u32)>,
    /// The points that the signs give to all kinds together that are not counted apart.
    pub together: u32,
    /// The points at which a kind fires.
    pub bar: u32,
}

/// Words of a message that sound like a sign.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// The sign or context in a moderator's words.
    pub what: &'a str,
    /// The words of the message that it was found in.
    pub words: String,
    pub points: u32,
    /// Why it does not count; `None` if it does.
    pub set_aside: Option<SetAside>,
    /// The kinds it speaks for, by their number in the file.
    kinds: Vec<usize>,
    is_sign: bool,
}

impl Triage {
    pub fn new(flags: &RedFlags) -> Self {
        Self::with_tone(flags, flags.tone.then(Tone::shipped))
    }

    /// The rules, with these weights of words or none.
    pub fn with_tone(flags: &RedFlags, tone: Option<Tone>) -> Self {
        Self { book: PhraseBook::new(flags), flags: flags.clone(), tone }
    }

    /// The gravest red flag in `text`, a message as the member wrote it; `None` if it describes no emergency.
    pub fn find_red_flag(&self, text: &str) -> Option<Alarm<'_>> {
        self.find_in_clean(&clean(text))
    }

    /// The same in a text that is clean, see [`clean`].
    pub fn find_in_clean(&self, cleaned: &str) -> Option<Alarm<'_>> {
        let weighing = self.weigh_clean(cleaned);
        Some(Alarm { flag: weighing.flag?, because: weighing.because() })
    }

    /// Everything in `text` that sounds like an emergency, and what became of it.
    pub fn weigh(&self, text: &str) -> Weighing<'_> {
        self.weigh_clean(&clean(text))
    }

    fn weigh_clean(&self, cleaned: &str) -> Weighing<'_> {
        let message = Message::of_clean(cleaned, |mark| self.book.lexicon.has_mark(mark));
        let page = self.book.page(&message);
        let hits = self.book.find_all(&page);
        let guards = Guards::new(&hits, &page);

        // By the number of the sign; those of one sign stay in the order of the message.
        let mut of_signs: Vec<(usize, &Hit)> = hits.iter().filter_map(|hit| Some((hit.role.sign()?, hit))).collect();
        of_signs.sort_by_key(|(number, _)| *number);
        let mut findings: Vec<Finding<'_>> = Vec::new();
        let mut jokes: Vec<usize> = Vec::new();
        for of_sign in of_signs.chunk_by(|a, b| a.0 == b.0) {
            let number = of_sign[0].0;
            let sign = &self.flags.signs[number];
            // One place where it is meant is enough; a place where somebody laughs is taken only if there is no other.
            let mut found: Option<(Option<SetAside>, bool, &Hit)> = None;
            for &(_, hit) in of_sign {
                let judged = (guards.set_aside(number, sign, hit), sign.unless_joking && guards.joking(hit), hit);
                let weight = |it: &(Option<SetAside>, bool, &Hit)| (it.0.is_some(), it.1);
                if found.as_ref().is_none_or(|best| weight(&judged) < weight(best)) {
                    found = Some(judged);
                }
                if weight(&judged) == (false, false) {
                    break;
                }
            }
            let Some((set_aside, joking, hit)) = found else { continue };
            if joking && set_aside.is_none() {
                jokes.push(findings.len());
            }
            let kinds = self.numbers(&sign.kinds);
            let words = message.excerpt(hit.first, hit.last);
            findings.push(Finding { what: &sign.what, words, points: sign.points, set_aside, kinds, is_sign: true });
        }
        for (number, context) in self.flags.contexts.iter().enumerate() {
            let Some(hit) = hits.iter().find(|hit| hit.role == Role::Context(number)) else { continue };
            let words = message.excerpt(hit.first, hit.last);
            let kinds = self.numbers(&context.kinds);
            let finding =
                Finding { what: &context.what, words, points: context.points, set_aside: None, kinds, is_sign: false };
            findings.push(finding);
        }
        // Laughter takes a sign away only while it stands alone: with another sign, or after a procedure, it is nerves.
        let serious = |(at, finding): (usize, &Finding<'_>)| finding.set_aside.is_none() && !jokes.contains(&at);
        if !findings.iter().enumerate().any(serious) {
            for at in jokes {
                findings[at].set_aside = Some(SetAside::Joke);
            }
        }
        let joke = findings.iter().any(|finding| finding.set_aside == Some(SetAside::Joke));
        let judged = || {
            let set_aside = of_signs.iter().filter(|(number, hit)| {
                let sign = &self.flags.signs[*number];
                guards.set_aside(*number, sign, hit).is_some() || (joke && sign.unless_joking && guards.joking(hit))
            });
            set_aside.map(|(_, hit)| message.tokens[hit.first].sentence).collect()
        };
        let sound = self.tone.as_ref().map(|tone| tone.hear(&message, judged));
        self.decide(findings, sound)
    }

    fn decide<'a>(&'a self, findings: Vec<Finding<'a>>, sound: Option<Sound>) -> Weighing<'a> {
        let counted = || findings.iter().filter(|finding| finding.set_aside.is_none());
        let is_apart = |kind: &usize| self.flags.kinds[*kind].apart;
        // A context alone is a member who had a procedure.
        let sign_of = |kind: usize| counted().any(|finding| finding.is_sign && finding.kinds.contains(&kind));
        let points: Vec<(&RedFlag, u32)> = self
            .flags
            .kinds
            .iter()
            .enumerate()
            .map(|(kind, flag)| {
                let own = counted().filter(|finding| finding.kinds.contains(&kind)).map(|finding| finding.points).sum();
                (flag, if sign_of(kind) { own } else { 0 })
            })
            .collect();
        let shared = |finding: &&Finding<'_>| finding.kinds.iter().any(|kind| !is_apart(kind));
        let together = if counted().filter(shared).any(|finding| finding.is_sign) {
            counted().filter(shared).map(|finding| finding.points).sum()
        } else {
            0
        };
        let bar = self.flags.bar;
        // A bar of nothing would fire on "gm"; a set without red flags has one.
        let fires = |points: u32| points > 0 && points >= bar;
        let (tone, alone, sounds_like) = match &sound {
            Some(sound) => {
                (sound.points, sound.alone, self.flags.kinds.iter().find(|kind| kind.id.as_str() == sound.kind))
            }
            None => (0, 0, None),
        };
        // Words speak against every kind, but for their own only, and for what is counted together with it.
        let with_tone = |flag: &RedFlag, points: u32| {
            let own = sounds_like.is_some_and(|kind| kind.id == flag.id || (!kind.apart && !flag.apart));
            if tone <= 0 || (own && points > 0) { points.saturating_add_signed(tone) } else { points }
        };
        let together_with_tone = match sounds_like {
            _ if tone <= 0 => together.saturating_add_signed(tone),
            Some(kind) if !kind.apart => together.saturating_add_signed(tone),
            _ => together,
        };
        // Of kinds with equal points the first wins, hence the reversed order.
        let most = |wanted: &dyn Fn(&RedFlag, u32) -> bool| {
            points.iter().rev().filter(|(flag, points)| wanted(flag, *points)).max_by_key(|(_, points)| *points)
        };
        let flag = most(&|flag, points| fires(with_tone(flag, points)))
            .or_else(|| if fires(together_with_tone) { most(&|flag, points| !flag.apart && points > 0) } else { None })
            .map(|(flag, _)| *flag)
            .or_else(|| sounds_like.filter(|_| alone > 0 && fires(alone.unsigned_abs())));
        Weighing { flag, findings, sound, points, together, bar }
    }

    fn numbers(&self, kinds: &[crate::knowledge::red_flag::RedFlagId]) -> Vec<usize> {
        kinds.iter().filter_map(|id| self.flags.kinds.iter().position(|kind| kind.id == *id)).collect()
    }
}

impl Default for Triage {
    /// Without rules: never an alarm.
    fn default() -> Self {
        Self::new(&RedFlags::default())
    }
}

impl Weighing<'_> {
    /// What counts, and for how much, a line each.
    fn because(&self) -> Vec<String> {
        let counted = self.findings.iter().filter(|finding| finding.set_aside.is_none());
        let mut lines: Vec<String> = counted
            .map(|finding| {
                let points = if finding.points == 1 { "1 point" } else { &format!("{} points", finding.points) };
                format!("{} (“{}”): {points}", finding.what, finding.words)
            })
            .collect();
        if let Some(Sound { points: points @ 1.., words, .. }) = &self.sound {
            let points = if *points == 1 { "1 point" } else { &format!("{points} points") };
            lines.push(format!("the words sound like it (“{}”): {points}", words.join("”, “")));
        }
        lines.push(format!("the alarm is raised at {} points", self.bar));
        lines
    }
}
