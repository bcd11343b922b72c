//! What every call passes before and after its effect: the log, the token, the rate limit, the
//! scopes, and the trouble that was ordered.

mod access;
mod faults;
mod quota;
mod visit;

pub use faults::{Fault, FaultKind};

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::line::Cutter;
use crate::portal::Portal;

pub(crate) use access::Caller;
pub(crate) use faults::Faults;
pub(crate) use quota::Quota;
use visit::Visit;

/// Which moment of a call a hook is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The call is admitted; nothing has happened yet.
    BeforeEffect,
    /// The effect is there; the caller has no answer yet.
    AfterEffect,
}

/// A call, as a hook is told of it.
#[derive(Debug, Clone)]
pub struct CallMoment {
    /// Which moment.
    pub moment: Moment,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Status of the answer to come; `None` before the effect.
    pub status: Option<u16>,
}

pub(crate) type Hook = Arc<dyn Fn(&CallMoment) + Send + Sync>;

/// Lets a call through, or answers in its place.
pub(crate) async fn pass(
    State(portal): State<Portal>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: Request,
    next: Next,
) -> Response {
    let visit = Visit::new(&portal, &request);
    if let Some(response) = visit.answer(request, next).await {
        let status = response.status().as_u16();
        portal.with(|state| state.calls.answered(visit.number, status));
        return response;
    }
    cutter.cut();
    ApiError::no_route().into_response()
}
