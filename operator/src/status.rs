//! `status`: the health of the organisations and of the queues.

use std::io::Write;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName as Attribute;
use bridge_console::date_and_time;
use bridge_domain::ids::OrgId;
use bridge_domain::settings::Settings;
use bridge_store::{BreakerState, Key, Queue, now_ms};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::columns;
use crate::connect::Operator;
use crate::problem::Problem;

/// The vendors that have a circuit breaker for each organisation.
const VENDORS: [&str; 2] = ["hubspot", "opencx"];

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

fn write_orgs(orgs: &[Value], out: &mut (dyn Write + Send)) -> Result<(), Problem> {
    if orgs.is_empty() {
        writeln!(out, "no organisation is listed: `settings put` lists those it stores")?;
        return Ok(());
    }
    let row = |health: &Value| {
        let text = |name: &str| health[name].as_str().unwrap_or_default().to_owned();
        [
            text("org"),
            state(health).to_owned(),
            local(&health["last_hubspot_delivery_at"]),
            local(&health["last_event_at"]),
            health["parked"].to_string(),
            vendor(&health["breakers"]["hubspot"]),
            vendor(&health["breakers"]["opencx"]),
        ]
    };
    let rows: Vec<_> = orgs.iter().map(row).collect();
    let heading =
        ["ORG", "STATE", "HUBSPOT DELIVERED", "LAST EVENT", "PARKED", "HUBSPOT", "OPENCX"];
    Ok(columns::write(out, heading, &rows)?)
}

fn state(health: &Value) -> &str {
    match (health["active"].as_bool(), health["paused"].as_bool()) {
        (Some(false), _) => "inactive",
        (Some(true), Some(true)) => "paused",
        (Some(true), _) => "active",
        (None, _) => health["settings"].as_str().unwrap_or("unknown"),
    }
}

fn local(moment: &Value) -> String {
    moment.as_str().map(date_and_time).unwrap_or_default()
}

fn vendor(breaker: &Value) -> String {
    let since = local(&breaker["since"]);
    match (breaker["state"].as_str(), breaker["credentials_refused"].as_bool()) {
        (Some("closed"), _) => "up".to_owned(),
        (_, Some(true)) => format!("refuses the credentials since {since}"),
        _ => format!("down since {since}, next try {}", local(&breaker["next_probe_at"])),
    }
}

fn write_queues(queues: &[Value], out: &mut (dyn Write + Send)) -> Result<(), Problem> {
    let row = |queue: &Value| {
        let count = |name: &str| queue[name].to_string();
        let name = queue["queue"].as_str().unwrap_or_default().to_owned();
        [name, count("waiting"), count("delayed"), count("in_flight")]
    };
    let rows: Vec<_> = queues.iter().map(row).collect();
    let heading = ["QUEUE", "WAITING", "DELAYED", "IN WORK OR DEFERRED"];
    Ok(columns::write(out, heading, &rows)?)
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
    let mut health = json!({
        "org": org,
        "last_hubspot_delivery_at": heard.last_hubspot_delivery_at.and_then(rfc3339),
        "last_event_at": heard.last_event_at.and_then(rfc3339),
        "parked": table.parked_count(org).await?,
        "breakers": {},
    });
    match settings {
        Some(Ok(settings)) => {
            health["active"] = settings.active.into();
            health["paused"] = settings.paused.into();
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
        let Ok(url) = queues.url(queue) else { continue };
        let request = queues.client().get_queue_attributes().queue_url(url);
        let request = request
            .attribute_names(Attribute::ApproximateNumberOfMessages)
            .attribute_names(Attribute::ApproximateNumberOfMessagesDelayed)
            .attribute_names(Attribute::ApproximateNumberOfMessagesNotVisible);
        let answer = request.send().await.map_err(|error| {
            Problem::of_aws(
                &format!("the depth of {}", queue.name()),
                "sqs:GetQueueAttributes",
                &error,
            )
        })?;
        let found = answer.attributes.unwrap_or_default();
        let count = |name| found.get(&name).and_then(|text| text.parse().ok()).unwrap_or(0_u64);
        all.push(json!({
            "queue": queue.name(),
            "waiting": count(Attribute::ApproximateNumberOfMessages),
            "delayed": count(Attribute::ApproximateNumberOfMessagesDelayed),
            "in_flight": count(Attribute::ApproximateNumberOfMessagesNotVisible),
        }));
    }
    Ok(all)
}

fn rfc3339(millis: u64) -> Option<String> {
    let moment = Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?;
    Some(moment.to_string())
}
