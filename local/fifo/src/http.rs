//! SQS's HTTP API in its JSON form (AWS JSON 1.0), as today's SDKs and the AWS CLI speak it.
//!
//! Signatures are not checked: any credentials will do.

mod attributes;
mod batch;
mod fault;
mod operation;
mod queues;
mod receipts;
mod receive;
mod send;

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;

use crate::sqs::Sqs;
use fault::Fault;

/// Media type of AWS JSON 1.0.
const AWS_JSON: &str = "application/x-amz-json-1.0";
/// Largest request, in bytes: a full batch of 1 MiB grows when its text is escaped in JSON.
const MAX_REQUEST: usize = 8 * 1024 * 1024;
/// How long open requests may last after shutdown: enough for all but a long poll.
const GRACE: Duration = Duration::from_secs(1);

/// The endpoint of an account: `POST /` with the operation in `X-Amz-Target`.
pub fn router(sqs: Sqs) -> Router {
    Router::new().route("/", post(answer)).layer(DefaultBodyLimit::max(MAX_REQUEST)).with_state(sqs)
}

/// Serves [`router`] until `shutdown` is ready. Long polls still open a second later are left
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
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        outcome = server.into_future() => outcome,
        () = overdue => Ok(()),
    }
}

async fn answer(State(sqs): State<Sqs>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = if sqs.is_failing() {
        Err(Fault::unavailable())
    } else {
        operation::perform(&sqs, &headers, &body).await
    };
    match outcome {
        Ok(value) => aws_json(&value),
        Err(fault) => fault.into_response(),
    }
}

/// A JSON body with the headers every answer of AWS has.
fn aws_json(value: &Value) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [(CONTENT_TYPE.as_str(), AWS_JSON), ("x-amzn-requestid", &request_id)];
    (headers, value.to_string()).into_response()
}
