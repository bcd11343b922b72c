//! Moments, as both vendors write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;

/// A moment, in whole milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment of this many milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads the clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Reads a moment in any form in which one was seen: RFC 3339, also without the time
    /// or the offset, RFC 2822, or a number since 1970, also as text or with a fraction.
    pub fn parse(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => {
                number.as_i64().and_then(of_integer).or_else(|| of_float(number.as_f64()?))
            }
            Value::String(text) => Self::parse_text(text),
            _ => None,
        }
    }

    /// As [`Self::parse`], of a text.
    pub fn parse_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return of_integer(number);
        }
        if let Ok(number) = text.parse() {
            return of_float(number);
        }
        let moment = rfc3339(text)
            .or_else(|| rfc3339(&format!("{text}Z")))
            .or_else(|| rfc3339(&format!("{text}T00:00:00Z")))
            .or_else(|| OffsetDateTime::parse(text, &Rfc2822).ok())?;
        Some(Self(i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()?))
    }

    /// The moment that lies this long before.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(millis))
    }

    /// This moment, or the other one if that is earlier.
    #[must_use]
    pub fn at_most(self, latest: Self) -> Self {
        self.min(latest)
    }

    /// Time from the other moment to this one; none if the other is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The moment to the minute, for people: `2026-11-21 20:48 UTC`.
    pub fn to_minute(self) -> String {
        let form = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
        self.date_time().and_then(|moment| moment.format(form).ok()).unwrap_or_default()
    }

    /// The moment as RFC 3339, in UTC.
    pub fn to_rfc3339(self) -> String {
        self.date_time().and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
    }

    fn date_time(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok()
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let expected = "must be a moment: RFC 3339, or a number since 1970";
        Self::parse(&value).ok_or_else(|| serde::de::Error::custom(expected))
    }
}

fn rfc3339(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// Largest number that counts as seconds, the next one as milliseconds, then as
/// microseconds: 10^11 seconds are the year 5138, as many milliseconds 1973.
const MOST_SECONDS: u64 = 100_000_000_000;

fn of_integer(number: i64) -> Option<Timestamp> {
    let size = number.unsigned_abs();
    let millis = match size / MOST_SECONDS {
        0 => number.checked_mul(1_000)?,
        1..1_000 => number,
        1_000..1_000_000 => number / 1_000,
        _ => number / 1_000_000,
    };
    Some(Timestamp(millis)).filter(|moment| moment.date_time().is_some())
}

#[expect(clippy::cast_possible_truncation, reason = "bounded before")]
fn of_float(number: f64) -> Option<Timestamp> {
    let in_seconds = number.abs() < 1e11;
    let millis = if in_seconds { number * 1_000.0 } else { number };
    if !millis.is_finite() || millis.abs() > 9e15 {
        return None;
    }
    if in_seconds { Some(Timestamp(millis as i64)) } else { of_integer(millis as i64) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const AT: i64 = 1_793_527_200_000;

    #[test]
    fn a_moment_is_read_in_every_form() {
        for form in [
            json!(1_793_527_200),
            json!(1_793_527_200_000_i64),
            json!(1_793_527_200_000_000_i64),
            json!(1_793_527_200_000_000_000_i64),
            json!(1_793_527_200.0),
            json!(1_793_527_200_000.0),
            json!("1793527200"),
            json!(" 1793527200000 "),
            json!("1793527200.0"),
            json!("1.7935272e12"),
            json!("2026-11-01T10:00:00Z"),
            json!("2026-11-01t11:00:00+01:00"),
            json!("2026-11-01 10:00:00.000Z"),
            json!("2026-11-01T10:00:00"),
            json!("Sun, 01 Nov 2026 10:00:00 +0000"),
        ] {
            assert_eq!(Timestamp::parse(&form).map(Timestamp::as_millis), Some(AT), "{form}");
        }
        let day = Timestamp::parse_text("2026-11-01").unwrap();
        assert_eq!(day.to_rfc3339(), "2026-11-01T00:00:00Z");
        assert_eq!(Timestamp::parse(&json!("1793527200.25")).unwrap().as_millis(), AT + 250);
    }

    #[test]
    fn anything_else_is_no_moment() {
        for odd in [
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(""),
            json!("soon"),
            json!("2026-13-01"),
            json!("NaN"),
            json!("inf"),
            json!(1e300),
            json!(u64::MAX),
            json!("99999999999999999999"),
        ] {
            assert_eq!(Timestamp::parse(&odd), None, "{odd}");
        }
    }

    #[test]
    fn moments_are_compared_and_shown() {
        let (early, late) = (Timestamp::from_millis(AT), Timestamp::from_millis(AT + 1_500));
        assert_eq!(late.since(early), Duration::from_millis(1_500));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(late.at_most(early), early);
        assert_eq!(early.at_most(late), early);
        assert_eq!(early.to_minute(), "2026-11-01 10:00 UTC");
        assert_eq!(Timestamp::from_millis(i64::MIN).since(late), Duration::ZERO);
        assert_eq!(serde_json::to_value(early).unwrap(), json!(AT));
        assert_eq!(serde_json::from_value::<Timestamp>(json!(AT)).unwrap(), early);
    }
}
