//! The decision about a changed ticket property: news to the session or not.

use crate::hubspot::record_event::TicketChange;
use crate::outcome::SkipReason;
use crate::settings::Settings;

/// The greatest distance of a change from our own write of that very value that is still its
/// echo, in milliseconds. Ten minutes: the time in which an interrupted handoff is
/// done again, and only then its writes are recorded.
pub const ECHO_WINDOW: i64 = 10 * 60 * 1000;

/// The state of a ticket when one of its properties changes.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    /// The value that the bridge itself wrote last, if it did, and when (epoch
    /// milliseconds).
    pub written: Option<(&'a str, i64)>,
    /// When the newest change that was applied to this property had happened
    /// (epoch milliseconds).
    pub applied_at: Option<i64>,
}

/// Why the change is no news, if it is none.
pub fn no_news(
    change: &TicketChange,
    known: &Known<'_>,
    settings: &Settings,
) -> Option<SkipReason> {
    if !settings.ticketing_enabled {
        return Some(SkipReason::TicketingDisabled);
    }
    if by_our_app(change, settings) || is_echo(change, known) {
        return Some(SkipReason::OwnChange);
    }
    if is_ours(&change.property) {
        return Some(SkipReason::OwnProperty);
    }
    if known.applied_at.is_some_and(|applied| change.occurred_at.as_millis() < applied) {
        return Some(SkipReason::Outdated);
    }
    None
}

/// Returns whether the bridge keeps it in a ticket for reps: its own properties, and the content
/// with the transcript, which the session has itself.
fn is_ours(property: &str) -> bool {
    property.starts_with("opencx_") || property == "content"
}

/// HubSpot names the source of a change; for an app `sourceId` holds its id,
/// in spellings that are not documented: compare the digits.
fn by_our_app(change: &TicketChange, settings: &Settings) -> bool {
    let Some(app) = settings.hubspot.app_id else { return false };
    let by_app = change.source.as_deref().is_some_and(|source| source.contains("INTEGRATION"));
    let source_id = change.source_id.as_deref().unwrap_or_default();
    let digits: String = source_id.chars().filter(char::is_ascii_digit).collect();
    by_app && digits == app.to_string()
}

/// Returns whether it is, where the app's id is not known, the very value that we wrote, about then, unless
/// somebody else's value has been applied since.
fn is_echo(change: &TicketChange, known: &Known<'_>) -> bool {
    let Some((value, at)) = known.written else { return false };
    let near = (at - ECHO_WINDOW..=at + ECHO_WINDOW).contains(&change.occurred_at.as_millis());
    near && same(value, &change.value) && known.applied_at.is_none_or(|applied| applied < at)
}

/// HubSpot writes numbers its own way: `7.0` comes back as `7`.
fn same(written: &str, told: &str) -> bool {
    match (number(written), number(told)) {
        (Some(written), Some(told)) => written.to_bits() == told.to_bits(),
        _ => written == told,
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
#[path = "property_change_tests.rs"]
mod tests;
