//! Vectors seen for what differs among entries: what all texts of a set have in common is taken away, and directions in
//! which the phrasings of one entry differ from each other count for less.
//!
//! A mild form of linear discriminant analysis (R. Fisher, "The Use of Multiple Measurements in Taxonomic Problems", 1936),
//! whose estimate of the spread within entries is shrunk to a round one, since a set has far fewer phrasings than vectors
//! have numbers (J. Friedman, "Regularized Discriminant Analysis", JASA 84, 1989).

use super::meanings::unit;
use super::triangle::{Outer, Triangle};

/// The share of a round spread in the one that is assumed is `width / (width + SEEN)`: the longer the vectors, the less is
/// known of how a set's few hundred phrasings differ. With .56, for the 128 numbers of the table of words, 1 of 100 more
/// questions' entries came first than with .9; for the 768 of a model all between .8 and .97 were alike, and with .5 entries of
/// few phrasings were taken for each other.
const SEEN: f32 = 100.0;
/// It is at most so many times the phrasings that stand beside another of their entry. A dozen of them differ in a dozen
/// directions only, and if those counted for hardly anything, members' questions would seem to differ far more than phrasings
/// do. 1.25 is the largest that leaves a set of twenty entries with five phrasings each at [`SEEN`].
const SEEN_FOR_EACH: f32 = 1.25;

/// How a set's vectors are seen.
#[derive(Debug, Clone, Default)]
pub struct Contrast {
    mean: Vec<f32>,
    within: Triangle,
}

impl Contrast {
    /// How `vector` is seen: a vector of length 1, or of noughts if nothing is left of it.
    pub fn of(&self, vector: &[f32]) -> Vec<f32> {
        let mut seen: Vec<f32> = vector.iter().zip(&self.mean).map(|(x, mean)| x - mean).collect();
        self.within.solve_lower(&mut seen);
        unit(&seen).unwrap_or(seen)
    }
}

/// What is gathered of a set's vectors.
#[derive(Debug, Default)]
pub struct Spread {
    sum: Vec<f32>,
    texts: usize,
    entries: usize,
    /// The outer products of the differences between each text and the mean of its entry's.
    within: Outer,
}

impl Spread {
    /// Adds an entry's vectors.
    pub fn add(&mut self, texts: &[Vec<f32>]) {
        let Some(first) = texts.first() else { return };
        let mut mean = vec![0f32; first.len()];
        for text in texts {
            mean.iter_mut().zip(text).for_each(|(sum, x)| *sum += x);
        }
        self.sum.resize(mean.len(), 0.0);
        self.sum.iter_mut().zip(&mean).for_each(|(sum, x)| *sum += x);
        mean.iter_mut().for_each(|x| *x /= texts.len() as f32);
        for text in texts {
            let apart: Vec<f32> = text.iter().zip(&mean).map(|(x, mean)| x - mean).collect();
            self.within.add(&apart, 1.0);
        }
        self.texts += texts.len();
        self.entries += 1;
    }

    /// How the vectors are to be seen.
    pub fn contrast(self) -> Contrast {
        let mean = self.sum.iter().map(|x| x / self.texts.max(1) as f32).collect();
        // Only the shape of the spread counts, not its size: entries of one phrasing have none, and then all is round.
        let size = self.within.mean_of_diagonal();
        let width = self.within.width() as f32;
        let seen = SEEN.min(SEEN_FOR_EACH * self.texts.saturating_sub(self.entries) as f32);
        let round = if seen > 0.0 { width / (width + seen) } else { 1.0 };
        let times = if size > 1e-9 { (1.0 - round) / size } else { 0.0 };
        Contrast { mean, within: self.within.factor(times, round) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn what_all_have_in_common_no_longer_makes_them_alike() {
        let (a, b) = (vec![0.9, 0.4, 0.0], vec![0.9, 0.0, 0.4]);
        let mut spread = Spread::default();
        spread.add(std::slice::from_ref(&a));
        spread.add(std::slice::from_ref(&b));
        let contrast = spread.contrast();
        assert!(cosine(&a, &b) > 0.8);
        assert!(cosine(&contrast.of(&a), &contrast.of(&b)) < -0.9);
    }

    #[test]
    fn how_one_entrys_phrasings_differ_counts_for_less() {
        // The first number is what is meant, the second how it is said.
        let mut spread = Spread::default();
        spread.add(&[vec![1.0, 1.0], vec![1.0, -1.0]]);
        spread.add(&[vec![-1.0, 1.0], vec![-1.0, -1.0]]);
        let contrast = spread.contrast();
        let (before, after) = (vec![1.0, 1.0], contrast.of(&[1.0, 1.0]));
        assert!(after[0].abs() > after[1].abs(), "{before:?} {after:?}");
    }

    #[test]
    fn a_set_of_one_text_is_seen_without_a_fault() {
        let mut spread = Spread::default();
        spread.add(&[vec![1.0, 0.0]]);
        assert_eq!(spread.contrast().of(&[1.0, 0.0]), [0.0, 0.0]);
        assert!(Spread::default().contrast().of(&[]).is_empty());
    }
}
