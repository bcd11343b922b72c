//! HubSpot's API, one file per family of routes. Handlers read the request, act on the state and
//! shape the answer; rules live below them.

mod account;
mod actors;
mod answer;
mod assignee;
mod association_batch;
mod associations;
mod batch;
mod inbox;
mod input;
mod messages;
mod objects;
mod owners;
mod pipelines;
mod post;
mod properties;
mod recipients;
mod search;
mod threads;

use axum::Router;

use crate::portal::Portal;

/// Every route of the API.
pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .merge(account::routes())
        .merge(actors::routes())
        .merge(assignee::routes())
        .merge(association_batch::routes())
        .merge(associations::routes())
        .merge(batch::routes())
        .merge(inbox::routes())
        .merge(messages::routes())
        .merge(objects::routes())
        .merge(owners::routes())
        .merge(pipelines::routes())
        .merge(properties::routes())
        .merge(search::routes())
        .merge(threads::routes())
}
