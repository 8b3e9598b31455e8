//! Making texts fit: pieces that end where a reader would pause, and labels cut at a word.
//!
//! All sizes are in the unit of [`limits::len`].

use super::limits;

/// `text` if it is at most `max` long, else its first words and `…`, together at most `max`. For labels, where the
/// whole text stands elsewhere; never for an answer.
pub fn label(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if limits::len(&line) <= max {
        return line;
    }
    let room = prefix(&line, max.saturating_sub(1));
    // A word that fills the whole label, such as an address, has to be cut in itself.
    let cut = room.rfind(' ').filter(|at| *at * 2 > room.len()).map_or(room, |at| &room[..at]);
    format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '-']))
}

/// `text` as [`label`] shows it, and the words that it had to leave out, with `…` before them; empty if it left out none.
pub fn label_and_rest(text: &str, max: usize) -> (String, String) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = label(&line, max);
    let kept = shown.strip_suffix('…').filter(|_| shown != line).unwrap_or(&line);
    match line[kept.len()..].trim_start_matches([' ', ',', ';', ':', '-']) {
        "" => (shown, String::new()),
        rest => {
            let rest = format!("…{rest}");
            (shown, rest)
        }
    }
}

/// `text` in pieces of at most `max`, none blank. It breaks at the last paragraph that fits, else at the last line, else
/// sentence, else word; a single word longer than `max` is cut. Nothing but white space at the breaks is lost.
///
/// No break falls inside a link, a code block or a stretch of bold, unless that alone is longer than `max`.
///
/// # Panics
/// If `max` is less than 2: an emoji could not be placed.
pub fn pieces(text: &str, max: usize) -> Vec<&str> {
    assert!(max >= 2, "no room for a character");
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let piece = first_piece(rest, max);
        rest = rest[piece.len()..].trim_start();
        let piece = piece.trim_end();
        if !piece.is_empty() {
            found.push(piece);
        }
    }
    found
}

fn first_piece(text: &str, max: usize) -> &str {
    let room = prefix(text, max);
    if room.len() == text.len() {
        return text;
    }
    // Breaks in the first quarter are passed over for a break of a lesser kind: many tiny pieces read worse.
    let least = room.len() / 4;
    let kinds: [fn(&str) -> Vec<usize>; 4] = [paragraphs, lines, sentences, words];
    for whole_only in [true, false] {
        for ends in kinds {
            let found = ends(room).into_iter().rev().find(|at| *at > least && (!whole_only || is_whole(text, *at)));
            if let Some(at) = found {
                return &text[..at];
            }
        }
    }
    room
}

/// The longest beginning of `text` that is at most `max` long.
fn prefix(text: &str, max: usize) -> &str {
    let mut length = 0;
    for (at, c) in text.char_indices() {
        length += c.len_utf16();
        if length > max {
            return &text[..at];
        }
    }
    text
}

fn paragraphs(text: &str) -> Vec<usize> {
    text.match_indices("\n\n").map(|(at, _)| at).collect()
}

fn lines(text: &str) -> Vec<usize> {
    text.match_indices('\n').map(|(at, _)| at).collect()
}

/// Behind each full stop, exclamation or question mark that white space follows.
fn sentences(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && matches!(before, '.' | '!' | '?' | '…') {
            found.push(at);
        }
        before = c;
    }
    found
}

fn words(text: &str) -> Vec<usize> {
    text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect()
}

/// Whether a break of `text` at `at` leaves links, code blocks and bold stretches whole.
fn is_whole(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let even = |mark: &str| before.matches(mark).count().is_multiple_of(2);
    even("```") && even("**") && !is_in_link(text, at)
}

/// Whether `at` lies inside a `[title](address)`.
fn is_in_link(text: &str, at: usize) -> bool {
    let Some(open) = text[..at].rfind('[') else { return false };
    let link = &text[open..];
    let Some(middle) = link.find("](") else { return false };
    // A bracket that belongs to no link has its link, if any, in another line.
    if link[..middle].contains('\n') {
        return false;
    }
    let Some(length) = link[middle..].find(')') else { return false };
    at <= open + middle + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_fit_and_lose_nothing(text in "(\\PC|[a-z .\n]){0,400}", max in 2..120usize) {
            let found = pieces(&text, max);
            for piece in &found {
                prop_assert!(limits::len(piece) <= max && !piece.trim().is_empty(), "{piece:?}");
            }
            prop_assert_eq!(squeezed(&found.concat()), squeezed(&text));
        }

        #[test]
        fn labels_fit(text in "\\PC{0,200}", max in 2..120usize) {
            let shown = label(&text, max);
            prop_assert!(limits::len(&shown) <= max, "{shown:?}");
        }
    }

    #[test]
    fn a_reader_pauses_where_a_piece_ends() {
        let text = "One is here. Two is here.\n\nThree is a paragraph. It goes on.\nAnd has a line.";
        assert_eq!(
            pieces(text, 60),
            ["One is here. Two is here.", "Three is a paragraph. It goes on.\nAnd has a line."]
        );
        assert_eq!(
            pieces(text, 34),
            ["One is here. Two is here.", "Three is a paragraph. It goes on.", "And has a line."]
        );
        assert_eq!(pieces("One is here. Two is here.", 20), ["One is here.", "Two is here."]);
        assert_eq!(pieces("one two three", 9), ["one two", "three"]);
    }

    #[test]
    fn links_and_bold_stay_whole() {
        let link = "Some words before [a title of words](https://example.org/a_b) and after";
        assert_eq!(pieces(link, 50), ["Some words before", "[a title of words](https://example.org/a_b) and", "after"]);
        assert_eq!(
            pieces("Words before **bold words here** after", 24),
            ["Words before", "**bold words here** after"[..19].trim(), "after"]
        );
    }

    #[test]
    fn labels_end_at_a_word() {
        assert_eq!(label("Do exosomes regrow hair?", 80), "Do exosomes regrow hair?");
        assert_eq!(label("Do exosomes,  regrow\nhair?", 15), "Do exosomes…");
        assert_eq!(label("https://example.org/long", 10), "https://e…");
        let both = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(label_and_rest("Do exosomes,  regrow\nhair?", 15), both("Do exosomes…", "…regrow hair?"));
        assert_eq!(label_and_rest("Do exosomes…", 15), both("Do exosomes…", ""));
    }
}
