//! How an answer reads: dates beside what regulators say, plain sentences, and whether a review is due.

use jiff::civil::Date;

use super::readability::{Reading, reading};
use crate::faq::Faq;
use crate::knowledge::parse::EntryFile;
use crate::knowledge::{Draft, Evidence};
use crate::problem::Problem;

pub(super) fn remarks(faq: &Faq, draft: &Draft, today: Date) -> Vec<Problem> {
    let mut remarks = Vec::new();
    for entry in &draft.entries {
        remarks.extend(undated_regulator(entry));
        remarks.extend(review_due(faq, entry, today));
    }
    // The formula is one for English.
    if faq.knowledge().set.language.to_lowercase().split('-').next() == Some("en") {
        remarks.extend(hard_to_read(&draft.entries));
    }
    remarks
}

/// Names of authorities that approve medicines or devices, or warn of them, as answers write them. Of the countries whose
/// word the sources of the shipped set carry; in a set about other things they do no harm.
const REGULATORS: [&str; 12] =
    ["FDA", "EMA", "MHRA", "TGA", "PMDA", "MFDS", "ANVISA", "CDSCO", "NMPA", "FTC", "Health Canada", "Swissmedic"];

/// What a regulator says changes; a reader must see of when it is.
fn undated_regulator(entry: &EntryFile) -> Option<Problem> {
    let answer = entry.answer.as_ref()?;
    let named = REGULATORS.iter().copied().find(|name| has_word(&answer.value, name));
    let is_regulatory = entry.evidence.as_ref().is_some_and(|evidence| evidence.value == Evidence::Regulatory);
    if !(named.is_some() || is_regulatory) || has_year(&answer.value) {
        return None;
    }
    let start = named.and_then(|name| answer.value.find(name)).map_or(answer.span.clone(), |at| {
        let start = answer.span.start + at;
        start..start + named.map_or(0, str::len)
    });
    let problem = entry.file.problem(
        "undated-regulator",
        start,
        "the answer says what a regulator says, but not of when",
        "write the year, with the month if known: “as of June 2026”.",
    );
    Some(problem.note("There is no year in the answer, and rules change."))
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        free(text[..at].chars().next_back()) && free(text[at + word.len()..].chars().next())
    })
}

/// Whether a number stands in `text` that can only be a year of our time.
fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse::<u16>().ok())
        .any(|year| (1900..2100).contains(&year))
}

fn review_due(faq: &Faq, entry: &EntryFile, today: Date) -> Option<Problem> {
    let due = faq.knowledge().entry(&entry.id)?.review_due()?;
    let reviewed = entry.reviewed.as_ref().filter(|_| today > due)?;
    let problem = entry.file.problem(
        "review-due",
        reviewed.span.clone(),
        format!("the review was due on {due}"),
        "check the answer against its sources, mend what has changed, and write the day of the check here.",
    );
    Some(problem.note("Until then the bot says under the answer that it is old."))
}

/// By how many grades an answer may be above the set's median. Two are the spread of the formula on texts of this
/// length (a long word more or less); three are heard.
const GRADES_ABOVE: f64 = 3.0;

/// Up to here everybody reads with ease, whatever the rest of the set is like: the eighth grade, an age of 13 or 14.
const EASY_GRADE: f64 = 8.0;

fn hard_to_read(entries: &[EntryFile]) -> Vec<Problem> {
    let mut readings: Vec<(&EntryFile, Reading)> =
        entries.iter().filter_map(|entry| Some((entry, reading(&entry.answer.as_ref()?.value)?))).collect();
    readings.sort_by(|(_, a), (_, b)| a.grade.total_cmp(&b.grade));
    let Some(&(_, median)) = readings.get(readings.len() / 2) else { return Vec::new() };
    readings
        .into_iter()
        .filter(|(_, own)| own.grade > EASY_GRADE && own.grade > median.grade + GRADES_ABOVE)
        .filter_map(|(entry, own)| {
            let answer = entry.answer.as_ref()?;
            let problem = entry.file.problem(
                "hard-to-read",
                answer.span.clone(),
                "the answer is much harder to read than the others",
                "make two sentences of each long one, and take a short word where there is one.",
            );
            Some(problem.note(format!(
                "Its sentences have {:.0} words on average, and its words {:.1} syllables; in an answer from the middle \
                 of the set it is {:.0} and {:.1}.",
                own.words_a_sentence, own.syllables_a_word, median.words_a_sentence, median.syllables_a_word
            )))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regulator_is_a_word_and_a_year_a_number_of_our_time() {
        assert!(has_word("The FDA said", "FDA") && has_word("(EMA)", "EMA") && has_word("FDA's", "FDA"));
        assert!(!has_word("EMAIL and SCHEMA", "EMA"));
        assert!(has_year("in 2019.") && has_year("as of June 2026") && has_year("2019-12-06"));
        assert!(!has_year("20190 men took 5,000 units of 3000, call 0800 1234"));
    }
}
