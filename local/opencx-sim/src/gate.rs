//! What every call of the API passes: the log, the outage, the key, the rate limit, and the faults
//! that were ordered.

use crate::calls::{Call, Moment};
use crate::clock;
use crate::faults::FaultKind;
use crate::line::Cut;
use crate::refusal::Refusal;
use crate::server::OpenCx;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, sleep};

/// The longest body that is read.
const MAX_BODY: usize = 1024 * 1024;

/// Lets a call through to its route, or refuses it, or gives it the trouble that was ordered.
pub(crate) async fn gate(
    State(sim): State<OpenCx>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        let message = "request entity too large";
        return Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message).into_response();
    };
    let call = describe(&parts, &bytes);
    let number = sim.state().calls.note(call.clone());
    let fault = match admit(&sim, &parts) {
        Ok(fault) => fault,
        Err(refusal) => return settle(&sim, number, refusal.into_response()),
    };
    match fault {
        Some(FaultKind::Status(status, retry_after)) => {
            return settle(&sim, number, ordered(status, retry_after));
        }
        Some(FaultKind::DropBeforeEffect) => return dropped(&cut),
        Some(FaultKind::HangBeforeEffect(pause)) => sleep(pause).await,
        _ => {}
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let response = handled(&sim, call, number, next.run(request)).await;
    afterwards(fault, response, &cut).await
}

/// The call's effect, and around it whoever wants to be told.
async fn handled(
    sim: &OpenCx,
    call: Call,
    number: u64,
    effect: impl Future<Output = Response>,
) -> Response {
    tell(sim, &call, Moment::BeforeEffect);
    let response = settle(sim, number, effect.await);
    let status = Some(response.status().as_u16());
    tell(sim, &Call { status, ..call }, Moment::AfterEffect);
    response
}

fn describe(parts: &Parts, body: &Bytes) -> Call {
    Call {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        body: serde_json::from_slice(body).ok(),
        status: None,
        at: clock::now(),
    }
}

/// The fault that the call is to have, unless it is refused before.
fn admit(sim: &OpenCx, parts: &Parts) -> Result<Option<FaultKind>, Refusal> {
    let mut state = sim.state();
    if state.down {
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "Service is down"));
    }
    let expected = format!("Bearer {}", sim.inner.options.api_key);
    let given = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    if given != Some(expected.as_bytes()) {
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "Unauthorized"));
    }
    if !state.window.admits(Instant::now(), sim.inner.options.rate_limit_per_minute) {
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"));
    }
    Ok(state.faults.next_for(parts.method.as_str(), parts.uri.path()))
}

fn settle(sim: &OpenCx, number: u64, response: Response) -> Response {
    sim.state().calls.settle(number, response.status().as_u16());
    response
}

/// Calls the hook, without the lock, so that the hook may look around.
fn tell(sim: &OpenCx, call: &Call, moment: Moment) {
    let hook = sim.state().hook.clone();
    if let Some(hook) = hook {
        hook(call, moment);
    }
}

fn ordered(status: u16, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Refusal::new(status, "ordered by a fault").into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Closes the connection; the response is for the types only.
fn dropped(cut: &Cut) -> Response {
    cut.now();
    StatusCode::NO_CONTENT.into_response()
}

async fn afterwards(fault: Option<FaultKind>, response: Response, cut: &Cut) -> Response {
    match fault {
        Some(FaultKind::HangAfterEffect(pause)) => sleep(pause).await,
        Some(FaultKind::DropAfterEffect) => return dropped(cut),
        Some(FaultKind::Malformed) => {
            let json = [(header::CONTENT_TYPE, "application/json")];
            return (response.status(), json, r#"{"success":tr"#).into_response();
        }
        _ => {}
    }
    response
}
