//! What a member can wish for beside what the FAQ says: a person to ask, or the reply gone. As buttons below a message.

use super::discord::{Button, Message, Row};
use super::limits;
use super::wording::manners as words;

/// A wish that has nothing to do with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Helpers should see the question.
    Person,
    /// The reply should go.
    Dismiss,
}

impl Wish {
    /// Of the family of ids in `custom_id`, which knows no kind of this name.
    fn id(self) -> &'static str {
        match self {
            Self::Person => "c1:person",
            Self::Dismiss => "c1:dismiss",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Person => words::ASK_A_PERSON,
            Self::Dismiss => words::DISMISS,
        }
    }

    /// The wish that the button `id` carries, if it carries one.
    pub fn of_id(id: &str) -> Option<Self> {
        [Self::Person, Self::Dismiss].into_iter().find(|it| it.id() == id)
    }
}

/// Adds buttons for `wishes` below the last of `messages`: in a row of their own, or behind other buttons if all rows are
/// taken. What finds no room is left out; a cross as a reaction dismisses a reply all the same.
pub fn add(messages: &mut [Message], wishes: &[Wish]) {
    // The same as text, where embeds are not shown, is another list of messages.
    if let Some(first) = messages.first_mut() {
        add(&mut first.unframed, wishes);
    }
    let Some(last) = messages.last_mut() else { return };
    let buttons: Vec<Button> =
        wishes.iter().map(|it| Button { label: it.label().to_owned(), id: it.id().to_owned() }).collect();
    if buttons.is_empty() {
        return;
    }
    if last.rows.len() < limits::ROWS {
        last.rows.push(Row::Buttons(buttons));
    } else if let Some(Row::Buttons(row)) = last.rows.last_mut() {
        let room = limits::BUTTONS_IN_ROW.saturating_sub(row.len());
        row.extend(buttons.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::custom_id;

    #[test]
    fn a_wish_is_told_from_everything_else() {
        for wish in [Wish::Person, Wish::Dismiss] {
            assert_eq!(Wish::of_id(wish.id()), Some(wish));
            assert_eq!(custom_id::action(wish.id()), None, "no entry's button has this id");
        }
        assert_eq!(Wish::of_id("c1:none"), None);
    }

    #[test]
    fn the_buttons_find_room_or_are_left_out() {
        let button = |nth: usize| Button { label: format!("{nth}"), id: format!("{nth}") };
        let wishes = [Wish::Person, Wish::Dismiss];
        for (rows, in_last, wanted) in [(0, 0, (1, 2)), (4, 1, (5, 2)), (5, 1, (5, 3)), (5, 4, (5, 5)), (5, 5, (5, 5))]
        {
            let row = Row::Buttons((0..in_last).map(button).collect());
            let mut messages = vec![Message { rows: vec![row; rows], ..Message::default() }];
            add(&mut messages, &wishes);
            let Some(Row::Buttons(last)) = messages[0].rows.last() else { panic!("no buttons") };
            assert_eq!((messages[0].rows.len(), last.len()), wanted);
        }
        add(&mut [], &wishes);
    }
}
