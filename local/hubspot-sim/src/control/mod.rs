//! Control routes under `/sim`: acting in the portal and inspecting it with `curl`. They need no
//! token, are not logged and are no part of HubSpot's API; `local/README.md` lists them.

mod administration;
mod inspect;
mod people;

use axum::Router;

use crate::portal::Portal;

/// Returns every control route, without the prefix.
pub(crate) fn routes() -> Router<Portal> {
    sim_kit::control::routes()
        .merge(administration::routes())
        .merge(inspect::routes())
        .merge(people::routes())
}
