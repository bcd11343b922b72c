//! The type of a file by its bytes.

/// The number of bytes that tell the type; the formats of office programs need the most.
pub(super) const ENOUGH: usize = 4096;

/// The type that the first bytes of a file show: of text there are no others.
pub(super) fn of(first: &[u8]) -> &'static str {
    if let Some(known) = infer::get(first) {
        return known.mime_type();
    }
    if is_text(first) { "text/plain" } else { "application/octet-stream" }
}

/// Returns whether bytes are text: UTF-8, whose last character may be cut, without control
/// characters.
fn is_text(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !"\t\r\n\u{c}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_the_type_and_names_do_not() {
        let cases: [(&[u8], &str); 8] = [
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"%PDF-1.7", "application/pdf"),
            (b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
            (b"OggS\0\x02", "audio/ogg"),
            ("Grüße".as_bytes(), "text/plain"),
            (&"Grüße".as_bytes()[..3], "text/plain"),
            (b"\x01\x02\x03", "application/octet-stream"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(of(bytes), expected, "{bytes:?}");
        }
    }
}
