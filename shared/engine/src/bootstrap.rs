//! The start of a function that reads a queue.

use std::process::ExitCode;
use std::time::Duration;

use aws_lambda_events::sqs::SqsEvent;
use bridge_lambda::{Clients, Environment, Needs, exit_code, start_logging};
use bridge_store::{Queue, now_ms};
use lambda_runtime::{Error, LambdaEvent, service_fn};

use crate::app::App;
use crate::batch::consume;
use crate::consumer::Consumer;

/// Runs a consumer on Lambda until it is stopped. What keeps it from starting, such
/// as a missing environment variable, stands in the log.
pub async fn run_consumer<C: Consumer>() -> ExitCode {
    start_logging(&[]);
    exit_code(C::FUNCTION.name, serve_queue::<C>().await)
}

async fn serve_queue<C: Consumer>() -> Result<(), Error> {
    let mut environment =
        Environment::from_process(Needs { public_url: false, queues: C::FUNCTION.output_queues })?;
    let parked = Environment::from_process(Needs { public_url: false, queues: &[Queue::Parked] })?;
    environment.queues.extend(parked.queues);
    let app = &App::new(environment, Clients::from_process().await);
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| async move {
        let left = left(event.context.deadline);
        Ok::<_, Error>(consume::<C>(app, &event.payload, left).await)
    }))
    .await
}

/// The time for which a function may run; its time limit in template.yaml.
pub const TIMEOUT: Duration = Duration::from_mins(1);

/// Returns the time of an invocation that Lambda ends at this moment (epoch milliseconds). One
/// that has ended before it began is run by `cargo lambda watch`, which tells a fixed
/// moment in 1970: then it has what template.yaml gives it.
fn left(ends_at: u64) -> Duration {
    match ends_at.saturating_sub(now_ms()) {
        0 => TIMEOUT,
        left => Duration::from_millis(left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_has_the_time_until_its_end() {
        let in_ten_seconds = left(now_ms() + 10_000);
        assert!(in_ten_seconds <= Duration::from_secs(10));
        assert!(in_ten_seconds > Duration::from_secs(5));
        assert_eq!(left(600_000), TIMEOUT, "as `cargo lambda watch` tells it");
    }
}
