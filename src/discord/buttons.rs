//! A pressed button, or a picked option, as a [`Press`], and where its answer belongs.

use serenity::model::application::MessageInteractionMetadata;
use serenity::model::application::{ComponentInteraction, ComponentInteractionDataKind};
use serenity::model::channel::{Message, MessageFlags};
use serenity::model::id::UserId;

use super::outgoing::Place;
use crate::answering::Action;
use crate::render::custom_id::{self, Press};

/// What was pressed or picked; `None` for ids that we do not make (any more).
pub fn read(press: &ComponentInteraction) -> Option<Press> {
    match &press.data.kind {
        ComponentInteractionDataKind::Button => custom_id::press(&press.data.custom_id),
        ComponentInteractionDataKind::StringSelect { values } => custom_id::press(values.first()?),
        _ => None,
    }
}

/// Where the answer to `wanted` appears.
///
/// If the asker himself says which question he meant, the answer takes the place of our question back to him; so does a
/// page that somebody turns who is the only one to see it. Everything else is shown privately: a passer-by who reads on
/// must not flood the channel or change what others see.
pub fn place(press: &ComponentInteraction, wanted: &Press) -> Place {
    let alone = press.message.flags.is_some_and(|it| it.contains(MessageFlags::EPHEMERAL));
    match wanted {
        Press::Act(Action::Pick(_) | Action::NoneOfThese) if asker(&press.message) == Some(press.user.id) => {
            Place::Instead
        }
        Press::Look { .. } | Press::Topics(_) | Press::Topic(..) | Press::Sources(_) if alone => Place::Instead,
        _ => Place::Private,
    }
}

/// Whose question `message` of ours answers, as far as it tells.
pub(super) fn asker(message: &Message) -> Option<UserId> {
    let by_command = message.interaction_metadata.as_deref().and_then(|it| match it {
        MessageInteractionMetadata::Command(it) => Some(it.user.id),
        MessageInteractionMetadata::Component(it) => Some(it.user.id),
        _ => None,
    });
    let by_message = || message.referenced_message.as_ref().map(|it| it.author.id);
    // The text of a reply of ours mentions nobody, so whoever it mentions is the one it replies to.
    let by_mention = || match message.mentions.as_slice() {
        [asker] => Some(asker.id),
        _ => None,
    };
    by_command.or_else(by_message).or_else(by_mention)
}
