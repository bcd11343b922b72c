//! What HubSpot leaves of rich text that comes through its API.

/// The rich text without comments, scripts, styles and event handlers.
///
/// That HubSpot sanitises is known; whether an HTML comment survives is not, so it does not here:
/// nobody should rely on one.
pub(crate) fn sanitised(html: &str) -> String {
    ammonia::clean(html)
}

/// Plain text as rich text.
pub(crate) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", ammonia::clean_text(text))
}

#[cfg(test)]
mod tests {
    use super::sanitised;

    #[test]
    fn markup_stays_and_everything_hidden_or_active_goes() {
        let html = "<!-- mark --><p onclick=\"x()\">Hi <b>you</b></p><script>x()</script>\
                    <style>p{}</style><a href=\"javascript:x()\">a</a>";
        let clean = sanitised(html);
        assert!(clean.starts_with("<p>Hi <b>you</b></p>"), "{clean}");
        for gone in ["mark", "onclick", "script", "style"] {
            assert!(!clean.contains(gone), "{gone} is still in {clean}");
        }
    }
}
