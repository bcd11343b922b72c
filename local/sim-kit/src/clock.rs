//! Timestamps as the vendors write them: milliseconds since the epoch, and ISO 8601 in UTC with
//! milliseconds (`2026-11-21T20:58:03.042Z`).

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// Returns the milliseconds since the epoch.
pub fn now_ms() -> u64 {
    let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos();
    u64::try_from(nanos / 1_000_000).unwrap_or_default()
}

/// Returns the current time in ISO 8601.
pub fn now_iso() -> String {
    iso(OffsetDateTime::now_utc())
}

/// Formats a time, which must be in UTC.
pub fn iso(at: OffsetDateTime) -> String {
    // Formatting to a fixed pattern fails only for years that no clock shows.
    at.format(ISO).unwrap_or_else(|_| "1970-01-01T00:00:00.000Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_full_width() {
        let at = time::macros::datetime!(2026-01-02 03:04:05.006 UTC);
        assert_eq!(iso(at), "2026-01-02T03:04:05.006Z");
    }
}
