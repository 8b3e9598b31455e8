//! What `caveat eval --details` adds for the terminal: confusions, a reliability diagram and a risk–coverage curve.

use std::fmt::Write as _;

use super::Report;
use super::reliability::{BINS, Bin, Guess, Point, Reliability, bins, risk_coverage, sampled};
use crate::render::harmless::harmless_line;

/// How many confusions are listed: a screen of them. The page of `--html` has all.
const SHOWN: usize = 15;

/// Columns of a bar from 0 to 1: each is four hundredths, finer than a bin of 50 cases can tell.
const BAR: usize = 25;

/// The coverages at which the curve is told.
const STEPS: usize = 10;

impl Report {
    /// Confusions, reliability diagram and risk–coverage curve as text, over members, oos and hostile; ends with a line
    /// break.
    pub fn details(&self) -> String {
        let guesses = self.guesses();
        if guesses.is_empty() {
            return "No details: they are of members, oos and hostile, and there are no such cases.\n".to_owned();
        }
        [self.confusion_list(), diagram(&guesses), curve(&guesses)].join("\n")
    }

    fn confusion_list(&self) -> String {
        let confusions = self.confusions();
        let cases: usize = confusions.iter().map(|confusion| confusion.cases.len()).sum();
        let mut text = format!("Confusions (wanted → found first): {cases} by {} pairs\n", confusions.len());
        for confusion in confusions.iter().take(SHOWN) {
            let wanted = confusion.wanted.map_or("(no answer)", |id| id.as_str());
            let pair = harmless_line(&format!("{wanted} → {}", confusion.found));
            let _ = writeln!(text, "  {:>3}  {pair}", confusion.cases.len());
            if let Some(outcome) = confusion.cases.first() {
                // A line of a terminal, less what stands around it.
                const BEGINNING: usize = 60;
                let q = harmless_line(&outcome.case.q);
                let mut shown: String = q.chars().take(BEGINNING).collect();
                if shown.len() < q.len() {
                    shown.push('…');
                }
                let _ = writeln!(text, "       “{shown}” ({}:{})", outcome.case.file, outcome.case.line);
            }
        }
        if confusions.len() > SHOWN {
            let _ = writeln!(text, "  … and {} more pairs; --html FILE shows all", confusions.len() - SHOWN);
        }
        text
    }
}

fn diagram(guesses: &[Guess]) -> String {
    let it = Reliability::of(guesses);
    let mut text = String::from(
        "Reliability (bar: the share right; │: what the confidence says)\n  confidence  cases    says   right\n",
    );
    for Bin { from, count, confidence, right } in bins(guesses) {
        let to = from + 1.0 / BINS as f64;
        let range = format!("{from:.1}–{to:.1}");
        match confidence.zip(right) {
            Some((says, right)) => {
                let bar = bar(right, Some(says));
                let row = format!("  {range:<10}  {count:>5}  {:>6}  {:>6}  {bar}", cent(says), cent(right));
                let _ = writeln!(text, "{}", row.trim_end());
            }
            None => {
                let _ = writeln!(text, "  {range:<10}  {count:>5}       –       –");
            }
        }
    }
    let _ = writeln!(text, "  expected calibration error {:.3} (0 is perfect)", it.calibration_error);
    text
}

fn curve(guesses: &[Guess]) -> String {
    let it = Reliability::of(guesses);
    let mut text = String::from(
        "Risk and coverage (were the surest guesses answered; bar: the share wrong)\n  answered  from confidence   wrong\n",
    );
    for Point { confidence, coverage, risk, .. } in sampled(&risk_coverage(guesses), STEPS) {
        let wrong = bar(risk, None);
        let row = format!("  {:>8}  {confidence:>15.2}  {:>6}  {wrong}", cent(coverage), cent(risk));
        let _ = writeln!(text, "{}", row.trim_end());
    }
    let _ = writeln!(
        text,
        "  AURC {:.3} (0 is perfect); answered rightly with at most 5 % wrong: {} of the questions that have an answer, \
         2 %: {}",
        it.aurc,
        cent(it.covered_at_5),
        cent(it.covered_at_2)
    );
    text
}

/// A bar of `share` of [`BAR`] columns, `│` standing at `mark`.
fn bar(share: f64, mark: Option<f64>) -> String {
    let column = |share: f64| (share.clamp(0.0, 1.0) * BAR as f64).round() as usize;
    let marked = mark.map(|mark| column(mark).min(BAR - 1));
    let sign = |at: usize| match at {
        at if marked == Some(at) => '│',
        at if at < column(share) => '█',
        _ => ' ',
    };
    let bar: String = (0..BAR).map(sign).collect();
    bar.trim_end().to_owned()
}

/// In whole percent; a counted share may well be 0 or 100 %.
fn cent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_ends_at_its_share_and_is_marked_at_what_was_said() {
        assert_eq!(bar(0.0, None), "");
        assert_eq!(bar(0.2, None), "█████");
        assert_eq!(bar(0.2, Some(0.08)), "██│██");
        assert_eq!(bar(0.2, Some(0.28)), "█████  │");
        assert_eq!(bar(1.0, Some(1.0)), format!("{}│", "█".repeat(BAR - 1)));
    }
}
