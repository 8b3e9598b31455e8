//! An entry tried out before it stands in the folder: what is its doing, and what it moves.

use std::fs;

use caveat::answering::Settings;
use caveat::eval::change::Turn;
use caveat::eval::{Case, Kind, cases};
use caveat::faq::Faq;
use caveat::knowledge::{Draft, EntryId, TopicId};
use caveat::load;
use caveat::preview::{Preview, preview};
use jiff::civil::{Date, date};

use crate::tea;

const TODAY: Date = date(2026, 2, 1);

fn set() -> (Faq, Draft) {
    let report = load::report(&tea::folder(), TODAY);
    let (knowledge, version) = report.sound.unwrap();
    (Faq::weighed(knowledge, Settings::default(), tea::weights_by_hand(), version), report.draft)
}

fn tried(id: &str, text: &str, cases: &[Case]) -> Preview {
    let (faq, draft) = set();
    preview(&faq, &draft, text.as_bytes(), (TopicId::new("brewing"), EntryId::new(id)), cases, TODAY)
}

fn kettle() -> String {
    fs::read_to_string(tea::folder().join("brewing/should-we-buy-a-kettle.md")).unwrap()
}

fn case(question: &str, ids: &str) -> Case {
    let line = format!(r#"{{"q": "{question}", "ids": ["{ids}"]}}"#);
    cases::parse(Kind::Members, "members.jsonl", &line).unwrap().remove(0)
}

#[test]
fn an_entry_as_it_is_moves_nothing_and_brings_no_problem() {
    let same = tried("should-we-buy-a-kettle", &kettle(), &[case("new kettle?", "should-we-buy-a-kettle")]);
    assert!(same.replaces);
    let effect = same.effect.unwrap();
    assert_eq!(effect.moved, []);
    assert_eq!(effect.tried, 3 + 3 + 1, "the phrasings of the two others, and the case");
    assert!(effect.shown[0].version == "preview" && effect.shown.len() > 1);
}

#[test]
fn what_it_takes_from_others_is_for_the_worse_and_what_it_mends_for_the_better() {
    let case = || [case("is the pot for boiling water worth it", "should-we-buy-a-kettle")];
    let found = |preview: Preview| preview.effect.unwrap().moved;
    let better = kettle().replace("new kettle yes or no", "is the pot for boiling water worth it");
    let moved = found(tried("should-we-buy-a-kettle", &better, &case()));
    assert_eq!(moved.len(), 1, "{moved:#?}");
    assert_eq!((moved[0].turn(), moved[0].wanted[0].as_str()), (Turn::Better, "should-we-buy-a-kettle"));

    let thief = kettle().replace("Should we buy a kettle?", "Shall we get a samovar?").replace(
        "\"is a kettle worth the money\", \"new kettle yes or no\"",
        "\"water temperature for green tea then\", \"do I use boiling water, or what\"",
    );
    // Word for word the others keep what is theirs, but the ranking tells.
    let stolen = [self::case("water temperature for green tea then what", "how-hot-should-water-be")];
    let moved = found(tried("shall-we-get-a-samovar", &thief, &stolen));
    assert!(!moved.is_empty() && moved[0].turn() == Turn::Worse, "{moved:#?}");
    assert_eq!(moved[0].after.first, Some(EntryId::new("shall-we-get-a-samovar")));
}

#[test]
fn only_what_is_its_doing_is_told() {
    // The same phrasing in two entries is a mistake of the newcomer.
    let twin = tried("another-kettle", &kettle(), &[]);
    assert!(twin.problems.iter().any(|problem| problem.id == "duplicate-question"), "{:#?}", twin.problems);
    assert!(twin.effect.is_none() && twin.report().contains("can be tried when the mistakes are mended"));

    // What is wrong elsewhere is not.
    let (faq, mut draft) = set();
    draft.entries[0].related.as_mut().unwrap().value[0].value = "nowhere-to-be-found".into();
    let place = (TopicId::new("brewing"), EntryId::new("should-we-buy-a-kettle"));
    let other = preview(&faq, &draft, kettle().as_bytes(), place, &[], TODAY);
    assert!(other.effect.is_some(), "{:#?}", other.problems);
}
