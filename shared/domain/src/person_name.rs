//! A person's full name as HubSpot's two fields.

/// Particles that stand before a family name and belong to it.
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
    if is_company(name) {
        return (joined(name), None);
    }
    if let Some((last, first)) = name.split_once(',') {
        return match (joined(first), joined(last)) {
            (None, single) => (single, None),
            both => both,
        };
    }
    let words: Vec<&str> = name.split_whitespace().collect();
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

fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word.to_lowercase().as_str())
}

/// The legal form at the end of a company's name, as letters only.
const LEGAL_FORMS: [&str; 40] = [
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "pte",
    "pty",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "ev",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "sl",
    "slu",
    "bv",
    "nv",
    "ab",
    "as",
    "aps",
    "oy",
    "oyj",
    "kk",
    "spzoo",
    "lda",
];

/// Legal forms that are also given or family names, or parts of them, at the end of a
/// name without a comma: `Jean Sa`.
const AMBIGUOUS: [&str; 9] = ["co", "as", "se", "sa", "ag", "sl", "ab", "kk", "ev"];

/// Returns whether a name ends in a legal form, as `Acme, Inc.` does. Such a name is
/// kept whole: it has neither a first nor a last name.
fn is_company(name: &str) -> bool {
    if let Some((front, end)) = name.rsplit_once(',') {
        return !letters(front).is_empty() && LEGAL_FORMS.contains(&letters(end).as_str());
    }
    let Some((_, end)) = name.rsplit_once(char::is_whitespace) else { return false };
    let form = letters(end);
    LEGAL_FORMS.contains(&form.as_str())
        && (!AMBIGUOUS.contains(&form.as_str()) || end.chars().all(|c| !c.is_lowercase()))
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
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
            ("Acme, Inc.", Some("Acme, Inc."), None),
            ("Müller & Söhne GmbH", Some("Müller & Söhne GmbH"), None),
            ("Smith, Jones and Partners, LLP", Some("Smith, Jones and Partners, LLP"), None),
            ("Ferrari S.p.A.", Some("Ferrari S.p.A."), None),
            ("Widget Works Ltd.", Some("Widget Works Ltd."), None),
            ("Siemens AG", Some("Siemens AG"), None),
            ("Nordic Tools, A/S", Some("Nordic Tools, A/S"), None),
            ("Acme GmbH & Co. KG", Some("Acme GmbH & Co. KG"), None),
            ("ACME , inc", Some("ACME , inc"), None),
            ("Inc, Ann", Some("Ann"), Some("Inc")),
            ("Jean Sa", Some("Jean"), Some("Sa")),
            ("Mia Co", Some("Mia"), Some("Co")),
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
