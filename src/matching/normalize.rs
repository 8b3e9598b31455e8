//! From a message as it was typed to the plain words in it.
//!
//! Two steps. [`clean`] takes away what nobody reads as words (Discord's markup, links, invisible and decorated letters)
//! but keeps sentences and their marks, for those who need them (`answering::triage`). [`words`] splits that into
//! lower-case words. What a word *means* is left to `vocabulary`; mending typos needs the set's words and is left to
//! `repair`.

use std::borrow::Cow;

use super::question::MAX_QUESTION_CHARS;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The readable text of a Discord message, in lower case, with its punctuation.
///
/// Mentions, channel and command links, custom emoji, time stamps, addresses, HTML tags and Markdown marks are taken out;
/// letters in fancy alphabets become plain ones; stacked accents, invisible and control characters go; a letter that is
/// stretched over three or more places ("soooo") keeps two. A quoted line (`> …`) is somebody else's words: it goes, unless
/// nothing else is there. Cleaning twice changes nothing.
pub fn clean(text: &str) -> String {
    let plain: String = plain_letters(text);
    if is_clean(&plain) {
        return plain;
    }
    let own: Vec<&str> = plain.split('\n').filter(|line| !is_quote(line)).collect();
    let own = if own.iter().all(|line| line.trim().is_empty()) { without_quote_marks(&plain) } else { own.join("\n") };
    let mut cleaned = own;
    // Taking one thing out can bring the halves of another together; the loop ends because each turn takes something away.
    loop {
        let again = without_quote_marks(&without_stretches(&without_markup(&cleaned)));
        if again == cleaned {
            return cleaned;
        }
        cleaned = again;
    }
}

/// Whether nothing of `plain` is a quote, markup, an address, a name or stretched: so it is with most messages, and one look
/// at them is enough.
fn is_clean(plain: &str) -> bool {
    let is_mark =
        |b: u8| matches!(b, b'<' | b'>' | b'@' | b'[' | b']' | b'*' | b'`' | b'~' | b'|' | b'_' | b'\\' | b'/');
    !plain.bytes().any(is_mark) && !plain.contains("www.") && !is_stretched(plain)
}

/// The words of a [`clean`]ed text: runs of letters and digits, apostrophes dropped ("don't" is "dont").
///
/// Decimal numbers stay whole ("0.5mm"), letters with dots between them are joined ("f.d.a" is "fda"), and a currency
/// sign is a word of its own ("$650" is "$", "650"). What the dots and apostrophes of "a.a.a" held apart is no stretch
/// afterwards either.
pub fn words(cleaned: &str) -> Vec<String> {
    // An English word and the blank behind it are five letters.
    let mut found = Vec::with_capacity(cleaned.len() / 5 + 1);
    each_word(cleaned, |word| found.push(word.into_owned()));
    found
}

/// Gives `visit` each of the [`words`] in turn, most of them as they stand in the text.
pub fn each_word<'t>(cleaned: &'t str, mut visit: impl FnMut(Cow<'t, str>)) {
    let mut word: Cow<'t, str> = Cow::Borrowed("");
    // Where the word that is read begins, as long as it stands in the text as it is.
    let mut from = 0;
    let mut dots = 0;
    let mut after = 0;
    while let Some(c) = cleaned[after..].chars().next() {
        let at = after;
        // Plain letters and digits are taken as far as they go.
        let plain = cleaned.as_bytes()[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        after += plain.max(c.len_utf8());
        if plain > 0 || c.is_alphanumeric() {
            match &mut word {
                Cow::Borrowed("") => (from, word) = (at, Cow::Borrowed(&cleaned[at..after])),
                Cow::Borrowed(begun) if from + begun.len() == at => word = Cow::Borrowed(&cleaned[from..after]),
                word => word.to_mut().push_str(&cleaned[at..after]),
            }
        } else if is_apostrophe(c) {
        } else if c == '.' && joins_over_dot(&word, dots, &cleaned[after..]) {
            dots += 1;
            if word.ends_with(|c: char| c.is_ascii_digit()) {
                word.to_mut().push('.');
            }
        } else {
            if !word.is_empty() {
                visit(unstretched(std::mem::replace(&mut word, Cow::Borrowed(""))));
            }
            dots = 0;
            if matches!(c, '$' | '€' | '£') {
                visit(Cow::Borrowed("$"));
            }
        }
    }
    if !word.is_empty() {
        visit(unstretched(word));
    }
}

fn unstretched(word: Cow<str>) -> Cow<str> {
    if is_stretched(&word) { Cow::Owned(without_stretches(&word)) } else { word }
}

/// [`words`] of [`clean`], for texts of which nothing else is needed.
pub fn normalize(text: &str) -> Vec<String> {
    words(&clean(text))
}

/// Whether the dot after `word` joins what stands around it: "0.5", or the single letters of "f.d.a", of which `dots` were
/// joined so far.
fn joins_over_dot(word: &str, dots: usize, rest: &str) -> bool {
    let mut ahead = rest.chars();
    let Some(next) = ahead.next() else { return false };
    if word.ends_with(|c: char| c.is_ascii_digit()) {
        return next.is_ascii_digit();
    }
    let one_letter_follows = next.is_alphabetic() && ahead.next().is_none_or(|c| !c.is_alphanumeric());
    one_letter_follows && word.chars().count() == dots + 1
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\u{00b4}')
}

/// The text with blanks for the marks of a quote at the beginning of a line.
fn without_quote_marks(text: &str) -> String {
    if !text.split('\n').any(is_quote) {
        return text.to_owned();
    }
    let unmarked = |line: &str| {
        let blank = line.len() - line.trim_start_matches(|c: char| c.is_whitespace() || c == '>').len();
        format!("{}{}", line[..blank].replace('>', " "), &line[blank..])
    };
    text.split('\n').map(unmarked).collect::<Vec<_>>().join("\n")
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// NFKD without its marks, in lower case: "ｈｏｗ", "𝖜𝖍𝖆𝖙", "ⓓⓞ" and "ë" become plain letters, and what cannot be seen is gone.
///
/// One sign may stand for a phrase of eighteen letters (U+FDFA). A message does not grow by that beyond what a message may
/// have, lest it take as long as eighteen.
fn plain_letters(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut left = text.chars().count().max(MAX_QUESTION_CHARS);
    let mut add = |c: char| {
        if left == 0 || (!c.is_ascii() && (is_combining_mark(c) || is_invisible(c))) {
            return;
        }
        left -= 1;
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            c if c.is_control() || c.is_whitespace() => plain.push(' '),
            c if c.is_ascii() => plain.push(c.to_ascii_lowercase()),
            'ı' => plain.push('i'),
            c => plain.extend(c.to_lowercase().filter(|lower| !is_combining_mark(*lower))),
        }
    };
    // Each by itself, since all that NFKD puts in another order are marks, and these go.
    text.chars().for_each(|c| decompose_compatible(c, &mut add));
    plain
}

/// The text with at most two of a letter in a row, since three never stand in an English word and two often do ("needling",
/// "too"); a word that is one letter only ("aaaaa") keeps one, lest a cry become an abbreviation.
fn without_stretches(text: &str) -> String {
    if !is_stretched(text) {
        return text.to_owned();
    }
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let count = run / c.len_utf8();
        let after = &rest[run..];
        let alone = !short.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        let kept = match count {
            _ if !c.is_alphabetic() => count,
            3.. if alone => 1,
            _ => count.min(2),
        };
        short.extend(std::iter::repeat_n(c, kept));
        rest = after;
    }
    short
}

/// Whether any letter stands three times in a row.
fn is_stretched(text: &str) -> bool {
    if !text.as_bytes().windows(3).any(|three| three[0] == three[2] && three[0] == three[1]) && text.is_ascii() {
        return false;
    }
    let (mut last, mut run) = ('\0', 0);
    text.chars().any(|c| {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        run >= 3 && c.is_alphabetic()
    })
}

/// Characters that leave no mark on the page: joiners, direction marks, fillers, tags, variation selectors, halves of
/// characters that were replaced on the way.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffd}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Takes out Discord's `<…>` things, HTML tags, addresses, `@names` and Markdown's marks.
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '<' => thing_in_angles(rest),
            'h' | 'w' | 'd' => address(rest, &out),
            '@' => name_after_at(rest, &out),
            _ => None,
        };
        if let Some(length) = length {
            out.push(' ');
            rest = &rest[length..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            // "](": the text of a masked link stays, its address goes with the brackets.
            ']' if rest.starts_with('(') => {
                let inside = &rest[1..];
                let end = inside.find([')', '\n']).map_or(inside.len(), |at| at + 1);
                out.push(' ');
                rest = &inside[end.min(inside.len())..];
            }
            '*' | '`' | '~' | '|' | '_' | '[' | ']' | '\\' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The length of a mention, custom emoji, time stamp, command link, bracketed address or HTML tag at the start of `text`.
fn thing_in_angles(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let first = inside.chars().next()?;
    if !matches!(first, '@' | '#' | ':' | '/' | '!' | 'a'..='z') {
        return None;
    }
    // A tag or mention is short; a lone "<" before a long text is no tag.
    const LONGEST: usize = 200;
    let end = inside.find(['>', '\n'])?;
    (end <= LONGEST && inside[end..].starts_with('>')).then_some(end + 2)
}

/// The length of a web address at the start of `text`, which follows `before`.
fn address(text: &str, before: &str) -> Option<usize> {
    if before.ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let known = ["http://", "https://", "www.", "discord.gg/", "hxxp://", "hxxps://"];
    known
        .iter()
        .any(|start| text.starts_with(start))
        .then(|| text.find(|c: char| c.is_whitespace() || matches!(c, '>' | ')' | ']' | '"')).unwrap_or(text.len()))
}

/// The length of `@name` at the start of `text`: somebody is addressed, which is no part of the question.
fn name_after_at(text: &str, before: &str) -> Option<usize> {
    let name = text.strip_prefix('@')?;
    if before.ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let spaces = name.len() - name.trim_start_matches(' ').len();
    let word = name[spaces..].split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').next().unwrap_or("");
    // "@ 5pm" is no name; "@ everyone", taken apart by an invisible space, is one.
    let is_name = !word.is_empty() && (spaces == 0 || word == "everyone" || word == "here");
    is_name.then_some(1 + spaces + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_words_come_out_of_what_people_send() {
        for (typed, expected) in [
            ("Is this FDA-approved??", "is this fda approved"),
            ("what's F.D.A. say, don't know", "whats fda say dont know"),
            ("0.5 vs 1.5mm $650 ok.then", "0.5 vs 1.5mm $ 650 ok then"),
            ("<@123> <@&55> <#9> hi <:pepe:1> <a:x:2> </ask:3> <t:1:R>", "hi"),
            ("@everyone @here are they safe @\u{200b}everyone", "are they safe"),
            ("[click me](https://evil.example/x) do they work", "click me do they work"),
            ("see https://a.example/b?c=d, thanks www.x.example", "see thanks"),
            ("**__~~*how many*~~__** ||sessions||", "how many sessions"),
            ("``` is it covered", "is it covered"),
            ("<img src=x onerror=alert(1)>which brand<script>", "which brand"),
            ("i <3 this, 4 < 5", "i 3 this 4 5"),
            ("ｈｏｗ 𝖜𝖍𝖆𝖙 ⓓⓞ d\u{33f}\u{324}o\u{304} ë", "how what do do e"),
            ("e\u{200d}x\u{200d}o\u{ad}s\u{2060}omes\u{feff}", "exosomes"),
            ("NOTTTTTT soooo glasssss AAAAA", "nott soo glass a"),
            ("\u{202e}text\u{202c} \u{3164}", "text"),
            ("> old words\nmine", "mine"),
            ("> only old words", "only old words"),
            ("> > <@1>\n> old", "old"),
            ("mine\n**> mine too**", "mine mine too"),
            ("htttps://a.example it", "it"),
            ("fda👏approved👏yes", "fda approved yes"),
            ("nul\0\0 bell\u{7}s", "nul bell s"),
            ("", ""),
            ("🧬💉", ""),
        ] {
            assert_eq!(normalize(typed).join(" "), expected, "typed: {typed:?}");
        }
    }

    #[test]
    fn sentences_keep_their_marks() {
        assert_eq!(clean("Fever. And **chills**!\nHelp?"), "fever. and   chills  !\nhelp?");
    }
}
