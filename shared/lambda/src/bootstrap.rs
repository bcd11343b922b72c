//! The start of a function behind HTTP.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_http::tower::ServiceExt as _;
use lambda_http::{Adapter, Body, Request, Response};
use lambda_runtime::{Error, service_fn};

use crate::aws_clients::Clients;
use crate::environment::{Environment, Needs};
use crate::http_request::well_formed;
use crate::logging::start_logging;

/// Runs a function behind HTTP on Lambda until it is stopped. What keeps it from
/// starting, such as a missing environment variable, stands in the log.
pub async fn run_http<S, F>(
    name: &'static str,
    needs: Needs,
    new_state: fn(Environment, Clients) -> S,
    handle: fn(Arc<S>, Request) -> F,
) -> ExitCode
where
    S: Send + Sync,
    F: Future<Output = Response<Body>> + Send,
{
    start_logging(&[]);
    exit_code(name, serve_http(needs, new_state, handle).await)
}

async fn serve_http<S, F>(
    needs: Needs,
    new_state: fn(Environment, Clients) -> S,
    handle: fn(Arc<S>, Request) -> F,
) -> Result<(), Error>
where
    S: Send + Sync,
    F: Future<Output = Response<Body>> + Send,
{
    let environment = Environment::from_process(needs)?;
    let state = Arc::new(new_state(environment, Clients::from_process().await));
    let service = Adapter::from(service_fn(|request: Request| {
        let answer = handle(state.clone(), request);
        async { Ok::<_, Error>(answer.await) }
    }));
    lambda_runtime::run(service.map_request(well_formed)).await
}

/// Returns the exit code of a function that has ended, and logs the error that ended it.
pub fn exit_code(function: &str, result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(function, %error, "the function cannot run");
            ExitCode::FAILURE
        }
    }
}
