//! Which entry a phrasing finds: its own, another's, or an emergency's.
//!
//! Asked for by itself, a phrasing must find its entry without fail. How well an entry is found by what it was not given,
//! and which pairs of entries are hard to tell apart, is judged by phrasings that were left out (`left_out`).

use std::collections::BTreeMap;

use super::left_out::{LeftOut, left_out};
use crate::answering::ReplyKind;
use crate::faq::Faq;
use crate::knowledge::file_text::Written;
use crate::knowledge::parse::EntryFile;
use crate::knowledge::{Draft, EntryId};
use crate::matching::Question;
use crate::problem::Problem;

pub(super) fn remarks(faq: &Faq, draft: &Draft) -> Vec<Problem> {
    let mut remarks = Vec::new();
    for entry in &draft.entries {
        for text in entry.texts() {
            remarks.extend(found_first(faq, entry, text));
        }
    }
    let files: BTreeMap<&str, &EntryFile> = draft.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    let left_out = left_out(faq.knowledge(), faq.weights());
    remarks.extend(left_out.chunk_by(|a, b| a.entry == b.entry).filter_map(|own| lost_phrasings(own, &files)));
    remarks.extend(stealing_pairs(&left_out).into_iter().filter_map(|pair| pair.told(&files)));
    remarks
}

/// The remark on a phrasing that the live engine takes for something else than its entry.
pub(super) fn found_first(faq: &Faq, entry: &EntryFile, text: &Written<String>) -> Option<Problem> {
    let question = Question::new(&text.value);
    let reply = faq.ask(&question);
    if let ReplyKind::Urgent(urgent) = &reply.kind {
        let problem = entry.file.problem(
            "urgent-phrasing",
            text.span.clone(),
            "this is taken for an emergency",
            "ask it without the words of an emergency, or add a look-alike to red-flags.toml.",
        );
        let because = reply.why.red_flag.join(", ");
        return Some(problem.note(format!("Who asks this gets the urgent reply `{}` ({because}).", urgent.flag)));
    }
    let first = faq.rank(&question, 1).into_iter().next()?;
    if first.id == entry.id {
        return None;
    }
    let problem = entry.file.problem(
        "finds-another-first",
        text.span.clone(),
        format!("this finds `{}` first", first.id),
        "use words that set the two entries apart, or move it to the entry that it finds.",
    );
    Some(problem.note(format!("There it is nearest to “{}”.", first.explanation.nearest)))
}

/// What share of an entry's phrasings should find it first when they are left out. A member's words are farther from the
/// phrasings than these are from each other, so below it more than one question in five meets the wrong entry.
const FOUND_FIRST: f64 = 0.8;

/// With fewer phrasings an entry is not judged: each that is left out takes more than a tenth of what it is found by, and
/// so all short lists would fall short.
const FEWEST_JUDGED: usize = 10;

/// The remark on an entry that too few of its phrasings find; `own` are all of one entry.
fn lost_phrasings(own: &[LeftOut], files: &BTreeMap<&str, &EntryFile>) -> Option<Problem> {
    let lost: Vec<&LeftOut> = own.iter().filter(|left_out| left_out.is_lost()).collect();
    let found = own.len() - lost.len();
    if own.len() < FEWEST_JUDGED || found as f64 >= FOUND_FIRST * own.len() as f64 {
        return None;
    }
    let file = files.get(own.first()?.entry.as_str())?;
    let problem = file.file.problem(
        "lost-phrasings",
        file.question.as_ref()?.span.clone(),
        format!("of the {} phrasings only {found} find this entry when they are left out", own.len()),
        "say each idea in two phrasings with different words, use words that only this entry's askers use, and move a \
         phrasing to the entry that answers it.",
    );
    let mut by_finder: BTreeMap<&EntryId, Vec<String>> = BTreeMap::new();
    for left_out in lost {
        by_finder.entry(&left_out.found).or_default().push(format!("“{}”", left_out.phrasing));
    }
    let told: Vec<String> = by_finder.iter().map(|(id, texts)| format!("`{id}` by {}", texts.join(", "))).collect();
    Some(problem.note(format!("Found instead: {}.", told.join("; "))))
}

/// How many phrasings each of a pair must take from the other. Of an early set one phrasing in six went astray when it was
/// left out, and so one or two between neighbours are chance: at two each way 18 pairs were told, most of them
/// apart to any reader; at three five, and all of these shared a subject.
const THEFTS_EACH_WAY: usize = 3;

/// How many of them are quoted each way: enough to see what they have in common.
const QUOTED: usize = 5;

/// Two entries and the phrasings that went astray between them.
struct Pair {
    ids: [EntryId; 2],
    /// Phrasings of the first that find the second, and of the second that find the first.
    stolen: [Vec<String>; 2],
}

fn stealing_pairs(left_out: &[LeftOut]) -> Vec<Pair> {
    let mut thefts: BTreeMap<(EntryId, EntryId), Vec<String>> = BTreeMap::new();
    for lost in left_out.iter().filter(|left_out| left_out.is_lost()) {
        thefts.entry((lost.entry.clone(), lost.found.clone())).or_default().push(lost.phrasing.clone());
    }
    let enough = |of: &EntryId, by: &EntryId| {
        thefts.get(&(of.clone(), by.clone())).filter(|stolen| stolen.len() >= THEFTS_EACH_WAY).cloned()
    };
    thefts
        .keys()
        .filter(|(victim, thief)| victim < thief)
        .filter_map(|(a, b)| Some(Pair { ids: [a.clone(), b.clone()], stolen: [enough(a, b)?, enough(b, a)?] }))
        .collect()
}

impl Pair {
    fn told(self, files: &BTreeMap<&str, &EntryFile>) -> Option<Problem> {
        let [first, second] = &self.ids;
        let file = files.get(first.as_str())?;
        let question = file.question.as_ref()?;
        let quoted =
            |texts: &[String]| texts.iter().take(QUOTED).map(|text| format!("“{text}”")).collect::<Vec<_>>().join(", ");
        let problem = file.file.problem(
            "stealing-pair",
            question.span.clone(),
            format!("this entry and `{second}` steal each other's questions"),
            "give each the words that only its own askers use, or make one entry of the two.",
        );
        Some(problem.note(format!(
            "When left out, {} of this entry find the other, and {} of the other find this one.",
            quoted(&self.stolen[0]),
            quoted(&self.stolen[1])
        )))
    }
}
