//! Why a reply was given, as a table that a moderator understands.

use anstyle::Style;

use super::harmless::harmless_line;
use super::terminal::{Look, Page};
use super::wording;
use crate::answering::{Reply, ReplyKind};
use crate::matching::Match;

const PLAIN: Style = Style::new();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// Why `reply` was given; ends with a line break.
pub fn why(reply: &Reply, look: &Look) -> String {
    let why = &reply.why;
    let mut page = Page::new(look);
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
        ranking(&mut page, &why.ranking);
    }
    page.finish()
}

fn ranking(page: &mut Page<'_>, ranking: &[Match]) {
    let width = ranking.iter().map(|found| found.id.as_str().chars().count()).max().unwrap_or(0).max("entry".len());
    page.paragraph(BOLD, "", &format!("  rank  {:<width$}  confidence     score", "entry"));
    for (nth, found) in ranking.iter().enumerate() {
        let id = harmless_line(found.id.as_str());
        let (sure, score) = (found.confidence.value(), found.score.value());
        page.paragraph(PLAIN, "", &format!("  {:>4}  {id:<width$}  {sure:>10.3}  {score:>8.3}", nth + 1));
        let why = &found.explanation;
        if !why.nearest.is_empty() {
            page.paragraph(FAINT, "        nearest   ", &harmless_line(&format!("“{}”", why.nearest)));
        }
        if !why.words.is_empty() {
            let words: Vec<String> = why
                .words
                .iter()
                .map(|met| {
                    let share = wording::percent(met.weight);
                    if met.asked == met.known {
                        format!("{} {share}", met.asked)
                    } else {
                        format!("{} = {} {share}", met.asked, met.known)
                    }
                })
                .collect();
            page.paragraph(FAINT, "        words     ", &harmless_line(&words.join(" · ")));
        }
        if !why.measures.is_empty() {
            let measures: Vec<String> = why.measures.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
            page.paragraph(FAINT, "        measures  ", &harmless_line(&measures.join(" · ")));
        }
    }
}
