//! Events by hand.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use bridge_domain::ids::OrgId;
use bridge_domain::json::value;
use bridge_store::{Outgoing, Queue, now_us, queue_event};
use serde_json::{Value, json};

use crate::connect::Operator;
use crate::problem::Problem;

/// Puts the events of a file on the queues by which OpenCX would have sent them: all of
/// them, or none if one is not right.
pub(crate) async fn send(
    operator: &Operator,
    file: &Path,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    queue(operator, &file.display().to_string(), &read(file)?, json, out).await
}

/// Puts events on their queues; `source` is for errors.
pub(crate) async fn queue(
    operator: &Operator,
    source: &str,
    events: &[Value],
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let mut queued: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        let wrong = |what: &str| Problem::Usage(format!("{source}: event {at}: {what}"));
        let org = event.get("organization_id").and_then(value::id);
        let org = OrgId::new(org.ok_or_else(|| wrong("organization_id is missing"))?);
        let settings = operator.app.settings(&org).await;
        let has_channels = settings.is_ok_and(|settings| !settings.channels.is_empty());
        let messages = queue_event(event, &org, &now_us().to_string(), has_channels);
        if messages.is_empty() {
            return Err(wrong("`event` is not one that the bridge acts upon"));
        }
        for (queue, message) in messages {
            queued.entry(queue).or_default().push(message);
        }
    }
    for queue in queued.keys() {
        operator.app.queues.url(*queue)?;
    }
    for (queue, messages) in &queued {
        operator.app.queues.send(*queue, messages).await?;
        if !json {
            writeln!(out, "{}: {} queued", queue.name(), messages.len())?;
        }
    }
    if json {
        let counts = queued.iter().map(|(queue, list)| (queue.name(), list.len()));
        writeln!(out, "{}", json!({ "queued": counts.collect::<BTreeMap<_, _>>() }))?;
    }
    Ok(())
}

/// The JSON documents of a file: one, or an array of them.
pub(crate) fn read(file: &Path) -> Result<Vec<Value>, Problem> {
    read_objects(file).map_err(|text| Problem::Usage(format!("{}: {text}", file.display())))
}

fn read_objects(file: &Path) -> Result<Vec<Value>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    match serde_json::from_str(&text) {
        Ok(Value::Array(list)) if !list.is_empty() && list.iter().all(Value::is_object) => Ok(list),
        Ok(one @ Value::Object(_)) => Ok(vec![one]),
        Ok(_) => Err("must be a JSON object or an array of them".to_owned()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}
