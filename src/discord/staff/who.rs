//! Who is a moderator: asked anew at each use, of what Discord says of the member in that very interaction.
//!
//! That a command is hidden from others (`default_member_permissions`) is a courtesy of Discord's clients, and a server's
//! owner can change it; it is no lock.

use serenity::model::guild::Member;

use crate::discord::id::Id;
use crate::discord::permissions::moderates;

/// Whether `member` may moderate where the interaction happened: by the permission "Manage Messages" there, or by one of
/// the `roles` that the config names.
pub fn is_moderator(member: &Member, roles: &[Id]) -> bool {
    member.permissions.is_some_and(moderates)
        || member.roles.iter().any(|role| roles.iter().any(|named| named.get() == role.get()))
}
