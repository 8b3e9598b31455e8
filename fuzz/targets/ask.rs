//! The FAQ that ships answers any message, and its numbers stay in their range.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use caveat::answering::Settings;
use caveat::faq::Faq;
use caveat::matching::Question;
use libfuzzer_sys::fuzz_target;

static FAQ: LazyLock<Faq> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../faq");
    let loaded = caveat::load::load(&folder, jiff::civil::date(2099, 1, 1)).expect("the FAQ that ships is sound");
    Faq::new(loaded.knowledge, Settings::default(), loaded.version)
});

fuzz_target!(
    // Loading is no part of the first message's time.
    init: {
        LazyLock::force(&FAQ);
    },
    |text: &str| {
        let reply = FAQ.ask(&Question::new(text));
        assert!((0.0..=1.001).contains(&reply.why.bar));
        for found in &reply.why.ranking {
            assert!((0.0..=1.0).contains(&found.confidence.value()) && found.score.value().is_finite());
        }
        assert!(FAQ.suggest(text, 25).len() <= 25);
    }
);
