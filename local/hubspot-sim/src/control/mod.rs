//! Control routes under `/sim`: acting in the portal and inspecting it with `curl`. They need no
//! token, are not logged and are no part of HubSpot's API; `local/README.md` lists them.

mod administration;
mod inspect;
mod people;

use axum::extract::State;
use axum::routing::MethodFilter;
use axum::routing::{MethodRouter, on};
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sim_kit::control::{Input, Rejected};

use crate::error::ActionError;
use crate::portal::Portal;

/// Returns every control route, without the prefix.
pub(crate) fn routes() -> Router<Portal> {
    sim_kit::control::routes()
        .merge(administration::routes())
        .merge(inspect::routes())
        .merge(people::routes())
}

/// Makes a route out of an action of the portal that reads a JSON body.
fn action<T, R>(
    method: MethodFilter,
    run: fn(&Portal, T) -> Result<R, ActionError>,
) -> MethodRouter<Portal>
where
    T: DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    let handler = async move |State(portal): State<Portal>, Input(input): Input<T>| {
        run(&portal, input).map(Json).map_err(Rejected::from)
    };
    on(method, handler)
}
