//! The header `Retry-After`: seconds, or a date.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Returns the time that an answer asks to be left alone for, from now on.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(text: &str) -> Option<Duration> {
        let value = HeaderValue::from_str(text).ok()?;
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
    }

    #[test]
    fn it_is_seconds_or_a_date_and_nonsense_is_as_if_it_were_missing() {
        assert_eq!(read("8"), Some(Duration::from_secs(8)));
        assert_eq!(read(" 0.5 "), Some(Duration::from_millis(500)));
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_mins(1));
        let told = read(&date).unwrap_or_default().as_secs();
        assert!((58..=60).contains(&told), "{told}");
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO), "it is over");
        for nonsense in ["", "soon", "-3", "NaN", "inf", "1e300"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
