//! `faq/vocabulary.toml`: how members' words relate to the FAQ's words.

use super::Read;
use crate::knowledge::Vocabulary;
use crate::knowledge::file_text::{FileText, Texts, Written};
use crate::knowledge::toml_table::{self, Table};
use crate::knowledge::vocabulary::{Elsewhere, Names, Same};

/// The word knowledge as it stands in its file. What is `None` could not be read, and was told.
#[derive(Debug, Clone)]
pub struct VocabularyFile {
    pub file: FileText,
    pub subject: Option<Texts>,
    pub beside: Option<Texts>,
    pub same: Vec<SameWritten>,
    pub similar: Vec<Option<Texts>>,
    pub names: Vec<NamesWritten>,
    pub elsewhere: Vec<ElsewhereWritten>,
}

/// One `[[same]]` table.
#[derive(Debug, Clone)]
pub struct SameWritten {
    pub word: Option<Written<String>>,
    pub also: Option<Texts>,
    pub ambiguous: Option<Texts>,
}

/// One `[[names]]` table.
#[derive(Debug, Clone)]
pub struct NamesWritten {
    pub means: Option<Written<String>>,
    pub names: Option<Texts>,
}

/// One `[[elsewhere]]` table.
#[derive(Debug, Clone)]
pub struct ElsewhereWritten {
    pub about: Option<Written<String>>,
    pub words: Option<Texts>,
}

/// Reads the text of `faq/vocabulary.toml`. Every part of it may be left out.
pub fn parse(file: FileText) -> Read<VocabularyFile> {
    let read = toml_table::read(&file, |table| VocabularyFile {
        file: file.clone(),
        subject: words_of(table, "subject"),
        beside: words_of(table, "beside"),
        same: table.tables("same", |same| SameWritten {
            word: same.text("word"),
            also: same.optional_texts("also"),
            ambiguous: same.optional_texts("ambiguous"),
        }),
        similar: table.tables("similar", |similar| similar.texts("words")),
        names: table.tables("names", |names| NamesWritten { means: names.text("means"), names: names.texts("names") }),
        elsewhere: table.tables("elsewhere", |elsewhere| ElsewhereWritten {
            about: elsewhere.text("about"),
            words: elsewhere.texts("words"),
        }),
    });
    let Read { value, problems, complete } = read;
    Read { value, problems, complete }
}

/// The `words` of the `[section]`; none if the section is left out.
fn words_of(table: &mut Table<'_>, section: &'static str) -> Option<Texts> {
    let none = Written { value: Vec::new(), span: 0..0 };
    table.optional_table(section, |table| table.texts("words")).unwrap_or(Some(none))
}

impl VocabularyFile {
    /// The sound values; `None` if something could not be read.
    pub fn finish(self) -> Option<Vocabulary> {
        let same = self.same.into_iter().map(|same| {
            Some(Same { word: same.word?.value, also: same.also?.values(), ambiguous: same.ambiguous?.values() })
        });
        let names =
            self.names.into_iter().map(|names| Some(Names { means: names.means?.value, names: names.names?.values() }));
        let elsewhere = self
            .elsewhere
            .into_iter()
            .map(|other| Some(Elsewhere { about: other.about?.value, words: other.words?.values() }));
        Some(Vocabulary {
            subject: self.subject?.values(),
            beside: self.beside?.values(),
            same: same.collect::<Option<_>>()?,
            similar: self.similar.into_iter().map(|words| words.map(Written::values)).collect::<Option<_>>()?,
            names: names.collect::<Option<_>>()?,
            elsewhere: elsewhere.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_read() {
        let text = "[subject]\nwords = [\"tea\"]\n[beside]\nwords = [\"coffee\"]\n[[same]]\nword = \"tea\"\nalso = [\"cuppa\"]\nambiguous = [\"brew\"]\n\
                    [[same]]\nword = \"milk\"\n[[similar]]\nwords = [\"hot\", \"warm\"]\n\
                    [[names]]\nmeans = \"brand\"\nnames = [\"Acme\"]\n[[elsewhere]]\nabout = \"coffee\"\nwords = [\"espresso\"]\n";
        let read = parse(FileText::new("faq/vocabulary.toml", text));
        assert_eq!(read.problems, []);
        let vocabulary = read.value.finish().unwrap();
        assert_eq!((vocabulary.subject[0].as_str(), vocabulary.beside[0].as_str()), ("tea", "coffee"));
        assert_eq!((vocabulary.same[0].also.len(), vocabulary.same[1].also.len()), (1, 0));
        assert_eq!(vocabulary.same[0].ambiguous, ["brew"]);
        assert_eq!(vocabulary.similar, [["hot", "warm"]]);
        assert_eq!((vocabulary.names[0].means.as_str(), vocabulary.elsewhere[0].about.as_str()), ("brand", "coffee"));
    }

    #[test]
    fn an_empty_file_is_a_vocabulary() {
        let read = parse(FileText::new("faq/vocabulary.toml", "# nothing yet\n"));
        assert_eq!(read.problems, []);
        assert_eq!(read.value.finish(), Some(Vocabulary::default()));
    }
}
