//! The functions' log as short lines for a terminal: one for each event, and those of warnings.

use anstyle::{AnsiColor, Style};
use bridge_domain::outcome::SkipReason;
use serde_json::Value;

use crate::clock::time_of_day;

/// Messages of the log that each stand for one event.
const OUTCOME: [&str; 2] = ["event ended", "event parked"];
const DEFERRAL: &str = "event deferred for retry";

/// Reasons of events by which the bridge meets its own work again.
const ECHOES: [SkipReason; 6] = [
    SkipReason::OwnMessage,
    SkipReason::OwnChange,
    SkipReason::OwnProperty,
    SkipReason::HandoffMarker,
    SkipReason::AiMarker,
    SkipReason::NotAMessage,
];

/// Fields of a line that are shown elsewhere, or are no news.
const KNOWN: [&str; 4] = ["timestamp", "level", "message", "trace"];

/// Returns whether an event was skipped because the bridge caused it itself.
pub fn is_echo(reason: Option<&str>) -> bool {
    ECHOES.iter().any(|echo| Some(echo.as_str()) == reason)
}

/// Returns the reasons of echoes, with spaces between them.
pub(crate) fn echoes() -> String {
    ECHOES.map(SkipReason::as_str).join(" ")
}

/// Returns the coloured line for a line of the log; `None` for a delivery, whose events have lines
/// of their own, and for an echo unless those are wanted.
pub fn short_line(line: &Value, echoes: bool) -> Option<String> {
    let message = text(line, "message");
    if line.get("accepted").is_some() {
        return None;
    }
    if OUTCOME.contains(&message) || line.get("outcome").is_some() {
        let is_echo = is_echo(line["reason"].as_str());
        return (echoes || !is_echo).then(|| outcome(line));
    }
    Some(if message == DEFERRAL { deferral(line) } else { other(line) })
}

fn outcome(line: &Value) -> String {
    let (mark, color) = match text(line, "outcome") {
        "applied" => ('✓', AnsiColor::Green),
        "parked" => ('✗', AnsiColor::Red),
        _ => ('·', AnsiColor::BrightBlack),
    };
    let reason = line["reason"].as_str().unwrap_or_default();
    let result = format!("{} {reason}", text(line, "outcome"));
    event(line, mark, color, result.trim_end(), text(line, "error"))
}

fn deferral(line: &Value) -> String {
    let seconds = line["deferred_for_s"].as_f64().unwrap_or_default();
    let result = format!("again in {seconds:.0} s");
    event(line, '↻', AnsiColor::Yellow, &result, text(line, "error"))
}

/// Formats an event: time, organisation, function, result, effort, subject, and what went wrong.
fn event(line: &Value, mark: char, color: AnsiColor, result: &str, error: &str) -> String {
    let color = color.on_default();
    let dim = AnsiColor::BrightBlack.on_default();
    let (org, function) = (text(line, "org"), text(line, "function"));
    let millis = line["elapsed_ms"].as_u64().unwrap_or_default();
    let start = format!("{mark} {function:<13} {result:<26}");
    format!(
        "{} {org:<8} {} {millis:>5} ms  {}{}{}",
        paint(dim, &clock(line)),
        paint(color, &start),
        calls(line),
        paint(dim, &subject(line)),
        if error.is_empty() { String::new() } else { format!("  {}", plain(error)) },
    )
}

fn calls(line: &Value) -> String {
    let count = |name| line[name].as_u64().unwrap_or_default();
    let (hubspot, opencx) = (count("hubspot_calls"), count("opencx_calls"));
    let shown = |name, calls| if calls > 0 { format!("{name} {calls} ") } else { String::new() };
    format!("{:<11}{:<10}", shown("HubSpot", hubspot), shown("OpenCX", opencx))
}

fn subject(line: &Value) -> String {
    let mut subjects = ["ticket", "thread", "session"].into_iter();
    let found = subjects.find_map(|name| Some(format!("{name} {}", line[name].as_str()?)));
    found.unwrap_or_default()
}

/// Formats a line that is not about one event: its message, and its other fields.
fn other(line: &Value) -> String {
    let level = text(line, "level");
    let color = match level {
        "ERROR" => AnsiColor::Red.on_default(),
        "WARN" => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::BrightBlack.on_default(),
    };
    let fields = line.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| !KNOWN.contains(&name.as_str()) && *name != "_aws");
    let fields = fields.map(|(name, value)| match value {
        Value::String(text) => format!("{name}={}", plain(text)),
        value => format!("{name}={value}"),
    });
    let fields = fields.collect::<Vec<_>>().join(" ");
    let dim = AnsiColor::BrightBlack.on_default();
    format!(
        "{} {} {}",
        paint(dim, &clock(line)),
        paint(color, &plain(text(line, "message"))),
        paint(dim, &fields)
    )
}

fn clock(line: &Value) -> String {
    let at = line["timestamp"].as_str().or_else(|| line["at"].as_str());
    time_of_day(at.unwrap_or_default())
}

fn text<'a>(line: &'a Value, name: &str) -> &'a str {
    line[name].as_str().unwrap_or_default()
}

/// Replaces control characters: text from outside must not move the terminal's cursor.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bare(line: &Value) -> Option<String> {
        let mut bare = String::new();
        let mut is_escape = false;
        for c in short_line(line, false)?.chars() {
            match c {
                '\u{1b}' => is_escape = true,
                'm' if is_escape => is_escape = false,
                _ if is_escape => {}
                c => bare.push(c),
            }
        }
        Some(bare)
    }

    #[test]
    fn each_event_is_one_line_and_echoes_are_none() {
        let ended = |outcome: &str, reason: Option<&str>| {
            json!({ "message": "event ended", "outcome": outcome, "reason": reason, "org": "acme",
                    "function": "handoff", "elapsed_ms": 41, "hubspot_calls": 5, "ticket": "77" })
        };
        let line = bare(&ended("applied", None)).unwrap();
        assert!(line.contains("acme     ✓ handoff       applied"), "{line}");
        assert!(line.contains("41 ms  HubSpot 5") && line.contains("ticket 77"), "{line}");
        assert!(bare(&ended("skipped", Some("comment"))).unwrap().contains("skipped comment"));
        for echo in ["own_change", "own_message", "handoff_marker"] {
            assert_eq!(bare(&ended("skipped", Some(echo))), None, "{echo}");
        }
    }

    #[test]
    fn a_retry_says_when_and_why() {
        let line = json!({ "message": DEFERRAL, "deferred_for_s": 5.0, "function": "close",
                           "error": "HubSpot\u{1b}[2J answered 503" });
        let line = bare(&line).unwrap();
        assert!(line.contains("↻ close         again in 5 s"), "{line}");
        assert!(line.ends_with("HubSpot [2J answered 503"), "{line}");
    }

    #[test]
    fn other_lines_keep_their_fields() {
        let line = json!({ "level": "WARN", "message": "circuit breaker open", "org": "acme",
                           "failures": 5, "trace": "t", "_aws": {} });
        assert!(bare(&line).unwrap().ends_with("circuit breaker open failures=5 org=acme"));
    }
}
