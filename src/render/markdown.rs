//! The Markdown of an FAQ as lines of a terminal: bold, italic, lists, quotes, links; anything else as plain text.
//!
//! It follows what Discord does with the same text: a line break in the file is a line break on the screen.

use anstyle::Style;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::harmless::harmless;
use super::terminal::{Look, paint, wrap};

/// `source` as lines, the first starting with `first`, the others with as many spaces. Empty if the source is.
pub fn lines(source: &str, first: &str, look: &Look) -> Vec<String> {
    let mut writer = Writer::new(source, first, look);
    for (event, span) in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        writer.take(event, span.start);
    }
    writer.flush();
    writer.lines
}

/// A list that is open: the number its next item gets, or `None` for a list of dashes.
type OpenList = Option<u64>;

struct Writer<'a> {
    source: &'a str,
    look: &'a Look,
    lines: Vec<String>,
    /// What every line of the open blocks starts with.
    indents: Vec<String>,
    /// What stands before the first line of an item instead of its indent: its number or dash.
    bullet: Option<String>,
    lists: Vec<OpenList>,
    bold: usize,
    italic: usize,
    struck: usize,
    /// The links that are open: address, and the words so far.
    links: Vec<(String, String)>,
    /// The paragraph so far, painted.
    text: String,
    /// Where in the source the last block ended, to keep the file's own blank lines.
    last_end: Option<usize>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a str, first: &str, look: &'a Look) -> Self {
        Self {
            source,
            look,
            lines: Vec::new(),
            indents: vec![" ".repeat(textwrap::core::display_width(first))],
            bullet: Some(first.to_owned()),
            lists: Vec::new(),
            bold: 0,
            italic: 0,
            struck: 0,
            links: Vec::new(),
            text: String::new(),
            last_end: None,
        }
    }

    fn take(&mut self, event: Event<'_>, start: usize) {
        match event {
            Event::Start(tag) => self.open(tag, start),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => {
                self.at(start + text.len());
                self.say(&text);
            }
            Event::Code(text) | Event::InlineHtml(text) | Event::Html(text) => {
                self.at(start + text.len());
                self.say(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.text.push('\n'),
            Event::Rule => {
                self.block(start);
                self.text.push_str("---");
                self.flush();
            }
            // The extensions that these come from are not switched on.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.say(&text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>, start: usize) {
        match tag {
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock => self.block(start),
            Tag::Heading { .. } => {
                self.block(start);
                self.bold += 1;
            }
            Tag::BlockQuote(_) => {
                self.block(start);
                self.indents.push("│ ".to_owned());
            }
            Tag::List(first) => {
                self.block(start);
                self.lists.push(first);
            }
            Tag::Item => {
                self.block(start);
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.indents.push(" ".repeat(bullet.len()));
                self.bullet = Some(bullet);
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), String::new()));
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.bold = self.bold.saturating_sub(1);
            }
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock => self.flush(),
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.indents.pop();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Item => {
                // An item without words still shows its dash.
                if self.bullet.is_some() {
                    self.flush_even_if_empty();
                }
                self.flush();
                self.indents.pop();
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => {
                let Some((address, words)) = self.links.pop() else { return };
                // A bare address is told once.
                if words != address {
                    self.text.push(' ');
                    self.say(&format!("({address})"));
                }
            }
            _ => {}
        }
    }

    /// Words in the style of the moment. Every word is painted by itself, so that a line may break between them.
    fn say(&mut self, text: &str) {
        if let Some((_, words)) = self.links.last_mut() {
            words.push_str(text);
        }
        let mut style = Style::new();
        if self.bold > 0 {
            style = style.bold();
        }
        if self.italic > 0 {
            style = style.italic();
        }
        if self.struck > 0 {
            style = style.strikethrough();
        }
        self.text.push_str(&paint(self.look, style, &harmless(text)));
    }

    /// A block begins at `start` of the source: what is open is written, and a blank line of the file is kept.
    fn block(&mut self, start: usize) {
        self.flush();
        let between = self.last_end.and_then(|end| self.source.get(end..start)).unwrap_or_default();
        if between.matches('\n').count() > 1 && self.bullet.is_none() && !self.lines.is_empty() {
            self.lines.push(self.indents.concat().trim_end().to_owned());
            // A blank line is told once, though a list and its first item both begin after it.
            self.last_end = None;
        }
    }

    /// The words so far end at `end` of the source.
    fn at(&mut self, end: usize) {
        self.last_end = Some(end);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.flush_even_if_empty();
        }
    }

    fn flush_even_if_empty(&mut self) {
        let text = std::mem::take(&mut self.text);
        let indent = self.indents.concat();
        let first = match self.bullet.take() {
            Some(bullet) => format!("{}{bullet}", self.indents[..self.indents.len().saturating_sub(1)].concat()),
            None => indent.clone(),
        };
        self.lines.extend(wrap(text.trim_end_matches('\n'), &first, &indent, self.look));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { width: Some(40), colour: false };

    #[test]
    fn blocks_look_like_the_file() {
        let source = "One **bold** and *italic* sentence that is longer than the forty columns.\n\n**Title**\n- first\n- second, longer than forty columns so that it wraps\n  1. inner\n\nAfter\nbreak.\n\n> quoted\n> twice\n\n[words](https://a.example/) <https://b.example/>";
        let shown = lines(source, "", &PLAIN).join("\n");
        let wanted = "\
One bold and italic sentence that is
longer than the forty columns.

Title
- first
- second, longer than forty columns so
  that it wraps
  1. inner

After
break.

│ quoted
│ twice

words (https://a.example/)
https://b.example/";
        assert_eq!(shown, wanted, "\n{shown}");
    }

    #[test]
    fn colour_never_runs_over_a_line_break() {
        let shown = lines(
            "**one two three four five six seven eight nine ten**",
            "  ",
            &Look { width: Some(20), colour: true },
        );
        assert!(shown.len() > 2);
        for line in shown {
            assert_eq!(line.matches("\x1b[1m").count(), line.matches("\x1b[0m").count(), "{line:?}");
            assert!(line.starts_with("  "), "{line:?}");
        }
    }

    #[test]
    fn an_escape_spelled_as_an_entity_is_harmless() {
        let shown = lines("a &#27;[31m [b](https://x.example/&#27;[2J) `&#155;` <b>", "", &PLAIN).join("\n");
        assert!(!shown.contains('\x1b') && !shown.contains('\u{9b}'), "{shown:?}");
        assert!(shown.contains("<b>"), "{shown:?}");
    }
}
