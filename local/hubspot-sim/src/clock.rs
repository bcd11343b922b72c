//! Time as HubSpot writes it: milliseconds since the epoch in webhooks, ISO-8601 with milliseconds
//! and a `Z` everywhere else.

use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Milliseconds since the epoch, now.
pub(crate) fn now_ms() -> u64 {
    let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos();
    u64::try_from(nanos / 1_000_000).unwrap_or_default()
}

/// The current moment as HubSpot writes it in answers.
pub(crate) fn now_iso() -> String {
    iso(OffsetDateTime::now_utc())
}

/// A `datetime` property value in HubSpot's own form; `None` for what HubSpot does not take as one.
/// It takes milliseconds since the epoch, or ISO-8601 with a zone.
pub(crate) fn datetime(value: &str) -> Option<String> {
    moment(value).map(iso)
}

/// A `date` property value as `YYYY-MM-DD`. As a number it must be midnight UTC, else it is refused.
pub(crate) fn date(value: &str) -> Option<String> {
    if Date::parse(value, DAY).is_ok() {
        return Some(value.to_owned());
    }
    let at = moment(value)?;
    (at.time() == time::Time::MIDNIGHT).then(|| at.date().format(DAY).ok()).flatten()
}

fn moment(value: &str) -> Option<OffsetDateTime> {
    if let Ok(ms) = value.parse::<i64>() {
        return OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok();
    }
    OffsetDateTime::parse(value, &Rfc3339).ok().map(|at| at.to_offset(time::UtcOffset::UTC))
}

fn iso(at: OffsetDateTime) -> String {
    // Formatting to a fixed pattern fails only for years that no clock shows.
    at.format(ISO).unwrap_or_else(|_| "1970-01-01T00:00:00.000Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes_are_taken_as_milliseconds_or_iso_and_written_as_iso() {
        assert_eq!(datetime("1702439388898").as_deref(), Some("2023-12-13T03:49:48.898Z"));
        assert_eq!(
            datetime("2023-12-13T05:49:48.898+02:00").as_deref(),
            Some("2023-12-13T03:49:48.898Z")
        );
        assert_eq!(datetime("yesterday"), None);
        assert_eq!(datetime("2023-12-13"), None);
    }

    #[test]
    fn dates_are_days_or_midnights() {
        assert_eq!(date("2023-12-13").as_deref(), Some("2023-12-13"));
        assert_eq!(date("1702425600000").as_deref(), Some("2023-12-13"));
        assert_eq!(date("1702439388898"), None);
    }
}
