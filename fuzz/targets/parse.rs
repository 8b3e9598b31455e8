//! Any bytes are a file of the FAQ, or there is a problem that says why not.
#![no_main]

use caveat::knowledge::file_text::FileText;
use caveat::knowledge::parse::{entry, red_flags, sources, topics, vocabulary};
use caveat::knowledge::{EntryId, TopicId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = FileText::from_bytes("faq/hair/x.md", bytes) else { return };
    let read = entry::parse(file.clone(), TopicId::new("hair"), EntryId::new("x"));
    // Telling a problem must not panic either.
    read.problems.iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
    assert!(read.value.finish(365).is_some() || !read.problems.is_empty());
    let read = red_flags::parse(file.clone());
    read.problems.iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
    assert!(read.value.is_some() || !read.problems.is_empty());
    let read = topics::parse(file.clone());
    assert!(read.value.finish().is_some() || !read.problems.is_empty());
    let read = vocabulary::parse(file.clone());
    assert!(read.value.finish().is_some() || !read.problems.is_empty());
    sources::parse(file);
});
