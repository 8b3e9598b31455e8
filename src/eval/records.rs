//! A report as texts for programs and for review: one JSON object for all, a JSON line a case, a CSV row a case.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::confusions::Confusion;
use super::reliability::{Guess, Point, Reliability, bins, risk_coverage, sampled};
use super::{Figure, Kind, Outcome, Report, Wanted};
use crate::matching::Match;
use crate::render::harmless::harmless_line;
use crate::render::json;

/// How many entries of the ranking a case's line tells: those that a member could have been offered.
const TOLD: usize = 3;

impl Report {
    /// The figures as one line of JSON: an object a kind (`files`, each figure as a count, and all `shares`), `summary`,
    /// and the FAQ's `version`. Over members, oos and hostile: `reliability` (its figures, and the `bins` of the diagram),
    /// `risk_coverage` (points at each twentieth of coverage) and `confusions` (most frequent first).
    pub fn json(&self) -> String {
        let mut all = Map::new();
        for kind in self.kinds() {
            let mut object = figures(&self.counts(kind).figures(kind));
            object.insert("files".to_owned(), json!(self.files(kind)));
            all.insert(kind.name().to_owned(), Value::Object(object));
        }
        all.insert("summary".to_owned(), Value::Object(figures(&self.summary())));
        let guesses = self.guesses();
        all.insert("reliability".to_owned(), reliability(&guesses));
        all.insert("risk_coverage".to_owned(), curve(&guesses));
        all.insert("confusions".to_owned(), self.confusions().iter().map(confusion).collect());
        all.insert("version".to_owned(), json!(self.version));
        json::line(&all)
    }

    /// A JSON line a case: what was said, and why.
    pub fn json_lines(&self) -> String {
        let mut text = String::new();
        for outcome in &self.outcomes {
            text.push_str(&json::line(&outcome.json()));
            text.push('\n');
        }
        text
    }

    /// A CSV row a case, for review beside the change that caused it: where the first acceptable entry stood (empty if
    /// not among the first ten), the confidence in the first entry, what was said and whether that was right. By file and
    /// row, whatever the order in which the files were given: shells do not agree on what `*` comes to.
    pub fn csv(&self) -> String {
        // Long enough to recognise a message, short enough to read a row at a glance.
        const SHOWN: usize = 60;
        let mut text = "file,row,q,rank,confidence,said,right\n".to_owned();
        let mut outcomes: Vec<&Outcome> = self.outcomes.iter().collect();
        outcomes.sort_by_key(|outcome| (stem(&outcome.case.file), outcome.case.line));
        for outcome in outcomes {
            let case = &outcome.case;
            let q: String = harmless_line(&case.q).chars().take(SHOWN).collect();
            let rank = outcome.rank.map(|rank| rank.to_string()).unwrap_or_default();
            let confidence =
                outcome.ranking.first().map(|first| format!("{:.2}", first.confidence.value())).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{rank},{confidence},{},{}",
                csv_field(stem(&case.file)),
                case.line,
                csv_field(q.trim_end()),
                csv_field(&outcome.said.to_string()),
                if outcome.right { "yes" } else { "NO" }
            );
        }
        text
    }
}

fn figures(figures: &[Figure]) -> Map<String, Value> {
    let mut object: Map<String, Value> =
        figures.iter().map(|figure| (figure.name.to_owned(), json!(figure.count))).collect();
    let shares: Map<String, Value> =
        figures.iter().map(|figure| (figure.name.to_owned(), json!(figure.share()))).collect();
    object.insert("shares".to_owned(), Value::Object(shares));
    object
}

fn reliability(guesses: &[Guess]) -> Value {
    let it = Reliability::of(guesses);
    let bins: Vec<Value> = bins(guesses)
        .iter()
        .map(|bin| json!({"from": bin.from, "cases": bin.count, "confidence": bin.confidence, "right": bin.right}))
        .collect();
    json!({
        "cases": guesses.len(),
        "in_scope": guesses.iter().filter(|guess| guess.in_scope).count(),
        "first": it.first,
        "first_three": it.first_three,
        "expected_calibration_error": it.calibration_error,
        "aurc": it.aurc,
        "covered_at_5": it.covered_at_5,
        "covered_at_2": it.covered_at_2,
        "bins": bins,
    })
}

fn curve(guesses: &[Guess]) -> Value {
    // A point a case would be most of the object; a program that wants them all reads the lines of `--out`.
    const STEPS: usize = 20;
    let point =
        |it: Point| json!({"coverage": it.coverage, "confidence": it.confidence, "risk": it.risk, "right": it.right});
    sampled(&risk_coverage(guesses), STEPS).into_iter().map(point).collect()
}

fn confusion(confusion: &Confusion<'_>) -> Value {
    let example = confusion.cases.first().map(|outcome| {
        let case = &outcome.case;
        json!({"file": case.file, "line": case.line, "q": case.q})
    });
    json!({
        "wanted": confusion.wanted.map(|id| id.as_str()),
        "found": confusion.found.as_str(),
        "cases": confusion.cases.len(),
        "example": example,
    })
}

impl Outcome {
    fn json(&self) -> Value {
        let wanted = match &self.case.wanted {
            Wanted::Entry(_) => "entry",
            Wanted::Both(..) => "both",
            Wanted::NoAnswer => "no_answer",
            Wanted::Urgent => "urgent",
            Wanted::NotUrgent(_) => "not_urgent",
        };
        let wanted_ids: Vec<&str> = self.case.wanted.ids().iter().map(|id| id.as_str()).collect();
        json!({
            "file": self.case.file,
            "kind": self.case.kind.name(),
            "line": self.case.line,
            "q": self.case.q,
            "about": self.case.about,
            "wanted": wanted,
            "wanted_ids": wanted_ids,
            "said": self.said.name(),
            "said_ids": self.said.ids(),
            "right": self.right,
            "rank": self.rank,
            "confidence": self.ranking.first().map(|first| first.confidence.value()),
            "bar": self.why.bar,
            "because": self.why.because,
            "red_flag": self.why.red_flag,
            "unknown_words": self.why.unknown_words,
            "top": self.ranking.iter().take(TOLD).map(json::ShownMatch::of).collect::<Vec<_>>(),
        })
    }

    /// Whether the reply did what must not happen: a wrong answer, a missed emergency, a false alarm.
    pub fn is_harmful(&self) -> bool {
        use super::Said;
        match self.said {
            Said::Answer(_) if self.case.kind == Kind::Urgent => !self.right,
            Said::Answer(_) => !super::answered_right(&self.case.wanted, &self.said),
            Said::Urgent(_) => !self.right,
            Said::Offers(_) | Said::NotInFaq => self.case.wanted == Wanted::Urgent,
        }
    }

    /// The best entries of the ranking, as many as a case's line tells.
    pub fn top(&self) -> &[Match] {
        &self.ranking[..self.ranking.len().min(TOLD)]
    }
}

/// The name of a case file without folders and ending.
fn stem(file: &str) -> &str {
    Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file)
}

/// `text` as a field of CSV (RFC 4180).
fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_csv_keeps_its_commas_and_quotes() {
        assert_eq!(csv_field("plain"), "plain");
        assert_eq!(csv_field("a, b"), "\"a, b\"");
        assert_eq!(csv_field("say \"hi\""), "\"say \"\"hi\"\"\"");
    }
}
