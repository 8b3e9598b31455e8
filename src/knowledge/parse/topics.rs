//! `faq/topics.toml`: the set as a whole, and its topics in the order in which they are browsed.

use super::Read;
use super::entry::REVIEW_AFTER_DAYS;
use crate::knowledge::file_text::{FileText, Written};
use crate::knowledge::{SetInfo, Topic, TopicId, toml_table};

/// The set and its topics as they stand in their file. What is `None` could not be read, and was told.
#[derive(Debug, Clone)]
pub struct TopicsFile {
    pub file: FileText,
    pub name: Option<Written<String>>,
    pub language: Option<Written<String>>,
    pub disclaimer: Option<Written<String>>,
    pub contact: Option<Written<String>>,
    pub review_after: Option<Written<u32>>,
    /// In the order of the file.
    pub topics: Vec<TopicWritten>,
    /// Whether every table was seen; if not, a topic that is not here may still exist.
    pub complete: bool,
}

/// One `[[topics]]` table.
#[derive(Debug, Clone)]
pub struct TopicWritten {
    pub id: Option<Written<String>>,
    pub title: Option<Written<String>>,
}

/// Reads the text of `faq/topics.toml`.
pub fn parse(file: FileText) -> Read<TopicsFile> {
    let read = toml_table::read(&file, |table| TopicsFile {
        file: file.clone(),
        name: table.text("name"),
        language: table.text("language"),
        disclaimer: table.text("disclaimer"),
        contact: table.text("contact"),
        review_after: table.whole_number("review_after", REVIEW_AFTER_DAYS),
        topics: table.tables("topics", |topic| TopicWritten { id: topic.text("id"), title: topic.text("title") }),
        complete: true,
    });
    let Read { mut value, problems, complete } = read;
    // A topic whose id could not be read may be the one that is looked for.
    value.complete = complete && value.topics.iter().all(|topic| topic.id.is_some());
    Read { value, problems, complete }
}

impl TopicsFile {
    /// The sound values; `None` if something could not be read.
    pub fn finish(self) -> Option<(SetInfo, Vec<Topic>)> {
        let set = SetInfo {
            name: self.name?.value,
            language: self.language?.value,
            disclaimer: self.disclaimer?.value,
            contact: self.contact?.value,
            review_after: self.review_after?.value,
        };
        let topics: Option<Vec<Topic>> = self
            .topics
            .into_iter()
            .map(|topic| Some(Topic { id: TopicId::new(&topic.id?.value), title: topic.title?.value }))
            .collect();
        Some((set, topics?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPICS: &str = "name = \"Tea\"\nlanguage = \"en\"\ndisclaimer = \"D.\"\ncontact = \"C.\"\nreview_after = 365\n\
                          [[topics]]\nid = \"green\"\ntitle = \"Green tea\"\n[[topics]]\nid = \"black\"\ntitle = \"Black tea\"\n";

    #[test]
    fn topics_keep_their_order() {
        let read = parse(FileText::new("faq/topics.toml", TOPICS));
        assert_eq!(read.problems, []);
        assert!(read.value.complete);
        let (set, topics) = read.value.finish().unwrap();
        assert_eq!((set.name.as_str(), set.review_after), ("Tea", 365));
        assert_eq!(topics.iter().map(|topic| topic.id.as_str()).collect::<Vec<_>>(), ["green", "black"]);
    }

    #[test]
    fn a_topic_without_an_id_leaves_open_which_topics_there_are() {
        let read = parse(FileText::new("faq/topics.toml", &TOPICS.replace("id = \"green\"", "")));
        assert_eq!(read.problems.len(), 1);
        assert!(!read.value.complete);
        assert!(read.value.finish().is_none());
    }
}
