//! One entry tried out in a sound set, before it stands in the folder: what is wrong with it, what members would see, and
//! which questions it would win, lose, or take from others.
//!
//! Where the text comes from, and where what is found here goes, is the caller's business.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::answering::{Action, Reply};
use crate::eval::Case;
use crate::eval::change::{Found, Moved, Turn, moved};
use crate::faq::Faq;
use crate::knowledge::file_text::FileText;
use crate::knowledge::{Draft, EntryId, TopicId, check, parse};
use crate::problem::{Problem, Severity};
use crate::proofread::proofread_entry;
use crate::render::fit::label;
use crate::render::wording::staff as words;

/// What came of the trial.
#[derive(Debug)]
pub struct Preview {
    /// Where the entry was tried, such as `hair/do-exosomes-regrow-hair`.
    pub place: String,
    /// Whether the set has an entry of this id, whose place it would take.
    pub replaces: bool,
    /// What it would bring with it: in its own file, and elsewhere because of it.
    pub problems: Vec<Problem>,
    /// What it would do; `None` if it has mistakes and cannot be tried.
    pub effect: Option<Effect>,
}

/// What a sound entry would do.
#[derive(Debug)]
pub struct Effect {
    /// The replies that show the entry, part by part; never empty. How many parts there are is a matter of how they are
    /// laid out; behind the last part comes the last part again.
    pub shown: Vec<Reply>,
    /// The questions that would be told something else, the worst first.
    pub moved: Vec<Moved>,
    /// How many questions were tried: phrasings of other entries, and cases.
    pub tried: usize,
}

/// More parts than a text of the longest allowed answer can have.
const MOST_PARTS: usize = 20;

/// Tries the entry with the content `bytes` as `id` in `topic` of the set `faq`, which was made of `draft`.
pub fn preview(
    faq: &Faq,
    draft: &Draft,
    bytes: &[u8],
    (topic, id): (TopicId, EntryId),
    cases: &[Case],
    today: Date,
) -> Preview {
    let place = format!("{topic}/{id}");
    let replaces = draft.entries.iter().any(|entry| entry.id == id);
    let file = match FileText::from_bytes(&format!("{place}.md"), bytes) {
        Ok(file) => file,
        Err(problem) => return Preview { place, replaces, problems: vec![*problem], effect: None },
    };
    let read = parse::entry::parse(file, topic, id.clone());
    let known = check(draft, today);
    let mut changed = draft.clone();
    changed.entries.retain(|entry| entry.id != id);
    changed.entries.push(read.value);
    let mut problems = read.problems;
    // What was wrong before is not this entry's doing.
    problems.extend(check(&changed, today).into_iter().filter(|problem| !known.contains(problem)));
    problems.sort_by(Problem::by_place);
    let is_sound = problems.iter().all(|problem| problem.severity == Severity::Remark);
    let Some(knowledge) = is_sound.then(|| changed.clone().finish()).flatten() else {
        return Preview { place, replaces, problems, effect: None };
    };
    let after = faq.with(knowledge, "preview");
    problems.extend(proofread_entry(&after, &changed, &id, today));
    let moved = moved(faq, &after, &id, cases);
    let phrasings = after.knowledge().entries.iter().filter(|entry| entry.id != id).map(|entry| entry.texts().count());
    let tried = phrasings.sum::<usize>() + cases.len();
    Preview { place, replaces, problems, effect: Some(Effect { shown: shown(&after, &id, today), moved, tried }) }
}

fn shown(faq: &Faq, id: &EntryId, today: Date) -> Vec<Reply> {
    let parts = (0..MOST_PARTS).map_while(|nth| faq.act(&Action::ReadOn(id.clone(), nth), Some(today)));
    parts.collect()
}

impl Preview {
    /// The report in plain text, without the entry itself; ends with a line break.
    pub fn report(&self) -> String {
        let mut text = words::preview_of(&self.place, self.replaces);
        text.push_str("\n\n");
        if self.problems.is_empty() {
            let _ = writeln!(text, "{}\n", words::NO_PROBLEMS);
        }
        for problem in &self.problems {
            let _ = writeln!(text, "{problem}\n");
        }
        let Some(effect) = &self.effect else {
            let _ = writeln!(text, "{}", words::NOT_TRIED);
            return text;
        };
        let _ = writeln!(text, "{}", words::moved(effect.moved.len(), effect.tried));
        for (turn, heading) in
            [(Turn::Worse, words::WORSE), (Turn::Neither, words::NEITHER), (Turn::Better, words::BETTER)]
        {
            let of_this: Vec<&Moved> = effect.moved.iter().filter(|moved| moved.turn() == turn).collect();
            if of_this.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{heading} ({})", of_this.len());
            for moved in of_this {
                // Longer messages are stories; their beginning shows which it is.
                let _ = writeln!(text, "  “{}”", label(&moved.text, 100));
                let _ = writeln!(text, "      {} → {}", told(&moved.before), told(&moved.after));
            }
        }
        text
    }
}

/// `answer x`, or for a phrasing what it finds.
fn told(found: &Found) -> String {
    match (&found.said, &found.first) {
        (Some(said), _) => said.to_string(),
        (None, Some(first)) => words::finds(first.as_str()),
        (None, None) => words::FINDS_NOTHING.to_owned(),
    }
}
