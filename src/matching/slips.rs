//! How many slips of the fingers lie between two words: letters left out, typed too much, mistaken, or swapped.
//!
//! Optimal string alignment distance (L. Boytsov, "Indexing Methods for Approximate Dictionary
//! Searching", ACM JEA 16, 2011, §2), only as far as anybody asks for it.

/// The distance of two words if it is at most `most`.
///
/// What both begin and end with costs nothing and is set aside; then one of the four slips must have happened at the first
/// letter that is left, and the rest is one slip nearer. With two slips at most that is four looks at each pair, where the
/// usual table takes as many steps as the words have letters times letters, and room for it: a message of four thousand
/// letters full of slips took three times as long with it.
pub fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = without_same_ends(a, b);
    let (mut rest_a, mut rest_b) = (a.chars(), b.chars());
    let (first_a, first_b) = match (rest_a.next(), rest_b.next()) {
        (None, None) => return Some(0),
        // All that is left of one word was left out of the other.
        (None, Some(_)) => return Some(b.chars().count()).filter(|left| *left <= most),
        (Some(_), None) => return Some(a.chars().count()).filter(|left| *left <= most),
        (Some(first_a), Some(first_b)) => (first_a, first_b),
    };
    let most = most.checked_sub(1)?;
    let (tail_a, tail_b) = (rest_a.as_str(), rest_b.as_str());
    let swapped = rest_a.next() == Some(first_b) && rest_b.next() == Some(first_a);
    let after_swap = if swapped { within(rest_a.as_str(), rest_b.as_str(), most) } else { None };
    [within(tail_a, tail_b, most), within(tail_a, b, most), within(a, tail_b, most), after_swap]
        .into_iter()
        .flatten()
        .min()
        .map(|distance| distance + 1)
}

/// Two words without the letters that both begin with, and those that both end with.
fn without_same_ends<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let start: usize = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (a, b) = (&a[start..], &b[start..]);
    let end: usize = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    (&a[..a.len() - end], &b[..b.len() - end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

        /// Few different letters, so that words are often near.
        #[test]
        fn it_is_the_distance_as_far_as_it_is_asked_for(a in "[abé]{0,6}", b in "[abé]{0,6}", most in 0usize..4) {
            let whole = strsim::osa_distance(&a, &b);
            prop_assert_eq!(within(&a, &b, most), (whole <= most).then_some(whole));
            prop_assert_eq!(within(&b, &a, most), within(&a, &b, most));
        }
    }
}
