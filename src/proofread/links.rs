//! How entries and sources hang together: a reader should get everywhere, and nothing should lie about unused.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::Draft;
use crate::knowledge::file_text::{Texts, Written};
use crate::knowledge::parse::EntryFile;
use crate::problem::Problem;

pub(super) fn remarks(draft: &Draft) -> Vec<Problem> {
    let mut remarks = Vec::new();
    let entries = &draft.entries;
    let cited: BTreeSet<&str> =
        entries.iter().flat_map(|entry| ids(&entry.sources)).map(|id| id.value.as_str()).collect();
    if let Some(sources) = &draft.sources {
        for source in sources.sources.iter().filter(|source| !cited.contains(source.id.value.as_str())) {
            remarks.push(sources.file.problem(
                "uncited-source",
                source.id.span.clone(),
                format!("no entry cites `{}`", source.id.value),
                "cite it where it supports an answer, or delete it.",
            ));
        }
    }

    let linked: BTreeSet<&str> =
        entries.iter().flat_map(|entry| ids(&entry.related)).map(|id| id.value.as_str()).collect();
    let by_id: BTreeMap<&str, &EntryFile> = entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    for entry in entries {
        let id = entry.id.as_str();
        // With one entry there is nowhere to go.
        if entries.len() > 1 && ids(&entry.related).next().is_none() {
            remarks.push(
                Problem::new(
                    "dead-end",
                    entry.file.name.as_str(),
                    "the entry leads nowhere",
                    "list in `related` what a reader would open next.",
                )
                .note("It has no related entries."),
            );
        }
        if entries.len() > 1 && !linked.contains(id) {
            remarks.push(
                Problem::new(
                    "unlinked-entry",
                    entry.file.name.as_str(),
                    "no other entry leads here",
                    format!("add `{id}` to `related` of an entry whose readers would want it."),
                )
                .note("It can be found by a question only."),
            );
        }
        for other in ids(&entry.related) {
            let leads_back =
                by_id.get(other.value.as_str()).is_some_and(|other| ids(&other.related).any(|back| back.value == id));
            // Once a pair.
            if leads_back && id < other.value.as_str() {
                remarks.push(
                    entry
                        .file
                        .problem(
                            "related-loop",
                            other.span.clone(),
                            format!("`{id}` and `{}` list each other", other.value),
                            "let one of them lead on to a third entry.",
                        )
                        .note("A reader who follows the links walks in a circle of two."),
                );
            }
        }
    }
    remarks
}

fn ids(list: &Option<Texts>) -> impl Iterator<Item = &Written<String>> {
    list.iter().flat_map(|list| &list.value)
}
