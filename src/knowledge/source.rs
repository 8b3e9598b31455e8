//! A source that entries cite: one table of `faq/sources.toml`.

use super::entry::id_type;
use std::fmt;
use std::sync::Arc;

id_type! {
    /// A source's id: the name of its table in `faq/sources.toml`.
    SourceId
}

/// A published work or page that stands under an answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Source {
    pub id: SourceId,
    pub title: String,
    /// Publisher, journal or venue.
    pub publisher: String,
    /// The year of publication; `None` for an undated page.
    pub year: Option<u16>,
    /// An `https://` or `http://` address.
    pub url: String,
    /// The DOI without `https://doi.org/`, if it has one.
    pub doi: Option<String>,
}
