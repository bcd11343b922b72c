//! Rules for the secrets of a document that is about to be stored
//! (docs/reference/settings.md).

use bridge_domain::settings::WeakSecret;
use serde_json::Value;

/// Keys that hold a secret.
const SECRET_KEYS: [&str; 8] = [
    "access_token",
    "api_key",
    "client_secret",
    "previous_client_secret",
    "previous_webhook_secret",
    "previous_webhook_token",
    "webhook_secret",
    "webhook_token",
];

/// Returns whether a key holds a secret.
pub(super) fn is_secret(key: &str) -> bool {
    SECRET_KEYS.contains(&key)
}

/// Checks the secrets that stand in a document.
///
/// # Errors
/// The key of the first one that is empty, or that anybody could guess, and the way out.
pub(super) fn check(document: &Value) -> Result<(), String> {
    check_fields("", document)?;
    let (own, of_opencx) = (&document["webhook_token"], &document["opencx"]["webhook_token"]);
    if own.is_string() && own == of_opencx {
        return Err("opencx.webhook_token: must differ from webhook_token".to_owned());
    }
    Ok(())
}

fn check_fields(path: &str, document: &Value) -> Result<(), String> {
    for (key, value) in document.as_object().into_iter().flatten() {
        let path = format!("{path}{key}");
        match value {
            Value::String(secret) if is_secret(key) => {
                check_secret(key, secret).map_err(|problem| format!("{path}: {problem}"))?;
            }
            value => check_fields(&format!("{path}."), value)?,
        }
    }
    Ok(())
}

/// Checks a secret by the rule that deployed functions keep, too.
pub(super) fn check_secret(key: &str, secret: &str) -> Result<(), WeakSecret> {
    let is_token = key.ends_with("webhook_token");
    let check = if is_token { WeakSecret::check_token } else { WeakSecret::check };
    check(secret).map(|_| ())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_that_are_empty_or_easy_to_guess_are_refused_by_name() {
        let token = "0123456789abcdefghijKLMN";
        let other = "0123456789abcdefghijKLM_";
        let cases = [
            (json!({ "webhook_token": token }), None),
            (json!({ "webhook_token": format!("{token}\n") }), None),
            (json!({ "webhook_token": "a" }), Some("webhook_token")),
            (json!({ "webhook_token": &token[1..] }), Some("webhook_token")),
            (json!({ "webhook_token": format!("{token}/x") }), Some("webhook_token")),
            (json!({ "hubspot": { "client_secret": "" } }), Some("hubspot.client_secret")),
            (json!({ "hubspot": { "previous_client_secret": " " } }), Some("hubspot.previous")),
            (json!({ "opencx": { "webhook_secret": "\n" } }), Some("opencx.webhook_secret")),
            (json!({ "opencx": { "webhook_token": "short" } }), Some("opencx.webhook_token")),
            (json!({ "previous_webhook_token": "x" }), Some("previous_webhook_token")),
            (json!({ "opencx": { "previous_webhook_token": "" } }), Some("opencx.previous")),
            (json!({ "crm": { "access_token": { "secret": "a" } } }), None),
            (
                json!({ "webhook_token": token, "opencx": { "webhook_token": token } }),
                Some("opencx.webhook_token: must differ"),
            ),
            (json!({ "webhook_token": token, "opencx": { "webhook_token": other } }), None),
        ];
        for (document, named) in cases {
            let result = check(&document);
            match named {
                None => assert_eq!(result, Ok(()), "{document}"),
                Some(key) => {
                    let problem = result.unwrap_err();
                    assert!(problem.starts_with(key), "{document}: {problem}");
                }
            }
        }
    }
}
