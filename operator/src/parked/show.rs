//! `parked show`: all that is known of one event, and advice.

use std::io::Write;

use super::{one, parked_events};
use crate::cli::Filter;
use crate::connect::Operator;
use crate::problem::Problem;

/// Shows all that is known of one event; its message only if that is asked for.
pub(crate) async fn show(
    operator: &Operator,
    id: &str,
    body: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let entries = parked_events::read(operator, &Filter::default()).await?;
    let entry = one(&entries, id)?;
    let mut known = entry.to_json();
    if body {
        known["body"] = entry.body(operator).await?.into();
    }
    if json {
        writeln!(out, "{known}")?;
        return Ok(());
    }
    for (name, value) in known.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null()) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "{name:<15} {text}")?;
    }
    writeln!(out, "{:<15} {}", "what to do", advice(entry.reason()))?;
    Ok(())
}

/// Advises the operator, by the reason.
pub(super) fn advice(reason: &str) -> &'static str {
    match reason {
        "unknown_org" => "put the organisation's settings, then redrive; or discard",
        "bad_settings" => "`settings check` says what is wrong; mend it, then redrive",
        "uncertain" => "redrive: it looks whether the effect is there before it does it again",
        "unreadable" => "the sender has to mend the event and send it again; discard this one",
        "refused" => "the vendor said no: mend what it names (token, pipeline, …), then redrive",
        "ticket_gone" => "the ticket was deleted or merged; discard",
        "retries_exhausted" => "once the trouble is over, redrive",
        _ => "redrive; if it comes back, its new reason says more",
    }
}
