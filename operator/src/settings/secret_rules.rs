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

/// Checks that each secret that is named is one of the organisation: a role of the stack reads
/// those of all organisations, and a settings document must not borrow another's.
///
/// # Errors
/// The key of the first one that is not, and the way out.
pub(super) fn check_names(document: &Value, org: &str, prefix: Option<&str>) -> Result<(), String> {
    for (key, value) in document.as_object().into_iter().flatten() {
        let name = value.get("secret").and_then(Value::as_str).filter(|_| is_secret(key));
        let Some(name) = name else {
            check_names(value, org, prefix).map_err(|error| match error.split_once(": ") {
                Some((path, rule)) => format!("{key}.{path}: {rule}"),
                None => error,
            })?;
            continue;
        };
        // An ARN ends with the name.
        let name = name.rsplit_once(":secret:").map_or(name, |(_, name)| name);
        let begins = prefix.map(|prefix| format!("{prefix}{org}/"));
        let is_own = match &begins {
            Some(begins) => name.starts_with(begins.as_str()),
            None => name.starts_with(&format!("{org}/")) || name.contains(&format!("/{org}/")),
        };
        if !is_own {
            let begins = begins.unwrap_or_else(|| format!("PREFIX{org}/"));
            return Err(format!(
                "{key}: the name of the secret must begin with `{begins}`, PREFIX being the stack's output `SecretsPrefix`"
            ));
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
    fn a_named_secret_is_one_of_the_organisation() {
        let cases = [
            ("s/acme/hubspot", Some("s/"), true),
            ("s/acme/hubspot", None, true),
            ("acme/hubspot", None, true),
            ("arn:aws:secretsmanager:eu-central-1:1:secret:s/acme/x-AbCdEf", Some("s/"), true),
            ("s/other/hubspot", Some("s/"), false),
            ("s/other/hubspot", None, false),
            ("t/acme/hubspot", Some("s/"), false),
            ("s/acme", Some("s/"), false),
            ("s/acme2/hubspot", Some("s/"), false),
        ];
        for (name, prefix, is_own) in cases {
            let document = json!({ "hubspot": { "access_token": { "secret": name } } });
            let result = check_names(&document, "acme", prefix);
            assert_eq!(result.is_ok(), is_own, "{name}: {result:?}");
            if let Err(error) = result {
                assert!(error.starts_with("hubspot.access_token: "), "{name}");
            }
        }
    }

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
