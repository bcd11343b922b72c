//! The AI's Markdown as HTML that may stand in a customer's mail.

use crate::rules::markers::AI_MARKER;
use crate::text::markdown;
use crate::text::markdown_to_text::markdown_to_text;

/// An answer in the two forms that HubSpot takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// For readers and channels without HTML.
    pub text: String,
    /// For mail and chat.
    pub html: String,
}

/// The heading of a draft.
const DRAFT: &str = "Draft by the AI, not sent:";

/// Renders an answer. `signature` is trusted HTML and goes under it, once.
pub fn answer(markdown: &str, signature: Option<&str>) -> Answer {
    let mut html = format!("{AI_MARKER}{}", markdown_to_html(markdown));
    if let Some(signature) = signature {
        html.push_str("<br>");
        html.push_str(signature);
    }
    Answer { text: markdown_to_text(markdown), html }
}

/// Renders an answer that is only proposed to the rep: it says so, in both forms.
pub fn draft(markdown: &str) -> Answer {
    Answer {
        text: format!("{DRAFT}\n\n{}", markdown_to_text(markdown)),
        html: format!("<p><em>{DRAFT}</em></p>{}", markdown_to_html(markdown)),
    }
}

/// Renders an answer that could not be sent, for the rep who takes care of it.
pub fn not_sent(markdown: &str, why: &str) -> Answer {
    let heading = format!("not sent: the AI's answer below did not reach the customer ({why})");
    let html = html_escape::encode_text(&heading);
    Answer {
        text: format!("{heading}\n\n{}", markdown_to_text(markdown)),
        html: format!("<p><em>{html}</em></p>{}", markdown_to_html(markdown)),
    }
}

/// Renders Markdown. Raw HTML in it is escaped, links with unsafe schemes lose their
/// target. What is too long to be formatted is shown as it is.
pub fn markdown_to_html(source: &str) -> String {
    if source.len() > markdown::LONGEST {
        return format!("<pre>{}</pre>", html_escape::encode_text(source));
    }
    comrak::markdown_to_html(source, &markdown::options()).trim_end().to_owned()
}

#[cfg(test)]
#[path = "markdown_to_html_tests.rs"]
mod tests;
