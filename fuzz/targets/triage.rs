//! Any message is an emergency or none; there is no third.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use caveat::answering::triage::Triage;
use libfuzzer_sys::fuzz_target;

static TRIAGE: LazyLock<Triage> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../faq");
    let loaded = caveat::load::load(&folder, jiff::civil::date(2099, 1, 1)).expect("the FAQ that ships is sound");
    Triage::new(&loaded.knowledge.red_flags)
});

fuzz_target!(
    // Loading is no part of the first message's time.
    init: {
        LazyLock::force(&TRIAGE);
    },
    |text: &str| {
        if let Some(alarm) = TRIAGE.find_red_flag(text) {
            assert!(!alarm.because.is_empty());
        }
    }
);
