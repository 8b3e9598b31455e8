//! Which entry a phrasing finds: its own, another's, or an emergency's.
//!
//! The engine has every phrasing of the set by heart, so asking it the phrasing itself shows only the worst. What members
//! ask is never a phrasing word for word; so pairs of entries are judged by phrasings that the engine was not given.

use std::collections::BTreeMap;
use std::thread;

use crate::answering::ReplyKind;
use crate::faq::Faq;
use crate::knowledge::file_text::Written;
use crate::knowledge::parse::EntryFile;
use crate::knowledge::{Draft, EntryId, Knowledge};
use crate::matching::weights::Weights;
use crate::matching::{Index, Question};
use crate::problem::Problem;

pub(super) fn remarks(faq: &Faq, draft: &Draft) -> Vec<Problem> {
    let mut remarks = Vec::new();
    for entry in &draft.entries {
        for text in entry.texts() {
            remarks.extend(found_first(faq, entry, text));
        }
    }
    let files: BTreeMap<&str, &EntryFile> = draft.entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
    remarks.extend(stealing_pairs(faq.knowledge(), faq.weights()).into_iter().filter_map(|pair| pair.told(&files)));
    remarks
}

/// The remark on a phrasing that the live engine takes for something else than its entry.
fn found_first(faq: &Faq, entry: &EntryFile, text: &Written<String>) -> Option<Problem> {
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

/// In how many parts the phrasings are left out. With five, four fifths stay to be found by, which is near enough to the
/// whole, and five indexes are built.
const FOLDS: usize = 5;

/// How many phrasings each of a pair must take from the other. Of the set that ships one phrasing in six went astray when
/// it was left out, and so one or two between neighbours are chance: at two each way 18 pairs were told, most of them
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

fn stealing_pairs(knowledge: &Knowledge, weights: &Weights) -> Vec<Pair> {
    // The indexes are what takes time, and each can be built by itself.
    let folds: Vec<Vec<Theft>> = thread::scope(|scope| {
        let running: Vec<_> = (0..FOLDS).map(|fold| scope.spawn(move || thefts_in(knowledge, weights, fold))).collect();
        running.into_iter().map(|fold| fold.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut thefts: BTreeMap<(EntryId, EntryId), Vec<String>> = BTreeMap::new();
    for theft in folds.into_iter().flatten() {
        thefts.entry((theft.victim, theft.thief)).or_default().push(theft.phrasing);
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

/// A phrasing of one entry that found another when it was left out.
struct Theft {
    victim: EntryId,
    thief: EntryId,
    phrasing: String,
}

/// What goes astray when every [`FOLDS`]th phrasing, beginning with the one numbered `fold`, is left out.
fn thefts_in(knowledge: &Knowledge, weights: &Weights, fold: usize) -> Vec<Theft> {
    let is_left_out = |nth: usize| nth % FOLDS == fold;
    let mut rest = knowledge.clone();
    for entry in &mut rest.entries {
        let mut nth = 0..;
        entry.phrasings.retain(|_| !nth.next().is_some_and(is_left_out));
    }
    let index = Index::new(&rest, weights.clone());
    let mut thefts = Vec::new();
    for entry in &knowledge.entries {
        for (_, phrasing) in entry.phrasings.iter().enumerate().filter(|(nth, _)| is_left_out(*nth)) {
            let Some(first) = index.search(phrasing, 1).into_iter().next() else { continue };
            if first.id != entry.id {
                thefts.push(Theft { victim: entry.id.clone(), thief: first.id, phrasing: phrasing.clone() });
            }
        }
    }
    thefts
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
