//! Who is a moderator: asked anew at each use, of what Discord says of the member at that moment. His permissions come with an
//! interaction; with a reaction they do not, and have to be worked out.
//!
//! That a command is hidden from others (`default_member_permissions`) is a courtesy of Discord's clients, and a server's
//! owner can change it; it is no lock.

use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::guild::Member;
use serenity::model::id::{ChannelId, GuildId};
use serenity::model::permissions::Permissions;

use super::id::Id;
use super::rest::{CallError, Patience, Rest};

/// Whether somebody moderates who has these permissions where he is, and these `roles`: by the permission "Manage Messages", or
/// by one of the roles that the config has `named`. Who is an administrator has all permissions.
pub fn moderates(may: Permissions, roles: &[u64], named: &[Id]) -> bool {
    may.intersects(Permissions::MANAGE_MESSAGES | Permissions::ADMINISTRATOR)
        || named.iter().any(|it| roles.contains(&it.get()))
}

/// Whether `member`, as an interaction brings him along, moderates where it happened.
pub fn is_moderator(member: &Member, named: &[Id]) -> bool {
    moderates(member.permissions.unwrap_or_default(), &roles(member), named)
}

/// The ids of the member's roles.
pub fn roles(member: &Member) -> Vec<u64> {
    member.roles.iter().map(|role| role.get()).collect()
}

/// What the member `user` with `roles` may do in `channel`. Asks Discord for the server's roles and the channel's exceptions,
/// and for those of the channel around it if it is a thread.
///
/// # Errors
/// If Discord does not tell.
pub async fn permissions_in(
    rest: &Rest,
    guild: GuildId,
    channel: ChannelId,
    user: u64,
    roles: &[u64],
) -> Result<Permissions, CallError> {
    let get = |route| rest.call(LightMethod::Get, route, None, Patience::message());
    let server = get(Route::Guild { guild_id: guild }).await?;
    let mut place = get(Route::Channel { channel_id: channel }).await?;
    // Threads (types 10 to 12) have no exceptions of their own.
    if let (Some(10..=12), Some(parent)) = (place["type"].as_u64(), id(&place["parent_id"])) {
        place = get(Route::Channel { channel_id: ChannelId::new(parent) }).await?;
    }
    Ok(permissions(&server, &place, guild.get(), user, roles))
}

/// What the member `user` with `roles` may do in `channel` of `server`, as Discord computes it (Topics › Permissions ›
/// Permission Overwrites).
fn permissions(server: &Value, channel: &Value, guild: u64, user: u64, roles: &[u64]) -> Permissions {
    if id(&server["owner_id"]) == Some(user) {
        return Permissions::all();
    }
    let bits = |value: &Value| {
        Permissions::from_bits_truncate(value.as_str().and_then(|it| it.parse().ok()).unwrap_or_default())
    };
    let has = |role: u64| role == guild || roles.contains(&role);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let of_roles = list(&server["roles"]);
    let mut may = of_roles
        .iter()
        .filter(|role| id(&role["id"]).is_some_and(has))
        .fold(Permissions::empty(), |may, role| may | bits(&role["permissions"]));
    if may.contains(Permissions::ADMINISTRATOR) {
        return Permissions::all();
    }
    // First the exception for everyone, then those for roles together, then the one for the member.
    let exceptions = list(&channel["permission_overwrites"]);
    let mut apply = |of: &dyn Fn(u64, bool) -> bool| {
        let (mut deny, mut allow) = (Permissions::empty(), Permissions::empty());
        for it in &exceptions {
            if id(&it["id"]).is_some_and(|id| of(id, it["type"].as_u64() == Some(1))) {
                deny |= bits(&it["deny"]);
                allow |= bits(&it["allow"]);
            }
        }
        may = (may - deny) | allow;
    };
    apply(&|id, of_member| !of_member && id == guild);
    apply(&|id, of_member| !of_member && id != guild && has(id));
    apply(&|id, of_member| of_member && id == user);
    may
}

/// An id as the API writes it.
pub fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok().filter(|id| *id != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exceptions_are_laid_over_roles() {
        let manage = (1_u64 << 13).to_string();
        let server = json!({ "owner_id": "9", "roles": [
            { "id": "1", "permissions": "1024" },
            { "id": "2", "permissions": manage },
            { "id": "3", "permissions": "8" },
        ]});
        let open = json!({ "permission_overwrites": [] });
        let shut = json!({ "permission_overwrites": [
            { "id": "2", "type": 0, "deny": manage, "allow": "0" },
            { "id": "50", "type": 1, "deny": "0", "allow": manage },
        ]});
        let everyone = json!({ "permission_overwrites": [{ "id": "1", "type": 0, "deny": "0", "allow": manage }] });
        let may = |channel: &Value, user, roles: &[u64]| {
            permissions(&server, channel, 1, user, roles).contains(Permissions::MANAGE_MESSAGES)
        };
        assert!(!may(&open, 40, &[]) && may(&open, 40, &[2]) && may(&open, 40, &[3]) && may(&open, 9, &[]));
        assert!(!may(&shut, 40, &[2]), "the role lost it here");
        assert!(may(&shut, 50, &[2]) && may(&shut, 50, &[]), "the member got it back");
        assert!(may(&shut, 40, &[2, 3]) && may(&shut, 9, &[]), "administrators and the owner always");
        assert!(may(&everyone, 40, &[]));
        assert!(!permissions(&Value::Null, &Value::Null, 1, 40, &[2]).contains(Permissions::MANAGE_MESSAGES));
    }
}
