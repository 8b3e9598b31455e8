//! Arbitrary answers and offers, and the judge of what is made of them, for the tests of this room.

use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;

use super::payload::{Embed, Message, Row};
use crate::answering::{Answer, Focus, Offer, Reply, ReplyKind, Why};
use crate::knowledge::{EntryId, Evidence, Risk, Situation, Source, SourceId};
use crate::render::{custom_id, limits};

/// Any text of up to `words` words, some of them strange, with sentences, lines and paragraphs.
pub fn any_text(words: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => "[a-z]{1,12}",
        1 => "\\PC{1,6}",
        1 => Just("[a link](https://example.org/a)".to_owned()),
        1 => Just("@everyone".to_owned()),
        1 => "[a-z]{300}",
    ];
    let gap = prop_oneof![8 => Just(" "), 2 => Just(". "), 1 => Just("\n"), 1 => Just("\n\n")];
    vec((word, gap), 0..=words)
        .prop_map(|words| words.into_iter().map(|(word, gap)| format!("{word}{gap}")).collect::<String>())
}

/// Mostly of a size that `check` would accept, at times far beyond it.
pub fn sized(usual: usize, extreme: usize) -> impl Strategy<Value = String> {
    prop_oneof![6 => any_text(usual), 1 => any_text(extreme)]
}

pub fn any_source() -> impl Strategy<Value = Source> {
    let url = prop_oneof![6 => "https://[a-z]{1,20}\\.org/[a-z()]{0,40}", 1 => "https://[a-z]{1500}", 1 => Just(String::new())];
    (sized(12, 100), sized(4, 60), proptest::option::of(1900u16..2100), url).prop_map(
        |(title, publisher, year, url)| Source {
            id: SourceId::new("some-source"),
            title,
            publisher,
            year,
            url,
            doi: None,
        },
    )
}

pub fn any_situation() -> impl Strategy<Value = Situation> {
    (sized(10, 30), sized(20, 100), vec(sized(10, 40), 0..4)).prop_map(|(when, then, points)| Situation {
        when,
        then,
        points,
    })
}

pub fn any_offers() -> impl Strategy<Value = Vec<Offer>> {
    let id = prop_oneof![6 => "[a-z-]{1,40}", 1 => "[a-z-]{101}"];
    vec((id, sized(8, 300)).prop_map(|(id, question)| Offer { id: EntryId::new(&id), question }), 1..7)
}

pub fn any_answer() -> impl Strategy<Value = Answer> {
    let texts = (sized(10, 100), sized(20, 900), sized(200, 1500));
    let lists = (
        prop_oneof![4 => vec(sized(25, 300), 1..4), 1 => vec(any_text(25), 20..40)],
        prop_oneof![4 => vec(any_source(), 0..5), 1 => vec(any_source(), 15..35)],
        prop_oneof![3 => Just(Vec::new()), 1 => vec(any_situation(), 1..90)],
    );
    let focus =
        prop_oneof![Just(Focus::Whole), (0..5usize).prop_map(Focus::Part), (0..90usize).prop_map(Focus::Situation),];
    (texts, lists, any_offers(), focus, any::<bool>()).prop_map(
        |((question, verdict, answer), (caveats, sources, situations), related, focus, review_overdue)| Answer {
            id: EntryId::new("some-entry"),
            topic_title: "Hair".into(),
            question,
            verdict,
            answer,
            caveats,
            sources,
            evidence: Evidence::Preliminary,
            risk: Risk::Ordinary,
            reviewed: date(2026, 11, 22),
            review_overdue,
            situations,
            related,
            focus,
        },
    )
}

/// An answer of which nothing is long.
pub fn short_answer() -> Answer {
    Answer {
        id: EntryId::new("some-entry"),
        topic_title: "Hair".into(),
        question: "Do exosomes work?".into(),
        verdict: "Nobody knows.".into(),
        answer: "It was not tried.".into(),
        caveats: vec!["Few were asked.".into()],
        sources: Vec::new(),
        evidence: Evidence::Preliminary,
        risk: Risk::Ordinary,
        reviewed: date(2026, 11, 22),
        review_overdue: false,
        situations: Vec::new(),
        related: Vec::new(),
        focus: Focus::Whole,
    }
}

/// A text of at most `most` characters.
fn up_to(most: usize) -> impl Strategy<Value = String> {
    any_text(most / 4).prop_map(move |text| text.chars().filter(|c| c.len_utf16() == 1).take(most).collect())
}

/// An answer of the greatest sizes that `check` accepts, with as many sources as entries have at most, of titles that are
/// longer than most.
pub fn sound_answer() -> impl Strategy<Value = Answer> {
    use crate::knowledge::limits as most;
    let source =
        (up_to(110), "[a-z]{1,30}", "https://[a-z]{1,20}\\.org/[a-z]{0,120}").prop_map(|(title, publisher, url)| {
            Source { id: SourceId::new("s"), title: format!("A {title}"), publisher, year: Some(2024), url, doi: None }
        });
    let situation = (up_to(most::SITUATION.most), up_to(most::SITUATION_REPLY.most)).prop_map(|(when, then)| {
        Situation { when: format!("x{when}").chars().take(most::SITUATION.most).collect(), then, points: Vec::new() }
    });
    let texts = (up_to(most::QUESTION.most), up_to(most::VERDICT.most), up_to(most::ANSWER.most));
    let lists = (
        vec(up_to(most::CAVEAT.most), 1..=most::CAVEATS.most),
        vec(source, 1..=8),
        prop_oneof![Just(Vec::new()), vec(situation, 1..=most::SITUATIONS.most)],
    );
    let focus = prop_oneof![Just(Focus::Whole), (0..10usize).prop_map(Focus::Situation)];
    (texts, lists, focus, any::<bool>()).prop_map(
        |((question, verdict, answer), (caveats, sources, situations), focus, review_overdue)| Answer {
            question: format!("Q{question}").chars().take(most::QUESTION.most).collect(),
            verdict: verdict.replace("**", ""),
            answer,
            caveats,
            sources,
            situations,
            focus,
            review_overdue,
            ..short_answer()
        },
    )
}

pub fn reply(kind: ReplyKind) -> Reply {
    Reply { kind, why: Why::default(), version: "test".into() }
}

pub fn within(text: &str, max: usize, what: &str) {
    assert!(limits::len(text) <= max, "{what} has {} characters: {text}", limits::len(text));
}

pub fn filled(text: &str, max: usize, what: &str) {
    assert!(!text.trim().is_empty(), "blank {what}");
    within(text, max, what);
}

/// Every limit of the table, and what Discord refuses besides.
pub fn check_limits(messages: &[Message]) {
    assert!(!messages.is_empty());
    for message in messages {
        within(&message.content, limits::CONTENT, "content");
        assert!(!message.content.trim().is_empty() || !message.embeds.is_empty(), "an empty message");
        assert!(!message.no_previews || message.embeds.is_empty(), "embeds would be hidden");
        assert!(message.embeds.len() <= limits::EMBEDS);
        assert!(message.embeds.iter().map(Embed::len).sum::<usize>() <= limits::EMBED_TOTAL);
        for embed in &message.embeds {
            within(&embed.title, limits::EMBED_TITLE, "title");
            within(&embed.description, limits::EMBED_DESCRIPTION, "description");
            within(&embed.footer, limits::FOOTER, "footer");
            assert!(embed.fields.len() <= limits::FIELDS);
            assert!(!embed.description.trim().is_empty() || !embed.fields.is_empty(), "an empty embed");
            for field in &embed.fields {
                filled(&field.name, limits::FIELD_NAME, "field name");
                filled(&field.value, limits::FIELD_VALUE, "field value");
            }
        }
        assert!(message.rows.len() <= limits::ROWS);
        let mut ids = Vec::new();
        for row in &message.rows {
            match row {
                Row::Buttons(buttons) => {
                    assert!((1..=limits::BUTTONS_IN_ROW).contains(&buttons.len()));
                    buttons.iter().for_each(|it| filled(&it.label, limits::BUTTON_LABEL, "label"));
                    ids.extend(buttons.iter().map(|it| it.id.as_str()));
                    assert!(buttons.iter().all(|it| custom_id::press(&it.id).is_some()));
                }
                Row::Select(select) => {
                    assert!((1..=limits::SELECT_OPTIONS).contains(&select.options.len()));
                    filled(&select.placeholder, limits::SELECT_PLACEHOLDER, "placeholder");
                    select.options.iter().for_each(|it| filled(&it.label, limits::OPTION_LABEL, "option"));
                    select
                        .options
                        .iter()
                        .for_each(|it| within(&it.more, limits::OPTION_DESCRIPTION, "option's second line"));
                    ids.push(&select.id);
                    ids.extend(select.options.iter().map(|it| it.id.as_str()));
                    assert!(select.options.iter().all(|it| custom_id::press(&it.id).is_some()));
                }
            }
        }
        ids.iter().for_each(|id| filled(id, limits::CUSTOM_ID, "id"));
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "the same id twice");
    }
}

pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// `text` once after the other parts, and gone from what is left to read.
pub fn take(left: &mut String, text: &str, what: &str) {
    let wanted = squeezed(text);
    let at = left.find(&wanted).unwrap_or_else(|| panic!("{what} is missing: {text}"));
    *left = left.split_off(at + wanted.len());
}
