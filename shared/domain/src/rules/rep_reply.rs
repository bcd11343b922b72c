//! The text of a rep's reply, as the customer should read it.

use crate::hubspot::message::Message;
use crate::opencx::events::Channel;
use crate::text::html_to_markdown::html_to_markdown;
use crate::text::markdown_to_text::markdown_to_text;

/// Returns whether text on this channel is shown with its formatting (docs/vendors/opencx.md#channels).
fn shows_markdown(channel: Option<Channel>) -> bool {
    matches!(channel, Some(Channel::Web | Channel::Email | Channel::Slack))
}

/// The text of a rep's reply for a session's channel: its rich text as Markdown, or as
/// plain text where the channel shows no formatting or there is none in it; what it
/// quotes and the rep's own signature cut off. `signature` is HTML of the settings and
/// goes under it, unless it stands there already.
pub fn reply_text(message: &Message, channel: Option<Channel>, signature: Option<&str>) -> String {
    let mut text = own_words(message, channel);
    let signature = signature.and_then(html_to_markdown).map(|html| in_form(html, channel));
    if let Some(signature) = signature.filter(|signature| !text.ends_with(signature.as_str())) {
        text = format!("{text}\n\n{signature}");
    }
    text.trim().to_owned()
}

fn own_words(message: &Message, channel: Option<Channel>) -> String {
    let rich = message.rich_text.as_deref().filter(|html| !html.trim().is_empty());
    let converted = rich.and_then(html_to_markdown).map(|text| in_form(cut(&text), channel));
    match converted {
        Some(text) if !text.is_empty() => text,
        _ => cut(message.text.as_deref().unwrap_or_default()),
    }
}

/// Markdown where the channel shows it and it says more than the plain text does.
fn in_form(markdown: String, channel: Option<Channel>) -> String {
    let plain = markdown_to_text(&markdown);
    let is_formatted = squeezed(&markdown.replace('\\', "")) != squeezed(&plain);
    if shows_markdown(channel) && is_formatted { markdown } else { plain }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text above the line that separates a signature (RFC 3676, 4.3). A text that
/// begins with that line is nothing but a signature, or is meant so: it stays.
fn cut(text: &str) -> String {
    let mut above = Vec::new();
    for line in text.lines() {
        if matches!(line.trim_end(), "--" | "\\--")
            && above.iter().any(|line: &&str| !line.is_empty())
        {
            break;
        }
        above.push(line);
    }
    above.join("\n").trim().to_owned()
}

#[cfg(test)]
#[path = "rep_reply_tests.rs"]
mod tests;
