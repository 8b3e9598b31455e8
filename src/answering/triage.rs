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
//!    ago, over, a joke, or only told in a story (`guards`). Each sign is judged by its own sentence; what the message says elsewhere cannot take
//!    it away.
//! 4. **Tone.** All words of the message together are heard for how people in trouble speak (`tone`), which gives a few
//!    points for an alarm or against it: for those whom no phrase foresaw, and against idioms that no look-alike did.
//! 5. **Points.** The signs that are left give their points, each once, and contexts add theirs, where all of it stands
//!    within [`TOGETHER`] words: a long message is weighed stretch by stretch, and the loudest speaks. A kind of emergency
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

use std::ops::Range;

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

/// A place that sounds like a sign, and what became of it.
#[derive(Debug, Clone, Copy)]
struct Judged<'h> {
    /// The number of the sign.
    number: usize,
    hit: &'h Hit,
    set_aside: Option<SetAside>,
    /// Whether somebody laughs in its sentence and it is taken back by that.
    joking: bool,
}

/// How many words of a message are weighed together. Nine of ten emergencies are told in fewer, and of those told at more
/// length each has what matters within two or three sentences; but in a story of two hundred words a scare here, a fever
/// there and yesterday's appointment would add up to an alarm.
const TOGETHER: usize = 60;

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

        let judged: Vec<Judged<'_>> = hits
            .iter()
            .filter_map(|hit| {
                let number = hit.role.sign()?;
                let sign = &self.flags.signs[number];
                let set_aside = guards.set_aside(number, sign, hit);
                Some(Judged { number, hit, set_aside, joking: sign.unless_joking && guards.joking(hit) })
            })
            .collect();
        // Laughter takes a sign away only while it stands alone: with another sign, or after a procedure, it is nerves.
        let serious = judged.iter().any(|it| it.set_aside.is_none() && !it.joking)
            || hits.iter().any(|hit| matches!(hit.role, Role::Context(_)));
        let judged: Vec<Judged<'_>> = judged
            .into_iter()
            .map(|it| {
                let is_joke = !serious && it.joking && it.set_aside.is_none();
                if is_joke { Judged { set_aside: Some(SetAside::Joke), ..it } } else { it }
            })
            .collect();
        let voice = self.tone.as_ref().map(|tone| {
            // Who denies, imagines or passes on what he read speaks of no trouble in that sentence. That a word was another's
            // namesake ("a hand around my throat" for a hand that drops things), small or told says nothing of the rest.
            let of_one_word = [SetAside::LookAlike, SetAside::SomethingElse, SetAside::Mild, SetAside::Told].map(Some);
            let quiet = judged.iter().filter(|it| it.set_aside.is_some() && !of_one_word.contains(&it.set_aside));
            tone.listen(&message, quiet.map(|it| message.tokens[it.hit.first].sentence).collect())
        });

        // The loudest stretch speaks: first whether it fires, then by its points, of equals the earlier.
        let mut loudest: Option<Weighing<'_>> = None;
        for words in message.stretches(TOGETHER) {
            let findings = self.findings(&message, &hits, &judged, &words);
            let sound = self.tone.as_ref().zip(voice.as_ref()).map(|(tone, voice)| tone.sound(voice, &words));
            let weighing = self.decide(findings, sound);
            let loudness = |it: &Weighing<'_>| {
                let most = it.points.iter().map(|(_, points)| *points).max().unwrap_or(0).max(it.together);
                (it.flag.is_some(), i64::from(most) + i64::from(it.sound.as_ref().map_or(0, |sound| sound.points)))
            };
            if loudest.as_ref().is_none_or(|before| loudness(&weighing) > loudness(before)) {
                loudest = Some(weighing);
            }
        }
        loudest.unwrap_or_else(|| self.decide(Vec::new(), None))
    }

    /// The signs and contexts among the tokens `words`; of each sign the place that weighs most.
    fn findings(
        &self,
        message: &Message,
        hits: &[Hit],
        judged: &[Judged<'_>],
        words: &Range<usize>,
    ) -> Vec<Finding<'_>> {
        let hits = beginning_in(words, hits, |hit| hit.first);
        let judged = beginning_in(words, judged, |it| it.hit.first);
        // One place where it is meant is enough; a place where somebody laughs is taken only if there is no other.
        let mut of_sign: Vec<Option<&Judged<'_>>> = vec![None; self.flags.signs.len()];
        for it in judged {
            let weight = |it: &Judged<'_>| (it.set_aside.is_some(), it.joking);
            if of_sign[it.number].is_none_or(|best| weight(it) < weight(best)) {
                of_sign[it.number] = Some(it);
            }
        }
        let mut findings: Vec<Finding<'_>> = Vec::new();
        for (sign, found) in self.flags.signs.iter().zip(of_sign) {
            let Some(Judged { hit, set_aside, .. }) = found else { continue };
            findings.push(Finding {
                what: &sign.what,
                words: message.excerpt(hit.first, hit.last),
                points: sign.points,
                set_aside: *set_aside,
                kinds: self.numbers(&sign.kinds),
                is_sign: true,
            });
        }
        for (number, context) in self.flags.contexts.iter().enumerate() {
            let Some(hit) = hits.iter().find(|hit| hit.role == Role::Context(number)) else { continue };
            findings.push(Finding {
                what: &context.what,
                words: message.excerpt(hit.first, hit.last),
                points: context.points,
                set_aside: None,
                kinds: self.numbers(&context.kinds),
                is_sign: false,
            });
        }
        findings
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

/// Those of `all`, which stand in the order of the message, that begin among these `words` of it.
fn beginning_in<'a, T>(words: &Range<usize>, all: &'a [T], first: impl Fn(&T) -> usize) -> &'a [T] {
    let all = &all[all.partition_point(|it| first(it) < words.start)..];
    &all[..all.partition_point(|it| first(it) < words.end)]
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
