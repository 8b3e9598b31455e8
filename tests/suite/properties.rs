//! What must hold for any message at all, put to the FAQ that ships.

use std::sync::LazyLock;

use caveat::answering::ReplyKind;
use caveat::answering::triage::Triage;
use caveat::matching::features::DOUBT_NAMES;
use caveat::matching::normalize::{clean, normalize, words};
use caveat::matching::weights::Weights;
use caveat::matching::{Index, Question};
use proptest::prelude::*;

use crate::shipped;

/// What a debug build can ask in a few seconds; the fuzz targets in `fuzz/` ask for as long as one lets them.
const CASES: u32 = 96;

fn config(cases: u32) -> ProptestConfig {
    // Shrinking asks again and again, which takes long for the longest texts; a failure is told well enough by its text.
    ProptestConfig { cases, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() }
}

/// What messages are made of, from plain words to what no keyboard has.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "exosomes",
        "exosoms",
        "prp",
        "how much",
        "is it",
        "not",
        "hair",
        "skin",
        "500",
        "0.5mm",
        "$",
        "my friend",
        "fever",
        "cant breathe",
        "?",
        "!!",
        "...",
        "f.d.a",
        "don't",
        "<@123>",
        "<:pepe:1>",
        "@everyone",
        "> ",
        "```",
        "[x](https://a.example/b)",
        "https://",
        "www.",
        "](",
        "<script>",
        "||",
        "\\",
        "&amp;",
        "%s",
        "{}",
    ]);
    prop_oneof![
        4 => known.prop_map(str::to_owned),
        2 => "[a-z]{1,12}",
        1 => "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,3}",
        1 => "[\u{300}-\u{36f}]{1,8}",
        1 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}\u{fffd}]{1,3}",
        1 => "[א-תا-ي]{1,6}",
        1 => "[一-龥ぁ-ん가-힣]{1,6}",
        1 => "[😀-🙏🧬💉👍🏽🇦-🇿]{1,4}",
        1 => "[𝐀-𝟿Ａ-ｚⓐ-ⓩİıſßﬁǅ]{1,6}",
        1 => "[!-/:-@\\[-`{-~]{1,9}",
        1 => any::<String>().prop_map(|text| text.chars().take(12).collect()),
        // One long word, or one sign over and over.
        1 => ("[a-zé😀.'<@]", 1usize..300).prop_map(|(sign, times)| sign.repeat(times)),
    ]
}

/// Messages of up to `most` characters; mostly short, as messages are.
fn message(most: usize) -> impl Strategy<Value = String> {
    let count = prop_oneof![4 => 0usize..12, 1 => 12usize..800];
    let glue = prop::sample::select(vec!["", " ", " ", "\n"]);
    count
        .prop_flat_map(move |count| prop::collection::vec((piece(), glue.clone()), count))
        .prop_map(move |pieces| pieces.into_iter().flat_map(|(a, b)| [a, b.to_owned()]).collect::<String>())
        .prop_map(move |text| text.chars().take(most).collect())
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn cleaning_twice_changes_nothing(text in message(600)) {
        let once = clean(&text);
        prop_assert_eq!(clean(&once), once.as_str());
        let found = normalize(&text);
        prop_assert_eq!(words(&once), found.as_slice());
        for word in &found {
            prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace), "{:?}", word);
        }
        prop_assert_eq!(normalize(&found.join(" ")), found);
    }
}

/// The engine of the shipped FAQ, with all it measures open to view.
static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(shipped::faq().knowledge(), Weights::shipped().clone()));

static TRIAGE: LazyLock<Triage> = LazyLock::new(|| Triage::new(&shipped::faq().knowledge().red_flags));

/// Asks and looks at everything that comes back.
fn is_answered_soundly(text: &str) -> Result<(), TestCaseError> {
    let faq = shipped::faq();
    let reply = faq.ask(&Question::new(text));
    let share = |value: f64| (0.0..=1.0).contains(&value);
    prop_assert!((0.0..=1.001).contains(&reply.why.bar), "bar {}", reply.why.bar);
    prop_assert!(!reply.why.because.is_empty());
    if let ReplyKind::DidYouMean(offers) = &reply.kind {
        prop_assert!((1..=3).contains(&offers.len()));
    }
    prop_assert!(reply.why.ranking.is_sorted_by(|a, b| a.score >= b.score), "not best first");
    for found in &reply.why.ranking {
        prop_assert!(share(found.confidence.value()) && found.score.value().is_finite());
        let why = &found.explanation;
        for (name, value) in &why.measures {
            let range = match name.rsplit(' ').next() {
                // A classifier is a regression on 0 and 1: it stays about them, not between them.
                Some("classifier") => -0.5..=MOST + 0.5,
                // The logarithm of odds, held to a range.
                Some("kinship") => -6.0..=6.0,
                _ => 0.0..=MOST,
            };
            prop_assert!(range.contains(value), "{} of {} is {value}", name, found.id);
        }
        prop_assert!(why.words.iter().all(|met| (0.0..=MOST).contains(&met.weight)));
    }
    // The alarm and the reply agree.
    prop_assert_eq!(TRIAGE.find_red_flag(text).is_some(), matches!(reply.kind, ReplyKind::Urgent(_)));
    prop_assert!(faq.suggest(text, 25).len() <= 25);
    Ok(())
}

/// A share that was summed from single-precision parts may exceed 1 by their rounding, and by no more.
const MOST: f64 = 1.0001;

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn any_message_is_answered_and_every_measure_stays_in_its_range(text in message(4000)) {
        is_answered_soundly(&text)?;
    }

    /// None of the weights is negative, so a doubt that is laid to rest (they are all measured that way round: more is
    /// better) never makes the bot less sure.
    #[test]
    fn more_likeness_never_lowers_confidence(text in message(200), more in 0.001f32..3.0) {
        let mut measured = INDEX.measure(&text);
        let before = INDEX.confidence(&measured);
        for (doubt, name) in DOUBT_NAMES.iter().enumerate() {
            let was = measured.doubts[doubt];
            measured.doubts[doubt] = was + more;
            prop_assert!(INDEX.confidence(&measured) >= before, "{}", name);
            measured.doubts[doubt] = was;
        }
    }
}

/// The worst of their kinds, each as long as a message can be.
#[test]
fn the_longest_messages_are_answered() {
    for unit in [
        "a",
        "ab ",
        "exosomes ",
        "exosomesprphair",
        "exosom cant breathe not ",
        "?",
        "\u{301}",
        "é",
        "😀",
        "👍🏽 ",
        "א",
        "日本 ",
        "<",
        "](",
        "<@",
        "> \n",
        "``` ",
        "http://",
        "@a ",
        "a.",
        "0.",
        "'",
        "\u{202e}",
        "\0",
        "ﷺ",
        "İ",
        "$",
        "zq xj ",
        "-",
    ] {
        let text: String = unit.chars().cycle().take(4000).collect();
        is_answered_soundly(&text).unwrap_or_else(|error| panic!("{unit:?}: {error}"));
    }
}

/// What a file of weights may not say: it would turn better matches into less sure ones.
#[test]
fn weights_that_turn_the_order_round_are_refused() {
    let sound = Weights::shipped();
    assert!(sound.likeness.iter().chain(&sound.doubt).all(|weight| *weight >= 0.0) && sound.slope > 0.0);
    for (at, name) in DOUBT_NAMES.iter().enumerate() {
        let mut turned = sound.clone();
        turned.doubt[at] = -0.5;
        assert!(Weights::parse(&turned.to_toml()).is_err(), "{name}");
    }
    for slope in [-1.0, 0.0, f64::NAN, f64::INFINITY] {
        assert!(Weights::parse(&Weights { slope, ..sound.clone() }.to_toml()).is_err(), "slope {slope}");
    }
    for constant in [f64::NAN, f64::NEG_INFINITY] {
        assert!(Weights::parse(&Weights { constant, ..sound.clone() }.to_toml()).is_err(), "constant {constant}");
        assert!(Weights::parse(&Weights { shift: constant, ..sound.clone() }.to_toml()).is_err(), "shift {constant}");
    }
}
