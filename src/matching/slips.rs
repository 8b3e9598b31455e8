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
    if a.is_ascii() && b.is_ascii() {
        return letters_within(a.as_bytes(), b.as_bytes(), most);
    }
    let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<char>>());
    letters_within(&a, &b, most)
}

fn letters_within<T: PartialEq>(a: &[T], b: &[T], most: usize) -> Option<usize> {
    // Each letter that one word has more was left out of the other.
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let (a, b) = without_same_ends(a, b);
    let ([first_a, tail_a @ ..], [first_b, tail_b @ ..]) = (a, b) else { return Some(a.len().max(b.len())) };
    let most = most.checked_sub(1)?;
    let after_swap = match (tail_a, tail_b) {
        ([second_a, rest_a @ ..], [second_b, rest_b @ ..]) if second_a == first_b && second_b == first_a => {
            letters_within(rest_a, rest_b, most)
        }
        _ => None,
    };
    [letters_within(tail_a, tail_b, most), letters_within(tail_a, b, most), letters_within(a, tail_b, most), after_swap]
        .into_iter()
        .flatten()
        .min()
        .map(|distance| distance + 1)
}

/// Two words without the letters that both begin with, and those that both end with.
fn without_same_ends<'t, T: PartialEq>(mut a: &'t [T], mut b: &'t [T]) -> (&'t [T], &'t [T]) {
    while let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b)
        && first_a == first_b
    {
        (a, b) = (rest_a, rest_b);
    }
    while let ([rest_a @ .., last_a], [rest_b @ .., last_b]) = (a, b)
        && last_a == last_b
    {
        (a, b) = (rest_a, rest_b);
    }
    (a, b)
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
