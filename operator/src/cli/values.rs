//! Values of the command line: names from closed lists, ages, moments in local time.

use std::time::Duration;

use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::registry::FUNCTIONS;
use clap::builder::PossibleValuesParser;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// Takes the name of a function; an error names all.
pub(super) fn functions() -> PossibleValuesParser {
    FUNCTIONS.iter().map(|function| function.name).collect::<Vec<_>>().into()
}

/// Takes a reason for parking; an error names all.
pub(super) fn park_reasons() -> PossibleValuesParser {
    let own = ParkReason::ALL.iter().map(|reason| reason.as_str());
    own.chain(["moved_by_sqs"]).collect::<Vec<_>>().into()
}

/// Takes a reason for skipping or parking; an error names all.
pub(super) fn reasons() -> PossibleValuesParser {
    let skipped = SkipReason::ALL.iter().map(|reason| reason.as_str());
    skipped.chain(ParkReason::ALL.iter().map(|reason| reason.as_str())).collect::<Vec<_>>().into()
}

pub(super) fn age(text: &str) -> Result<Duration, String> {
    let seconds = seconds(text)
        .ok_or_else(|| "must be a number with s, m, h or d behind it, e.g. 15m".to_owned())?;
    Ok(Duration::from_secs(seconds))
}

fn seconds(text: &str) -> Option<u64> {
    let (last, unit) = text.char_indices().last()?;
    let unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u32 = text.get(..last)?.parse().ok()?;
    Some(u64::from(number) * unit)
}

/// Reads a moment; a day is its beginning.
pub(super) fn begin(text: &str) -> Result<Timestamp, String> {
    moment(text, &now(), midnight)
}

/// Reads a moment; a day is its end.
pub(super) fn end(text: &str) -> Result<Timestamp, String> {
    moment(text, &now(), |day| day.to_datetime(Time::MAX))
}

fn midnight(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}

fn now() -> Zoned {
    Timestamp::now().to_zoned(TimeZone::system())
}

fn moment(text: &str, now: &Zoned, of_day: fn(Date) -> DateTime) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(age) = age(text) {
        let seconds = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        return now.timestamp().checked_sub(seconds.seconds()).map_err(|error| error.to_string());
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    // Both types also take the longer text of a date with a time, and ignore the rest.
    let date = text.parse::<Date>().ok().filter(|_| text.len() <= "2026-11-21".len());
    let time = text.parse::<Time>().ok().filter(|_| text.len() <= "14:30:00".len());
    let local = match (date, time) {
        (Some(day), _) => of_day(day),
        (None, Some(time)) => now.date().to_datetime(time),
        (None, None) => text.parse::<DateTime>().map_err(|_| {
            "must be a day (2026-11-21), a time (14:30), both (\"2026-11-21 14:30\"), or an age (2h)"
                .to_owned()
        })?,
    };
    let zoned = local.to_zoned(now.time_zone().clone());
    zoned.map(|zoned| zoned.timestamp()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)));
        }
        for wrong in ["", "m", "15", "-1m", "1.5h", "3ü", "99999999999d"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn moments_are_in_local_time() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let now: Zoned = "2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap().to_zoned(zone);
        for (text, expected) in [
            ("2026-11-20", "2026-11-19T22:00:00Z"),
            ("2026-11-20 14:30", "2026-11-20T12:30:00Z"),
            ("2026-11-20T14:30:10", "2026-11-20T12:30:10Z"),
            ("2026-11-20T14:30:10Z", "2026-11-20T14:30:10Z"),
            ("13:15", "2026-11-21T11:15:00Z"),
            ("2h", "2026-11-21T10:00:00Z"),
        ] {
            assert_eq!(moment(text, &now, midnight).unwrap().to_string(), expected, "{text}");
        }
        for wrong in ["yesterday", "", "2026-13-01", "25:00"] {
            assert!(moment(wrong, &now, midnight).unwrap_err().contains("14:30"), "{wrong}");
        }
    }
}
