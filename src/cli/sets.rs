//! FAQs and questions as JSON Lines, the format in which matching engines are compared: for `rank` and `tune`.
//!
//! `faq.jsonl`: `{"id", "question", "aliases": [...], "answer"?}` a line. `queries.jsonl`: `{"q", "id"}` a line, `id` null
//! for a question that the FAQ does not answer.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::knowledge::EntryId;
use crate::matching::index::Document;
use crate::tune::Judged;

#[derive(Deserialize)]
struct EntryLine {
    id: String,
    question: String,
    #[serde(default)]
    aliases: Vec<String>,
    answer: Option<String>,
}

#[derive(Deserialize)]
struct QuestionLine {
    q: String,
    #[serde(default)]
    id: Option<String>,
}

/// The entries of the file at `path`.
///
/// # Errors
/// If it cannot be read, a line is no entry, or it has none at all.
pub fn entries(path: &Path) -> anyhow::Result<Vec<Document>> {
    let lines: Vec<EntryLine> = lines(path)?;
    if lines.is_empty() {
        bail!("{} has no entries: it needs one {{\"id\", \"question\", \"aliases\"}} a line", path.display());
    }
    let document = |line: EntryLine| Document {
        id: EntryId::new(&line.id),
        texts: std::iter::once(line.question).chain(line.aliases).collect(),
        answer: line.answer.unwrap_or_default(),
    };
    Ok(lines.into_iter().map(document).collect())
}

/// The questions of the file at `path`, without their labels.
///
/// # Errors
/// If it cannot be read, or a line is no question.
pub fn questions(path: &Path) -> anyhow::Result<Vec<String>> {
    Ok(lines::<QuestionLine>(path)?.into_iter().map(|line| line.q).collect())
}

/// The questions of the file at `path`, judged against `entries`.
///
/// # Errors
/// If it cannot be read, a line is no question, or a label names no entry.
pub fn judged(path: &Path, entries: &[Document]) -> anyhow::Result<Vec<Judged>> {
    let places: HashMap<&str, u32> = (0..).zip(entries).map(|(at, entry)| (entry.id.as_str(), at)).collect();
    let judge = |line: QuestionLine| {
        let right = match &line.id {
            None => Vec::new(),
            Some(id) => match places.get(id.as_str()) {
                Some(&place) => vec![place],
                None => bail!("{}: `{id}` is the id of no entry", path.display()),
            },
        };
        Ok(Judged { text: line.q, right, meaning: None })
    };
    lines::<QuestionLine>(path)?.into_iter().map(judge).collect()
}

fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(nth, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{}:{}: not the line expected here", path.display(), nth + 1))
        })
        .collect()
}
