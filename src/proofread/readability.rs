//! How hard a text is to read, for English.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// How a text reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// The school grade (of the United States; add five or six for the age) in which it reads easily.
    pub grade: f64,
    pub words_a_sentence: f64,
    pub syllables_a_word: f64,
}

/// How the Markdown `text` reads; each of its headings and list items counts as a sentence.
///
/// `None` for fewer than thirty words, of which no average can be taken.
///
/// # Source
/// The Flesch–Kincaid grade: J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of New Readability
/// Formulas for Navy Enlisted Personnel", Naval Technical Training Command, 1975.
pub(super) fn reading(text: &str) -> Option<Reading> {
    const LEAST_WORDS: usize = 30;
    let (mut words, mut sentences, mut syllables) = (0usize, 0usize, 0usize);
    for sentence in sentences_of(&plain(text)) {
        let counts: Vec<usize> = sentence
            .split(|c: char| c.is_whitespace() || matches!(c, '/' | '–' | '—' | '…'))
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(syllables_of)
            .collect();
        if !counts.is_empty() {
            sentences += 1;
            words += counts.len();
            syllables += counts.iter().sum::<usize>();
        }
    }
    if words < LEAST_WORDS {
        return None;
    }
    let words_a_sentence = words as f64 / sentences as f64;
    let syllables_a_word = syllables as f64 / words as f64;
    let grade = 0.39 * words_a_sentence + 11.8 * syllables_a_word - 15.59;
    Some(Reading { grade, words_a_sentence, syllables_a_word })
}

/// The words alone, each paragraph, item and line on a line of its own.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut hidden = 0;
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => hidden += 1,
            Event::End(TagEnd::CodeBlock) => hidden -= 1,
            Event::Text(words) if hidden == 0 => text.push_str(&words),
            Event::Code(words) => text.push_str(&words),
            Event::SoftBreak => text.push(' '),
            Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => text.push('\n'),
            _ => {}
        }
    }
    text
}

/// Splits at line breaks, and after a sign that ends a sentence if a space follows: "75.5 °C" stays whole.
fn sentences_of(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        let mut signs = line.char_indices().peekable();
        while let Some((at, sign)) = signs.next() {
            let ends = matches!(sign, '.' | '!' | '?' | ':' | ';');
            if ends && signs.peek().is_some_and(|(_, next)| next.is_whitespace()) {
                sentences.push(&line[start..at]);
                start = at + sign.len_utf8();
            }
        }
        sentences.push(&line[start..]);
    }
    sentences
}

/// The syllables of an English word by its letters: groups of vowels, less a silent ending; at least one. A number or an
/// abbreviation counts as one, as it is read in one look. Right for about nine words of ten, which an average bears.
fn syllables_of(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let groups =
        (0..letters.len()).filter(|&at| is_vowel(letters[at]) && (at == 0 || !is_vowel(letters[at - 1]))).count();
    let silent = match letters.as_slice() {
        // "table" and "prescribed" against "late"; "wanted" against "used"; "classes" against "makes".
        [.., before, 'l', 'e'] if !is_vowel(*before) => false,
        [.., before, 'e'] => !is_vowel(*before),
        [.., before, 'e', 'd'] => !is_vowel(*before) && !matches!(before, 't' | 'd'),
        [.., before, 'e', 's'] => !is_vowel(*before) && !matches!(before, 's' | 'x' | 'z' | 'c' | 'g' | 'h'),
        _ => false,
    };
    groups.saturating_sub(usize::from(silent)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_spoken() {
        for (word, count) in [
            ("cat", 1),
            ("late", 1),
            ("table", 2),
            ("used", 1),
            ("wanted", 2),
            ("makes", 1),
            ("classes", 2),
            ("exosomes", 3),
            ("medicine", 3),
            ("people", 2),
            ("FDA", 1),
            ("2019", 1),
            ("hair-loss", 2),
        ] {
            assert_eq!(syllables_of(word), count, "{word}");
        }
    }

    #[test]
    fn sentences_end_at_signs_and_lines_but_not_inside_numbers() {
        assert_eq!(sentences_of("It is 75.5 °C. Wait!\nThen: pour"), ["It is 75.5 °C", " Wait!", "Then", " pour"]);
    }

    #[test]
    fn long_words_in_long_sentences_are_harder() {
        let easy = "The cat sat on the mat. The dog ran to the cat. The cat ran up a tree. Then the dog sat down \
                    and ate. That was the end of a good day for all.";
        let hard = "Notwithstanding considerable heterogeneity, contemporary investigations of extracellular vesicles \
                    consistently demonstrate regenerative potential, although methodological limitations, particularly \
                    insufficient randomisation, inevitably and substantially complicate any interpretation of individual observations \
                    throughout heterogeneous populations worldwide.";
        assert!(reading(easy).unwrap().grade < 3.0, "{:?}", reading(easy));
        assert!(reading(hard).unwrap().grade > 20.0, "{:?}", reading(hard));
        assert_eq!(reading("Too short to tell."), None);
        let listed = "**Before** you go, [ask](https://a.example/a/very/long/address):\n\n- what it is\n- who made it\n- what it \
                      costs\n- who will do it and how often\n- what you should do if it goes wrong at home\n- whom to call at night\n";
        assert!(reading(listed).unwrap().grade < 5.0, "{:?}", reading(listed));
    }
}
