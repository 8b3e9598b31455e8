//! Single lines of lists: an item, a source as a link.

use crate::knowledge::Source;
use crate::render::limits;
use crate::render::wording::discord as words;

/// A line of a list; none if `text` is blank. Line breaks inside it would end the list.
pub fn item(mark: &str, text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| format!("{mark}{line}"))
}

/// A source as a link of Discord's Markdown, with publisher and year; in words if its address is too long for a link.
pub fn source(source: &Source) -> String {
    let title = item("", &source.title).unwrap_or_else(|| source.id.to_string());
    let mut rest = String::new();
    if let Some(publisher) = item("", &source.publisher) {
        rest.push_str(&format!(" – {publisher}"));
    }
    if let Some(year) = source.year {
        rest.push_str(&format!(", {year}"));
    }
    let address = address(&source.url);
    // Brackets in a title would end the link's text.
    let link = format!("[{}]({address}){rest}", title.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"));
    // With its number it must fit into one field, for a link cannot be broken.
    if !address.is_empty() && limits::len(&link) + 6 <= limits::FIELD_VALUE {
        return link;
    }
    format!("{title}{rest}. {} {address}", words::ADDRESS)
}

/// `url` without the characters that would end a link of Markdown early.
pub fn address(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.trim().chars() {
        match c {
            '(' => safe.push_str("%28"),
            ')' => safe.push_str("%29"),
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            c if c.is_whitespace() => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::SourceId;

    #[test]
    fn brackets_do_not_break_a_link() {
        let found = source(&Source {
            id: SourceId::new("x"),
            title: "On [mice] and men".into(),
            publisher: "Lancet".into(),
            year: None,
            url: "https://doi.org/10.1016/S0140(20)1 2".into(),
            doi: None,
        });
        assert_eq!(found, "[On \\[mice\\] and men](https://doi.org/10.1016/S0140%2820%291%202) – Lancet");
    }
}
