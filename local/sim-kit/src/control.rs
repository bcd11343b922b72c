//! Control routes under `/sim`, which need no token, are not logged and are no part of a vendor's
//! API. Those here both simulators have:
//!
//! ```text
//! curl $URL/sim/calls
//! curl $URL/sim/faults -d '{"path_contains":"/send","times":1,"kind":{"status":{"status":503}}}'
//! curl -X PUT $URL/sim/down -d true
//! ```

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::call_log::Call;
use crate::fault_injection::Fault;
use crate::gate::Simulator;

/// Returns the control routes of the simulator's traffic, without the prefix.
pub fn routes<S: Simulator>() -> Router<S> {
    Router::new()
        .route("/calls", get(calls::<S>).delete(reset_calls::<S>))
        .route("/faults", post(fail::<S>).delete(clear_faults::<S>))
        .route("/down", put(down::<S>))
        .fallback(async || Rejected::new(StatusCode::NOT_FOUND, "there is no such control route"))
}

async fn calls<S: Simulator>(State(simulator): State<S>) -> Json<Vec<Call>> {
    Json(simulator.traffic().calls())
}

async fn reset_calls<S: Simulator>(State(simulator): State<S>) -> StatusCode {
    simulator.traffic().reset_calls();
    StatusCode::NO_CONTENT
}

async fn fail<S: Simulator>(State(simulator): State<S>, Input(fault): Input<Fault>) -> StatusCode {
    simulator.traffic().fail(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults<S: Simulator>(State(simulator): State<S>) -> StatusCode {
    simulator.traffic().clear_faults();
    StatusCode::NO_CONTENT
}

async fn down<S: Simulator>(State(simulator): State<S>, Input(down): Input<bool>) -> StatusCode {
    simulator.traffic().set_down(down);
    StatusCode::NO_CONTENT
}

/// A JSON body of a control route, whatever its content type says.
#[derive(Debug)]
pub struct Input<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Rejected;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejected> {
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|error| Rejected::bad_request(error.body_text()))?;
        let read = serde_json::from_slice(&body).map(Self);
        read.map_err(|error| Rejected::bad_request(error.to_string()))
    }
}

/// The error answer of a control route: `{"error": "…"}`.
#[derive(Debug)]
pub struct Rejected(StatusCode, String);

impl Rejected {
    /// Makes an error with a status.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self(status, error.into())
    }

    pub fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}
