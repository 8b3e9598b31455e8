//! What a reply looks like in a terminal, and as JSON: snapshots, and what must be true of any reply.

use caveat::answering::{NotInFaq, Offer, Reply, ReplyKind, Urgent, Why};
use caveat::knowledge::EntryId;
use caveat::knowledge::red_flag::RedFlagId;
use caveat::matching::explanation::{Lack, Meeting, Reason};
use caveat::matching::{Confidence, Explanation, Match, Score};
use caveat::render::terminal::{self, Look};
use caveat::render::{explain, json};
use proptest::prelude::*;

use crate::tea;

const SCREEN: Look = Look { width: Some(80), colour: false };
const PHONE: Look = Look { width: Some(40), colour: true };

fn found(id: &str, question: &str, confidence: f64) -> Match {
    Match {
        id: EntryId::new(id),
        question: question.to_owned(),
        score: Score::new(confidence * 8.0),
        confidence: Confidence::new(confidence),
        explanation: Explanation {
            nearest: question.to_lowercase(),
            words: vec![
                Meeting { asked: "ketle".into(), known: "kettle".into(), weight: 0.71 },
                Meeting { asked: "buy".into(), known: "buy".into(), weight: 0.29 },
            ],
            measures: vec![("words", 0.8), ("letters", 0.625)],
        },
    }
}

fn why() -> Why {
    Why {
        confidence: Some(Confidence::new(0.873)),
        bar: 0.75,
        because: "the confidence is over the bar".into(),
        ranking: vec![
            found("should-we-buy-a-kettle", "Should we buy a kettle?", 0.873),
            found("how-hot-should-water-be", "How hot should the water be?", 0.064),
        ],
        unknown_words: vec!["thermomix".into()],
        reasons: vec![
            Reason { name: None, value: 0.0, bits: -8.5 },
            Reason { name: Some("lead over the second"), value: 1.25, bits: 7.25 },
            Reason { name: Some("top 1"), value: 0.5, bits: 3.5 },
            Reason { name: Some("lead 0"), value: 0.7, bits: 1.5 },
            Reason { name: Some("share of words that no entry knows"), value: -0.25, bits: -1.0 },
            Reason { name: Some("long message"), value: -0.5, bits: 0.032 },
        ],
        lacked: vec![
            Lack { name: "words", first: 0.8, second: 0.25, score: 1.375 },
            Lack { name: "letters", first: 0.625, second: 0.5, score: 0.125 },
        ],
        heard: Some("should we buy a ketle for the thermomix".into()),
        ..Why::default()
    }
}

fn reply(kind: ReplyKind) -> Reply {
    Reply { kind, why: why(), version: "0123abcd".into() }
}

fn answer(id: &str) -> Reply {
    Reply { why: why(), ..tea::shown(id) }
}

fn did_you_mean() -> Reply {
    let offer = |id: &str, question: &str| Offer { id: EntryId::new(id), question: question.into() };
    reply(ReplyKind::DidYouMean(vec![
        offer("should-we-buy-a-kettle", "Should we buy a kettle?"),
        offer("how-hot-should-water-be", "How hot should the water be?"),
    ]))
}

fn not_in_faq() -> Reply {
    reply(ReplyKind::NotInFaq(NotInFaq {
        set_name: "Tea at the office".into(),
        disclaimer:
            "This bot knows about tea, not about *your* health. In an emergency call your local emergency number."
                .into(),
        contact: "To reach a human, ask in #kitchen.".into(),
    }))
}

fn urgent() -> Reply {
    let kind = ReplyKind::Urgent(Urgent {
        flag: RedFlagId::new("scald"),
        title: "Scalded by boiling water".into(),
        reply:
            "**Cool it under running water now**, for twenty minutes.\n\nIf it is larger than your hand, call **112**."
                .into(),
        afterwards: "Then tell whoever looks after the kitchen.".into(),
    });
    let why = Why {
        because: "a red flag was found".into(),
        red_flag: vec!["“boiling water over my hand” met the rule scald: water, hand".into()],
        ..Why::default()
    };
    Reply { kind, why, version: "0123abcd".into() }
}

#[test]
fn an_answer_carries_the_whole_contract() {
    insta::assert_snapshot!(terminal::reply(&answer("how-hot-should-water-be"), &SCREEN));
}

#[test]
fn a_guide_shows_its_situations_and_an_old_answer_says_so() {
    insta::assert_snapshot!(terminal::reply(&answer("should-we-buy-a-kettle"), &SCREEN));
}

#[test]
fn the_other_replies() {
    for (name, reply) in [("did_you_mean", did_you_mean()), ("not_in_faq", not_in_faq()), ("urgent", urgent())] {
        insta::assert_snapshot!(name, terminal::reply(&reply, &SCREEN));
    }
}

#[test]
fn on_a_narrow_terminal_with_colour() {
    let shown = terminal::reply(&answer("does-green-tea-keep-me-awake"), &PHONE);
    for line in shown.lines() {
        let width = textwrap::core::display_width(line);
        assert!(width <= 40 || line.contains("https://"), "{width}: {line}");
    }
    insta::assert_snapshot!(shown.replace('\x1b', "ESC"));
}

#[test]
fn why_as_a_table() {
    for (name, reply) in [("why_answer", answer("should-we-buy-a-kettle")), ("why_urgent", urgent())] {
        insta::assert_snapshot!(name, explain::why(&reply, &SCREEN));
    }
}

/// The schema that programs rely on: a change here must add, never rename.
#[test]
fn replies_as_json() {
    for (name, reply) in [
        ("json_answer", answer("should-we-buy-a-kettle")),
        ("json_did_you_mean", did_you_mean()),
        ("json_not_in_faq", not_in_faq()),
        ("json_urgent", urgent()),
    ] {
        let line = json::reply(&reply);
        assert!(!line.contains('\n'), "one line");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        insta::assert_json_snapshot!(name, value);
    }
}

/// Any reply with `text` wherever somebody else's words may stand.
fn hostile_replies(text: &str) -> Vec<Reply> {
    let mut why = why();
    why.because = text.into();
    why.unknown_words = vec![text.into()];
    why.red_flag = vec![text.into()];
    why.ranking[0].explanation.nearest = text.into();
    why.ranking[0].explanation.words[0].asked = text.into();
    why.ranking[0].id = EntryId::new(text);
    let answer = match tea::shown("should-we-buy-a-kettle").kind {
        ReplyKind::Answer(mut answer) => {
            answer.topic_title = text.into();
            answer.question = text.into();
            answer.verdict = text.into();
            answer.answer = text.into();
            answer.caveats = vec![text.into()];
            answer.situations[0].when = text.into();
            answer.situations[0].then = text.into();
            answer.situations[0].points = vec![text.into(), String::new()];
            for source in &mut answer.sources {
                source.title = text.into();
                source.publisher = text.into();
                source.url = text.into();
            }
            answer.related = vec![Offer { id: EntryId::new(text), question: text.into() }];
            ReplyKind::Answer(answer)
        }
        other => other,
    };
    let kinds = [
        answer,
        ReplyKind::DidYouMean(vec![Offer { id: EntryId::new(text), question: text.into() }]),
        ReplyKind::NotInFaq(NotInFaq { set_name: text.into(), disclaimer: text.into(), contact: text.into() }),
        ReplyKind::Urgent(Urgent {
            flag: RedFlagId::new(text),
            title: text.into(),
            reply: text.into(),
            afterwards: text.into(),
        }),
    ];
    kinds.map(|kind| Reply { kind, why: why.clone(), version: text.into() }).into()
}

fn assert_harmless(shown: &str) {
    for c in shown.chars().filter(|c| *c != '\n') {
        assert!(!c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c), "{c:?} in {shown:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a member or a file says, nothing of it steers the terminal.
    #[test]
    fn nothing_steers_the_terminal(text in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f\u{202a}-\u{202e}]|&#(27|155|7);|[*_`>#\\[\\]()<-]|\\n){0,60}") {
        for reply in hostile_replies(&text) {
            for look in [SCREEN, Look::PLAIN] {
                assert_harmless(&terminal::reply(&reply, &look));
                assert_harmless(&explain::why(&reply, &look));
            }
            let line = json::reply(&reply);
            assert_harmless(&line);
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(value["version"].as_str(), Some(text.as_str()));
        }
    }
}
