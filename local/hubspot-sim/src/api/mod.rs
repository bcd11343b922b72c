//! HubSpot's API: the table of its routes, and one file per family of them. Handlers read the
//! request, act on the state and shape the answer; rules live below them.

mod account;
mod assignee;
mod batch;
mod conversations;
mod custom_channels;
mod files;
mod objects;
mod post;
mod properties;
mod request;
mod settings;

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::{Extension, Json, Router};
use serde_json::Value;
use sim_kit::Call;

use crate::access::Caller;
use crate::error::ApiError;
use crate::portal::Portal;
use crate::state::State;
pub(crate) use files::signed_routes;
use request::{Request, decoded};

/// An answer of a route: status and body.
type Answer = Result<(StatusCode, Value), ApiError>;

pub(crate) fn routes() -> Router<Portal> {
    files::routes().fallback(serve)
}

async fn serve(
    Extract(portal): Extract<Portal>,
    Extension(caller): Extension<Caller>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let request = Request::new(caller, &uri, &headers, call.body)?;
    let path: Vec<String> = call.path.trim_matches('/').split('/').map(decoded).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let answer = portal.with(|state| route(state, &call.method, &path, &request))?;
    Ok((answer.0, Json(answer.1)))
}

/// The routes; `local/README.md` names the fact that each follows.
fn route(state: &mut State, method: &str, path: &[&str], request: &Request) -> Answer {
    match (method, path) {
        ("GET", ["account-info", "v3", "details"]) => account::details(state),
        ("POST", ["oauth", "v2", "private-apps", "get", "access-token-info"]) => {
            account::token(state, request)
        }
        (_, ["conversations", "v3", "conversations", rest @ ..]) => match (method, rest) {
            ("GET", ["inboxes"]) => settings::inboxes(),
            ("GET", ["inboxes", id]) => settings::inbox(id),
            ("GET", ["channel-accounts", id]) => settings::channel_account(state, id),
            ("GET", ["threads"]) => conversations::list_threads(state, request),
            ("PATCH", ["threads", id]) => conversations::update_thread(state, id, request),
            ("GET", ["threads", id]) => conversations::thread(state, id, request),
            ("POST", ["threads", id, "assignee"]) => assignee::by_email(state, id, request),
            ("GET", ["threads", id, "messages"]) => conversations::list(state, id, request),
            ("POST", ["threads", id, "messages"]) => post::post(state, id, request),
            ("GET", ["threads", id, "messages", message]) => {
                conversations::message(state, id, message)
            }
            ("GET", ["threads", id, "messages", message, "original-content"]) => {
                conversations::original_content(state, id, message)
            }
            _ => Err(ApiError::no_route()),
        },
        ("PUT", ["conversations", "conversations", "2026-09", "threads", id, "assignee"]) => {
            assignee::by_actor(state, id, request)
        }
        (_, ["conversations", "custom-channels", "2026-09", rest @ ..]) => {
            custom_channels::route(state, method, rest, request)
        }
        ("GET", ["crm", "v3", "owners", id]) => settings::owner(state, id, request),
        ("GET", ["crm", "v3", "pipelines", kind]) => settings::pipelines(state, kind),
        ("POST", ["crm", "v3", "properties", kind]) => properties::create(state, kind, request),
        ("POST", ["crm", "v3", "properties", kind, "groups"]) => {
            properties::create_group(state, kind, request)
        }
        ("POST", ["crm", "v3", "objects", kind]) => objects::create(state, kind, request),
        ("POST", ["crm", "v3", "objects", kind, "search"]) => objects::search(state, kind, request),
        ("POST", ["crm", "v3", "objects", kind, "batch", "read"]) => {
            batch::read(state, kind, request)
        }
        ("GET", ["crm", "v3", "objects", kind, id]) => objects::read(state, kind, id, request),
        ("PATCH", ["crm", "v3", "objects", kind, id]) => objects::update(state, kind, id, request),
        ("GET", ["crm", "v4", "objects", kind, id, "associations", to]) => {
            objects::associations(state, (kind, id), to, request)
        }
        _ => Err(ApiError::no_route()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
fn ok(body: Value) -> Answer {
    Ok((StatusCode::OK, body))
}

#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
fn created(body: Value) -> Answer {
    Ok((StatusCode::CREATED, body))
}
