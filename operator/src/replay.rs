//! `replay`: a deliberate second run of an OpenCX event.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde_json::Value;

use crate::connect::Operator;
use crate::event::{queue, read};
use crate::parked;
use crate::problem::Problem;

/// Sends the events of a file, or a parked event, again, each under a new id, once somebody has
/// agreed: what they do is done a second time. Messages of events that ended are not kept.
pub(crate) async fn replay(
    operator: &Operator,
    what: &str,
    yes: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let mut events = match Path::new(what) {
        file if file.exists() => read(file)?,
        _ => vec![parked::event(operator, what).await?],
    };
    let count = events.len();
    if !yes && !agreed(count)? {
        return Err(Problem::Usage("nothing was sent".to_owned()));
    }
    events.iter_mut().for_each(rename);
    queue(operator, what, &events, json, out).await
}

fn agreed(count: usize) -> Result<bool, Problem> {
    if !io::stdin().is_terminal() {
        let error = "a replay does everything a second time: agree with --yes";
        return Err(Problem::Usage(error.to_owned()));
    }
    eprint!("A customer may get the same answer twice. Send {count} as new? [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Gives an event an identity of its own.
fn rename(event: &mut Value) {
    let id = format!("replay-{}", uuid::Uuid::new_v4().simple());
    event["event_id"] = id.as_str().into();
    if event["data"].get("message_id").is_some() {
        event["data"]["message_id"] = id.into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_replay_is_another_event() {
        let mut event = json!({ "event_id": "1", "data": { "message_id": "m", "message": "Hi" } });
        rename(&mut event);
        assert_ne!(event["event_id"], "1");
        assert_eq!(event["data"]["message_id"], event["event_id"]);
        assert_eq!(event["data"]["message"], "Hi");
    }
}
