//! `eval`: how the figures are counted, how bars hold, and what is written for each case.

use std::fs;
use std::path::Path;

use caveat::answering::Why;
use caveat::eval::bars::Side;
use caveat::eval::{Bar, Case, Kind, Outcome, Report, Said, Wanted, cases, evaluate};
use caveat::knowledge::EntryId;
use caveat::knowledge::red_flag::RedFlagId;

use crate::tea;

fn id(text: &str) -> EntryId {
    EntryId::new(text)
}

fn outcome(kind: Kind, wanted: Wanted, said: Said, right: bool, rank: Option<usize>) -> Outcome {
    let q = format!("a \"question\", with \x1b and\nlines for {}", kind.name());
    let case = Case { kind, file: format!("{}.jsonl", kind.name()), line: 7, q, wanted, about: "made up".into() };
    Outcome { case, said, right, rank, ranking: Vec::new(), why: Why::default() }
}

/// One outcome of each sort that matters.
fn report() -> Report {
    let entry = || Wanted::Entry(vec![id("a"), id("b")]);
    let answer = |text| Said::Answer(id(text));
    let offers = |text| Said::Offers(vec![id("x"), id(text)]);
    let alarm = || Said::Urgent(RedFlagId::new("allergy"));
    let outcomes = vec![
        outcome(Kind::Members, entry(), answer("b"), true, Some(1)),
        outcome(Kind::Members, entry(), answer("x"), false, Some(2)),
        outcome(Kind::Members, entry(), offers("a"), true, Some(3)),
        outcome(Kind::Members, entry(), offers("y"), false, Some(4)),
        outcome(Kind::Members, entry(), Said::NotInFaq, false, None),
        outcome(Kind::Members, entry(), alarm(), false, Some(1)),
        outcome(Kind::Oos, Wanted::NoAnswer, answer("a"), false, None),
        outcome(Kind::Oos, Wanted::NoAnswer, offers("a"), true, None),
        outcome(Kind::Urgent, Wanted::Urgent, alarm(), true, None),
        outcome(Kind::Urgent, Wanted::Urgent, Said::NotInFaq, false, None),
        outcome(Kind::Urgent, Wanted::NotUrgent(vec![id("a")]), alarm(), false, Some(1)),
        outcome(Kind::Urgent, Wanted::NotUrgent(vec![id("a")]), answer("b"), true, Some(1)),
        outcome(Kind::Urgent, Wanted::NotUrgent(vec![]), Said::NotInFaq, true, None),
        outcome(Kind::Hostile, entry(), answer("a"), true, Some(1)),
        outcome(Kind::Hostile, Wanted::NoAnswer, Said::NotInFaq, true, None),
    ];
    Report { version: "0123abcd".into(), outcomes }
}

fn figure(name: &str) -> (usize, usize) {
    let figure = report().figure(name).unwrap_or_else(|| panic!("no figure {name}"));
    (figure.count, figure.of)
}

#[test]
fn every_case_is_counted_once_and_shares_have_their_own_ground() {
    for (name, wanted) in [
        ("members.cases", (6, 6)),
        ("members.right", (2, 6)),
        ("members.answered_right", (1, 6)),
        ("members.answered_wrong", (1, 6)),
        ("members.asked_back_right", (1, 6)),
        ("members.asked_back_wrong", (1, 6)),
        ("members.not_in_faq", (1, 6)),
        ("members.urgent", (1, 6)),
        ("members.first_right", (2, 6)),
        ("members.top3_right", (4, 6)),
        ("oos.answered_wrong", (1, 2)),
        ("oos.asked_back_wrong", (1, 2)),
        ("oos.right", (1, 2)),
        ("urgent.caught", (1, 2)),
        ("urgent.missed", (1, 2)),
        ("urgent.false_alarms", (1, 3)),
        ("hostile.as_expected", (2, 2)),
        ("summary.cases", (10, 10)),
        ("summary.answered", (4, 10)),
        ("summary.answered_wrong", (2, 4)),
        // a plain name: over all kinds that have it
        ("cases", (15, 15)),
        ("caught", (1, 2)),
        ("answered_wrong", (3, 15)),
    ] {
        assert_eq!(figure(name), wanted, "{name}");
    }
    for name in ["members.caught", "nobody.cases", "members", ""] {
        assert_eq!(report().figure(name), None, "{name}");
    }
}

#[test]
fn a_bar_is_met_at_its_value_and_never_passes_unmeasured() {
    let held = |text: &str, side| Bar::parse(text, side).unwrap().hold(&report()).map(|held| held.met);
    for (text, least, most) in [
        ("members.first_right=2", true, true),
        ("members.first_right=3", false, true),
        ("members.first_right=1", true, false),
        ("urgent.caught=.5", true, true),
        ("urgent.caught=51%", false, true),
        ("urgent.false_alarms=.33", true, false),
        ("summary.answered_wrong=50%", true, true),
    ] {
        assert_eq!(held(text, Side::AtLeast), Ok(least), "--min {text}");
        assert_eq!(held(text, Side::AtMost), Ok(most), "--max {text}");
    }
    let told = held("members.frist_right=1", Side::AtLeast).unwrap_err();
    assert!(told.contains("did you mean `members.first_right`?"), "{told}");
    // A report without cases of a kind has no figures of it.
    let none = Report { version: String::new(), outcomes: Vec::new() };
    assert!(Bar::parse("oos.answered_wrong=0", Side::AtMost).unwrap().hold(&none).is_err());
}

#[test]
fn the_figures_as_json() {
    let value: serde_json::Value = serde_json::from_str(&report().json()).unwrap();
    insta::assert_json_snapshot!(value);
}

#[test]
fn a_line_and_a_row_for_each_case() {
    let report = report();
    let lines = report.json_lines();
    assert!(!lines.contains('\x1b'));
    assert_eq!(lines.lines().count(), report.outcomes.len());
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    insta::assert_json_snapshot!("case_as_json", first);
    insta::assert_snapshot!("cases_as_csv", report.csv());
}

/// The threads must not show: same cases, same report.
#[test]
fn the_report_is_in_the_order_of_the_cases() {
    let faq = tea::faq();
    let text: String = (0..50).map(|n| format!("{{\"q\": \"how hot should the water be {n}\"}}\n")).collect();
    let cases = cases::parse(Kind::Oos, "oos.jsonl", &text).unwrap();
    let report = evaluate(&faq, cases.clone());
    let asked: Vec<Case> = report.outcomes.into_iter().map(|outcome| outcome.case).collect();
    assert_eq!(asked, cases);
}

/// The committed cases can be read, lone surrogates and all, and no line is lost.
#[test]
fn the_committed_cases_are_read_whole() {
    for kind in Kind::ALL {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{}.jsonl", kind.name()));
        let text = fs::read_to_string(&file).unwrap();
        let cases = cases::parse(kind, kind.name(), &text).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(cases.len(), text.lines().filter(|line| !line.trim().is_empty()).count());
        assert!(cases.iter().all(|case| case.q.chars().count() <= 4000));
    }
}
