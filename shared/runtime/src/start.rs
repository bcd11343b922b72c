//! How the functions' `main`s start.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::sqs::SqsEvent;
use bridge_store::{Queue, now_ms};
use lambda_http::{Body, Request, Response};
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::app::{App, Clients};
use crate::batch::consume;
use crate::consumer::Consumer;
use crate::environment::{Environment, Needs};
use crate::logging::start_logging;

/// Runs a consumer on Lambda until it is stopped.
///
/// # Errors
/// A missing environment variable, by name.
pub async fn run_consumer<C: Consumer>() -> Result<(), Error> {
    start_logging();
    let mut environment =
        Environment::from_process(Needs { public_url: false, queues: C::WRITES })?;
    let parked = Environment::from_process(Needs { public_url: false, queues: &[Queue::Parked] })?;
    environment.queues.extend(parked.queues);
    let app = &App::new(environment, Clients::from_process().await);
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let left = left(event.context.deadline);
        Ok::<_, Error>(consume::<C>(app, &event.payload, left).await)
    }))
    .await
}

/// Runs a function behind HTTP on Lambda until it is stopped.
///
/// # Errors
/// A missing environment variable, by name.
pub async fn run_http<F>(needs: Needs, handle: fn(Arc<App>, Request) -> F) -> Result<(), Error>
where
    F: Future<Output = Response<Body>> + Send,
{
    start_logging();
    let app = App::new(Environment::from_process(needs)?, Clients::from_process().await);
    let app = Arc::new(app);
    lambda_http::run(service_fn(|request: Request| {
        let answer = handle(app.clone(), request);
        async { Ok::<_, Error>(answer.await) }
    }))
    .await
}

/// How long an invocation has that Lambda ends at this moment (epoch milliseconds).
fn left(ends_at: u64) -> Duration {
    Duration::from_millis(ends_at.saturating_sub(now_ms()))
}
