//! One file's text → its values, or everything that is wrong with it. One file of this folder for each kind of file.
//!
//! What comes out keeps the place of each value, so that `check` can mark what breaks a rule across files. A value that
//! could not be read is `None`, and then there is a problem that says why; so a file with one mistake still takes part in
//! all other checks, and all mistakes are told at once.

pub mod entry;
pub mod red_flags;
pub mod sources;
pub mod topics;
pub mod vocabulary;

pub use super::toml_table::Read;
pub use entry::EntryFile;
pub use sources::SourcesFile;
pub use topics::TopicsFile;
pub use vocabulary::VocabularyFile;
