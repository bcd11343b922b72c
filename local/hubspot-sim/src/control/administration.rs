//! Administering the portal: objects, merges, deletions, secrets, channels, the webhook's URL.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{MethodFilter as Method, delete, post};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::control::{Input, Rejected};

use super::action;
use crate::administration::Merged;
use crate::conversations::{Channel, Sending};
use crate::crm::{ObjectKind, Property, Values};
use crate::portal::Portal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Association {
    from: (ObjectKind, String),
    to: (ObjectKind, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThreadTicket {
    thread: String,
    ticket: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    kind: ObjectKind,
    from: String,
    into: String,
    survivor: Option<Merged>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelSending {
    channel: Channel,
    sending: Sending,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRotation {
    old: String,
    new: String,
}

/// `?privacy=true` erases instead of archiving.
#[derive(Deserialize)]
struct Deletion {
    #[serde(default)]
    privacy: bool,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/objects/{kind}", post(object))
        .route("/objects/{kind}/{id}", delete(delete_object))
        .route("/threads/{id}", delete(delete_thread))
        .route("/property-definitions/{kind}", post(define_property))
        .route(
            "/associations",
            action(Method::POST, |portal, Association { from, to }| {
                portal.associate((from.0, &from.1), (to.0, &to.1))
            }),
        )
        .route(
            "/thread-ticket",
            action(Method::POST, |portal, one: ThreadTicket| {
                portal.link_thread(&one.thread, &one.ticket)
            }),
        )
        .route(
            "/merges",
            action(Method::POST, |portal, one: Merge| {
                let survivor = one.survivor.unwrap_or(Merged::IntoExisting);
                portal.merge_as(one.kind, &one.from, &one.into, survivor)
            }),
        )
        .route(
            "/sending",
            action(Method::PUT, |portal, one: ChannelSending| {
                portal.set_sending(one.channel, one.sending);
                Ok(())
            }),
        )
        .route(
            "/token",
            action(Method::PUT, |portal, one: TokenRotation| {
                portal.rotate_token(&one.old, &one.new);
                Ok(())
            }),
        )
        .route(
            "/client-secret",
            action(Method::PUT, |portal, secret: Option<String>| {
                portal.set_client_secret(secret);
                Ok(())
            }),
        )
        .route(
            "/webhook-url",
            action(Method::PUT, |portal, url: Option<String>| {
                portal.set_webhook_url(url);
                Ok(())
            }),
        )
}

async fn object(
    State(portal): State<Portal>,
    Path(kind): Path<ObjectKind>,
    Input(properties): Input<Values>,
) -> Result<axum::Json<Value>, Rejected> {
    let pairs = properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let id = portal.seed(kind, &pairs.collect::<Vec<_>>())?;
    Ok(axum::Json(json!({ "id": id })))
}

async fn delete_object(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(ObjectKind, String)>,
    Query(deletion): Query<Deletion>,
) -> Result<StatusCode, Rejected> {
    match (kind, deletion.privacy) {
        (ObjectKind::Contact, true) => portal.erase_contact(&id)?,
        (_, true) => return Err(Rejected::bad_request("only contacts can be erased")),
        (_, false) => portal.archive(kind, &id),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_thread(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Query(deletion): Query<Deletion>,
) -> Result<StatusCode, Rejected> {
    if deletion.privacy {
        portal.erase_thread(&id)?;
    } else {
        portal.delete_thread(&id)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn define_property(
    State(portal): State<Portal>,
    Path(kind): Path<ObjectKind>,
    Input(property): Input<Property>,
) -> Result<StatusCode, Rejected> {
    portal.define_property(kind, property)?;
    Ok(StatusCode::NO_CONTENT)
}
