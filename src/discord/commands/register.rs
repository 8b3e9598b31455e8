//! How Discord is told of the commands: only when they are not what it knows.

use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::id::ApplicationId;

use crate::discord::rest::{CallError, Patience, Rest};

/// Tells Discord that `wanted` are the commands, if it does not know them as they are. True if it had to be told.
///
/// # Errors
/// If Discord refuses or does not answer.
pub async fn register(rest: &Rest, application: ApplicationId, wanted: &Value) -> Result<bool, CallError> {
    let route = || Route::Commands { application_id: application };
    // Discord counts how often commands are made (200 a day), and clients reload them. If it does not say what it knows,
    // telling it is still right: the whole list is replaced.
    let known = rest.call(LightMethod::Get, route(), None, Patience::message()).await.unwrap_or(Value::Null);
    if knows(&known, wanted) {
        return Ok(false);
    }
    rest.call(LightMethod::Put, route(), Some(wanted), Patience::message()).await?;
    Ok(true)
}

/// Whether all of `wanted` is in `known`, which may say more: Discord adds ids, versions and defaults.
fn knows(known: &Value, wanted: &Value) -> bool {
    match (known, wanted) {
        (Value::Array(known), Value::Array(wanted)) => {
            known.len() == wanted.len() && known.iter().zip(wanted).all(|(known, wanted)| knows(known, wanted))
        }
        (Value::Object(known), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| known.get(key).is_some_and(|known| knows(known, wanted)))
        }
        _ => known == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discord::commands::definitions;
    use serde_json::json;

    #[test]
    fn commands_are_told_anew_only_if_they_changed() {
        let wanted = definitions();
        let mut known = wanted.clone();
        known[0]["id"] = json!("123");
        known[0]["version"] = json!("9");
        known[0]["options"][0]["min_length"] = Value::Null;
        assert!(knows(&known, &wanted));
        known[0]["description"] = json!("old words");
        assert!(!knows(&known, &wanted));
        assert!(!knows(&json!([]), &wanted));
        assert!(!knows(&Value::Null, &wanted));
    }
}
