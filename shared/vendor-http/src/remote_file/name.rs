//! The name under which a file is passed on.

/// The longest name, in characters.
const LONGEST: usize = 120;

/// The name of a file, fit for any file system, with an ending that fits the type of its bytes:
/// receivers go by the ending.
pub fn file_name(name: Option<&str>, mime_type: &str) -> String {
    let last = name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let fit = last.chars().filter(|c| !c.is_control() && !"/\\:*?\"<>|".contains(*c));
    let name: String = fit.take(LONGEST).collect();
    let name = name.trim().trim_start_matches('.');
    let name = if name.is_empty() { "attachment" } else { name };
    if fits(name, mime_type) {
        return name.to_owned();
    }
    match ending(mime_type) {
        Some(ending) => format!("{name}.{ending}"),
        None => name.to_owned(),
    }
}

/// Returns whether the ending of a name fits a type. What is a zip or a text by its bytes may be
/// of many types.
fn fits(name: &str, mime_type: &str) -> bool {
    let (family, _) = mime_type.split_once('/').unwrap_or((mime_type, ""));
    let mut by_name = mime_guess::from_path(name).iter();
    match (family, mime_type) {
        ("image" | "audio" | "video", _) => by_name.any(|kind| kind.type_() == family),
        (_, "application/zip") => by_name.any(|kind| kind.type_() == "application"),
        ("text", _) => by_name.all(|kind| matches!(kind.type_().as_str(), "text" | "application")),
        _ => by_name.any(|kind| plain(kind.essence_str()) == plain(mime_type)),
    }
}

/// The name of a type, whether it is registered by now or not.
fn plain(kind: &str) -> String {
    kind.replace("/x-", "/")
}

/// The ending of a type; none of bytes of which nothing is known.
fn ending(mime_type: &str) -> Option<&'static str> {
    match mime_type {
        "application/octet-stream" => None,
        "text/plain" => Some("txt"),
        "image/jpeg" => Some("jpg"),
        "application/vnd.microsoft.portable-executable" => Some("exe"),
        other => infer_ending(other),
    }
}

fn infer_ending(mime_type: &str) -> Option<&'static str> {
    mime_guess::get_mime_extensions_str(mime_type)?.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_place_and_an_ending_that_fits() {
        let cases = [
            (Some("photo.png"), "image/png", "photo.png"),
            (Some("PHOTO.JPEG"), "image/jpeg", "PHOTO.JPEG"),
            (Some("photo.exe"), "image/png", "photo.exe.png"),
            (
                Some("invoice.pdf"),
                "application/vnd.microsoft.portable-executable",
                "invoice.pdf.exe",
            ),
            (Some("../../etc/passwd"), "text/plain", "passwd"),
            (Some("C:\\temp\\a?.png"), "image/png", "a.png"),
            (Some("letter.docx"), "application/zip", "letter.docx"),
            (Some("voice"), "audio/ogg", "voice.oga"),
            (Some("table.csv"), "text/plain", "table.csv"),
            (Some("picture.png"), "text/plain", "picture.png.txt"),
            (Some("data.bin"), "application/octet-stream", "data.bin"),
            (Some("..."), "image/jpeg", "attachment.jpg"),
            (None, "application/pdf", "attachment.pdf"),
        ];
        for (name, mime_type, expected) in cases {
            assert_eq!(file_name(name, mime_type), expected, "{name:?} {mime_type}");
        }
    }
}
