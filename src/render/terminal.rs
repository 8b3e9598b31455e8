//! A [`Reply`] as text, as a member would read it: the whole answer contract, wrapped and coloured if asked.
//!
//! Whatever comes from a file or a member passes `harmless` on its way; colours are the only escape sequences.

use anstyle::{AnsiColor, Style};

use super::harmless::{harmless, harmless_line};
use super::{markdown, wording};
use crate::answering::{Answer, NotInFaq, Offer, Reply, ReplyKind, Urgent};
use crate::knowledge::Source;
use wording::terminal as words;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The most characters on a line; `None` for a pipe: a paragraph stays one line, so that it can be searched.
    pub width: Option<usize>,
    pub colour: bool,
}

impl Look {
    /// Neither width nor colour: for pipes.
    pub const PLAIN: Self = Self { width: None, colour: false };
}

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const HEADING: Style = AnsiColor::Cyan.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const ALARM: Style = AnsiColor::Red.on_default().bold();

/// `reply` as text; ends with a line break.
pub fn reply(reply: &Reply, look: &Look) -> String {
    let mut page = Page::new(look);
    let confidence = reply.why.confidence.map(|it| wording::percent(it.value()));
    match &reply.kind {
        ReplyKind::Answer(answer) => page.answer(answer, confidence.as_deref()),
        ReplyKind::Answers(answers) => page.answers(answers, reply),
        ReplyKind::DidYouMean(offers) => page.did_you_mean(offers, confidence.as_deref()),
        ReplyKind::NotInFaq(not) => page.not_in_faq(not),
        ReplyKind::Urgent(urgent) => page.urgent(urgent),
    }
    page.finish()
}

/// `lines` as a numbered list; ends with a line break.
pub fn numbered(lines: &[String], look: &Look) -> String {
    let mut page = Page::new(look);
    page.numbered(lines.iter().map(String::as_str));
    page.finish()
}

/// Lines on their way to the terminal.
pub struct Page<'a> {
    look: &'a Look,
    lines: Vec<String>,
}

impl<'a> Page<'a> {
    pub fn new(look: &'a Look) -> Self {
        Self { look, lines: Vec::new() }
    }

    /// The page as text; ends with a line break.
    pub fn finish(self) -> String {
        let mut text = String::new();
        for line in self.lines {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// A paragraph; its first line starts with `first`, the others with as many spaces.
    pub fn paragraph(&mut self, style: Style, first: &str, text: &str) {
        let rest = " ".repeat(textwrap::core::display_width(first));
        let painted = paint(self.look, style, &harmless(text));
        self.lines.extend(wrap(&painted, first, &rest, self.look));
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.lines.push(String::new());
    }

    /// The name of the part that follows.
    pub fn heading(&mut self, text: &str) {
        self.paragraph(HEADING, "", text);
    }

    /// Markdown of the FAQ; its first line starts with `first`, the others with as many spaces.
    fn markdown(&mut self, source: &str, first: &str) {
        self.lines.extend(markdown::lines(source, first, self.look));
    }

    /// A short name and what it stands for, such as `Evidence: strong`.
    fn fact(&mut self, name: &str, text: &str) {
        self.paragraph(Style::new(), &format!("{}: ", paint(self.look, HEADING, name)), text);
    }

    fn answer(&mut self, answer: &Answer, confidence: Option<&str>) {
        self.paragraph(FAINT, "", &harmless_line(&format!("{} › {}", answer.topic_title, answer.question)));
        self.gap();
        self.paragraph(BOLD, "", &answer.verdict);
        self.gap();
        self.markdown(&answer.answer, "");
        if !answer.situations.is_empty() {
            self.gap();
            self.heading(words::SITUATIONS);
        }
        for (nth, situation) in answer.situations.iter().enumerate() {
            // There is room for all of them; if one was picked, the others are not asked for.
            if answer.situation().is_some_and(|picked| picked != situation) {
                continue;
            }
            self.paragraph(BOLD, &format!("{:>2}. ", nth + 1), &harmless_line(&situation.when));
            self.markdown(&situation.then, "    ");
            for point in &situation.points {
                self.markdown(point, "    - ");
            }
        }
        self.gap();
        self.heading(words::CAVEATS);
        for caveat in &answer.caveats {
            self.markdown(caveat, &format!("  {} ", paint(self.look, WARNING, "!")));
        }
        self.gap();
        if !answer.sources.is_empty() {
            self.heading(words::SOURCES);
            for (nth, source) in answer.sources.iter().enumerate() {
                let first = format!("{:>3}. ", nth + 1);
                self.paragraph(Style::new(), &first, &harmless_line(&source_line(source)));
                self.paragraph(FAINT, &" ".repeat(first.len()), &harmless_line(&source.url));
            }
            self.gap();
        }
        let evidence = answer.evidence;
        self.fact(words::EVIDENCE, &format!("{} – {}", evidence.name(), wording::evidence_meaning(evidence)));
        let mut reviewed = answer.reviewed.to_string();
        if answer.review_overdue {
            reviewed.push_str("; ");
            reviewed.push_str(words::REVIEW_OVERDUE);
        }
        self.fact(words::REVIEWED, &reviewed);
        if let Some(confidence) = confidence {
            self.fact(words::MATCH, &words::match_confidence(confidence));
        }
        if !answer.related.is_empty() {
            let related: Vec<&str> = answer.related.iter().map(|offer| offer.question.as_str()).collect();
            self.fact(words::RELATED, &harmless_line(&related.join(" · ")));
        }
    }

    /// Several answers, each whole, with how sure it is of each.
    fn answers(&mut self, answers: &[Answer], reply: &Reply) {
        self.paragraph(BOLD, "", &wording::several_answers(answers.len()));
        for (nth, answer) in (1..).zip(answers) {
            self.gap();
            self.paragraph(HEADING, "", &format!("{nth}."));
            let own = reply.why.ranking.iter().find(|found| found.id == answer.id);
            let confidence = own.map(|found| wording::percent(found.confidence.value()));
            self.answer(answer, confidence.as_deref());
        }
    }

    fn did_you_mean(&mut self, offers: &[Offer], confidence: Option<&str>) {
        self.paragraph(BOLD, "", &words::did_you_mean(confidence));
        self.numbered(offers.iter().map(|offer| offer.question.as_str()));
        self.paragraph(FAINT, "", words::NONE_OF_THESE);
    }

    fn numbered<'t>(&mut self, lines: impl Iterator<Item = &'t str>) {
        for (nth, line) in lines.enumerate() {
            self.paragraph(Style::new(), &format!("{:>3}. ", nth + 1), &harmless_line(line));
        }
    }

    fn not_in_faq(&mut self, not: &NotInFaq) {
        self.paragraph(BOLD, "", &harmless_line(&words::not_in_faq(&not.set_name)));
        self.gap();
        self.markdown(&not.disclaimer, "");
        if !not.contact.is_empty() {
            self.markdown(&not.contact, "");
        }
        self.paragraph(FAINT, "", words::BROWSE);
    }

    fn urgent(&mut self, urgent: &Urgent) {
        self.paragraph(ALARM, "", words::URGENT);
        self.gap();
        self.markdown(&urgent.reply, "");
        if !urgent.afterwards.is_empty() {
            self.gap();
            self.markdown(&urgent.afterwards, "");
        }
    }
}

/// A source in one line, without its address.
fn source_line(source: &Source) -> String {
    let mut line = format!("{} — {}", source.title, source.publisher);
    if let Some(year) = source.year {
        line.push_str(&format!(", {year}"));
    }
    if let Some(doi) = &source.doi {
        line.push_str(&format!(", doi:{doi}"));
    }
    line
}

/// `text` in `style` if the terminal shows colours. Each word is painted by itself, so that a line may break between any
/// two without carrying a colour over the break.
pub(super) fn paint(look: &Look, style: Style, text: &str) -> String {
    if !look.colour || style == Style::new() {
        return text.to_owned();
    }
    let mut painted = String::with_capacity(text.len() * 2);
    for piece in text.split_inclusive([' ', '\n']) {
        let word = piece.trim_end_matches([' ', '\n']);
        if !word.is_empty() {
            painted.push_str(&format!("{style}{word}{style:#}"));
        }
        painted.push_str(&piece[word.len()..]);
    }
    painted
}

/// `text` as lines within the terminal's width, the first starting with `first`, the others with `rest`. A word that is
/// wider than the terminal, such as an address, stays whole.
pub(super) fn wrap(text: &str, first: &str, rest: &str, look: &Look) -> Vec<String> {
    // Wide enough for any text, and small enough that sums of widths cannot overflow.
    const UNBOUNDED: usize = 1 << 24;
    let options = textwrap::Options::new(look.width.unwrap_or(UNBOUNDED))
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    let mut lines = Vec::new();
    for (nth, line) in text.split('\n').enumerate() {
        let options = options.clone().initial_indent(if nth == 0 { first } else { rest });
        lines.extend(textwrap::wrap(line, options).into_iter().map(|line| line.trim_end().to_owned()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_broken() {
        let address = "https://www.example.org/a/very/long/address/that/nobody/can/shorten";
        let shown = wrap(&format!("see {address} for more"), "", "  ", &Look { width: Some(20), colour: false });
        assert_eq!(shown, ["see", &format!("  {address}"), "  for more"]);
    }

    #[test]
    fn in_a_pipe_a_paragraph_is_one_line() {
        let long = "word ".repeat(5000);
        assert_eq!(wrap(long.trim_end(), "", "", &Look::PLAIN).len(), 1);
    }
}
