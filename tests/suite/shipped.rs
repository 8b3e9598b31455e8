//! The FAQ that ships, for whoever needs the real one; loaded once.

use std::path::Path;
use std::sync::LazyLock;

use caveat::answering::Settings;
use caveat::faq::Faq;
use caveat::load;
use jiff::civil::date;

/// Loaded on a day that is behind every review, since a review in the future is a mistake; which reviews are due is told by
/// remarks, and they stand in nobody's way.
static FAQ: LazyLock<Faq> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq");
    let loaded = load::load(&folder, date(2099, 1, 1)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    Faq::new(loaded.knowledge, Settings::default(), loaded.version)
});

/// It.
pub fn faq() -> &'static Faq {
    &FAQ
}
