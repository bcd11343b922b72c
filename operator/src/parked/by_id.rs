//! Parked events for the console: all of them, and an action on one.

use serde_json::Value;

use super::action::Action;
use super::entry::Entry;
use super::parked_events::{self, ParkedEvents};
use super::show::advice;
use super::{nothing, one};
use crate::cli::Filter;
use crate::connect::Operator;
use crate::problem::Problem;

/// Returns all that is parked, with advice.
pub(crate) async fn all(operator: &Operator) -> Result<Vec<Value>, Problem> {
    let entries = parked_events::read(operator, &Filter::default()).await?;
    Ok(entries.iter().map(with_advice).collect())
}

fn with_advice(entry: &Entry) -> Value {
    let mut known = entry.to_json();
    known["advice"] = advice(entry.reason()).into();
    known
}

/// Returns the message of a parked OpenCX event by the event's id.
pub(crate) async fn event(operator: &Operator, id: &str) -> Result<Value, Problem> {
    let entries = parked_events::read(operator, &Filter::default()).await?;
    let body = one(&entries, id)?.body(operator).await?;
    let body = body.and_then(|body| serde_json::from_str(&body).ok());
    let event = body.filter(|event: &Value| event["event"].is_string());
    event.ok_or_else(|| {
        Problem::Failed(format!("{id} is no event of OpenCX that is kept: redrive it"))
    })
}

/// Acts on one event by its id, and returns the result.
pub(crate) async fn act_on_one(
    operator: &Operator,
    id: &str,
    action: Action,
) -> Result<Value, Problem> {
    let parked = ParkedEvents::take(operator, &Filter::default()).await?;
    let result = match one(&parked.entries, id) {
        Ok(entry) => action.on(operator, &[entry], true).await,
        Err(problem) => Err(problem),
    };
    parked.give_back(operator).await;
    match result?.first() {
        Some(done) if done.possible => Ok(done.to_json()),
        Some(refused) => Err(Problem::Partly(refused.result.clone())),
        None => Err(nothing()),
    }
}
