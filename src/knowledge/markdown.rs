//! Markdown that Discord does not render: a member would see its raw signs. Only finding it is done here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag};

/// A stretch of Markdown that a member would see raw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unrendered {
    /// The byte range in the text that was looked at.
    pub span: Range<usize>,
    /// What it is, in a few words that follow "Discord does not show".
    pub what: &'static str,
    pub mend: &'static str,
}

/// Finds what Discord would not render in `text`, in its order. What stands in code is code and always fine.
///
/// # Source
/// Discord's help page "Markdown Text 101": bold, italics, underline, strikethrough, spoilers, quotes, lists, code,
/// masked links and headings of three sizes are rendered, nothing else of CommonMark or GitHub's Markdown is.
pub(super) fn unrendered(text: &str) -> Vec<Unrendered> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut found: Vec<Unrendered> = Vec::new();
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        let raw = &text[span.clone()];
        let (what, mend) = match event {
            Event::Start(Tag::Image { .. }) => {
                ("images in a text", "describe what it shows, or link to it: `[words](address)`.")
            }
            Event::Start(Tag::Table(_)) => ("tables", "write a list, one line an item."),
            Event::Start(Tag::HtmlBlock) => {
                ("HTML", "write it in Markdown: `**bold**`, `*italic*`, `- item`; delete comments.")
            }
            // `</b>` is told with its `<b>`.
            Event::InlineHtml(_) if raw.starts_with("</") => continue,
            Event::InlineHtml(_) => {
                ("HTML", "write it in Markdown: `**bold**`, `*italic*`, `- item`; delete comments.")
            }
            Event::Start(Tag::Heading { level, .. }) if level > HeadingLevel::H3 => {
                ("headings deeper than `###`", "write the heading in bold: `**Heading**`.")
            }
            Event::Start(Tag::Heading { .. }) if !raw.trim_start().starts_with('#') => (
                "headings that are underlined",
                "write the heading in bold, `**Heading**`, and delete the line under it.",
            ),
            Event::Rule => ("rules across the page", "delete the line, or write a heading in bold."),
            Event::FootnoteReference(_) | Event::Start(Tag::FootnoteDefinition(_)) => {
                ("footnotes", "say it in the text, or in a caveat.")
            }
            Event::TaskListMarker(_) => ("boxes to tick", "write `- item` without the box."),
            Event::Start(Tag::Link {
                link_type: LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut,
                ..
            }) => ("links whose address stands elsewhere", "write the address beside the words: `[words](address)`."),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                ("code made by indenting", "delete the spaces before the line, or put it between lines of ```.")
            }
            _ => continue,
        };
        // What stands inside something that was told already is not told again.
        if found.last().is_none_or(|last| span.start >= last.span.end) {
            found.push(Unrendered { span, what, mend });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_does_not_show_is_found_where_it_stands() {
        for (text, what, marked) in [
            (
                "See ![a photo](https://a.example/x.png) here.",
                "images in a text",
                "![a photo](https://a.example/x.png)",
            ),
            ("It is <b>bold</b>.", "HTML", "<b>"),
            ("One.\n\n<div>x</div>\n", "HTML", "<div>x</div>"),
            ("One.<br>Two.", "HTML", "<br>"),
            ("Before.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "tables", "| a | b |"),
            ("#### Deep", "headings deeper than `###`", "#### Deep"),
            ("Title\n-----\n\nText", "headings that are underlined", "Title"),
            ("One.\n\n---\n\nTwo.", "rules across the page", "---"),
            ("A claim.[^1]\n\n[^1]: why", "footnotes", "[^1]"),
            ("- [ ] ask", "boxes to tick", "[ ]"),
            (
                "See [the page][1].\n\n[1]: https://a.example/\n",
                "links whose address stands elsewhere",
                "[the page][1]",
            ),
            ("One.\n\n    indented\n", "code made by indenting", "indented"),
        ] {
            let found = unrendered(text);
            assert_eq!(found.first().map(|it| it.what), Some(what), "{text}");
            let first_line = text[found[0].span.clone()].lines().next().unwrap();
            assert_eq!(first_line, marked, "{text}");
        }
    }

    #[test]
    fn what_discord_shows_passes() {
        let text = "# Big\n### Small\n**bold** *it* __under__ ~~no~~ ||spoiler||\n- a\n  - b\n\n1. one\n2. two\n\n> quote\n\n\
                    -# small print\n[link](https://a.example/x_(y)) <https://a.example> `<b>` 3 < 5 and 5 > 3, a | b\n\
                    ```\n<b>![x](y)\n```\n<t:1618953630:R> <#12345> <:smile:123> [not a link] \\*";
        assert_eq!(unrendered(text), []);
    }
}
