//! A person's full name as HubSpot's two fields.

/// What stands before a family name and belongs to it.
const PARTICLES: [&str; 16] = [
    "van", "von", "vom", "zu", "zur", "de", "del", "della", "der", "den", "di", "da", "dos", "du",
    "la", "le",
];

/// Splits a name into first and last: `Lee, Ann` and `Ann Lee` are the same
/// person; a single word is a first name; several words before the last are
/// first names, but `van`, `de` and the like belong to the last one. An email
/// address is no name.
pub fn split(name: &str) -> (Option<String>, Option<String>) {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "\"'“”".contains(c));
    if name.contains('@') {
        return (None, None);
    }
    if let Some((last, first)) = name.split_once(',') {
        return match (joined(first), joined(last)) {
            (None, single) => (single, None),
            both => both,
        };
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_particle = |word: &&str| PARTICLES.contains(&word.to_lowercase().as_str());
    let last_alone = words.len().saturating_sub(1);
    // The first word is a first name whatever it is: `Van Morrison`.
    let particles =
        words.iter().take(last_alone).skip(1).rev().take_while(|word| is_particle(word));
    let last_from = last_alone - particles.count();
    match last_from {
        0 => (joined(name), None),
        from => (joined(&words[..from].join(" ")), joined(&words[from..].join(" "))),
    }
}

/// With single spaces; `None` if nothing is left.
fn joined(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
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
            ("Ann,", Some("Ann"), None),
            (",", None, None),
            ("\"Lee, Ann\"", Some("Ann"), Some("Lee")),
            ("Ludwig van Beethoven", Some("Ludwig"), Some("van Beethoven")),
            ("María José de la Cruz", Some("María José"), Some("de la Cruz")),
            ("Van Morrison", Some("Van"), Some("Morrison")),
            ("van", Some("van"), None),
            ("ann@example.org", None, None),
            ("דוד בן גוריון", Some("דוד בן"), Some("גוריון")),
            ("Ann 🙂", Some("Ann"), Some("🙂")),
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
