//! The text of one file of the FAQ folder, as all readers get it: decoded, without byte order mark, with plain line ends.
//!
//! Getting the bytes is left to `load`; understanding the text to `toml_table` and `parse`.

use std::ops::Range;

use crate::problem::Problem;

/// A file's name and text. Everything that is found wrong in it is marked by byte ranges of `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// As the moderator names it, such as `faq/hair/do-exosomes-regrow-hair.md`.
    pub name: String,
    /// Lines end with `\n` only, whatever the editor wrote.
    pub text: String,
}

/// Something that stands in a file, and where: a byte range of the [`FileText`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// A list of texts, with the place of the list and of each text.
pub type Texts = Written<Vec<Written<String>>>;

impl Texts {
    /// The texts alone, without their places.
    pub fn values(self) -> Vec<String> {
        self.value.into_iter().map(|item| item.value).collect()
    }
}

impl FileText {
    /// The file `name` with this text; a byte order mark is dropped and the line ends of Windows and of old Macs become
    /// plain ones, so that neither ever counts as something the moderator wrote.
    pub fn new(name: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { name: name.into(), text: text.replace("\r\n", "\n").replace('\r', "\n") }
    }

    /// The file `name` with these bytes.
    ///
    /// # Errors
    /// A `not-utf8` problem that marks the first place that is no UTF-8.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Box<Problem>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                // Shown with U+FFFD for each broken sequence, as an editor shows it; the part before it stands as it is.
                let (good, rest) = bytes.split_at(error.valid_up_to());
                let mut text = String::from_utf8_lossy(good).into_owned();
                let start = text.len();
                text.push_str(&String::from_utf8_lossy(rest));
                let file = Self::new(name, &text);
                // Dropped carriage returns and mark move the place; only those before it count.
                let start = start - (text[..start].len() - Self::new("", &text[..start]).text.len());
                let problem = file
                    .problem(
                        "not-utf8",
                        start..start + '\u{fffd}'.len_utf8(),
                        "the file is not UTF-8 text",
                        "save the file again as UTF-8 (in most editors: “Save with encoding”), then retype the marked letter.",
                    )
                    .note("A letter here was saved in another encoding, such as Windows-1252.");
                Err(Box::new(problem))
            }
        }
    }

    /// A mistake at the byte range `span` of this file.
    pub fn problem(
        &self,
        id: &'static str,
        span: Range<usize>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Problem {
        Problem::new(id, self.name.as_str(), what, mend).at(&self.text, span)
    }

    /// The number of the line that holds the byte `at`, counted from 1.
    pub fn line(&self, at: usize) -> usize {
        let end = at.min(self.text.len());
        self.text.as_bytes()[..end].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    /// The byte range of the line that holds the byte `at`, without its line break.
    pub fn line_span(&self, at: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let at = at.min(bytes.len());
        let start = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |found| found + 1);
        let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |found| at + found);
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_and_windows_line_ends_are_gone() {
        let file = FileText::new("faq/x.toml", "\u{feff}a\rb\r\n");
        assert_eq!(file.text, "a\nb\n");
        assert_eq!((file.line(0), file.line(2), file.line(99)), (1, 2, 3));
        assert_eq!(
            (file.line_span(0), file.line_span(1), file.line_span(2), file.line_span(99)),
            (0..1, 0..1, 2..3, 4..4)
        );
    }

    #[test]
    fn bytes_that_are_no_utf8_are_marked_where_they_stand() {
        let problem = FileText::from_bytes("faq/x.md", b"\xef\xbb\xbfone\r\ncaf\xe9 \x92\r\n").unwrap_err();
        let place = problem.place.unwrap();
        assert_eq!((place.line, place.excerpt.as_str(), place.columns), (2, "caf\u{fffd} \u{fffd}", 3..4));
    }
}
