//! Languages as settings and OpenCX name them: by code (`de`, `de-DE`, `deu`) or by name
//! (`German`, `Deutsch`).

/// Languages by their two letters, then their other codes and names, in lower case.
const LANGUAGES: [(&str, &[&str]); 44] = [
    ("ar", &["ara", "arabic", "العربية"]),
    ("bg", &["bul", "bulgarian", "български"]),
    ("bn", &["ben", "bengali", "bangla", "বাংলা"]),
    ("ca", &["cat", "catalan", "català"]),
    ("cs", &["ces", "cze", "czech", "čeština", "česky"]),
    ("da", &["dan", "danish", "dansk"]),
    ("de", &["deu", "ger", "german", "deutsch"]),
    ("el", &["ell", "gre", "greek", "ελληνικά"]),
    ("en", &["eng", "english"]),
    ("es", &["spa", "spanish", "castilian", "español", "espanol", "castellano"]),
    ("et", &["est", "estonian", "eesti"]),
    ("fa", &["fas", "per", "persian", "farsi", "فارسی"]),
    ("fi", &["fin", "finnish", "suomi"]),
    ("fr", &["fra", "fre", "french", "français", "francais"]),
    ("he", &["heb", "iw", "hebrew", "עברית"]),
    ("hi", &["hin", "hindi", "हिन्दी"]),
    ("hr", &["hrv", "croatian", "hrvatski"]),
    ("hu", &["hun", "hungarian", "magyar"]),
    ("id", &["ind", "in", "indonesian", "bahasa indonesia"]),
    ("it", &["ita", "italian", "italiano"]),
    ("ja", &["jpn", "japanese", "日本語"]),
    ("ko", &["kor", "korean", "한국어"]),
    ("lt", &["lit", "lithuanian", "lietuvių"]),
    ("lv", &["lav", "latvian", "latviešu"]),
    ("ms", &["msa", "may", "malay", "bahasa melayu"]),
    ("nl", &["nld", "dut", "dutch", "flemish", "nederlands"]),
    ("no", &["nor", "nb", "nob", "nn", "nno", "norwegian", "norsk", "bokmål", "nynorsk"]),
    ("pl", &["pol", "polish", "polski"]),
    ("pt", &["por", "portuguese", "português", "portugues"]),
    ("ro", &["ron", "rum", "romanian", "română"]),
    ("ru", &["rus", "russian", "русский"]),
    ("sk", &["slk", "slo", "slovak", "slovenčina", "slovensky"]),
    ("sl", &["slv", "slovenian", "slovene", "slovenščina"]),
    ("sq", &["sqi", "alb", "albanian", "shqip"]),
    ("sr", &["srp", "serbian", "srpski", "српски"]),
    ("sv", &["swe", "swedish", "svenska"]),
    ("ta", &["tam", "tamil", "தமிழ்"]),
    ("th", &["tha", "thai", "ไทย"]),
    ("tl", &["tgl", "fil", "tagalog", "filipino"]),
    ("tr", &["tur", "turkish", "türkçe", "turkce"]),
    ("uk", &["ukr", "ukrainian", "українська"]),
    ("ur", &["urd", "urdu", "اردو"]),
    ("vi", &["vie", "vietnamese", "tiếng việt"]),
    ("zh", &["zho", "chi", "cmn", "chinese", "mandarin", "中文", "汉语", "漢語"]),
];

/// Returns whether two texts name the same language. Regions count only where both name one:
/// `pt` is Brazilian Portuguese, too, but `pt-PT` is not.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let ((language, region), (other_language, other_region)) = (parts(one), parts(other));
    let is_same_region = region.is_none() || other_region.is_none() || region == other_region;
    language == other_language && is_same_region
}

/// The language, by its two letters where they are known, and the region of a tag (`de-AT`).
fn parts(text: &str) -> (String, Option<String>) {
    let text = text.trim().to_lowercase().replace('_', "-");
    if let Some(known) = known(&text) {
        return (known.to_owned(), None);
    }
    // A name may say more, as `German (Austria)` and `Spanish, Mexico` do.
    let named = text.split(['(', ',', ';', '/']).next().and_then(known);
    if let Some(known) = named.or_else(|| text.split(' ').rev().find_map(known)) {
        return (known.to_owned(), None);
    }
    let mut tags = text.split('-');
    let primary = tags.next().unwrap_or_default();
    // A script (`zh-Hans`) has four letters.
    let region = tags.find(|tag| (2..=3).contains(&tag.len())).map(str::to_owned);
    match known(primary) {
        Some(known) => (known.to_owned(), region),
        None => (text.clone(), None),
    }
}

fn known(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let known = LANGUAGES.iter().find(|(code, names)| *code == text || names.contains(&text));
    known.map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_the_same_in_every_spelling() {
        let same = [
            ["de", "de-DE", "German", "deutsch", "DEU", "de_AT", "German (Austria)", " De "],
            [
                "pt",
                "pt-BR",
                "Portuguese",
                "português",
                "por",
                "PT_br",
                "Brazilian Portuguese",
                "pt",
            ],
            ["zh", "zh-Hans", "zh-Hant-TW", "Chinese", "Mandarin", "中文", "zho", "chi"],
            ["nb", "no", "Norwegian", "nn-NO", "norsk", "nob", "nb-NO", "Norwegian Bokmål"],
            ["tlh", "TLH", " tlh ", "tlh", "tlh", "tlh", "tlh", "Tlh"],
        ];
        for spellings in same {
            for spelling in spellings {
                assert!(is_same(spellings[0], spelling), "{} {spelling}", spellings[0]);
                assert!(is_same(spelling, spellings[0]), "{spelling} {}", spellings[0]);
            }
        }
    }

    #[test]
    fn another_language_or_region_is_not_the_same() {
        let unlike = [
            ("de", "en"),
            ("pt-BR", "pt-PT"),
            ("de", "da"),
            ("German", "English"),
            ("de", ""),
            ("de", "des"),
            ("zh-Hans-CN", "zh-TW"),
            ("tlh", "tl"),
            ("en", "no idea"),
        ];
        for (one, other) in unlike {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }
}
