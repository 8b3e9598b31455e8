//! A press as the id of a button, and back.
//!
//! A button carries all it needs in its id, so a press still works after a restart of the bot, on any shard. Discord
//! allows 100 characters and hands them back as they were; whoever presses may be days late, so an id names the entry,
//! never a place in a list that a changed FAQ would move.
//!
//! | id | press |
//! |---|---|
//! | `c1:show:<entry>` | [`Action::Show`] |
//! | `c1:pick:<entry>` | [`Action::Pick`] |
//! | `c1:none` | [`Action::NoneOfThese`] |
//! | `c1:case:<n>:<entry>` | [`Action::Situation`] |
//! | `c1:read:<n>:<entry>` | [`Action::ReadOn`] |
//! | `c1:preview` | none: the form into which a moderator pastes an entry |
//! | `c1:help:<kind>` | [`Action::Help`] |
//! | `c1:look:<message>:<action>` | [`Press::Look`], its action without the version |
//! | `c1:post:<message>:<action>` | [`Press::Post`], likewise |
//! | `c1:topics:<page>` | [`Press::Topics`] |
//! | `c1:topic:<page>:<topic>` | [`Press::Topic`] |
//! | `c1:sources:<page>` | [`Press::Sources`] |
//! | `c1:person`, `c1:dismiss` | none: a [`Wish`](super::wish::Wish), which names no entry |
//! | `c1:menu:<n>` | none: the n-th select of a message; its options carry the presses |
//!
//! `c1` is the version of this table. Whoever changes the meaning of an id raises it, and old buttons are then told apart.
//! Pages and parts are counted from 0. A message's id has 19 digits today and 20 in the end, so it is written to the base
//! of 36: with the longest entry id that `check` accepts there are 13 characters to spare.

use super::limits;
use crate::answering::Action;
use crate::knowledge::red_flag::RedFlagId;
use crate::knowledge::{EntryId, TopicId};

/// What every id of this version starts with.
const VERSION: &str = "c1";

/// The id of the form into which a moderator pastes an entry.
pub const PREVIEW_FORM: &str = "c1:preview";

/// What somebody wants who presses a button or picks an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// A reply of the FAQ.
    Act(Action),
    /// To see privately what `action` would say to the message `to`.
    Look { to: u64, action: Action },
    /// What `action` says, posted as a reply to the message `to`.
    Post { to: u64, action: Action },
    /// A page of the topics.
    Topics(usize),
    /// A page of a topic's entries.
    Topic(TopicId, usize),
    /// A page of the sources.
    Sources(usize),
}

/// The id that carries `action`; `None` if the entry's own id is so long that it does not fit. `check` sees to it that no
/// entry of a sound FAQ has such an id.
pub fn of(action: &Action) -> Option<String> {
    fitting(format!("{VERSION}:{}", tail(action)))
}

/// The id that carries `press`; `None` as for [`of`].
pub fn of_press(press: &Press) -> Option<String> {
    fitting(match press {
        Press::Act(action) => return of(action),
        Press::Look { to, action } => format!("{VERSION}:look:{}:{}", short(*to), tail(action)),
        Press::Post { to, action } => format!("{VERSION}:post:{}:{}", short(*to), tail(action)),
        Press::Topics(page) => format!("{VERSION}:topics:{page}"),
        Press::Topic(topic, page) => format!("{VERSION}:topic:{page}:{topic}"),
        Press::Sources(page) => format!("{VERSION}:sources:{page}"),
    })
}

fn fitting(id: String) -> Option<String> {
    (limits::len(&id) <= limits::CUSTOM_ID).then_some(id)
}

fn tail(action: &Action) -> String {
    match action {
        Action::Show(entry) => format!("show:{entry}"),
        Action::Pick(entry) => format!("pick:{entry}"),
        Action::NoneOfThese => "none".to_owned(),
        Action::Situation(entry, nth) => format!("case:{nth}:{entry}"),
        Action::ReadOn(entry, nth) => format!("read:{nth}:{entry}"),
        Action::Help(kind) => format!("help:{kind}"),
    }
}

/// The id of the `nth` select of a message. It is no press; each of its options is one.
pub fn of_menu(nth: usize) -> String {
    format!("{VERSION}:menu:{nth}")
}

/// The action that `id` carries; `None` if it carries none, or another kind of press.
pub fn action(id: &str) -> Option<Action> {
    if let Press::Act(action) = press(id)? { Some(action) } else { None }
}

/// The press that `id` carries; `None` if it is not one that [`of_press`] makes: another version's, or somebody's invention.
pub fn press(id: &str) -> Option<Press> {
    let tail = id.strip_prefix(VERSION)?.strip_prefix(':')?;
    let found = read(tail)?;
    // One spelling for one press: `c1:case:007:x` and `c1:none:x` were not made here.
    (of_press(&found).as_deref() == Some(id)).then_some(found)
}

fn read(tail: &str) -> Option<Press> {
    let (kind, rest) = tail.split_once(':').unwrap_or((tail, ""));
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let page = || rest.parse::<usize>().ok();
    let to_message = || {
        let (to, tail) = rest.split_once(':')?;
        Some((u64::from_str_radix(to, 36).ok()?, read_action(tail)?))
    };
    Some(match kind {
        "look" => to_message().map(|(to, action)| Press::Look { to, action })?,
        "post" => to_message().map(|(to, action)| Press::Post { to, action })?,
        "topics" => Press::Topics(page()?),
        "topic" => {
            let (page, topic) = rest.split_once(':')?;
            Press::Topic(TopicId::new(&filled(topic)?), page.parse().ok()?)
        }
        "sources" => Press::Sources(page()?),
        _ => Press::Act(read_action(tail)?),
    })
}

fn read_action(tail: &str) -> Option<Action> {
    let (kind, rest) = tail.split_once(':').unwrap_or((tail, ""));
    let entry = |text: &str| (!text.is_empty()).then(|| EntryId::new(text));
    let numbered = || {
        let (nth, text) = rest.split_once(':')?;
        Some((entry(text)?, nth.parse::<usize>().ok()?))
    };
    Some(match kind {
        "show" => Action::Show(entry(rest)?),
        "pick" => Action::Pick(entry(rest)?),
        "none" => Action::NoneOfThese,
        "case" => numbered().map(|(entry, nth)| Action::Situation(entry, nth))?,
        "read" => numbered().map(|(entry, nth)| Action::ReadOn(entry, nth))?,
        "help" if !rest.is_empty() => Action::Help(RedFlagId::new(rest)),
        _ => return None,
    })
}

/// `id` in digits and small letters.
fn short(mut id: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut written = Vec::new();
    loop {
        written.push(char::from(DIGITS[(id % 36) as usize]));
        id /= 36;
        if id == 0 {
            return written.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::limits::{ANSWER, ID, SITUATIONS};
    use proptest::prelude::*;

    fn any_action() -> impl Strategy<Value = Action> {
        let entry = || "\\PC{1,90}".prop_map(|text| EntryId::new(&text));
        prop_oneof![
            entry().prop_map(Action::Show),
            entry().prop_map(Action::Pick),
            Just(Action::NoneOfThese),
            (entry(), any::<usize>()).prop_map(|(entry, nth)| Action::Situation(entry, nth)),
            (entry(), 0..30usize).prop_map(|(entry, nth)| Action::ReadOn(entry, nth)),
            "\\PC{1,90}".prop_map(|text| Action::Help(RedFlagId::new(&text))),
        ]
    }

    fn any_press() -> impl Strategy<Value = Press> {
        prop_oneof![
            any_action().prop_map(Press::Act),
            (any::<u64>(), any_action()).prop_map(|(to, action)| Press::Look { to, action }),
            (any::<u64>(), any_action()).prop_map(|(to, action)| Press::Post { to, action }),
            any::<usize>().prop_map(Press::Topics),
            ("\\PC{1,90}", any::<usize>()).prop_map(|(topic, page)| Press::Topic(TopicId::new(&topic), page)),
            any::<usize>().prop_map(Press::Sources),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_press_comes_back_as_it_went(press in any_press()) {
            if let Some(id) = of_press(&press) {
                prop_assert!(limits::len(&id) <= limits::CUSTOM_ID, "{id}");
                prop_assert_eq!(super::press(&id), Some(press));
            }
        }

        #[test]
        fn whatever_is_understood_was_made_here(id in "(c1:)?(show|pick|none|case|read|help|look|post|topics?|sources|menu)?:?[0-9]{0,3}:?[a-z:-]{0,9}") {
            if let Some(press) = press(&id) {
                prop_assert_eq!(of_press(&press), Some(id));
            }
        }

        #[test]
        fn no_id_is_a_panic(id in "\\PC*") {
            let _ = press(&id);
        }
    }

    /// `check` refuses longer ids, so in a sound FAQ no button is missing.
    #[test]
    fn the_longest_id_that_check_accepts_fits_into_every_press() {
        let long = "x".repeat(ID.most);
        let entry = EntryId::new(&long);
        let (most_parts, most_cases) = (ANSWER.most, SITUATIONS.most);
        let actions = [
            Action::Show(entry.clone()),
            Action::Pick(entry.clone()),
            Action::Situation(entry.clone(), most_cases),
            Action::ReadOn(entry, most_parts),
            Action::Help(RedFlagId::new(&long)),
        ];
        for action in actions {
            assert!(of(&action).is_some(), "{action:?}");
            assert!(of_press(&Press::Post { to: u64::MAX, action: action.clone() }).is_some(), "{action:?}");
            assert!(of_press(&Press::Look { to: u64::MAX, action: action.clone() }).is_some(), "{action:?}");
        }
        assert!(of_press(&Press::Topic(TopicId::new(&long), usize::MAX)).is_some());
        assert_eq!(of(&Action::Show(EntryId::new(&"x".repeat(200)))), None);
    }

    #[test]
    fn stale_and_foreign_ids_are_no_press() {
        for id in [
            "",
            "c1",
            "c1:",
            "c1:show",
            "c1:show:",
            "c0:show:x",
            "c2:show:x",
            "show:x",
            "c1:none:",
            "c1:none:x",
            "c1:case:x",
            "c1:case::x",
            "c1:case:-1:x",
            "c1:case:01:x",
            "c1:case:99999999999999999999:x",
            "c1:menu:0",
            "c1:help:",
            "c1:look:x",
            "c1:post:1:menu:0",
            "c1:post:01:show:x",
            "c1:post:1:post:1:show:x",
            "c1:post:zzzzzzzzzzzzzz:show:x",
            "c1:topics",
            "c1:topics:-1",
            "c1:topic:0:",
            "c1:sources:",
            "hi",
        ] {
            assert_eq!(press(id), None, "{id}");
        }
    }
}
