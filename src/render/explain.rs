//! Why a reply was given, as a table that a moderator understands.

use anstyle::Style;

use super::harmless::harmless_line;
use super::terminal::{Look, Page};
use super::wording;
use crate::answering::{Reply, ReplyKind};
use crate::matching::Match;
use crate::matching::index::Meeting;

const PLAIN: Style = Style::new();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Why `reply` was given; ends with a line break.
pub fn why(reply: &Reply, look: &Look) -> String {
    let mut page = Page::new(look);
    reasons(&mut page, reply);
    if !reply.why.ranking.is_empty() {
        measures(&mut page, &reply.why.ranking);
    }
    page.finish()
}

/// The same without the table of measures, for where there is little room.
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
        ReplyKind::DidYouMean(offers) => format!("asked back, offering {}", offers.len()),
        ReplyKind::NotInFaq(_) => "said that the FAQ has no answer".to_owned(),
        ReplyKind::Urgent(urgent) => format!("urgent: red flag `{}`, {}", urgent.flag, urgent.title),
    };
    page.paragraph(PLAIN, "  said        ", &harmless_line(&said));
    if !why.because.is_empty() {
        page.paragraph(PLAIN, "  because     ", &harmless_line(&why.because));
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
