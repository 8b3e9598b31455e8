//! Whether confidences can be believed: do they order the guesses well, and are they right as often as they say?
//!
//! A guess is the first entry of a ranking, whatever was said to the member. Used by `eval` for the replies of today's
//! weights, and by `tune` for weights that are only being tried.

use std::cmp::Ordering;

use super::{Kind, Report, Wanted};

/// The first entry of a ranking as a guess, judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The place of the first right entry in the ranking, counted from 1; `None` if none is right.
    pub rank: Option<usize>,
    /// Whether any entry would be right.
    pub in_scope: bool,
    /// In `0.0..=1.0`.
    pub confidence: f64,
}

impl Guess {
    /// Whether the first entry is right; out of scope it never is.
    pub fn right(&self) -> bool {
        self.rank == Some(1)
    }
}

/// How good a ranking with confidences is, over judged guesses. Shares of nothing are 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// Share of in-scope questions whose first entry is right, and that have a right one among the first three.
    pub first: f64,
    pub first_three: f64,
    /// Area under the risk–coverage curve over all questions; lower is better (Y. Geifman, R. El-Yaniv, "Selective
    /// Classification for Deep Neural Networks", 2017). The right ones among equal confidences are spread evenly, so that
    /// the order of the questions does not count.
    pub aurc: f64,
    /// Greatest share of in-scope questions answered rightly with at most 5 % (2 %) of the answers wrong, the bar being
    /// picked with hindsight.
    pub covered_at_5: f64,
    pub covered_at_2: f64,
    /// Expected calibration error over [`BINS`] bins of equal width: how far, on average, the share right is from the
    /// confidence (M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    /// AAAI 2015).
    pub calibration_error: f64,
}

/// Bins of the reliability diagram: the usual ten, in which some 50 of the 500 shipped cases fall each.
pub const BINS: usize = 10;

/// The guesses whose confidences lie in one tenth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Its least confidence; it ends before the next bin's, the last with 1.
    pub from: f64,
    pub count: usize,
    /// The mean of their confidences; `None` of an empty bin.
    pub confidence: Option<f64>,
    /// The share that is right; `None` of an empty bin.
    pub right: Option<f64>,
}

/// What happens if all guesses of at least this confidence are given as answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub confidence: f64,
    /// The share of all questions that is answered, in `0.0..=1.0`.
    pub coverage: f64,
    /// The share of these answers that is wrong, in `0.0..=1.0`.
    pub risk: f64,
    /// The share of in-scope questions that is answered rightly, in `0.0..=1.0`.
    pub right: f64,
}

impl Reliability {
    pub fn of(guesses: &[Guess]) -> Self {
        let in_scope = guesses.iter().filter(|guess| guess.in_scope).count();
        let within = |places: usize| guesses.iter().filter(|g| g.rank.is_some_and(|rank| rank <= places)).count();
        let curve = risk_coverage(guesses);
        let covered = |risk: f64| {
            // A hair of slack: 5 of 100 is 5 %, whatever binary fractions make of it.
            curve.iter().filter(|point| point.risk <= risk + 1e-9).map(|point| point.right).fold(0.0, f64::max)
        };
        Self {
            first: share(within(1), in_scope),
            first_three: share(within(3), in_scope),
            aurc: area(guesses),
            covered_at_5: covered(0.05),
            covered_at_2: covered(0.02),
            calibration_error: calibration_error(guesses),
        }
    }
}

/// The reliability diagram: in each tenth of confidence, how many and how many of them right.
pub fn bins(guesses: &[Guess]) -> [Bin; BINS] {
    std::array::from_fn(|nth| {
        let inside = || guesses.iter().filter(move |guess| bin_of(guess.confidence) == nth);
        let count = inside().count();
        let mean = |sum: f64| (count > 0).then(|| sum / count as f64);
        Bin {
            from: nth as f64 / BINS as f64,
            count,
            confidence: mean(inside().map(|guess| guess.confidence).sum()),
            right: mean(inside().filter(|guess| guess.right()).count() as f64),
        }
    })
}

fn bin_of(confidence: f64) -> usize {
    ((confidence * BINS as f64) as usize).min(BINS - 1)
}

fn calibration_error(guesses: &[Guess]) -> f64 {
    let off = |bin: &Bin| bin.count as f64 * (bin.confidence.unwrap_or(0.0) - bin.right.unwrap_or(0.0)).abs();
    bins(guesses).iter().map(off).sum::<f64>() / guesses.len().max(1) as f64
}

/// The risk–coverage curve: a point for each confidence that occurs, the surest first.
pub fn risk_coverage(guesses: &[Guess]) -> Vec<Point> {
    let in_scope = guesses.iter().filter(|guess| guess.in_scope).count();
    let (mut answered, mut right) = (0, 0);
    equals(guesses)
        .into_iter()
        .map(|Equals { confidence, count, right: of_them }| {
            answered += count;
            right += of_them;
            Point {
                confidence,
                coverage: share(answered, guesses.len()),
                risk: share(answered - right, answered),
                right: share(right, in_scope),
            }
        })
        .collect()
}

/// At most `steps` points of the `curve`, at even coverages: of each step the first that reaches it.
pub fn sampled(curve: &[Point], steps: usize) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for step in 1..=steps {
        // A hair less, so that rounding does not lose the last.
        let coverage = step as f64 / steps as f64 - 1e-9;
        let reached = curve.iter().find(|point| point.coverage >= coverage);
        if let Some(point) = reached.filter(|point| points.last() != Some(*point)) {
            points.push(*point);
        }
    }
    points
}

fn area(guesses: &[Guess]) -> f64 {
    let (mut answered, mut wrong, mut area) = (0.0, 0.0, 0.0);
    for Equals { count, right, .. } in equals(guesses) {
        let wrong_here = (count - right) as f64;
        for nth in 1..=count {
            let part = nth as f64 / count as f64;
            area += (wrong + wrong_here * part) / (answered + nth as f64);
        }
        answered += count as f64;
        wrong += wrong_here;
    }
    area / guesses.len().max(1) as f64
}

/// The guesses of one and the same confidence: no bar can part them.
struct Equals {
    confidence: f64,
    count: usize,
    right: usize,
}

/// The surest first.
fn equals(guesses: &[Guess]) -> Vec<Equals> {
    let mut sorted: Vec<&Guess> = guesses.iter().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    sorted
        .chunk_by(|a, b| a.confidence.total_cmp(&b.confidence) == Ordering::Equal)
        .map(|equal| Equals {
            confidence: equal[0].confidence,
            count: equal.len(),
            right: equal.iter().filter(|guess| guess.right()).count(),
        })
        .collect()
}

fn share(count: usize, of: usize) -> f64 {
    // Counts of cases are far below 2^52, where a float would begin to round them.
    count as f64 / of.max(1) as f64
}

impl Report {
    /// The guesses of all kinds in which ordinary messages are answered: members, oos and hostile. What the urgent cases
    /// are for is decided before anything is ranked.
    pub fn guesses(&self) -> Vec<Guess> {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.case.kind != Kind::Urgent)
            .map(|outcome| Guess {
                rank: outcome.rank,
                in_scope: matches!(outcome.case.wanted, Wanted::Entry(_) | Wanted::Both(..)),
                confidence: outcome.ranking.first().map_or(0.0, |first| first.confidence.value()),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(confidence: f64, rank: Option<usize>) -> Guess {
        Guess { rank, in_scope: true, confidence }
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn the_figures_of_a_small_set_worked_out_by_hand() {
        let out_of_scope = Guess { in_scope: false, ..guess(0.35, None) };
        let guesses = [guess(0.95, Some(1)), guess(0.85, Some(1)), guess(0.8, Some(3)), out_of_scope];
        let it = Reliability::of(&guesses);
        close(it.first, 2.0 / 3.0);
        close(it.first_three, 1.0);
        // risks 0, 0, 1/3, 2/4
        close(it.aurc, (1.0 / 3.0 + 0.5) / 4.0);
        close(it.covered_at_5, 2.0 / 3.0);
        close(it.covered_at_2, 2.0 / 3.0);
        // 0.9.. says .95 and is 1; 0.8.. says .825 and is .5; 0.3.. says .35 and is 0
        close(it.calibration_error, (0.05 + 2.0 * 0.325 + 0.35) / 4.0);
    }

    #[test]
    fn of_nothing_all_shares_are_nothing() {
        let it = Reliability::of(&[]);
        assert_eq!(
            [it.first, it.first_three, it.aurc, it.covered_at_5, it.covered_at_2, it.calibration_error],
            [0.0; 6]
        );
        assert!(risk_coverage(&[]).is_empty());
        assert!(bins(&[]).iter().all(|bin| bin.count == 0 && bin.right.is_none()));
    }

    #[test]
    fn among_equal_confidences_the_order_of_the_questions_does_not_count() {
        let guesses = [guess(0.9, Some(1)), guess(0.5, Some(1)), guess(0.5, Some(2)), guess(0.5, Some(1))];
        let mut turned = guesses;
        turned.reverse();
        assert_eq!(Reliability::of(&guesses), Reliability::of(&turned));
        // No bar lets only the right ones of the equals through.
        close(Reliability::of(&guesses).covered_at_5, 0.25);
        // risks 0, (1/3)/2, (2/3)/3, 1/4
        close(Reliability::of(&guesses).aurc, (1.0 / 6.0 + 2.0 / 9.0 + 0.25) / 4.0);
    }

    #[test]
    fn a_confidence_on_an_edge_is_in_the_upper_bin_and_1_in_the_last() {
        let counts = bins(&[guess(0.0, None), guess(0.1, None), guess(0.95, Some(1)), guess(1.0, Some(1))]);
        assert_eq!(counts.map(|bin| bin.count), [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(counts[9].right, Some(1.0));
    }

    #[test]
    fn the_curve_ends_with_everything_answered() {
        let guesses = [guess(0.9, Some(1)), guess(0.6, None), guess(0.6, Some(1)), guess(0.2, None)];
        let curve = risk_coverage(&guesses);
        assert_eq!(curve.iter().map(|point| point.coverage).collect::<Vec<_>>(), [0.25, 0.75, 1.0]);
        assert_eq!(curve.last().map(|point| (point.risk, point.right)), Some((0.5, 0.5)));
    }

    #[test]
    fn a_curve_is_told_at_even_coverages_and_to_its_end() {
        let at = |nth: usize| Point { confidence: 0.5, coverage: nth as f64 / 30.0, risk: 0.0, right: 0.0 };
        let curve: Vec<Point> = (1..=30).map(at).collect();
        let told: Vec<f64> = sampled(&curve, 3).iter().map(|point| point.coverage).collect();
        assert_eq!(told, [10.0 / 30.0, 20.0 / 30.0, 1.0]);
        // One point that covers all is told once.
        assert_eq!(sampled(&curve[29..], 10).len(), 1);
        assert!(sampled(&[], 10).is_empty());
    }
}
