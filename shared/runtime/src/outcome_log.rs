//! The one line of the log that says how an event ended.

use bridge_domain::outcome::{Outcome, OutcomeRecord};

/// Writes the fields of a record with a macro of `tracing`, whose level is fixed at
/// compile time.
macro_rules! line {
    ($level:ident, $record:expr, $message:literal) => {
        tracing::$level!(
            function = $record.function,
            org = $record.org,
            event = $record.event,
            event_id = $record.event_id,
            session = $record.session.as_ref().map(|id| id.as_str()),
            thread = $record.thread.as_ref().map(|id| id.as_str()),
            ticket = $record.ticket.as_ref().map(|id| id.as_str()),
            outcome = ?$record.outcome,
            reason = $record.reason,
            error = $record.error,
            notes = (!$record.notes.is_empty()).then(|| $record.notes.join("; ")),
            hubspot_calls = $record.hubspot_calls,
            opencx_calls = $record.opencx_calls,
            elapsed_ms = $record.elapsed_ms,
            trace = $record.trace,
            $message
        )
    };
}

/// Logs a record: parked events as errors, since somebody has to look at them.
pub(crate) fn write(record: &OutcomeRecord) {
    match record.outcome {
        Outcome::Parked => line!(error, record, "event parked"),
        Outcome::Applied | Outcome::Skipped => line!(info, record, "event ended"),
    }
}
