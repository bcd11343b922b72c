//! The middleware that every call of a simulator's API passes before and after its effect.

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::call_log::{Call, Moment};
use crate::droppable_connection::ConnectionHandle;
use crate::fault_injection::Injected;
use crate::traffic::Traffic;

/// The longest body that is read: a file of 20 MB as a form, and more.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// A simulated vendor API, as the gate needs it.
pub trait Simulator: Clone + Send + Sync + 'static {
    /// The caller of an authenticated call; routes find it, and the [`Call`], among the request's
    /// extensions.
    type Caller: Clone + Send + Sync + 'static;

    /// The vendor's error answers.
    type Error: IntoResponse + Send;

    fn traffic(&self) -> &Traffic;

    /// Makes the vendor's error for a status.
    fn error(&self, status: StatusCode) -> Self::Error;

    fn authenticate(&self, call: &Call) -> Result<Self::Caller, Self::Error>;

    /// Counts a call against the caller's rate limit, and checks what the caller may do.
    fn authorize(&self, caller: &Self::Caller, call: &Call) -> Result<(), Self::Error>;

    /// Adds what the vendor puts on all answers to an authenticated caller.
    fn finish(&self, _caller: &Self::Caller, answer: Response) -> Response {
        answer
    }
}

/// Serves a call, or answers in the place of its route: see the crate's documentation.
pub async fn gate<S: Simulator>(
    State(simulator): State<S>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return simulator.error(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let call = Call::new(&head, &body);
    let request = Request::from_parts(head, Body::from(body));
    match serve(&simulator, call, request, next).await {
        Injected::Answered(answer) => answer,
        Injected::Dropped => {
            connection.drop_connection();
            // It never leaves: the write of its first byte fails.
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

async fn serve<S: Simulator>(simulator: &S, call: Call, request: Request, next: Next) -> Injected {
    let traffic = simulator.traffic();
    let number = traffic.arrived(call.clone());
    let caller = if traffic.is_down() {
        Err(simulator.error(StatusCode::SERVICE_UNAVAILABLE))
    } else {
        simulator.authenticate(&call)
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return Injected::Answered(traffic.answered(number, error.into_response())),
    };
    let injected = match simulator.authorize(&caller, &call) {
        Ok(()) => serve_admitted(simulator, (number, call), &caller, request, next).await,
        Err(error) => Injected::Answered(error.into_response()),
    };
    match injected {
        Injected::Answered(answer) => {
            Injected::Answered(simulator.finish(&caller, traffic.answered(number, answer)))
        }
        Injected::Dropped => Injected::Dropped,
    }
}

async fn serve_admitted<S: Simulator>(
    simulator: &S,
    (number, call): (usize, Call),
    caller: &S::Caller,
    mut request: Request,
    next: Next,
) -> Injected {
    let traffic = simulator.traffic();
    let fault = traffic.take_fault(&call);
    request.extensions_mut().insert(caller.clone());
    request.extensions_mut().insert(call.clone());
    let effect = async {
        traffic.notify(&call, Moment::BeforeEffect);
        let answer = traffic.answered(number, next.run(request).await);
        let status = Some(answer.status().as_u16());
        traffic.notify(&Call { status, ..call.clone() }, Moment::AfterEffect);
        answer
    };
    match fault {
        None => Injected::Answered(effect.await),
        Some(kind) => kind.inject(|status| simulator.error(status).into_response(), effect).await,
    }
}
