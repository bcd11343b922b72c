//! `status`: the health of the organisations and of the queues.

mod text;

use std::io::Write;
use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::rate_limit::RateLimit;
use bridge_domain::settings::{Secret, Settings};
use bridge_store::{BreakerState, CALLS, Key, Queue, RateState, VENDORS, now_ms};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::connect::Operator;
use crate::problem::Problem;
use text::{write_orgs, write_queues};

/// The interval between two looks of `--watch`.
const EVERY: Duration = Duration::from_secs(2);

/// Erases a terminal, and moves to its first line.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Tells the health of all organisations and queues; again and again if it is watched.
pub(crate) async fn status(
    operator: &Operator,
    watch: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    loop {
        let orgs = of_orgs(operator, &operator.app.table.orgs().await?).await?;
        let queues = of_queues(operator).await?;
        if watch {
            write!(out, "{CLEAR}")?;
        }
        if json {
            writeln!(out, "{}", json!({ "orgs": orgs, "queues": queues }))?;
        } else {
            write_orgs(&orgs, out)?;
            writeln!(out)?;
            write_queues(&queues, out)?;
        }
        out.flush()?;
        if !watch {
            return Ok(());
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Returns the health of the organisations, each as one object.
pub(crate) async fn of_orgs(operator: &Operator, orgs: &[OrgId]) -> Result<Vec<Value>, Problem> {
    let mut all = Vec::new();
    for org in orgs {
        all.push(of_org(operator, org).await?);
    }
    Ok(all)
}

async fn of_org(operator: &Operator, org: &OrgId) -> Result<Value, Problem> {
    let table = &operator.app.table;
    let document = table.settings(org).await?;
    let settings = document.as_deref().map(Settings::from_json);
    let heard = table.activity(org).await?;
    let deferred = table.deferred(org).await?;
    let parked = table.parked(Some(org.as_str())).await?;
    let last_error = parked.last().and_then(|parked| parked.record.error.clone());
    let mut health = json!({
        "org": org,
        "last_hubspot_delivery_at": heard.last_hubspot_delivery_at.and_then(rfc3339),
        "last_event_at": heard.last_event_at.and_then(rfc3339),
        "deferred": deferred.count,
        "oldest_deferred_at": deferred.oldest.and_then(rfc3339),
        "parked": parked.len(),
        "last_error": last_error,
        "breakers": {},
        "pace": {},
    });
    match settings {
        Some(Ok(settings)) => {
            health["active"] = settings.active.into();
            health["paused"] = settings.paused.into();
            let keys = [&settings.hubspot.access_token, &settings.opencx.api_key];
            for (vendor, key) in VENDORS.into_iter().zip(keys) {
                health["pace"][vendor] = pace(operator, key).await?;
            }
        }
        Some(Err(error)) => health["settings"] = error.to_string().into(),
        None => health["settings"] = "there are none".into(),
    }
    for vendor in VENDORS {
        let state = table.breaker(&Key::breaker(org, vendor)).await?;
        health["breakers"][vendor] = breaker(state);
    }
    Ok(health)
}

/// Returns the rate limit of a key as the functions know it: null if they have learned none, or
/// if the key may not be read here.
async fn pace(operator: &Operator, key: &Secret) -> Result<Value, Problem> {
    let Ok(key) = operator.app.secret(key).await else { return Ok(Value::Null) };
    let key = Key::budget(key.expose_secret(), CALLS);
    let state: RateState = operator.app.table.get(&key).await?.unwrap_or_default();
    let Some(RateLimit { calls, window_ms }) = state.limit() else { return Ok(Value::Null) };
    Ok(json!({ "calls": calls, "window_ms": window_ms, "refusals": state.refusals }))
}

fn breaker(state: Option<BreakerState>) -> Value {
    let Some(open) = state.filter(BreakerState::is_open) else {
        return json!({ "state": "closed" });
    };
    json!({
        "state": if open.probing_until > now_ms() { "probing" } else { "open" },
        "since": rfc3339(open.opened_at),
        "next_probe_at": rfc3339(open.next_probe),
        "credentials_refused": open.unauthorized,
    })
}

/// Returns the depth of each queue whose address is known.
pub(crate) async fn of_queues(operator: &Operator) -> Result<Vec<Value>, Problem> {
    let queues = &operator.app.queues;
    let mut all = Vec::new();
    for queue in Queue::ALL {
        if queues.url(queue).is_err() {
            continue;
        }
        let depth = queues
            .depth(queue)
            .await
            .map_err(|error| Problem::of_store(error, "sqs:GetQueueAttributes"))?;
        all.push(json!({
            "queue": queue.name(),
            "waiting": depth.waiting,
            "delayed": depth.delayed,
            "in_flight": depth.in_flight,
        }));
    }
    Ok(all)
}

fn rfc3339(millis: u64) -> Option<String> {
    let moment = Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?;
    Some(moment.to_string())
}
