//! The small FAQ of `tests/fixtures/tea`, for whoever needs one that never changes.

#[cfg(feature = "discord")]
use std::fs;
use std::path::{Path, PathBuf};

use caveat::answering::{Action, Reply, Settings};
use caveat::faq::Faq;
use caveat::knowledge::EntryId;
use caveat::load;
use caveat::matching::weights::{BarsAt, Weights};
use jiff::civil::date;

/// Where it is.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tea")
}

/// A copy of it that a test may spoil; `name` must be the test's own.
#[cfg(feature = "discord")]
pub fn copy(name: &str) -> PathBuf {
    let to = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tea-{name}"));
    let _ = fs::remove_file(&to);
    let _ = fs::remove_dir_all(&to);
    copy_folder(&folder(), &to);
    to
}

/// What stands in `from`, with all folders, put over what stands in `to`.
#[cfg(feature = "discord")]
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            copy_folder(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}

/// It, loaded, with a version that does not change with its files.
pub fn faq() -> Faq {
    let loaded = load::load(&folder(), date(2026, 2, 1)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    Faq::new(loaded.knowledge, Settings::default(), "0123abcd")
}

/// Weights set by hand: all measures count the same and confidence rises with their sum. For what shows confidences, so
/// that fitting the weights anew changes no snapshot.
pub fn weights_by_hand() -> Weights {
    let mut weights = Weights::plain();
    // The doubt that is the score is about 1.4 where the words are an entry's own: that shall be sure.
    (weights.constant, weights.doubt[0]) = (-3.0, 4.0);
    weights.bars = vec![BarsAt { max_wrong: 0.01, ordinary: 0.8, high_risk: 0.9 }];
    weights
}

/// It, weighed by hand.
pub fn weighed_by_hand() -> Faq {
    let loaded = load::load(&folder(), date(2026, 2, 1)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    Faq::weighed(loaded.knowledge, Settings::default(), weights_by_hand(), "0123abcd")
}

/// The reply that shows one entry, asked for in spring 2026.
pub fn shown(id: &str) -> Reply {
    faq().act(&Action::Show(EntryId::new(id)), Some(date(2026, 4, 1))).unwrap_or_else(|| panic!("no entry {id}"))
}
