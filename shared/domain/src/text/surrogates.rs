//! Replaces lone UTF-16 surrogate escapes with U+FFFD.
//!
//! Programs that count in UTF-16 cut an emoji in two, and write the half as an escape.
//! That is no text, and no parser of JSON reads it: for one character, a whole delivery
//! or conversation would be lost.

use std::borrow::Cow;

/// Length of `\\ud83d`.
const ESCAPE: usize = 6;

/// JSON in which the escape of half a character stands for an unknown one (U+FFFD).
pub fn replace_lone_surrogates(json: &str) -> Cow<'_, str> {
    let halves: Vec<usize> = lone_halves(json).collect();
    if halves.is_empty() {
        return Cow::Borrowed(json);
    }
    let (mut replace_lone_surrogates, mut from) = (String::with_capacity(json.len()), 0);
    for at in halves {
        replace_lone_surrogates.push_str(&json[from..at]);
        replace_lone_surrogates.push_str("\\ufffd");
        from = at + ESCAPE;
    }
    replace_lone_surrogates.push_str(&json[from..]);
    Cow::Owned(replace_lone_surrogates)
}

/// The places of the escapes that lack their other half.
fn lone_halves(json: &str) -> impl Iterator<Item = usize> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + json.get(from..)?.find('\\')?;
            let second = unit(json, at + ESCAPE);
            match unit(json, at) {
                Some(0xd800..=0xdbff) if matches!(second, Some(0xdc00..=0xdfff)) => {
                    from = at + 2 * ESCAPE;
                }
                Some(0xd800..=0xdfff) => {
                    from = at + ESCAPE;
                    return Some(at);
                }
                // Another escape: what stands behind its backslash is none itself.
                _ => {
                    let escaped = json[at + 1..].chars().next()?;
                    from = at + 1 + escaped.len_utf8();
                }
            }
        }
    })
}

/// The UTF-16 unit whose escape stands here.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_is_an_unknown_one_and_all_else_stays() {
        let cases = [
            (r#"{"a":"\ud83d"}"#, r#"{"a":"\ufffd"}"#),
            (
                r#"{"a":"\uDE42 \ud83d\uD83D\ude42\ud83d"}"#,
                r#"{"a":"\ufffd \ufffd\uD83D\ude42\ufffd"}"#,
            ),
            (
                r#"{"a":"\ud83d\ude42 \\ud83d \u00e9 \" \\\\ud83d"}"#,
                r#"{"a":"\ud83d\ude42 \\ud83d \u00e9 \" \\\\ud83d"}"#,
            ),
            (r#"{"a":"\\\ud83dé\u"}"#, r#"{"a":"\\\ufffdé\u"}"#),
            ("\\", "\\"),
        ];
        for (json, expected) in cases {
            assert_eq!(replace_lone_surrogates(json), expected);
        }
        let read: String =
            serde_json::from_str(&replace_lone_surrogates(r#""cut \ud83d""#)).unwrap();
        assert_eq!(read, "cut \u{fffd}");
    }
}
