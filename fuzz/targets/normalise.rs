//! Cleaning a message twice changes nothing, and neither does taking its words twice.
#![no_main]

use caveat::matching::normalize::{clean, normalize, words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let once = clean(text);
    assert_eq!(clean(&once), once);
    let found = words(&once);
    assert_eq!(normalize(&found.join(" ")), found);
});
