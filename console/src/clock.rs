//! Moments as people read them: in the time zone of this machine.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Returns the local time of day of an RFC 3339 moment; the text itself if it is none.
pub fn time_of_day(at: &str) -> String {
    local(at, "%H:%M:%S")
}

/// Returns the local date and time of an RFC 3339 moment; the text itself if it is none.
pub fn date_and_time(at: &str) -> String {
    local(at, "%Y-%m-%d %H:%M:%S")
}

fn local(at: &str, format: &str) -> String {
    let moment = at.parse::<Timestamp>();
    moment.map_or_else(
        |_| at.to_owned(),
        |moment| moment.to_zoned(TimeZone::system()).strftime(format).to_string(),
    )
}
