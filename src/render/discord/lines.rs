//! Single lines of lists: an item, a source as a link.

use crate::knowledge::Source;
use crate::render::limits;
use crate::render::wording::discord as words;

/// A line of a list; none if `text` is blank. Line breaks inside it would end the list.
pub fn item(mark: &str, text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| format!("{mark}{line}"))
}

/// How a source's address is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Behind its title, as a link of Discord's Markdown: in embeds.
    Masked,
    /// By itself, in angle brackets that keep it from opening a preview: in a message's text.
    Bare,
    /// Not at all: where there is no room.
    None,
    /// Not at all, nor its title: where there is hardly any room.
    Brief,
}

/// A source with publisher, year and address; in words if its address is too long for a link.
pub fn source(source: &Source, link: Link) -> String {
    let title = item("", &source.title).unwrap_or_else(|| source.id.to_string());
    let mut rest = String::new();
    if let Some(publisher) = item("", &source.publisher) {
        rest.push_str(&format!(" – {publisher}"));
    }
    if let Some(year) = source.year {
        rest.push_str(&format!(", {year}"));
    }
    if link == Link::Brief && !rest.is_empty() {
        return rest.trim_start_matches([' ', '–', ',']).to_owned();
    }
    let address = address(&source.url);
    let linked = match link {
        _ if address.is_empty() => return format!("{title}{rest}"),
        Link::None | Link::Brief => return format!("{title}{rest}"),
        Link::Bare => format!("{title}{rest}: <{address}>"),
        // Brackets in a title would end the link's text.
        Link::Masked => {
            format!("[{}]({address}){rest}", title.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"))
        }
    };
    // With its number it must fit into one field, for a link cannot be broken.
    if limits::len(&linked) + 6 <= limits::FIELD_VALUE {
        return linked;
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
        let source = &Source {
            id: SourceId::new("x"),
            title: "On [mice] and men".into(),
            publisher: "Lancet".into(),
            year: None,
            url: "https://doi.org/10.1016/S0140(20)1 2".into(),
            doi: None,
        };
        assert_eq!(
            super::source(source, Link::Bare),
            "On [mice] and men – Lancet: <https://doi.org/10.1016/S0140%2820%291%202>"
        );
        assert_eq!(super::source(source, Link::None), "On [mice] and men – Lancet");
        assert_eq!(super::source(source, Link::Brief), "Lancet");
        assert_eq!(
            super::source(source, Link::Masked),
            "[On \\[mice\\] and men](https://doi.org/10.1016/S0140%2820%291%202) – Lancet"
        );
    }
}
