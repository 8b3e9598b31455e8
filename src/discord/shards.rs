//! How the servers are shared out between connections and processes.

use std::ops::Range;

/// How the servers are shared out, if one process or one connection is not enough: the `[discord.shards]` table.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shards {
    /// How many there are in all processes. `None`: as many as Discord recommends.
    pub total: Option<u32>,
    /// Those of this process, the first and the last, counted from 0: `0-3`, or `2` alone. `None`: all.
    pub range: Option<String>,
}

/// The most shards that a process is trusted with: a typing mistake more and the day's sessions are used up.
const MOST_SHARDS: u32 = 1000;

impl Shards {
    /// The settings that are unsound: each one's name, and what it may be.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.total.is_some_and(|it| it == 0 || it > MOST_SHARDS) {
            found.push(("shards.total", format!("a whole number from 1 to {MOST_SHARDS}")));
        } else if let Some(range) = &self.range {
            let wanted = match self.total {
                None => Some("left out as long as `total` is: then Discord says how many shards there are".to_owned()),
                Some(total) => {
                    let fits = parse_range(range).is_some_and(|it| it.end <= total);
                    (!fits).then(|| format!("the first and the last shard of this process, such as `0-{}`", total - 1))
                }
            };
            found.extend(wanted.map(|it| ("shards.range", it)));
        }
        found
    }

    /// The shards of this process and the number of all, if Discord recommends so many.
    pub fn of(&self, recommended: u32) -> (Range<u32>, u32) {
        let total = self.total.unwrap_or(recommended);
        let range = self.range.as_deref().and_then(parse_range).filter(|it| it.end <= total);
        (range.unwrap_or(0..total), total)
    }
}

fn parse_range(text: &str) -> Option<Range<u32>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): (u32, u32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last < MOST_SHARDS).then(|| first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_all_or_a_range_of_a_known_number() {
        let shards = |total, range: Option<&str>| Shards { total, range: range.map(str::to_owned) };
        assert_eq!(shards(None, None).of(3), (0..3, 3));
        assert_eq!(shards(Some(8), None).of(3), (0..8, 8));
        assert_eq!(shards(Some(8), Some("2-3")).of(3), (2..4, 8));
        assert_eq!(shards(Some(8), Some(" 7 ")).of(3), (7..8, 8));
        for fine in [shards(None, None), shards(Some(8), None), shards(Some(8), Some("0-7"))] {
            assert_eq!(fine.mistakes(), []);
        }
        for (bad, name) in [
            (shards(Some(0), None), "shards.total"),
            (shards(Some(1001), None), "shards.total"),
            (shards(None, Some("0-1")), "shards.range"),
            (shards(Some(8), Some("0-8")), "shards.range"),
            (shards(Some(8), Some("3-2")), "shards.range"),
            (shards(Some(8), Some("0..2")), "shards.range"),
            (shards(Some(8), Some("0-4294967295")), "shards.range"),
        ] {
            let mistakes = bad.mistakes();
            assert!(matches!(mistakes.as_slice(), [(it, _)] if *it == name), "{bad:?}: {mistakes:?}");
        }
    }
}
