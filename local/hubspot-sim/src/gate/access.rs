//! Who calls, and what that token may do.

use crate::error::ApiError;
use crate::options::{PortalOptions, Token};

/// The app behind a call.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) app_id: u64,
    pub(crate) token: Token,
    /// The call is a search, which has a rate limit of its own.
    pub(super) searches: bool,
}

/// Scopes of which one is enough.
type AnyOf = &'static [&'static str];

const CONTACTS_READ: AnyOf = &["crm.objects.contacts.read", "crm.objects.contacts.write"];
const CONTACTS_WRITE: AnyOf = &["crm.objects.contacts.write"];
const COMPANIES_READ: AnyOf = &["crm.objects.companies.read", "crm.objects.companies.write"];
const COMPANIES_WRITE: AnyOf = &["crm.objects.companies.write"];
const DEALS_READ: AnyOf = &["crm.objects.deals.read", "crm.objects.deals.write"];
const DEALS_WRITE: AnyOf = &["crm.objects.deals.write"];
const TICKETS_READ: AnyOf = &["tickets", "crm.objects.tickets.read", "crm.objects.tickets.write"];
const TICKETS_WRITE: AnyOf = &["tickets", "crm.objects.tickets.write"];

pub(super) fn caller(
    options: &PortalOptions,
    token: Option<&str>,
    path: &str,
) -> Result<Caller, ApiError> {
    let known = options.tokens.iter().find(|known| Some(known.token.as_str()) == token);
    let token = known.ok_or_else(ApiError::unauthorized)?.clone();
    let searches = path.starts_with("/crm/") && path.ends_with("/search");
    Ok(Caller { app_id: token.app_id.unwrap_or(options.app_id), token, searches })
}

impl Caller {
    pub(super) fn check_scopes(&self, method: &str, path: &str) -> Result<(), ApiError> {
        let granted = |any: &AnyOf| {
            any.iter().any(|name| self.token.scopes.iter().any(|scope| scope == name))
        };
        match required(method, path).into_iter().find(|any| !granted(any)) {
            Some(missing) => Err(ApiError::missing_scopes(missing)),
            None => Ok(()),
        }
    }
}

/// What a call needs: one scope out of each group.
fn required(method: &str, path: &str) -> Vec<AnyOf> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["conversations", .., "actors", "batch", "read"] => vec![&["conversations.read"]],
        ["conversations", ..] if method == "GET" => vec![&["conversations.read"]],
        ["conversations", ..] => vec![&["conversations.write"]],
        ["crm", _, "owners", ..] => vec![&["crm.objects.owners.read"]],
        ["crm", _, "pipelines", kind, ..] => vec![objects(kind, false)],
        ["crm", _, "properties", kind, ..] => vec![schemas(kind, method == "GET")],
        ["crm", _, "objects", from, _, "associations", rest @ ..] => {
            let to = if method == "GET" { rest.first() } else { rest.iter().rev().nth(1) };
            let writes = method != "GET";
            vec![objects(from, writes), objects(to.copied().unwrap_or_default(), writes)]
        }
        ["crm", _, "associations", from, to, "batch", act] => {
            vec![objects(from, *act != "read"), objects(to, *act != "read")]
        }
        ["crm", _, "objects", kind, "search"] | ["crm", _, "objects", kind, "batch", "read"] => {
            vec![objects(kind, false)]
        }
        ["crm", _, "objects", kind, ..] => vec![objects(kind, method != "GET")],
        _ => Vec::new(),
    }
}

/// Notes go by the contacts' scopes.
fn objects(kind: &str, writes: bool) -> AnyOf {
    match (kind, writes) {
        ("contacts" | "contact" | "0-1" | "notes" | "note" | "0-46", false) => CONTACTS_READ,
        ("contacts" | "contact" | "0-1" | "notes" | "note" | "0-46", true) => CONTACTS_WRITE,
        ("companies" | "company" | "0-2", false) => COMPANIES_READ,
        ("companies" | "company" | "0-2", true) => COMPANIES_WRITE,
        ("deals" | "deal" | "0-3", false) => DEALS_READ,
        ("deals" | "deal" | "0-3", true) => DEALS_WRITE,
        (_, false) => TICKETS_READ,
        (_, true) => TICKETS_WRITE,
    }
}

fn schemas(kind: &str, reads: bool) -> AnyOf {
    match (kind, reads) {
        ("contacts" | "contact" | "0-1", true) => {
            &["crm.schemas.contacts.read", "crm.objects.contacts.read"]
        }
        ("contacts" | "contact" | "0-1", false) => &["crm.schemas.contacts.write"],
        ("companies" | "company" | "0-2", true) => {
            &["crm.schemas.companies.read", "crm.objects.companies.read"]
        }
        ("companies" | "company" | "0-2", false) => &["crm.schemas.companies.write"],
        ("deals" | "deal" | "0-3", true) => &["crm.schemas.deals.read", "crm.objects.deals.read"],
        ("deals" | "deal" | "0-3", false) => &["crm.schemas.deals.write"],
        _ => &["tickets", "crm.schemas.tickets.write", "crm.objects.tickets.write"],
    }
}
