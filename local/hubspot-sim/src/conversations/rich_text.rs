//! Rich text that comes through the API.

/// Removes comments, scripts, styles and event handlers.
///
/// That HubSpot sanitises is known; whether an HTML comment survives is not, so it does not here:
/// nobody should rely on one (docs/vendors/hubspot.md#markers).
pub(crate) fn sanitized(html: &str) -> String {
    ammonia::clean(html)
}

/// Makes rich text of plain text.
pub(crate) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", ammonia::clean_text(text))
}
