//! The one form in which this server writes a time.

use time::OffsetDateTime;

/// Now, as ISO 8601 in UTC with milliseconds: `2026-11-21T20:58:03.042Z`.
pub(crate) fn now() -> String {
    write(OffsetDateTime::now_utc())
}

fn write(at: OffsetDateTime) -> String {
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second, ms) = at.to_hms_milli();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_full_width() {
        let at = time::macros::datetime!(2026-01-02 03:04:05.006 UTC);
        assert_eq!(write(at), "2026-01-02T03:04:05.006Z");
    }
}
