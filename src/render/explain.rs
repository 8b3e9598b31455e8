//! Why a reply was given, as a table that a moderator understands.

use anstyle::Style;

use super::harmless::harmless_line;
use super::terminal::{Look, Page};
use super::wording::{self, explain as words};
use crate::answering::{Reply, ReplyKind, Why};
use crate::matching::Match;
use crate::matching::explanation::{Lack, Meeting, Reason};
use crate::matching::features::{DOUBT_NAMES, likeness};

const PLAIN: Style = Style::new();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Why `reply` was given; ends with a line break.
pub fn why(reply: &Reply, look: &Look) -> String {
    let mut page = Page::new(look);
    reasons(&mut page, reply);
    if !reply.why.ranking.is_empty() {
        measures(&mut page, &reply.why.ranking);
        made_of(&mut page, &reply.why);
        lacked(&mut page, &reply.why);
    }
    page.finish()
}

/// The same without the tables of measures and reasons, for where there is little room.
pub fn in_short(reply: &Reply, look: &Look) -> String {
    let mut page = Page::new(look);
    reasons(&mut page, reply);
    page.finish()
}

fn reasons(page: &mut Page<'_>, reply: &Reply) {
    let why = &reply.why;
    page.heading("Why this reply");
    let said = match &reply.kind {
        ReplyKind::Answer(answer) => format!("answered with `{}`", answer.id),
        ReplyKind::Answers(answers) => {
            let ids: Vec<String> = answers.iter().map(|answer| format!("`{}`", answer.id)).collect();
            format!("answered two questions with {}", ids.join(" and "))
        }
        ReplyKind::DidYouMean(offers) => format!("asked back, offering {}", offers.len()),
        ReplyKind::NotInFaq(_) => "said that the FAQ has no answer".to_owned(),
        ReplyKind::Urgent(urgent) => format!("urgent: red flag `{}`, {}", urgent.flag, urgent.title),
    };
    page.paragraph(PLAIN, "  said        ", &harmless_line(&said));
    if !why.because.is_empty() {
        page.paragraph(PLAIN, "  because     ", &harmless_line(&why.because));
    }
    if let Some(heard) = &why.heard {
        page.paragraph(PLAIN, "  heard       ", &harmless_line(&format!("“{heard}” in a long message")));
    }
    if let Some(told) = words::model(why.model, bits_of_model(&why.reasons)) {
        page.paragraph(PLAIN, "  model       ", &told);
    }
    for met in &why.red_flag {
        page.paragraph(PLAIN, "  red flag    ", &harmless_line(met));
    }
    if let Some(confidence) = why.confidence {
        page.paragraph(PLAIN, "  confidence  ", &format!("{:.3}", confidence.value()));
        page.paragraph(PLAIN, "  bar         ", &format!("{:.3}", why.bar));
    }
    if !why.unknown_words.is_empty() {
        page.paragraph(
            PLAIN,
            "  new words   ",
            &harmless_line(&format!("{} (in no entry)", why.unknown_words.join(", "))),
        );
    }
    page.paragraph(PLAIN, "  FAQ         ", &harmless_line(&format!("version {}", reply.version)));
    page.gap();
    if why.ranking.is_empty() {
        page.paragraph(FAINT, "", "Nothing was ranked.");
    } else {
        ranking(page, &why.ranking);
    }
}

/// What a model and the table of words that goes with it add to the log odds, in bits.
fn bits_of_model(reasons: &[Reason]) -> f64 {
    let of_meaning = |name: &str| DOUBT_NAMES[likeness::doubts_of_meaning(0).start..].contains(&name);
    reasons.iter().filter(|reason| reason.name.is_some_and(of_meaning)).map(|reason| reason.bits).sum()
}

/// As many as carry a match; what comes behind them is "the" and "for".
pub const WORDS_SHOWN: usize = 8;

fn ranking(page: &mut Page<'_>, ranking: &[Match]) {
    let width = ranking.iter().map(|found| found.id.as_str().chars().count()).max().unwrap_or(0).max("entry".len());
    page.paragraph(BOLD, "", &format!("  rank  {:<width$}  confidence     score", "entry"));
    for (nth, found) in ranking.iter().enumerate() {
        let id = harmless_line(found.id.as_str());
        let (sure, score) = (found.confidence.value(), found.score.value());
        page.paragraph(PLAIN, "", &format!("  {:>4}  {id:<width$}  {sure:>10.3}  {score:>8.3}", nth + 1));
        let why = &found.explanation;
        if !why.nearest.is_empty() {
            page.paragraph(FAINT, "        nearest  ", &harmless_line(&format!("“{}”", why.nearest)));
        }
        if !why.words.is_empty() {
            page.paragraph(FAINT, "        words    ", &harmless_line(&words_met(&why.words, WORDS_SHOWN)));
        }
    }
}

/// As many as carry a confidence; the others together seldom move it by a tenth.
pub const REASONS_SHOWN: usize = 8;

/// What the confidence was made of: a row a reason, and the sum.
fn made_of(page: &mut Page<'_>, why: &Why) {
    if why.reasons.is_empty() {
        return;
    }
    let (shown, rest) = why.reasons.split_at(why.reasons.len().min(REASONS_SHOWN));
    page.gap();
    page.paragraph(BOLD, "", words::CONFIDENCE_MADE_OF);
    page.paragraph(FAINT, "  ", words::BITS);
    for reason in shown {
        let told = words::reason(reason.name, reason.value);
        page.paragraph(PLAIN, &format!("  {:>+7.2}  ", reason.bits), &told);
    }
    if !rest.is_empty() {
        let bits: f64 = rest.iter().map(|reason| reason.bits).sum();
        page.paragraph(PLAIN, &format!("  {bits:>+7.2}  "), &words::smaller_reasons(rest.len()));
    }
    let sum: f64 = why.reasons.iter().map(|reason| reason.bits).sum();
    let chance = 1.0 / (1.0 + (-sum).exp2());
    page.paragraph(BOLD, &format!("  {sum:>+7.2}  "), &words::reasons_together(&wording::percent(chance)));
}

/// What the second entry had less of than the first: words first, then measures.
fn lacked(page: &mut Page<'_>, why: &Why) {
    let [first, second, ..] = &why.ranking[..] else { return };
    if why.lacked.is_empty() {
        return;
    }
    page.gap();
    page.paragraph(BOLD, "", &harmless_line(&words::second_lacks(second.id.as_str())));
    let met = |word: &Meeting| second.explanation.words.iter().any(|other| other.asked == word.asked);
    let missing: Vec<Meeting> = first.explanation.words.iter().filter(|word| !met(word)).cloned().collect();
    if !missing.is_empty() {
        page.paragraph(PLAIN, "  words    ", &harmless_line(&words_met(&missing, WORDS_SHOWN)));
    }
    page.paragraph(FAINT, "", &format!("  {:>7}  {:>6}  {:>6}  measure", "score", "first", "second"));
    for lack in why.lacked.iter().take(REASONS_SHOWN) {
        let Lack { name, first, second, score } = lack;
        page.paragraph(PLAIN, "", &format!("  {score:>+7.2}  {first:>6.2}  {second:>6.2}  {name}"));
    }
}

/// The reasons of a confidence in one line: `-8.50 where every message begins · +7.25 lead over the second`. At most `shown` of them.
pub fn reasons_in_a_line(reasons: &[Reason], shown: usize) -> String {
    let told = reasons.iter().take(shown).map(|it| format!("{:+.2} {}", it.bits, words::reason(it.name, it.value)));
    told.collect::<Vec<_>>().join(" · ")
}

/// What the second entry lacks in one line: `+1.38 stems, whole entry (0.80 : 0.25)`. At most `shown` of them.
pub fn lacks_in_a_line(lacked: &[Lack], shown: usize) -> String {
    let told = lacked.iter().take(shown);
    let told = told.map(|it| format!("{:+.2} {} ({:.2} : {:.2})", it.score, it.name, it.first, it.second));
    told.collect::<Vec<_>>().join(" · ")
}

/// Which words met, heaviest first, each once: `regrow = regrowth 82 % · hair 14 %`. At most `shown` of them.
pub fn words_met(words: &[Meeting], shown: usize) -> String {
    let mut told: Vec<String> = Vec::new();
    for met in words {
        let share = wording::percent(met.weight);
        let word = if met.asked == met.known {
            format!("{} {share}", met.asked)
        } else {
            format!("{} = {} {share}", met.asked, met.known)
        };
        if !told.contains(&word) {
            told.push(word);
        }
    }
    let more = told.len().saturating_sub(shown);
    told.truncate(shown);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(" · ")
}

/// What each measure gave each entry: a row a measure, a column an entry, by rank.
fn measures(page: &mut Page<'_>, ranking: &[Match]) {
    let names: Vec<&str> = ranking[0].explanation.measures.iter().map(|(name, _)| *name).collect();
    let Some(width) = names.iter().map(|name| name.chars().count()).max() else { return };
    let header: String = (1..=ranking.len()).map(|rank| format!("{rank:>6}")).collect();
    page.gap();
    page.paragraph(BOLD, "", &format!("  {:<width$}{header}", "measure, by rank"));
    for name in names {
        let given =
            |found: &Match| found.explanation.measures.iter().find(|(it, _)| *it == name).map(|(_, value)| *value);
        let values: String = ranking
            .iter()
            .map(|found| given(found).map_or_else(|| format!("{:>6}", "–"), |value| format!("{value:>6.2}")))
            .collect();
        page.paragraph(PLAIN, "", &format!("  {name:<width$}{values}"));
    }
}
