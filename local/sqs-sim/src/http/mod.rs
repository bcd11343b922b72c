//! SQS's HTTP API in its JSON form (AWS JSON 1.0), as today's SDKs speak it.
//!
//! Only the operations that the bridge uses; signatures are not checked: any credentials will do.

mod batch;
mod operation;
mod parameters;
mod queue_attributes;
mod receipts;
mod receive;
mod response;
mod send;

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::error::{ErrorKind, SqsError};
use crate::sqs::Sqs;

/// Largest request, in bytes: a full batch of 1 MiB grows when its text is escaped in JSON.
const MAX_REQUEST: usize = 8 * 1024 * 1024;
/// Time that open requests have after shutdown: enough for all but a long poll.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);

/// Serves the queues until `shutdown` is ready. Long polls still open a second later are left
/// alone: their connections close with their answers.
///
/// # Errors
/// When the listener is open to other machines (there is no authentication), or fails.
pub async fn serve(
    listener: TcpListener,
    sqs: Sqs,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let problem = format!("SQS endpoint on {address}: listen on 127.0.0.1 instead");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let (stop, mut stopping) = watch::channel(());
    let signal = async move {
        shutdown.await;
        drop(stop);
    };
    let server = axum::serve(listener, router(sqs)).with_graceful_shutdown(signal);
    let overdue = async {
        // Ends when the sender is dropped, which is the signal.
        while stopping.changed().await.is_ok() {}
        tokio::time::sleep(SHUTDOWN_GRACE).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = overdue => Ok(()),
    }
}

fn router(sqs: Sqs) -> Router {
    Router::new().route("/", post(answer)).layer(DefaultBodyLimit::max(MAX_REQUEST)).with_state(sqs)
}

async fn answer(State(sqs): State<Sqs>, headers: HeaderMap, body: Bytes) -> Response {
    let result = if sqs.is_unavailable() {
        Err(SqsError::new(
            ErrorKind::ServiceUnavailable,
            "Service is unavailable. Try again later.",
        ))
    } else {
        operation::perform(&sqs, &headers, &body).await
    };
    match result {
        Ok(value) => response::aws_json(&value),
        Err(error) => error.into_response(),
    }
}
