//! Callers, and the scopes that their calls need (docs/vendors/hubspot.md#scopes).

use axum::http::StatusCode;
use sim_kit::Call;

use crate::error::ApiError;
use crate::options::{PortalOptions, Token};

/// The app behind a call.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) app_id: u64,
    pub(crate) token: Token,
    /// The call is a search, which has a rate limit of its own.
    pub(crate) searches: bool,
}

/// Scopes of which one is enough.
type AnyOf = &'static [&'static str];

impl Caller {
    pub(crate) fn of(call: &Call, options: &PortalOptions) -> Result<Self, ApiError> {
        let known = options.tokens.iter().find(|known| Some(&known.token) == call.token.as_ref());
        let token = known.ok_or_else(|| ApiError::of_status(StatusCode::UNAUTHORIZED))?.clone();
        let searches = call.path.ends_with("/search");
        Ok(Self { app_id: token.app_id.unwrap_or(options.app_id), token, searches })
    }

    pub(crate) fn check_scopes(&self, call: &Call) -> Result<(), ApiError> {
        let granted = |any: &AnyOf| {
            any.iter().any(|name| self.token.scopes.iter().any(|scope| scope == name))
        };
        match required(&call.method, &call.path).into_iter().find(|any| !granted(any)) {
            Some(missing) => Err(ApiError::missing_scopes(missing)),
            None => Ok(()),
        }
    }
}

/// Returns the scopes that a call needs: one out of each group.
fn required(method: &str, path: &str) -> Vec<AnyOf> {
    let reads = method == "GET";
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["conversations", ..] if reads => vec![&["conversations.read"]],
        ["conversations", ..] => vec![&["conversations.write"]],
        ["crm", _, "owners", ..] => vec![&["crm.objects.owners.read"]],
        ["crm", _, "properties", ..] => {
            vec![&["tickets", "crm.schemas.tickets.write", "crm.objects.tickets.write"]]
        }
        ["crm", _, "objects", from, _, "associations", to] => {
            vec![objects(from, true), objects(to, true)]
        }
        ["crm", _, "pipelines", kind] | ["crm", _, "objects", kind, .., "search" | "read"] => {
            vec![objects(kind, true)]
        }
        ["crm", _, "objects", kind, ..] => vec![objects(kind, reads)],
        _ => Vec::new(),
    }
}

/// Notes go by the contacts' scopes.
fn objects(kind: &str, reads: bool) -> AnyOf {
    match (kind, reads) {
        ("contacts" | "notes", true) => {
            &["crm.objects.contacts.read", "crm.objects.contacts.write"]
        }
        ("contacts" | "notes", false) => &["crm.objects.contacts.write"],
        ("companies", true) => &["crm.objects.companies.read", "crm.objects.companies.write"],
        ("companies", false) => &["crm.objects.companies.write"],
        ("deals", true) => &["crm.objects.deals.read", "crm.objects.deals.write"],
        ("deals", false) => &["crm.objects.deals.write"],
        (_, true) => &["tickets", "crm.objects.tickets.read", "crm.objects.tickets.write"],
        (_, false) => &["tickets", "crm.objects.tickets.write"],
    }
}
