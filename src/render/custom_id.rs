//! An [`Action`] as the id of a button, and back.
//!
//! A button carries all it needs in its id, so a press still works after a restart of the bot, on any shard. Discord
//! allows 100 characters and hands them back as they were; whoever presses may be days late, so an id names the entry,
//! never a place in a list that a changed FAQ would move.
//!
//! | id | action |
//! |---|---|
//! | `c1:show:<entry>` | [`Action::Show`] |
//! | `c1:pick:<entry>` | [`Action::Pick`] |
//! | `c1:none` | [`Action::NoneOfThese`] |
//! | `c1:case:<n>:<entry>` | [`Action::Situation`] |
//! | `c1:read:<n>:<entry>` | [`Action::ReadOn`] |
//! | `c1:preview` | none: the form into which a moderator pastes an entry |
//! | `c1:menu:<n>` | none: the n-th select of a message; its options carry the actions |
//!
//! `c1` is the version of this table. Whoever changes the meaning of an id raises it, and old buttons are then told apart.

use super::limits;
use crate::answering::Action;
use crate::knowledge::EntryId;

/// What every id of this version starts with.
const VERSION: &str = "c1";

/// The id of the form into which a moderator pastes an entry.
pub const PREVIEW_FORM: &str = "c1:preview";

/// The id that carries `action`; `None` if the entry's own id is so long that it does not fit (over 80 characters).
pub fn of(action: &Action) -> Option<String> {
    let id = match action {
        Action::Show(entry) => format!("{VERSION}:show:{entry}"),
        Action::Pick(entry) => format!("{VERSION}:pick:{entry}"),
        Action::NoneOfThese => format!("{VERSION}:none"),
        Action::Situation(entry, nth) => format!("{VERSION}:case:{nth}:{entry}"),
        Action::ReadOn(entry, nth) => format!("{VERSION}:read:{nth}:{entry}"),
    };
    (limits::len(&id) <= limits::CUSTOM_ID).then_some(id)
}

/// The id of the `nth` select of a message. It is no action; each of its options is one.
pub fn of_menu(nth: usize) -> String {
    format!("{VERSION}:menu:{nth}")
}

/// The action that `id` carries; `None` if it is not one that [`of`] makes: another version's, or somebody's invention.
pub fn action(id: &str) -> Option<Action> {
    let mut parts = id.splitn(3, ':');
    if parts.next() != Some(VERSION) {
        return None;
    }
    let kind = parts.next()?;
    let rest = parts.next();
    let entry = |text: &str| (!text.is_empty()).then(|| EntryId::new(text));
    let numbered = || {
        let (nth, text) = rest?.split_once(':')?;
        Some((entry(text)?, nth.parse::<usize>().ok()?))
    };
    let found = match kind {
        "show" => Action::Show(entry(rest?)?),
        "pick" => Action::Pick(entry(rest?)?),
        "none" => Action::NoneOfThese,
        "case" => numbered().map(|(entry, nth)| Action::Situation(entry, nth))?,
        "read" => numbered().map(|(entry, nth)| Action::ReadOn(entry, nth))?,
        _ => return None,
    };
    // One spelling for one action: `c1:case:007:x` and `c1:none:x` were not made here.
    (of(&found).as_deref() == Some(id)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_action() -> impl Strategy<Value = Action> {
        let entry = || "\\PC{1,90}".prop_map(|text| EntryId::new(&text));
        prop_oneof![
            entry().prop_map(Action::Show),
            entry().prop_map(Action::Pick),
            Just(Action::NoneOfThese),
            (entry(), any::<usize>()).prop_map(|(entry, nth)| Action::Situation(entry, nth)),
            (entry(), 0..30usize).prop_map(|(entry, nth)| Action::ReadOn(entry, nth)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_action_comes_back_as_it_went(action in any_action()) {
            if let Some(id) = of(&action) {
                prop_assert!(limits::len(&id) <= limits::CUSTOM_ID, "{id}");
                prop_assert_eq!(super::action(&id), Some(action));
            }
        }

        #[test]
        fn whatever_is_understood_was_made_here(id in "(c1:)?(show|pick|none|case|read|menu)?:?[0-9]{0,3}:?[a-z:-]{0,9}") {
            if let Some(action) = action(&id) {
                prop_assert_eq!(of(&action), Some(id));
            }
        }

        #[test]
        fn no_id_is_a_panic(id in "\\PC*") {
            let _ = action(&id);
        }
    }

    #[test]
    fn an_entry_of_80_characters_fits_and_one_of_200_is_refused() {
        let entry = |length: usize| EntryId::new(&"x".repeat(length));
        assert!(of(&Action::Situation(entry(80), 999_999)).is_some());
        assert_eq!(of(&Action::Show(entry(200))), None);
    }

    #[test]
    fn stale_and_foreign_ids_are_no_action() {
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
            "hi",
        ] {
            assert_eq!(action(id), None, "{id}");
        }
    }
}
