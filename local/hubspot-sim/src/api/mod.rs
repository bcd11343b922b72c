//! HubSpot's API, one file per family of routes. Handlers read the request, act on the state and
//! shape the answer; rules live below them. `local/README.md` lists the routes.

mod account;
mod assignee;
mod batch;
mod conversations;
mod objects;
mod post;
mod properties;
mod settings;

use axum::Router;

use crate::portal::Portal;

/// Returns every route of the API.
pub(crate) fn routes() -> Router<Portal> {
    Router::new()
        .merge(account::routes())
        .merge(assignee::routes())
        .merge(batch::routes())
        .merge(conversations::routes())
        .merge(objects::routes())
        .merge(properties::routes())
        .merge(settings::routes())
}
