//! Fits the engine's weights to judged questions: which measures to trust, and how far to believe the first entry.
//!
//! Two fits, both small and convex but for the choice of the nearest phrasing, both deterministic:
//! the likenesses by softmax cross-entropy over entries (R. Luce's choice model; as "ListNet", Z. Cao et al., 2007), the
//! doubts by logistic regression (D. Cox, 1958) on whether the first entry was right, out-of-scope questions counting as
//! wrong. No weight may be negative: more likeness never lowers a score, less doubt never lowers a confidence.

use crate::matching::features::{DOUBTS, Doubts, LIKENESSES, Likenesses};
use crate::matching::index::{Index, Measured};
use crate::matching::weights::Weights;

/// An FAQ with judged questions.
#[derive(Debug)]
pub struct JudgedSet {
    pub name: String,
    pub index: Index,
    /// Each question with the entries (by their place in the index) that are right; none: out of scope.
    pub questions: Vec<(String, Vec<u32>)>,
    /// How much the set counts in the fit; each set's questions share this.
    pub importance: f64,
}

/// One measured question, as the fits see it.
#[derive(Debug, Clone)]
pub struct Row {
    pub set: usize,
    pub likenesses: Vec<Likenesses>,
    pub right: Vec<u32>,
    pub weight: f64,
}

/// Rounds of choosing the nearest phrasing anew under the weights of the round before. Ranks change little after two.
const ROUNDS: usize = 2;

/// Weights fitted to `sets`, using only the questions for which `take(set, question)` is true.
pub fn fit(sets: &mut [JudgedSet], take: impl Fn(usize, usize) -> bool) -> Weights {
    let mut weights = Weights::plain();
    for _ in 0..ROUNDS {
        let rows = measure_rows(sets, &weights, &take);
        weights.likeness = fit_likeness(&rows, &weights.likeness);
    }
    let mut doubts: Vec<(Doubts, bool, f64)> = Vec::new();
    for (nth, set) in sets.iter_mut().enumerate() {
        set.index.set_weights(weights.clone());
        let taken = (0..set.questions.len()).filter(|&q| take(nth, q)).count().max(1);
        for (q, (text, right)) in set.questions.iter().enumerate() {
            if take(nth, q) {
                let measured = set.index.measure(text);
                doubts.push((measured.doubts, first_is_right(&measured, right), set.importance / taken as f64));
            }
        }
    }
    let (constant, doubt) = fit_doubt(&doubts);
    weights.doubt_constant = constant;
    weights.doubt = doubt;
    weights
}

pub fn first_is_right(measured: &Measured, right: &[u32]) -> bool {
    measured.order.first().is_some_and(|first| right.contains(first))
}

fn measure_rows(sets: &mut [JudgedSet], weights: &Weights, take: &impl Fn(usize, usize) -> bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for (nth, set) in sets.iter_mut().enumerate() {
        set.index.set_weights(weights.clone());
        let in_scope = |q: &usize| take(nth, *q) && !set.questions[*q].1.is_empty();
        let taken: Vec<usize> = (0..set.questions.len()).filter(in_scope).collect();
        for &q in &taken {
            let (text, right) = &set.questions[q];
            let measured = set.index.measure(text);
            let weight = set.importance / taken.len() as f64;
            rows.push(Row { set: nth, likenesses: measured.likenesses, right: right.clone(), weight });
        }
    }
    rows
}

/// Steps and step size of Adam (D. Kingma, J. Ba, 2015) for both fits; the loss no longer falls in its fourth digit.
const STEPS: usize = 150;
const RATE: f64 = 0.05;

struct Adam {
    mean: Vec<f64>,
    square: Vec<f64>,
    step: i32,
}

impl Adam {
    fn new(size: usize) -> Self {
        Self { mean: vec![0.0; size], square: vec![0.0; size], step: 0 }
    }

    fn descend(&mut self, point: &mut [f64], gradient: &[f64], rate: f64) {
        self.step += 1;
        let (one, two) = (1.0 - 0.9f64.powi(self.step), 1.0 - 0.999f64.powi(self.step));
        for k in 0..point.len() {
            self.mean[k] = 0.9 * self.mean[k] + 0.1 * gradient[k];
            self.square[k] = 0.999 * self.square[k] + 0.001 * gradient[k] * gradient[k];
            point[k] -= rate * (self.mean[k] / one) / ((self.square[k] / two).sqrt() + 1e-9);
        }
    }
}

fn fit_likeness(rows: &[Row], start: &[f64]) -> Vec<f64> {
    let total: f64 = rows.iter().map(|row| row.weight).sum::<f64>().max(1e-9);
    let mut point = start.to_vec();
    let mut adam = Adam::new(LIKENESSES);
    for step in 0..STEPS {
        let mut gradient = vec![0f64; LIKENESSES];
        for row in rows {
            let scores: Vec<f64> =
                row.likenesses.iter().map(|own| own.iter().zip(&point).map(|(x, w)| f64::from(*x) * w).sum()).collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let exps: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
            let sum: f64 = exps.iter().sum();
            let right: f64 = row.right.iter().map(|&r| exps[r as usize]).sum::<f64>().max(1e-300);
            for (entry, own) in row.likenesses.iter().enumerate() {
                let mut pull = exps[entry] / sum;
                if row.right.contains(&(entry as u32)) {
                    pull -= exps[entry] / right;
                }
                if pull.abs() > 1e-7 {
                    for (g, x) in gradient.iter_mut().zip(own) {
                        *g += row.weight * pull * f64::from(*x);
                    }
                }
            }
        }
        for (g, w) in gradient.iter_mut().zip(&point) {
            // A light pull to zero keeps measures that say the same from growing against each other.
            *g = *g / total + 1e-3 * w;
        }
        let rate = RATE * 4.0 * (1.0 - step as f64 / STEPS as f64).max(0.05);
        adam.descend(&mut point, &gradient, rate);
        for w in &mut point {
            *w = w.max(0.0);
        }
    }
    point
}

fn fit_doubt(rows: &[(Doubts, bool, f64)]) -> (f64, Vec<f64>) {
    let total: f64 = rows.iter().map(|row| row.2).sum::<f64>().max(1e-9);
    let mut mean = vec![0f64; DOUBTS];
    let mut spread = vec![0f64; DOUBTS];
    for (x, _, weight) in rows {
        for k in 0..DOUBTS {
            mean[k] += weight * f64::from(x[k]) / total;
        }
    }
    for (x, _, weight) in rows {
        for k in 0..DOUBTS {
            spread[k] += weight * (f64::from(x[k]) - mean[k]).powi(2) / total;
        }
    }
    for s in &mut spread {
        *s = s.sqrt().max(1e-6);
    }
    let mut point = vec![0f64; DOUBTS + 1];
    let mut adam = Adam::new(DOUBTS + 1);
    for step in 0..STEPS {
        let mut gradient = vec![0f64; DOUBTS + 1];
        for (x, right, weight) in rows {
            let mut logit = point[DOUBTS];
            for k in 0..DOUBTS {
                logit += point[k] * (f64::from(x[k]) - mean[k]) / spread[k];
            }
            let miss = weight / total * (1.0 / (1.0 + (-logit).exp()) - f64::from(u8::from(*right)));
            for k in 0..DOUBTS {
                gradient[k] += miss * (f64::from(x[k]) - mean[k]) / spread[k];
            }
            gradient[DOUBTS] += miss;
        }
        for k in 0..DOUBTS {
            gradient[k] += 1e-3 * point[k];
        }
        let rate = RATE * (1.0 - step as f64 / STEPS as f64).max(0.05);
        adam.descend(&mut point, &gradient, rate);
        for w in &mut point[..DOUBTS] {
            *w = w.max(0.0);
        }
    }
    let doubt: Vec<f64> = (0..DOUBTS).map(|k| point[k] / spread[k]).collect();
    let constant = point[DOUBTS] - doubt.iter().zip(&mean).map(|(w, m)| w * m).sum::<f64>();
    (constant, doubt)
}
