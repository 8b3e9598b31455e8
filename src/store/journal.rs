//! One change of the store as a line of text, and back.
//!
//! A line is eight digits of a checksum, a space, and JSON. Whatever does not check is no line: the rest of the file counts
//! all the same.
//!
//! | JSON | meaning |
//! |---|---|
//! | `{"said":{…}}` | what is known of a question, in place of what was known before |
//! | `{"noted":{"channel":7,"entry":"x","at":1700000000}}` | an entry was said in a channel |
//! | `{"forget":7}` | nothing is known of the question 7 any more |
//! | `{"set":{"mark":"HelpersAsked","of":7,"at":1700000000}}` | a mark was set |
//! | `{"unset":{"mark":"HelpersAsked","of":7,"at":0}}` | and taken back |

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::memory::Rows;
use super::{Mark, Said};
use crate::knowledge::EntryId;

/// A change of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Change {
    Said(SaidRow),
    Noted(NotedRow),
    Forget(u64),
    Set(MarkRow),
    Unset(MarkRow),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SaidRow {
    channel: u64,
    question: u64,
    replies: Vec<u64>,
    entry: Option<String>,
    urgent: bool,
    dismissed: bool,
    held_back: bool,
    /// Not in files of before there was such a thing.
    #[serde(default)]
    chosen: bool,
    edited: i64,
    revision: u32,
    /// In seconds of Unix time.
    at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NotedRow {
    channel: u64,
    entry: String,
    at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MarkRow {
    mark: MarkKind,
    of: u64,
    at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum MarkKind {
    HelpersAsked,
    MayNotWrite,
    EmergencyTold,
}

impl Change {
    pub fn said(said: &Said) -> Self {
        Self::Said(SaidRow {
            channel: said.channel,
            question: said.question,
            replies: said.replies.clone(),
            entry: said.entry.as_ref().map(EntryId::to_string),
            urgent: said.urgent,
            dismissed: said.dismissed,
            held_back: said.held_back,
            chosen: said.chosen,
            edited: said.edited,
            revision: said.revision,
            at: said.at.as_second(),
        })
    }

    pub fn noted(channel: u64, entry: &EntryId, at: Timestamp) -> Self {
        Self::Noted(NotedRow { channel, entry: entry.to_string(), at: at.as_second() })
    }

    pub fn set(mark: Mark, at: Timestamp) -> Self {
        Self::Set(MarkRow::of(mark, at.as_second()))
    }

    pub fn unset(mark: Mark) -> Self {
        Self::Unset(MarkRow::of(mark, 0))
    }

    /// The line that tells of it, with the line break at its end.
    pub fn line(&self) -> String {
        // Numbers, a flag and an entry's id: there is nothing that JSON could not hold.
        let json = serde_json::to_string(self).unwrap_or_default();
        format!("{:08x} {json}\n", checksum(json.as_bytes()))
    }

    /// What `line` (without its line break) tells; `None` if it is damaged.
    pub fn of_line(line: &[u8]) -> Option<Self> {
        let (sum, json) = line.split_at_checked(9)?;
        let sum = std::str::from_utf8(sum).ok()?.strip_suffix(' ')?;
        if u32::from_str_radix(sum, 16).ok()? != checksum(json) {
            return None;
        }
        serde_json::from_slice(json).ok()
    }

    pub fn apply(self, rows: &mut Rows) {
        match self {
            Self::Said(row) => {
                // A time that no calendar has is damage that the checksum did not see.
                let Ok(at) = Timestamp::from_second(row.at) else { return };
                rows.remember(Said {
                    channel: row.channel,
                    question: row.question,
                    replies: row.replies,
                    entry: row.entry.as_deref().map(EntryId::new),
                    urgent: row.urgent,
                    dismissed: row.dismissed,
                    held_back: row.held_back,
                    chosen: row.chosen,
                    edited: row.edited,
                    revision: row.revision,
                    at,
                });
            }
            Self::Noted(row) => {
                if let Ok(at) = Timestamp::from_second(row.at) {
                    rows.note_said(row.channel, EntryId::new(&row.entry), at);
                }
            }
            Self::Forget(question) => rows.forget(question),
            Self::Set(row) => {
                if let Ok(at) = Timestamp::from_second(row.at) {
                    rows.set(row.mark(), at);
                }
            }
            Self::Unset(row) => {
                rows.marks.remove(&row.mark());
            }
        }
    }
}

impl MarkRow {
    fn of(mark: Mark, at: i64) -> Self {
        let (mark, of) = match mark {
            Mark::HelpersAsked(of) => (MarkKind::HelpersAsked, of),
            Mark::MayNotWrite(of) => (MarkKind::MayNotWrite, of),
            Mark::EmergencyTold(of) => (MarkKind::EmergencyTold, of),
        };
        Self { mark, of, at }
    }

    fn mark(&self) -> Mark {
        match self.mark {
            MarkKind::HelpersAsked => Mark::HelpersAsked(self.of),
            MarkKind::MayNotWrite => Mark::MayNotWrite(self.of),
            MarkKind::EmergencyTold => Mark::EmergencyTold(self.of),
        }
    }
}

/// All of `rows` as lines.
pub(super) fn lines(rows: &Rows) -> String {
    let said = rows.said.values().map(Change::said);
    let marks = rows.marks.iter().map(|(mark, at)| Change::set(*mark, *at));
    let noted = rows.noted.iter().map(|((channel, entry), at)| Change::noted(*channel, entry, *at));
    said.chain(noted).chain(marks).map(|change| change.line()).collect()
}

/// CRC-32 as in ISO 3309 and zip files: finds every damage of up to 32 bits in a row.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_change() -> impl Strategy<Value = Change> {
        let mark =
            prop_oneof![Just(MarkKind::HelpersAsked), Just(MarkKind::MayNotWrite), Just(MarkKind::EmergencyTold)];
        let mark = (mark, any::<u64>(), any::<i64>()).prop_map(|(mark, of, at)| MarkRow { mark, of, at });
        let said = (
            any::<(u64, u64, bool, bool, bool, bool, i64, u32, i64)>(),
            any::<Vec<u64>>(),
            proptest::option::of("\\PC{0,20}"),
        )
            .prop_map(
                |((channel, question, urgent, dismissed, held_back, chosen, edited, revision, at), replies, entry)| {
                    SaidRow {
                        channel,
                        question,
                        replies,
                        entry,
                        urgent,
                        dismissed,
                        held_back,
                        chosen,
                        edited,
                        revision,
                        at,
                    }
                },
            );
        let noted =
            (any::<u64>(), "\\PC{0,20}", any::<i64>()).prop_map(|(channel, entry, at)| NotedRow { channel, entry, at });
        prop_oneof![
            said.prop_map(Change::Said),
            noted.prop_map(Change::Noted),
            any::<u64>().prop_map(Change::Forget),
            mark.clone().prop_map(Change::Set),
            mark.prop_map(Change::Unset),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_change_comes_back_as_it_went(change in any_change()) {
            let line = change.line();
            let line = line.strip_suffix('\n').unwrap();
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(Change::of_line(line.as_bytes()), Some(change));
        }

        #[test]
        fn one_changed_byte_is_seen(change in any_change(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let line = change.line();
            let mut line = line.trim_end().as_bytes().to_vec();
            let at = at.index(line.len());
            prop_assume!(line[at] != byte);
            line[at] = byte;
            let read = Change::of_line(&line);
            // A digit of the checksum in capitals, or with a sign, says the same.
            prop_assert!(read.is_none() || read == Some(change));
        }

        #[test]
        fn no_line_is_a_panic(line in any::<Vec<u8>>()) {
            if let Some(change) = Change::of_line(&line) {
                change.apply(&mut Rows::new(30));
            }
        }
    }

    #[test]
    fn the_checksum_is_the_one_that_everybody_knows() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }
}
