//! `console`: the page in the browser for a deployed stack, on this machine only.

use std::collections::HashSet;
use std::io::Write;
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use bridge_console::{Live, Mode, Token, console};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::api::{ApiOptions, console_api};
use crate::connect::Operator;
use crate::outcome_reader::Tail;
use crate::problem::Problem;
use crate::status;

/// Time that an uncertain effect may take to show before a redrive.
const SETTLE: Duration = Duration::from_mins(1);

/// The options of the console.
#[derive(Clone, Debug)]
pub(crate) struct ConsoleOptions {
    /// The name of the stack, if it was given.
    pub(crate) stack: Option<String>,
    pub(crate) port: u16,
    pub(crate) read_only: bool,
    pub(crate) bodies: bool,
}

/// Serves the console until the process ends.
pub(crate) async fn serve(
    operator: Operator,
    options: ConsoleOptions,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let ConsoleOptions { port, read_only, bodies, .. } = options;
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        Problem::Failed(format!("cannot listen on 127.0.0.1:{port}: {error}; give another --port"))
    })?;
    let stack = options.stack.unwrap_or_else(|| operator.app.environment.table.clone());
    let mode = Mode::Deployed { stack, read_only };
    let token = Token::random();
    tokio::spawn(follow(operator.clone()));
    let api = console_api(operator.clone(), ApiOptions { read_only, bodies, settle: SETTLE });
    let api = api.merge(Router::new().route("/queues", get(queues)).with_state(operator));
    let routes = console(&mode, &token, Live::of_process(), api);
    // The token stands behind the #, so that it is in no request line and no log.
    writeln!(out, "open http://{}/#{}", listener.local_addr()?, token.as_str())?;
    writeln!(out, "(Ctrl-C ends it; whoever has this address may use it)")?;
    out.flush()?;
    Ok(axum::serve(listener, routes).await?)
}

async fn queues(State(operator): State<Operator>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!(status::of_queues(&operator).await?)))
}

/// Passes new outcomes on to the page. Trouble is told there once, until it is over.
async fn follow(operator: Operator) {
    let mut tails: Option<Tail> = None;
    let mut told: HashSet<String> = HashSet::new();
    loop {
        match next(&operator, &mut tails).await {
            Ok(lines) => {
                told.clear();
                for line in &lines {
                    Live::of_process().push(line);
                }
            }
            Err(problem) => {
                let problem = problem.to_string();
                if told.insert(problem.clone()) {
                    let line = json!({ "level": "WARN", "message": problem, "timestamp": jiff::Timestamp::now().to_string() });
                    Live::of_process().push(&line.to_string());
                }
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
    }
}

/// Returns the outcomes of the last hour at first, then those that are new.
async fn next(operator: &Operator, tail: &mut Option<Tail>) -> Result<Vec<String>, Problem> {
    let found = if let Some(tail) = tail {
        tail.next(operator).await?
    } else {
        let orgs = operator.app.table.orgs().await?;
        let orgs = orgs.iter().map(ToString::to_string).chain([String::new()]).collect();
        let (begun, known) = Tail::begin(operator, orgs).await?;
        *tail = Some(begun);
        known
    };
    Ok(found.iter().map(|record| json!(record).to_string()).collect())
}
