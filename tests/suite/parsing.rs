//! Any text at all, given to the readers of the FAQ's files.

use caveat::knowledge::file_text::FileText;
use caveat::knowledge::parse::{entry, red_flags, sources, topics, vocabulary};
use caveat::knowledge::{EntryId, TopicId};
use caveat::problem::Problem;
use proptest::prelude::*;

/// Texts made of what TOML and Markdown are made of, so that the readers get beyond the first sign.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("+++\n".to_owned()),
        Just("question = ".to_owned()),
        Just("phrasings = [".to_owned()),
        Just("reviewed = 2026-02-30\n".to_owned()),
        Just("[[situations]]\n".to_owned()),
        Just("[a]\nurl = ".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("\"x\", ".to_owned()),
        Just("]\n".to_owned()),
        Just("| a | b |\n|---|---|\n".to_owned()),
        Just("![ä](<".to_owned()),
        "[\\[\\]{}=\"'#.,\\\\\n\r\t a-c0-9äß€\u{1f600}\u{feff}]{0,6}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Places lie inside the file, and can be printed.
fn are_sound(problems: &[Problem], file: &FileText) {
    for problem in problems {
        assert!(!problem.to_string().is_empty());
        if let Some(place) = &problem.place {
            let line = file.text.split('\n').nth(place.line - 1);
            assert_eq!(line, Some(place.excerpt.as_str()), "{problem}");
            assert!(place.columns.start <= place.excerpt.chars().count(), "{problem}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_told(text in texts()) {
        let file = FileText::new("faq/hair/x.md", &text);
        let read = entry::parse(file.clone(), TopicId::new("hair"), EntryId::new("x"));
        are_sound(&read.problems, &file);
        prop_assert!(read.value.finish(365).is_some() || !read.problems.is_empty());
        let read = sources::parse(file.clone());
        are_sound(&read.problems, &file);
        let read = topics::parse(file.clone());
        are_sound(&read.problems, &file);
        prop_assert!(read.value.finish().is_some() || !read.problems.is_empty());
        let read = vocabulary::parse(file.clone());
        are_sound(&read.problems, &file);
        prop_assert!(read.value.finish().is_some() || !read.problems.is_empty());
        let read = red_flags::parse(file.clone());
        are_sound(&read.problems, &file);
        prop_assert!(read.value.is_some() || !read.problems.is_empty());
    }

    #[test]
    fn any_bytes_are_text_or_told(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match FileText::from_bytes("faq/x.toml", &bytes) {
            Ok(file) => prop_assert!(!file.text.contains('\r')),
            Err(problem) => prop_assert!(problem.place.is_some()),
        }
    }
}
