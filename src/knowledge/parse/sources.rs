//! `faq/sources.toml`: one `[id]` table for each source.

use super::Read;
use crate::knowledge::file_text::{FileText, Written};
use crate::knowledge::{Source, SourceId, toml_table};

/// The sources as they stand in their file.
#[derive(Debug, Clone)]
pub struct SourcesFile {
    pub file: FileText,
    /// In the order of the file.
    pub sources: Vec<SourceWritten>,
    /// Whether every table was seen; if not, an id that is not here may still exist.
    pub complete: bool,
}

/// One source. What is `None` is optional, or could not be read and was told.
#[derive(Debug, Clone)]
pub struct SourceWritten {
    pub id: Written<String>,
    pub title: Option<Written<String>>,
    pub publisher: Option<Written<String>>,
    pub year: Option<Written<u32>>,
    pub url: Option<Written<String>>,
    pub doi: Option<Written<String>>,
}

/// Years a source may be from: printing with movable type began in the first, and the last leaves room to be cited.
const YEARS: std::ops::RangeInclusive<u32> = 1450..=2999;

/// Reads the text of `faq/sources.toml`.
pub fn parse(file: FileText) -> Read<SourcesFile> {
    let read = toml_table::read(&file, |table| {
        table.each_table(|id, source| SourceWritten {
            id,
            title: source.text("title"),
            publisher: source.text_under("publisher", "venue"),
            year: source.optional_whole_number("year", YEARS),
            url: source.text("url"),
            doi: source.optional_text("doi"),
        })
    });
    let Read { value: sources, problems, complete } = read;
    Read { value: SourcesFile { file, sources, complete }, problems, complete }
}

impl SourceWritten {
    /// The sound source; `None` if something of it could not be read.
    pub fn finish(self) -> Option<Source> {
        Some(Source {
            id: SourceId::new(&self.id.value),
            title: self.title?.value,
            publisher: self.publisher?.value,
            // `YEARS` fits.
            year: self.year.and_then(|year| u16::try_from(year.value).ok()),
            url: self.url?.value,
            doi: self.doi.map(|doi| doi.value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_in_their_order_and_venue_is_a_publisher() {
        let text = "# note\n[b-2020]\ntitle = \"B\"\nvenue = \"Journal\"\nyear = 2020\nurl = \"https://b.example/\"\ndoi = \"10.1/b\"\n\n\
                    [a]\ntitle = \"A\"\npublisher = \"FDA\"\nurl = \"http://a.example/\"\n";
        let read = parse(FileText::new("faq/sources.toml", text));
        assert_eq!(read.problems, []);
        assert_eq!(read.value.file.line(read.value.sources[1].id.span.start), 9);
        let sources: Vec<Source> = read.value.sources.into_iter().filter_map(SourceWritten::finish).collect();
        assert_eq!(
            (sources[0].id.as_str(), sources[0].publisher.as_str(), sources[0].year),
            ("b-2020", "Journal", Some(2020))
        );
        assert_eq!((sources[1].id.as_str(), sources[1].year, &sources[1].doi), ("a", None, &None));
    }

    #[test]
    fn what_is_missing_is_told_at_the_section_that_lacks_it() {
        let read = parse(FileText::new("faq/sources.toml", "loose = 1\n\n[a]\ntitle = \"A\"\nurl = \"\"\nyear = 0\n"));
        let mut told: Vec<String> = read
            .problems
            .iter()
            .map(|problem| format!("{}: {}", problem.place.as_ref().unwrap().line, problem.what))
            .collect();
        told.sort();
        assert_eq!(
            told,
            [
                "1: `loose` stands outside any section",
                "3: the key `publisher` is missing",
                "5: there is an empty text in `url`",
                "6: `0` is no value of `year`",
            ]
        );
        assert_eq!(read.value.sources.len(), 1, "its id is known all the same");
    }
}
