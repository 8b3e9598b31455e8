//! Makes any text safe to print: what could steer a terminal becomes a visible sign.
//!
//! Members' messages and FAQ files are written by others. An escape sequence among their words could recolour, retitle
//! or rewrite the reader's terminal, and a change of writing direction could make a link read as another.

use std::borrow::Cow;

/// `text` without anything that a terminal would obey: line breaks stay, a tab becomes a space, every other control
/// character and every change of writing direction becomes a sign one can see (`␛` for escape).
///
/// Doing it twice changes nothing more.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_harmful(c)) {
        return Cow::Borrowed(text);
    }
    // "\r\n" is a line break with a habit, not an attempt to overwrite the line.
    let text = text.replace("\r\n", "\n");
    Cow::Owned(text.chars().map(|c| if c == '\n' { c } else { shown(c) }).collect())
}

/// The same on one line: line breaks become spaces.
pub fn harmless_line(text: &str) -> String {
    harmless(text).replace('\n', " ")
}

/// Whether a terminal might obey `c` instead of showing it.
pub fn is_harmful(c: char) -> bool {
    c.is_control() || changes_direction(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

fn shown(c: char) -> char {
    match c {
        '\t' | '\u{2028}' | '\u{2029}' => ' ',
        // Unicode has a picture for each of the first 32 control characters, in their order, and one for DEL.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        c if is_harmful(c) => '\u{fffd}',
        c => c,
    }
}

/// The explicit embeddings, overrides and isolates of the bidirectional algorithm (Unicode Annex 9, section 2), and the
/// marks without width of the same family.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        for (text, wanted) in [
            ("plain, ünïcode and 日本", "plain, ünïcode and 日本"),
            ("two\nlines", "two\nlines"),
            ("dos\r\nlines", "dos\nlines"),
            ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
            ("\u{9b}2J", "\u{fffd}2J"),
            ("nul\0 bell\x07 del\x7f", "nul␀ bell␇ del␡"),
            ("over\rwritten", "over␍written"),
            ("tab\there", "tab here"),
            ("evil\u{202e}txt", "evil\u{fffd}txt"),
        ] {
            assert_eq!(harmless(text), wanted);
            assert_eq!(harmless(&harmless(text)), wanted, "twice");
        }
    }
}
