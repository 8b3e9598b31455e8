//! What a model said of texts, kept on disk, so that a restart need not ask it again.
//!
//! One file a model, named by the model's hash; texts are known by a hash of their content. A file is written beside its
//! place and then moved there, so that nobody ever reads half of one; one that is damaged, of another version or another
//! model is as good as none, and written anew.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::hash;

/// The first letters of a file of this version. It rises also when the model is reckoned otherwise, lest vectors of two
/// ways to reckon stand side by side.
const HEAD: &[u8; 8] = b"caveat-4";

/// Two hashes from different starts: even of a million texts, no two have both in common by chance.
pub type TextHash = (u64, u64);

/// The hash of a text's content.
pub fn text_hash(text: &str) -> TextHash {
    (hash(1, text.as_bytes()), hash(2, text.as_bytes()))
}

fn file(dir: &Path, model: u64) -> PathBuf {
    dir.join(format!("{model:016x}.vectors"))
}

/// The vectors that are kept in `dir` of what the model with this hash said, each of `width` numbers. Empty if there are
/// none that can be trusted.
pub fn read(dir: &Path, model: u64, width: usize) -> HashMap<TextHash, Vec<f32>> {
    fs::read(file(dir, model)).ok().and_then(|bytes| parse(&bytes, model, width)).unwrap_or_default()
}

fn parse(bytes: &[u8], model: u64, width: usize) -> Option<HashMap<TextHash, Vec<f32>>> {
    let (content, sum) = bytes.split_last_chunk::<8>()?;
    let rest = content.strip_prefix(HEAD)?;
    let (own, rest) = rest.split_first_chunk::<8>()?;
    let known = u64::from_le_bytes(*own) == model && u64::from_le_bytes(*sum) == hash(0, content);
    let size = 16 + 4 * width;
    if !known || !rest.len().is_multiple_of(size) {
        return None;
    }
    let record = |record: &[u8]| {
        let (first, rest) = record.split_first_chunk::<8>()?;
        let (second, rest) = rest.split_first_chunk::<8>()?;
        let numbers = rest.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        Some(((u64::from_le_bytes(*first), u64::from_le_bytes(*second)), numbers))
    };
    rest.chunks_exact(size).map(record).collect()
}

/// Keeps `vectors` in `dir`, in place of what was kept there of this model.
///
/// # Errors
/// If the folder cannot be made or written to.
pub fn write<'a>(dir: &Path, model: u64, vectors: impl Iterator<Item = (TextHash, &'a [f32])>) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut bytes = HEAD.to_vec();
    bytes.extend(model.to_le_bytes());
    for ((first, second), vector) in vectors {
        bytes.extend(first.to_le_bytes());
        bytes.extend(second.to_le_bytes());
        vector.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
    }
    bytes.extend(hash(0, &bytes).to_le_bytes());
    let place = file(dir, model);
    // The process in the name: two programs on one folder must not write into each other's half.
    let beside = place.with_extension(format!("{}.part", std::process::id()));
    fs::write(&beside, bytes)?;
    fs::rename(&beside, &place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_and_what_is_damaged_is_not() {
        let dir = std::env::temp_dir().join(format!("caveat-vectors-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        assert!(read(&dir, 7, 2).is_empty());
        let kept = [(text_hash("a"), vec![0.5, -1.0]), (text_hash("b"), vec![2.0, 0.0])];
        write(&dir, 7, kept.iter().map(|(text, vector)| (*text, vector.as_slice()))).unwrap();
        assert_eq!(read(&dir, 7, 2), HashMap::from(kept));
        assert!(read(&dir, 8, 2).is_empty(), "another model");
        let whole = fs::read(file(&dir, 7)).unwrap();
        assert!(parse(&whole, 8, 2).is_none() && parse(&whole, 7, 3).is_none());
        for cut in 0..whole.len() {
            assert!(parse(&whole[..cut], 7, 2).is_none(), "torn at {cut}");
        }
        for at in 0..whole.len() {
            let mut turned = whole.clone();
            turned[at] ^= 1;
            assert!(parse(&turned, 7, 2).is_none(), "turned at {at}");
        }
        let left: Vec<_> = fs::read_dir(&dir).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        fs::remove_dir_all(&dir).unwrap();
    }
}
