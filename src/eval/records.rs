//! A report as texts for programs and for review: one JSON object for all, a JSON line a case, a CSV row a case.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Figure, Kind, Outcome, Report, Wanted};
use crate::matching::Match;
use crate::render::harmless::harmless_line;
use crate::render::json;

/// How many entries of the ranking a case's line tells: those that a member could have been offered.
const TOLD: usize = 3;

impl Report {
    /// The figures as one line of JSON: an object a kind (`files`, each figure as a count, and all `shares`), `summary`,
    /// and the FAQ's `version`.
    pub fn json(&self) -> String {
        let mut all = Map::new();
        for kind in self.kinds() {
            let mut object = figures(&self.counts(kind).figures(kind));
            object.insert("files".to_owned(), json!(self.files(kind)));
            all.insert(kind.name().to_owned(), Value::Object(object));
        }
        all.insert("summary".to_owned(), Value::Object(figures(&self.summary())));
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
    /// not among the first ten), the confidence in the first entry, what was said and whether that was right.
    pub fn csv(&self) -> String {
        // Long enough to recognise a message, short enough to read a row at a glance.
        const SHOWN: usize = 60;
        let mut text = "file,row,q,rank,confidence,said,right\n".to_owned();
        for outcome in &self.outcomes {
            let case = &outcome.case;
            let q: String = harmless_line(&case.q).chars().take(SHOWN).collect();
            let rank = outcome.rank.map(|rank| rank.to_string()).unwrap_or_default();
            let confidence =
                outcome.ranking.first().map(|first| format!("{:.2}", first.confidence.value())).unwrap_or_default();
            let said = [outcome.said.name()].into_iter().chain(outcome.said.ids()).collect::<Vec<_>>().join(" ");
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{rank},{confidence},{},{}",
                case.kind.name(),
                case.line,
                csv_field(q.trim_end()),
                csv_field(&said),
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

impl Outcome {
    fn json(&self) -> Value {
        let wanted = match &self.case.wanted {
            Wanted::Entry(_) => "entry",
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
