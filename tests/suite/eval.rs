//! `eval`: how the figures are counted, how bars hold, and what is written for each case.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use caveat::answering::Why;
use caveat::eval::bars::Side;
use caveat::eval::{Bar, Case, Kind, Outcome, Report, Said, Wanted, cases, evaluate};
use caveat::knowledge::EntryId;
use caveat::knowledge::red_flag::RedFlagId;

use crate::{shipped, tea};

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
    let answer = |text| Said::Answer(vec![id(text)]);
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

/// Cases of the tea FAQ whose messages and notes try to break out of whatever they are shown in.
fn hostile_report() -> Report {
    let messages = [
        "How hot should the water be?",
        "<script>alert(1)</script><img src=x onerror=alert(1)> how long to steep",
        "\"'><svg/onload=alert(1)> &lt;b&gt; --> ]]> </textarea></script></style></title>",
        "nul\u{0} esc\u{1b}[31m bidi\u{202e}txt.exe\u{2066} \u{fffe}\u{feff}",
        "שלום עולם\nمرحبا",
        "",
    ];
    let long = "steep the tea longer ".repeat(40);
    let case = |(nth, q): (usize, &str)| Case {
        kind: if nth == 0 { Kind::Members } else { Kind::Hostile },
        file: "dir\"<b>/hostile.jsonl".into(),
        line: nth + 1,
        q: q.to_owned(),
        wanted: if nth == 0 { Wanted::Entry(vec![id("<i>none\"</i>")]) } else { Wanted::NoAnswer },
        about: String::new(),
    };
    let cases = messages.into_iter().chain([long.as_str()]).enumerate().map(case).collect();
    let mut report = evaluate(&tea::weighed_by_hand(), cases);
    report.outcomes[2].why.because = "</td><script>".into();
    report.outcomes[2].why.red_flag = vec!["<b onclick='x'>".into()];
    report
}

/// Looks at HTML as a reader of tags does: each tag that is opened is closed in its turn, attributes are quoted, ids stand
/// once. Returns the names of all elements.
fn elements(page: &str) -> Vec<String> {
    const VOID: [&str; 3] = ["meta", "input", "br"];
    let (mut open, mut seen, mut ids): (Vec<String>, Vec<String>, Vec<String>) = Default::default();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("a document type");
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').expect("a tag that ends");
        let (tag, behind) = (&rest[..end], &rest[end + 1..]);
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "before {:?}", &rest[..rest.len().min(80)]);
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()), "{tag}");
        let quotes: Vec<&str> = attributes.split('"').collect();
        assert!(quotes.len() % 2 == 1, "unbalanced quotes: {tag}");
        for pair in quotes.chunks_exact(2) {
            let name = pair[0].trim().strip_suffix('=').unwrap_or_else(|| panic!("an attribute without value: {tag}"));
            assert!(
                name.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
                    || name == "x1"
                    || name == "x2"
                    || name == "y1"
                    || name == "y2",
                "{tag}"
            );
            assert!(!name.starts_with("on") && !["src", "href"].contains(&name), "{tag}");
            if name == "id" {
                assert!(!ids.contains(&pair[1].to_owned()), "{tag} a second time");
                ids.push(pair[1].to_owned());
            }
        }
        seen.push(name.to_owned());
        if name == "script" || name == "style" {
            // Their insides are no HTML; they end at their own end and nowhere before.
            let close = rest.find(&format!("</{name}>")).expect("its end");
            assert!(!rest[..close].contains("http"), "something is loaded from elsewhere");
            rest = &rest[close + name.len() + 3..];
        } else if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    seen
}

#[test]
fn the_page_is_well_formed_whatever_stands_in_the_messages() {
    let page = hostile_report().page();
    let elements = elements(&page);
    let count = |name: &str| elements.iter().filter(|it| *it == name).count();
    assert_eq!(
        (count("script"), count("style"), count("title"), count("b"), count("i"), count("img")),
        (1, 1, 1, 0, 0, 0)
    );
    assert_eq!(count("svg"), 2, "both plots, and none of a message");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("&lt;/td&gt;&lt;script&gt;") && page.contains("&lt;b onclick=&#39;x&#39;&gt;"));
    assert!(page.contains("nul␀ esc␛[31m bidi\u{fffd}txt.exe"));
    let unwanted =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!page.contains(unwanted));
    assert!(page.contains("שלום"), "writing from right to left stays");
    assert!(page.contains("connect-src") || page.contains("default-src &#39;none&#39;"), "nothing is loaded or sent");
}

/// The checker above would see it.
#[test]
#[should_panic(expected = "before")]
fn a_page_with_a_tag_too_few_is_seen() {
    elements(&hostile_report().page().replacen("</p>", "", 1));
}

#[test]
fn a_page_of_nothing_is_a_page() {
    let none = Report { version: "0".into(), outcomes: Vec::new() };
    assert!(!elements(&none.page()).contains(&"svg".to_owned()));
    assert!(none.details().starts_with("No details"));
}

/// What a reader sees of the page, without the style and the script.
#[test]
fn a_small_page() {
    let cases = cases::parse(
        Kind::Members,
        "tests/members.jsonl",
        "{\"q\": \"How hot should the water be?\", \"ids\": [\"how-hot-should-water-be\"]}\n{\"q\": \"is it <b>bad</b> & zzyzx\", \"ids\": [\"no-such-entry\"]}\n",
    );
    let page = evaluate(&tea::weighed_by_hand(), cases.unwrap()).page();
    let (before, rest) = page.split_once("<style>").unwrap();
    let (body, _) = rest.split_once("</style>").unwrap().1.split_once("<script>").unwrap();
    // A tag a line, so that a change can be read.
    insta::assert_snapshot!(format!("{before}{body}").replace("><", ">\n<"));
}

#[test]
fn the_details_in_the_terminal() {
    insta::assert_snapshot!(hostile_report().details());
}

/// The first entries of these rankings are not what was wanted, and one answer was given to nothing.
#[test]
fn confusions_are_counted_by_pair_and_told_with_a_case() {
    let text = |ids: &str| format!("{{\"q\": \"How hot should the water be?\", \"ids\": {ids}}}\n");
    let members = format!("{}{}{}", text("[\"a\", \"b\"]"), text("[\"a\"]"), text("[\"how-hot-should-water-be\"]"));
    let mut all = cases::parse(Kind::Members, "members.jsonl", &members).unwrap();
    all.extend(cases::parse(Kind::Oos, "oos.jsonl", &text("[]")).unwrap());
    let report = evaluate(&tea::faq(), all);
    let told: Vec<_> = report
        .confusions()
        .iter()
        .map(|it| (it.wanted.map(|id| id.as_str()), it.found.as_str(), it.cases.len(), it.cases[0].case.line))
        .collect();
    assert_eq!(told, [(Some("a"), "how-hot-should-water-be", 2, 1), (None, "how-hot-should-water-be", 1, 1),]);
}

/// `tests/eval.csv` holds what the shipped FAQ makes of every committed case, so that a change of any of them is seen in
/// review.
#[test]
fn the_committed_csv_is_what_the_engine_gives() {
    const RENEW: &str = "cargo run --release -- eval --csv tests/eval.csv tests/cases/*.jsonl";
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(committed) = fs::read_to_string(root.join("tests/eval.csv")) else {
        // Straight to standard error: what a passing test prints is not shown, and this should be.
        let _ = writeln!(std::io::stderr(), "no tests/eval.csv: nothing to compare with; to write it: {RENEW}");
        return;
    };
    let mut all = Vec::new();
    for item in fs::read_dir(root.join("tests/cases")).unwrap() {
        let file = item.unwrap().path();
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        if let (Some(kind), Some("jsonl")) = (Kind::of_stem(&stem), file.extension().and_then(|it| it.to_str())) {
            all.extend(cases::parse(kind, &format!("{stem}.jsonl"), &fs::read_to_string(&file).unwrap()).unwrap());
        }
    }
    let now = evaluate(shipped::faq(), all).csv();
    let (before, after): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), now.lines().collect());
    if before == after {
        return;
    }
    // A screen of rows is enough to see what kind of change it is.
    const SHOWN: usize = 20;
    let gone = before.iter().filter(|row| !after.contains(row)).map(|row| format!("- {row}"));
    let new = after.iter().filter(|row| !before.contains(row)).map(|row| format!("+ {row}"));
    let mut rows: Vec<String> = gone.chain(new).collect();
    // A row's old and new stand together: sorted by file, line, and then the sign.
    let key = |row: &String| {
        let mut fields = row[2..].split(',');
        let file = fields.next().unwrap_or_default().to_owned();
        let line = fields.next().and_then(|line| line.parse::<usize>().ok());
        (file, line, row.starts_with('+'))
    };
    rows.sort_by_key(key);
    panic!(
        "tests/eval.csv is not what the engine gives now, the first of {} changed rows being\n{}\n\nIf each change is \
         wanted, renew it and commit it with the change that caused it:\n  {RENEW}\n",
        rows.len(),
        rows[..rows.len().min(SHOWN)].join("\n")
    );
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
