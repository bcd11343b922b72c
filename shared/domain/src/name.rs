//! A person's full name as HubSpot's two fields.

/// Splits a name into first and last: `Lee, Ann` and `Ann Lee` are the same
/// person; a single word is a first name; several words before the last are
/// first names.
pub fn split(name: &str) -> (Option<String>, Option<String>) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let filled = |text: String| (!text.is_empty()).then_some(text);
    if let Some((last, first)) = name.split_once(',') {
        return (filled(words(first)), filled(words(last)));
    }
    let name = words(name);
    match name.rsplit_once(' ') {
        Some((first, last)) => (filled(first.to_owned()), filled(last.to_owned())),
        None => (filled(name), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_people_write_them() {
        let cases = [
            ("Ann Lee", Some("Ann"), Some("Lee")),
            ("  Ann   Mary  Lee ", Some("Ann Mary"), Some("Lee")),
            ("Lee, Ann", Some("Ann"), Some("Lee")),
            ("Ann", Some("Ann"), None),
            ("Ann,", None, Some("Ann")),
            ("", None, None),
            ("   ", None, None),
            ("李 小龍", Some("李"), Some("小龍")),
        ];
        for (name, first, last) in cases {
            let expected = (first.map(str::to_owned), last.map(str::to_owned));
            assert_eq!(split(name), expected, "{name:?}");
        }
    }
}
