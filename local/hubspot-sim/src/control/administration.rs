//! Administering the portal: objects, merges, deletions, secrets, channels, the webhook's URL.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{delete, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::control::{Input, Rejected};

use crate::administration::Merged;
use crate::conversations::{Channel, Sending};
use crate::crm::{ObjectKind, Property, Values};
use crate::portal::Portal;

type Done = Result<StatusCode, Rejected>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/objects/{kind}", post(object))
        .route("/objects/{kind}/{id}", delete(delete_object))
        .route("/associations", post(association))
        .route("/thread-ticket", post(thread_ticket))
        .route("/merges", post(merge))
        .route("/threads/{id}", delete(delete_thread))
        .route("/property-definitions/{kind}", post(define_property))
        .route("/sending", put(sending))
        .route("/client-secret", put(client_secret))
        .route("/token", put(token))
        .route("/webhook-url", put(webhook_url))
}

async fn object(
    State(portal): State<Portal>,
    Path(kind): Path<ObjectKind>,
    Input(properties): Input<Values>,
) -> Result<(StatusCode, Json<Value>), Rejected> {
    let pairs = properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let id = portal.seed(kind, &pairs.collect::<Vec<_>>())?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// `?privacy=true` erases instead of archiving.
#[derive(Deserialize)]
struct Deletion {
    #[serde(default)]
    privacy: bool,
}

async fn delete_object(
    State(portal): State<Portal>,
    Path((kind, id)): Path<(ObjectKind, String)>,
    Query(deletion): Query<Deletion>,
) -> Done {
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
) -> Done {
    if deletion.privacy {
        portal.erase_thread(&id)?;
    } else {
        portal.delete_thread(&id)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssociationInput {
    from: (ObjectKind, String),
    to: (ObjectKind, String),
}

async fn association(State(portal): State<Portal>, Input(input): Input<AssociationInput>) -> Done {
    let AssociationInput { from, to } = input;
    portal.associate((from.0, &from.1), (to.0, &to.1))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThreadTicket {
    thread: String,
    ticket: String,
}

async fn thread_ticket(State(portal): State<Portal>, Input(input): Input<ThreadTicket>) -> Done {
    portal.link_thread(&input.thread, &input.ticket)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MergeInput {
    kind: ObjectKind,
    from: String,
    into: String,
    #[serde(default)]
    survivor: Option<Merged>,
}

async fn merge(
    State(portal): State<Portal>,
    Input(input): Input<MergeInput>,
) -> Result<Json<Value>, Rejected> {
    let survivor = input.survivor.unwrap_or(Merged::IntoExisting);
    let id = portal.merge_as(input.kind, &input.from, &input.into, survivor)?;
    Ok(Json(json!({ "id": id })))
}

async fn define_property(
    State(portal): State<Portal>,
    Path(kind): Path<ObjectKind>,
    Input(property): Input<Property>,
) -> Done {
    portal.define_property(kind, property)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendingInput {
    channel: Channel,
    sending: Sending,
}

async fn sending(State(portal): State<Portal>, Input(input): Input<SendingInput>) -> StatusCode {
    portal.set_sending(input.channel, input.sending);
    StatusCode::NO_CONTENT
}

async fn client_secret(
    State(portal): State<Portal>,
    Input(secret): Input<Option<String>>,
) -> StatusCode {
    portal.set_client_secret(secret);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRotation {
    old: String,
    new: String,
}

async fn token(State(portal): State<Portal>, Input(input): Input<TokenRotation>) -> StatusCode {
    portal.rotate_token(&input.old, &input.new);
    StatusCode::NO_CONTENT
}

async fn webhook_url(
    State(portal): State<Portal>,
    Input(url): Input<Option<String>>,
) -> StatusCode {
    portal.set_webhook_url(url);
    StatusCode::NO_CONTENT
}
