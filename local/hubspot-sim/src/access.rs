//! Callers, and the scopes that their calls need (docs/vendors/hubspot.md#scopes).

use axum::http::StatusCode;
use sim_kit::Call;

use crate::error::ApiError;
use crate::options::{PortalOptions, Token};

/// The prefix of custom channels.
const CHANNELS: &str = "/conversations/custom-channels/2026-09";

/// The app behind a call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) app_id: u64,
    pub(crate) token: Token,
    /// The call is a search, which has a rate limit of its own.
    pub(crate) searches: bool,
}

impl Caller {
    pub(crate) fn of(call: &Call, options: &PortalOptions) -> Result<Self, ApiError> {
        if let Some(developer) = Self::developer(call, options) {
            return developer;
        }
        let known = options.tokens.iter().find(|known| Some(&known.token) == call.token.as_ref());
        let token = known.ok_or_else(|| ApiError::of_status(StatusCode::UNAUTHORIZED))?.clone();
        let searches = call.path.ends_with("/search");
        Ok(Self { app_id: token.app_id.unwrap_or(options.app_id), token, searches })
    }

    /// The caller of a route that takes the developer's key: a channel belongs to the app. `None`
    /// for other routes.
    fn developer(call: &Call, options: &PortalOptions) -> Option<Result<Self, ApiError>> {
        let channel = call.path.strip_prefix(CHANNELS)?.trim_matches('/');
        if channel.contains('/') {
            return None;
        }
        let has = |name: &str, value: &str| {
            call.query.split('&').any(|pair| pair == format!("{name}={value}"))
        };
        let is_known =
            has("hapikey", &options.developer_key) && has("appId", &options.app_id.to_string());
        let token = Token { token: String::new(), scopes: Vec::new(), app_id: None };
        let caller = Self { app_id: options.app_id, token, searches: false };
        Some(if is_known { Ok(caller) } else { Err(ApiError::of_status(StatusCode::UNAUTHORIZED)) })
    }

    /// Checks that the token has one of the scopes that a call needs.
    pub(crate) fn check_scopes(&self, call: &Call) -> Result<(), ApiError> {
        let scopes = scopes(&call.method, &call.path);
        if scopes.is_empty() || scopes.iter().any(|scope| self.token.scopes.contains(scope)) {
            return Ok(());
        }
        Err(ApiError::missing_scopes(&scopes))
    }
}

/// Returns the scopes for a call, of which one is enough. Notes go by the contacts' scopes, and a
/// scope to write allows to read.
fn scopes(method: &str, path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let reads = method == "GET" || path.ends_with("/read") || path.ends_with("/search");
    let objects = match parts.as_slice() {
        ["conversations", "custom-channels", _] | ["conversations", "custom-channels", _, _] => {
            return Vec::new();
        }
        ["conversations", "custom-channels", ..] => {
            let scope = |kind: &str| format!("conversations.custom_channels.{kind}");
            let write = vec![scope("write")];
            return if reads { [write, vec![scope("read")]].concat() } else { write };
        }
        ["files", ..] => return vec!["files".to_owned()],
        ["conversations", ..] if reads => return vec!["conversations.read".to_owned()],
        ["conversations", ..] => return vec!["conversations.write".to_owned()],
        ["crm", _, "owners", ..] => "owners",
        ["crm", _, _, "notes", ..] => "contacts",
        ["crm", _, _, kind, ..] => kind,
        _ => return Vec::new(),
    };
    let mut scopes = vec![format!("crm.objects.{objects}.write")];
    if reads {
        scopes.push(format!("crm.objects.{objects}.read"));
    }
    if objects == "tickets" {
        scopes.push("tickets".to_owned());
    }
    scopes
}
