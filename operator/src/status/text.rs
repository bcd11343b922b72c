//! The health as text for people.

use std::io::Write;

use bridge_console::date_and_time;
use serde_json::Value;

use crate::columns;
use crate::problem::Problem;

pub(super) fn write_orgs(orgs: &[Value], out: &mut (dyn Write + Send)) -> Result<(), Problem> {
    if orgs.is_empty() {
        writeln!(out, "no organisation is listed: `settings put` lists those it stores")?;
        return Ok(());
    }
    let rows: Vec<_> = orgs.iter().map(org_row).collect();
    let heading = [
        "ORG",
        "STATE",
        "HUBSPOT DELIVERED",
        "LAST EVENT",
        "DEFERRED",
        "OLDEST",
        "PARKED",
        "PACE",
        "HUBSPOT",
        "OPENCX",
        "LAST ERROR",
    ];
    Ok(columns::write(out, heading, &rows)?)
}

fn org_row(health: &Value) -> [String; 11] {
    [
        text(&health["org"]),
        state(health).to_owned(),
        local(&health["last_hubspot_delivery_at"]),
        local(&health["last_event_at"]),
        health["deferred"].to_string(),
        local(&health["oldest_deferred_at"]),
        health["parked"].to_string(),
        pace(&health["pace"]),
        vendor(&health["breakers"]["hubspot"]),
        vendor(&health["breakers"]["opencx"]),
        text(&health["last_error"]),
    ]
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
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

/// Tells the rate limits that the functions have learned.
fn pace(limits: &Value) -> String {
    let known = [pace_of("HubSpot", &limits["hubspot"]), pace_of("OpenCX", &limits["opencx"])];
    known.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn pace_of(vendor: &str, limit: &Value) -> Option<String> {
    let (calls, window) = (limit["calls"].as_u64()?, limit["window_ms"].as_u64()?);
    let refused = if limit["refusals"] == 0 { "" } else { ", refused" };
    Some(format!("{vendor} {calls} per {} s{refused}", window / 1_000))
}

fn vendor(breaker: &Value) -> String {
    let since = local(&breaker["since"]);
    match (breaker["state"].as_str(), breaker["credentials_refused"].as_bool()) {
        (Some("closed"), _) => "up".to_owned(),
        (_, Some(true)) => format!("refuses the credentials since {since}"),
        _ => format!("down since {since}, next try {}", local(&breaker["next_probe_at"])),
    }
}

pub(super) fn write_queues(queues: &[Value], out: &mut (dyn Write + Send)) -> Result<(), Problem> {
    let rows: Vec<_> = queues.iter().map(queue_row).collect();
    let heading = ["QUEUE", "WAITING", "DELAYED", "IN WORK OR DEFERRED (OF 120,000)"];
    Ok(columns::write(out, heading, &rows)?)
}

fn queue_row(queue: &Value) -> [String; 4] {
    [
        text(&queue["queue"]),
        queue["waiting"].to_string(),
        queue["delayed"].to_string(),
        queue["in_flight"].to_string(),
    ]
}
