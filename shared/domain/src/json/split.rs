//! A delivery of several events, split before any of them is read: one that is nested too
//! deeply, or holds a number that is none, must not hurt its neighbours.

use serde_json::Value;
use serde_json::value::RawValue;

use super::Unreadable;
use crate::text::surrogates::replace_lone_surrogates;

/// Events of a delivery, each read by itself.
pub type Events = Vec<Result<Value, Unreadable>>;

/// Splits a JSON array into its events, each read by itself.
pub fn split(body: &[u8]) -> Result<Events, Unreadable> {
    let text = String::from_utf8_lossy(body);
    let text = replace_lone_surrogates(&text);
    let events: Vec<&RawValue> = serde_json::from_str(&text).map_err(unreadable)?;
    Ok(events.into_iter().map(|event| super::from_text(event.get())).collect())
}

/// As [`split`], where a lone object counts as one event.
pub fn split_or_one(body: &[u8]) -> Result<Events, Unreadable> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return split(body);
    }
    let list = [b"[", body, b"]"].concat();
    let events = split(&list)?;
    // `{} , {}` is no lone object.
    if events.len() == 1 { Ok(events) } else { Err(not_a_delivery()) }
}

fn unreadable(_: serde_json::Error) -> Unreadable {
    not_a_delivery()
}

fn not_a_delivery() -> Unreadable {
    Unreadable::new("(document)", "must be JSON: an array of events")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_cannot_be_read_does_not_hurt_its_neighbours() {
        let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let objects = format!("{}1{}", "{\"a\":".repeat(130), "}".repeat(130));
        for middle in [deep(127), deep(5_000), objects, "1e999".into(), "{\"a\":-1e400}".into()] {
            let events = split(format!("[{{\"n\":1}},{middle},{{\"n\":3}}]").as_bytes()).unwrap();
            assert_eq!(events.len(), 3, "{middle:.20}");
            assert_eq!(events[0].as_ref().unwrap()["n"], 1);
            assert_eq!(events[2].as_ref().unwrap()["n"], 3);
        }
        let invalid = b"[{\"n\":1},{\"x\":\"\xff\"},{\"n\":3}]";
        assert!(split(invalid).unwrap().iter().all(Result::is_ok), "one character is unknown");
    }

    #[test]
    fn one_event_is_a_delivery_and_anything_else_is_none() {
        assert_eq!(split_or_one(b" {\"n\":1} ").unwrap().len(), 1);
        assert_eq!(split_or_one(b"[{},{}]").unwrap().len(), 2);
        assert!(split(b"[]").unwrap().is_empty());
        for bad in
            ["", "nonsense", "5", "\"x\"", "null", "[1", "[1] 2", "[1,]", "{\"a\":1}x", "{},{}"]
        {
            assert!(split(bad.as_bytes()).is_err(), "{bad}");
            assert!(split_or_one(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
