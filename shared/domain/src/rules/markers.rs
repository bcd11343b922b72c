//! The marks by which OpenCX's own comments and answers are known. They are part of its
//! contract (docs/vendors/hubspot.md#markers). HubSpot may strip them, so they are never the only guard.

use crate::hubspot::message::Message;
use crate::outcome::SkipReason;

/// The beginning of a handoff comment.
pub const HANDOFF_MARKER: &str = "🔄 AI decided to handoff";

/// The beginning of an AI answer's rich text.
pub const AI_MARKER: &str = "<!-- OpenCX-AI-Response -->";

/// Byte order mark, and spaces without width.
const INVISIBLE: [char; 3] = ['\u{feff}', '\u{200b}', '\u{2060}'];

/// The marker that an outgoing message begins with. One further down, or in a quotation,
/// stands in a person's message.
pub fn marker(message: &Message) -> Option<SkipReason> {
    let texts = [&message.text, &message.rich_text];
    let begins =
        |marker: &str| texts.into_iter().flatten().any(|text| begin(text).starts_with(marker));
    if begins(HANDOFF_MARKER) {
        Some(SkipReason::HandoffMarker)
    } else if begins(AI_MARKER) {
        Some(SkipReason::AiMarker)
    } else {
        None
    }
}

/// The text without the white space and the tags that it begins with; comments and
/// quotations stay.
fn begin(text: &str) -> &str {
    let mut rest = visible(text);
    while let Some(tag) = rest.strip_prefix('<').filter(|tag| !tag.starts_with("!--")) {
        let Some((tag, behind)) = tag.split_once('>') else { break };
        let tag = tag.to_lowercase();
        if tag.contains("quote") || tag.contains("cite") {
            break;
        }
        rest = visible(behind);
    }
    rest
}

/// The text without what nobody sees at its beginning.
fn visible(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || INVISIBLE.contains(&c));
        let Some(rest) = text.strip_prefix("&nbsp;") else { return text };
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_marker_counts_at_the_beginning_and_never_in_a_quotation() {
        use SkipReason::{AiMarker, HandoffMarker};
        let cases = [
            ("text", "🔄 AI decided to handoff: x", Some(HandoffMarker)),
            ("text", "  \n🔄 AI decided to handoff", Some(HandoffMarker)),
            ("richText", "<p><b>🔄 AI decided to handoff</b></p>", Some(HandoffMarker)),
            ("richText", "<!-- OpenCX-AI-Response --><p>x</p>", Some(AiMarker)),
            (
                "richText",
                "<html><body><div dir=\"ltr\"> <!-- OpenCX-AI-Response -->x",
                Some(AiMarker),
            ),
            ("text", "<!-- OpenCX-AI-Response -->x", Some(AiMarker)),
            ("richText", "<!DOCTYPE html><p>&nbsp;<!-- OpenCX-AI-Response -->x", Some(AiMarker)),
            ("text", "\u{feff}\u{200b}🔄 AI decided to handoff", Some(HandoffMarker)),
            ("text", "Thanks. 🔄 AI decided to handoff", None),
            ("text", "> 🔄 AI decided to handoff", None),
            ("richText", "<div>And my invoice?</div><blockquote><!-- OpenCX-AI-Response -->", None),
            ("richText", "<blockquote><!-- OpenCX-AI-Response -->x</blockquote>Why?", None),
            ("richText", "<div class=\"gmail_quote\"><!-- OpenCX-AI-Response -->x</div>", None),
            (
                "richText",
                "<blockquote type=cite><p>🔄 AI decided to handoff</p></blockquote>",
                None,
            ),
            ("richText", "<", None),
            ("richText", "<p", None),
        ];
        for (field, text, expected) in cases {
            let message = json!({ "id": "m", "type": "MESSAGE", field: text });
            let message: Message = serde_json::from_value(message).unwrap();
            assert_eq!(marker(&message), expected, "{text}");
        }
    }
}
