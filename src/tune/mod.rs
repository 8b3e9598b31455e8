//! Fits the engine's weights to judged questions: which measures to trust, and how far to believe the first entry.
//!
//! Two fits, both small and convex but for the choice of the nearest phrasing, both deterministic:
//! the likenesses by softmax cross-entropy over entries (R. Luce's choice model; as "ListNet", Z. Cao et al., 2007), the
//! doubts by logistic regression (D. Cox, 1958) on whether the first entry was right, out-of-scope questions counting as
//! wrong. No weight may be negative: more likeness never lowers a score, less doubt never lowers a confidence.

pub mod tone;

use crate::eval::reliability::{Guess, Reliability};
use crate::matching::candidates::Breadth;
use crate::matching::features::likeness::doubts_of_meaning;
use crate::matching::features::{DOUBTS, Doubts, HEAD_DOUBTS, LIKENESSES, Likenesses, MODEL, SCORE_DOUBTS};
use crate::matching::index::Index;
use crate::matching::measure::Measured;
use crate::matching::similarity::meanings::Meaning;
use crate::matching::weights::{BarsAt, Weights};

/// An FAQ with judged questions.
#[derive(Debug)]
pub struct JudgedSet {
    pub name: String,
    pub index: Index,
    pub questions: Vec<Judged>,
    /// How much the set counts in the fit; its questions share this.
    pub importance: f64,
    /// For each entry, by its place in the index, whether it is of high risk.
    pub high_risk: Vec<bool>,
}

/// A judged question.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub text: String,
    /// The entries, by their place in the index, that are right; none: out of scope.
    pub right: Vec<u32>,
    /// What a model says that it means.
    pub meaning: Option<Meaning>,
}

/// What cross-validation says of one question: judged by weights that were fitted without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// The place of the first right entry in the ranking, counted from 1; `None` if none is right.
    pub rank: Option<usize>,
    pub in_scope: bool,
    pub confidence: f64,
    /// Whether the first entry is of high risk.
    pub high_risk: bool,
}

impl HeldOut {
    /// Whether the first entry is right.
    pub fn right(&self) -> bool {
        self.rank == Some(1)
    }
}

/// Fitted weights, and how they did on questions that they had not seen.
#[derive(Debug, Clone)]
pub struct Tuned {
    pub weights: Weights,
    /// One for each question of the own set, in order; empty without one.
    pub held_out: Vec<HeldOut>,
}

/// Parts into which the own set's questions are split, by a hash of the message: each is judged by a fit on the others.
pub const FOLDS: u64 = 5;

/// Fits weights to all `sets`; `own` is the place of the set whose base rate and bars count: the FAQ that will be served.
///
/// With `prior`, the likenesses and doubts are kept from there and only the base rate and the bars are fitted: that takes
/// 100 cases, where a whole fit takes thousands.
pub fn tune(sets: &mut [JudgedSet], own: usize, prior: Option<&Weights>) -> Tuned {
    let mut weights = match prior {
        Some(prior) => prior.clone(),
        None => fit(sets, |_, _| true),
    };
    let mut logits: Vec<(f64, HeldOut)> = Vec::new();
    let mut order: Vec<usize> = Vec::new();
    for fold in 0..FOLDS {
        let fold_of: Vec<u64> = sets[own].questions.iter().map(|question| fold_of(&question.text)).collect();
        let fitted = match prior {
            Some(prior) => prior.clone(),
            None => fit(sets, |set, question| set != own || fold_of[question] != fold),
        };
        let set = &mut sets[own];
        set.index.set_weights(fitted);
        for (at, question) in set.questions.iter().enumerate().filter(|(at, _)| fold_of[*at] == fold) {
            let measured = set.index.measure_meant(&question.text, question.meaning.as_ref(), Breadth::USUAL);
            let first = measured.order.first().copied();
            let held_out = HeldOut {
                rank: measured.order.iter().position(|entry| question.right.contains(entry)).map(|at| at + 1),
                in_scope: !question.right.is_empty(),
                confidence: 0.0,
                high_risk: first.is_some_and(|first| set.high_risk[first as usize]),
            };
            logits.push((set.index.logit(&measured), held_out));
            order.push(at);
        }
    }
    let pairs: Vec<(f64, bool)> = logits.iter().map(|(logit, held_out)| (*logit, held_out.right())).collect();
    (weights.slope, weights.shift) = fit_base_rate(&pairs);
    let mut held_out: Vec<(usize, HeldOut)> = order
        .into_iter()
        .zip(logits)
        .map(|(at, (logit, held_out))| {
            let confidence = 1.0 / (1.0 + (-(weights.slope * logit + weights.shift)).exp());
            (at, HeldOut { confidence, ..held_out })
        })
        .collect();
    held_out.sort_by_key(|(at, _)| *at);
    let held_out: Vec<HeldOut> = held_out.into_iter().map(|(_, held_out)| held_out).collect();
    weights.bars = bars(&held_out);
    // Weights as they are written: a file read back must give the very same confidences.
    let weights = Weights::parse(&weights.to_toml()).unwrap_or(weights);
    Tuned { weights, held_out }
}

/// The fold of a message, the same on every machine (FNV-1a, G. Fowler, L. Noll, K. Vo, 1991).
pub fn fold_of(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash >> 20) % FOLDS
}

/// For each whole hundredth up to a fifth the lowest bars that keep it.
pub fn bars(held_out: &[HeldOut]) -> Vec<BarsAt> {
    let ordinary: Vec<(f64, bool)> = held_out.iter().map(|h| (h.confidence, h.right())).collect();
    let risky: Vec<(f64, bool)> = held_out.iter().filter(|h| h.high_risk).map(|h| (h.confidence, h.right())).collect();
    (1..=20)
        .map(|hundredths| {
            let max_wrong = f64::from(hundredths) / 100.0;
            let all = bar(&ordinary, max_wrong);
            // A risky entry never gets a lower bar than an ordinary one.
            BarsAt { max_wrong, ordinary: all, high_risk: bar(&risky, max_wrong).max(all) }
        })
        .collect()
}

/// The lowest bar at which, of the answers given, at most the share `max_wrong` is wrong.
///
/// Counted with one more wrong answer than was seen, which makes the share hold in expectation for the next question and
/// not only for those judged: Y. Jin, E. Candès, "Selection by Prediction with Conformal p-values", JMLR 24, 2023 (the false
/// discovery rate among the answers given). 2.0, which nothing reaches, where no bar keeps the promise: 0.03 takes at
/// least 33 right answers on top without a wrong one.
fn bar(judged: &[(f64, bool)], max_wrong: f64) -> f64 {
    const UNREACHED: f64 = 2.0;
    let mut judged = judged.to_vec();
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut best, mut wrong) = (UNREACHED, 0.0);
    for (at, (confidence, right)) in judged.iter().enumerate() {
        wrong += f64::from(u8::from(!right));
        let answered = (at + 1) as f64;
        let last_of_equals = judged.get(at + 1).is_none_or(|next| next.0 < *confidence);
        if last_of_equals && (wrong + 1.0) / (answered + 1.0) <= max_wrong {
            // Rounded down, so that the case itself still passes when the bar is read back.
            best = (confidence * 10_000.0).floor() / 10_000.0;
        }
    }
    best
}

/// Slope and shift that make logits of a general fit true for one set: Platt's method (see the head of this file), started
/// from no change.
fn fit_base_rate(judged: &[(f64, bool)]) -> (f64, f64) {
    let right = judged.iter().filter(|(_, right)| *right).count() as f64;
    let wrong = judged.len() as f64 - right;
    if right == 0.0 || wrong == 0.0 {
        return (1.0, 0.0);
    }
    // Platt's softened labels: few cases cannot fit to certainty.
    let (yes, no) = ((right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0));
    let (mut slope, mut shift) = (1.0, 0.0);
    // Newton's method on two numbers; the loss is convex and twenty steps are far more than it takes.
    for _ in 0..20 {
        let (mut g, mut h) = ([0.0; 2], [1e-6, 0.0, 1e-6]);
        for (x, right) in judged {
            let p = 1.0 / (1.0 + (-(slope * x + shift)).exp());
            let miss = p - if *right { yes } else { no };
            let w = p * (1.0 - p);
            g = [g[0] + miss * x, g[1] + miss];
            h = [h[0] + w * x * x, h[1] + w * x, h[2] + w];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        slope = (slope - (h[2] * g[0] - h[1] * g[1]) / determinant).clamp(0.05, 20.0);
        shift = (shift - (h[0] * g[1] - h[1] * g[0]) / determinant).clamp(-20.0, 20.0);
    }
    (slope, shift)
}

/// One measured question, as the fits see it.
#[derive(Debug, Clone)]
pub struct Row {
    pub set: usize,
    pub likenesses: Vec<Likenesses>,
    pub right: Vec<u32>,
    pub weight: f64,
}

/// The doubts about the first entry of a question, and whether it is right.
struct Doubted {
    set: usize,
    doubts: Doubts,
    right: bool,
    weight: f64,
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
    let mut doubts: Vec<Doubted> = Vec::new();
    for (nth, set) in sets.iter_mut().enumerate() {
        set.index.set_weights(weights.clone());
        let taken = (0..set.questions.len()).filter(|&q| take(nth, q)).count().max(1);
        for (q, Judged { text, right, meaning }) in set.questions.iter().enumerate() {
            if take(nth, q) {
                let measured = set.index.measure_meant(text, meaning.as_ref(), Breadth::USUAL);
                let right = first_is_right(&measured, right);
                let weight = set.importance / taken as f64;
                doubts.push(Doubted { set: nth, doubts: measured.doubts, right, weight });
            }
        }
    }
    let (constant, doubt) = fit_doubt(&doubts, sets.len());
    weights.constant = constant;
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
        let in_scope = |q: &usize| take(nth, *q) && !set.questions[*q].right.is_empty();
        let taken: Vec<usize> = (0..set.questions.len()).filter(in_scope).collect();
        for &q in &taken {
            let Judged { text, right, meaning } = &set.questions[q];
            let measured = set.index.measure_meant(text, meaning.as_ref(), Breadth::ALL);
            let weight = set.importance / taken.len() as f64;
            rows.push(Row { set: nth, likenesses: measured.likenesses, right: right.clone(), weight });
        }
    }
    rows
}

/// Steps and step size of Adam (D. Kingma, J. Ba, 2015) for both fits; the loss no longer falls in its fourth digit.
const STEPS: usize = 300;
const RATE: f64 = 0.05;

/// The pull of the likenesses' weights to zero: it keeps measures that say the same from growing against each other. Between a
/// third of it and three times as much, P@1 of public sets left out differed by .003 at most without a model, by .005 with one.
const LIKENESS_PULL: f64 = 3e-3;

/// The pull of a doubt's weight to zero. Strong, since the confidence must hold on sets that were never seen, and strongest
/// for the single likenesses, which are many and mostly say what the score says: with one pull for all, as much as
/// [`PULL`], the area under the risk–coverage curve of public sets left out was .002 larger with a model, and the same
/// without.
fn doubt_pull(nth: usize) -> f64 {
    const PULL: f64 = 0.04;
    match nth {
        nth if nth < SCORE_DOUBTS || doubts_of_meaning(MODEL).contains(&nth) => PULL / 2.0,
        nth if nth < HEAD_DOUBTS => PULL,
        _ => PULL * 3.0,
    }
}

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

fn fit_likeness(rows: &[Row], start: &[f64; LIKENESSES]) -> [f64; LIKENESSES] {
    let total: f64 = rows.iter().map(|row| row.weight).sum::<f64>().max(1e-9);
    let mut point = *start;
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
            *g = *g / total + LIKENESS_PULL * w;
        }
        let rate = RATE * 4.0 * (1.0 - step as f64 / STEPS as f64).max(0.05);
        adam.descend(&mut point, &gradient, rate);
        for w in &mut point {
            *w = w.max(0.0);
        }
    }
    point
}

/// The pull to the mean of all sets of how often a set's first entries are right, all else being equal. Next to none: each
/// set has questions of its own, some with half of them out of scope, and what is to be learnt is which question of a set is
/// surer than another of the same. With a model, where no more than 2 of 100 answers may be wrong, 6 of 100 more of our own
/// questions were answered with this freedom; public sets left out, and all without a model, came out alike.
const SET_PULL: f64 = 1e-3;

/// The constant and the doubts' weights. Of the constant's `sets` own parts, which are fitted along, none is given back: a set
/// that was never seen has none, and [`fit_base_rate`] finds that of the one which is served.
fn fit_doubt(rows: &[Doubted], sets: usize) -> (f64, [f64; DOUBTS]) {
    let total: f64 = rows.iter().map(|row| row.weight).sum::<f64>().max(1e-9);
    let mut mean = vec![0f64; DOUBTS];
    let mut spread = vec![0f64; DOUBTS];
    for Doubted { doubts: x, weight, .. } in rows {
        for k in 0..DOUBTS {
            mean[k] += weight * f64::from(x[k]) / total;
        }
    }
    for Doubted { doubts: x, weight, .. } in rows {
        for k in 0..DOUBTS {
            spread[k] += weight * (f64::from(x[k]) - mean[k]).powi(2) / total;
        }
    }
    for s in &mut spread {
        *s = s.sqrt().max(1e-6);
    }
    let first_set = DOUBTS + 1;
    let mut point = vec![0f64; first_set + sets];
    let mut adam = Adam::new(point.len());
    for step in 0..STEPS {
        let mut gradient = vec![0f64; point.len()];
        for Doubted { set, doubts: x, right, weight } in rows {
            let mut logit = point[DOUBTS] + point[first_set + set];
            for k in 0..DOUBTS {
                logit += point[k] * (f64::from(x[k]) - mean[k]) / spread[k];
            }
            let miss = weight / total * (1.0 / (1.0 + (-logit).exp()) - f64::from(u8::from(*right)));
            for k in 0..DOUBTS {
                gradient[k] += miss * (f64::from(x[k]) - mean[k]) / spread[k];
            }
            gradient[DOUBTS] += miss;
            gradient[first_set + set] += miss;
        }
        for k in 0..DOUBTS {
            gradient[k] += doubt_pull(k) * point[k];
        }
        for k in first_set..point.len() {
            gradient[k] += SET_PULL * point[k];
        }
        let rate = RATE * (1.0 - step as f64 / STEPS as f64).max(0.05);
        adam.descend(&mut point, &gradient, rate);
        for w in &mut point[..DOUBTS] {
            *w = w.max(0.0);
        }
    }
    let doubt: [f64; DOUBTS] = std::array::from_fn(|k| point[k] / spread[k]);
    let constant = point[DOUBTS] - doubt.iter().zip(&mean).map(|(w, m)| w * m).sum::<f64>();
    (constant, doubt)
}

/// The figures of `judged`.
pub fn figures(judged: &[HeldOut]) -> Reliability {
    let guess = |h: &HeldOut| Guess { rank: h.rank, in_scope: h.in_scope, confidence: h.confidence };
    Reliability::of(&judged.iter().map(guess).collect::<Vec<_>>())
}
