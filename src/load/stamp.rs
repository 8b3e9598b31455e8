//! Whether a folder has been touched, told without reading one file.
//!
//! Names, sizes and times go into it; contents do not. It costs some microseconds a file, so a folder may be looked at
//! every other second, wherever it lies: on a network share, in a container's mount, behind a link that is swapped.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, Metadata};
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Kind, list};

/// The state of a folder and of some files beside it. Two of the same program are equal if nothing was touched in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

/// The stamp of the FAQ in the folder `dir`, and of `files` elsewhere. What editors and systems leave lying about is no
/// part of it, as it is no part of the FAQ. A folder that is not there has a stamp like any other.
pub fn stamp(dir: &Path, files: &[PathBuf]) -> Stamp {
    let mut hasher = DefaultHasher::new();
    take_folder(dir, true, &mut hasher);
    files.iter().for_each(|file| take_file(file, &mut hasher));
    Stamp(hasher.finish())
}

fn take_folder(dir: &Path, top: bool, hasher: &mut DefaultHasher) {
    // As a whole: a length of none and the first kind of error are the same number.
    let items = list(dir).map_err(|error| error.kind());
    items.as_ref().map(Vec::len).hash(hasher);
    for item in items.unwrap_or_default() {
        item.name.hash(hasher);
        let path = dir.join(&item.name);
        match item.kind {
            Kind::Folder if top => take_folder(&path, false, hasher),
            // Deeper ones are not read.
            Kind::Folder => {}
            Kind::File => take_file(&path, hasher),
            Kind::Unreadable(why) => why.hash(hasher),
        }
    }
}

fn take_file(path: &Path, hasher: &mut DefaultHasher) {
    let told = |what: Metadata| {
        let modified = what.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        (what.len(), modified, changed(&what))
    };
    fs::metadata(path).map(told).map_err(|error| error.kind()).hash(hasher);
}

/// When the file's record was changed: that moves also if a file of the same size and time was put in its place. (The
/// number of its record would tell as well, but some network shares make up a new one for every look.)
#[cfg(unix)]
fn changed(what: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (what.ctime(), what.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) {}
