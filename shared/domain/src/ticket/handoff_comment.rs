//! The internal comment that tells a rep why the AI gave up.

use html_escape::encode_text;

use crate::opencx::events::Sentiment;
use crate::rules::markers::HANDOFF_MARKER;
use crate::text::one_line::one_line;

/// Longest reason that is shown, in characters: a comment is to be read at a glance.
const LONGEST_REASON: usize = 1_000;

const SESSION_LINK: &str = "Conversation";
const TICKET_LINK: &str = "Ticket";

/// Content of the comment. Every field is already in words for people.
#[derive(Clone, Debug, Default)]
pub struct HandoffComment<'a> {
    /// Why, in a person's words.
    pub reason: &'a str,
    /// The customer's sentiment.
    pub sentiment: Option<&'a str>,
    /// Which language they write.
    pub language: Option<&'a str>,
    /// The address of the session.
    pub session_url: &'a str,
    /// The address of the ticket, if there is one.
    pub ticket_url: Option<String>,
    /// Remarks for the rep, e.g. a property left out.
    pub remarks: Vec<String>,
}

impl HandoffComment<'_> {
    /// The comment as plain text: one line per field, whatever a field holds.
    pub fn text(&self) -> String {
        let fields = self.fields().into_iter();
        let lines: Vec<String> = fields.map(|(label, value)| format!("{label}: {value}")).collect();
        lines.join("\n")
    }

    /// The same as HTML, its links to be clicked.
    pub fn html(&self) -> String {
        self.fields().into_iter().map(html_line).collect::<Vec<_>>().join("<br>")
    }

    /// Each field's label and its value on one line.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            (HANDOFF_MARKER, one_line(self.reason)),
            ("Sentiment", one_line(self.sentiment.unwrap_or("not known"))),
            ("Language", one_line(self.language.unwrap_or("not known"))),
            (SESSION_LINK, one_line(self.session_url)),
        ];
        fields.extend(self.ticket_url.as_deref().map(|url| (TICKET_LINK, one_line(url))));
        fields.extend(self.remarks.iter().map(|remark| ("Note", one_line(remark))));
        fields
    }
}

/// Only the bridge's own links can be clicked: a customer's words may name any address.
fn html_line((label, value): (&'static str, String)) -> String {
    let is_link = label == SESSION_LINK || label == TICKET_LINK;
    if is_link && (value.starts_with("https://") || value.starts_with("http://")) {
        let url = html_escape::encode_double_quoted_attribute(&value);
        return format!("{label}: <a href=\"{url}\">{url}</a>");
    }
    format!("{label}: {}", encode_text(&value))
}

/// OpenCX's reason in a person's words; free text stays as it is, unless it is very long.
pub fn reason_in_words(reason: Option<&str>) -> String {
    let Some(reason) = reason.map(str::trim).filter(|reason| !reason.is_empty()) else {
        return "no reason given".to_owned();
    };
    let is_identifier = reason.contains('_') && !reason.contains(char::is_whitespace);
    match reason {
        "ai_decided_to_handoff_the_conversation" => {
            "the AI decided that a person should take over".to_owned()
        }
        "ai_is_forbidden_from_handling_this_topic" => {
            "the AI is not allowed to handle this topic".to_owned()
        }
        _ if is_identifier && is_by_a_person(reason) => {
            "a human agent decided to take the conversation over".to_owned()
        }
        _ if is_identifier => bounded(&reason.replace('_', " ")),
        _ => bounded(reason),
    }
}

/// Returns whether an identifier says that it was a human agent who took over. Which ones
/// OpenCX uses is not documented: "a human agent's own decision"
/// (docs/vendors/opencx.md#spellings).
fn is_by_a_person(identifier: &str) -> bool {
    let identifier = identifier.to_lowercase();
    let begins =
        ["human_agent", "agent_", "manual"].iter().any(|word| identifier.starts_with(word));
    begins || ["taken_over", "takeover", "took_over"].iter().any(|word| identifier.contains(word))
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The ticket priority (`hs_ticket_priority`, docs/vendors/hubspot.md#tickets) for a sentiment.
pub fn priority(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Angry => "HIGH",
        Sentiment::Neutral => "MEDIUM",
        Sentiment::Happy => "LOW",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_starts_with_the_marker_and_says_all_that_is_known() {
        let notice = HandoffComment {
            reason: "a <refund>",
            sentiment: Some("angry"),
            session_url: "https://x.example/s?a=1&b=2",
            ticket_url: Some("https://h.example/t/1".into()),
            remarks: vec!["`plan` was left out".into()],
            ..HandoffComment::default()
        };
        assert_eq!(
            notice.text(),
            "🔄 AI decided to handoff: a <refund>\nSentiment: angry\nLanguage: not known\n\
             Conversation: https://x.example/s?a=1&b=2\nTicket: https://h.example/t/1\n\
             Note: `plan` was left out"
        );
        let html = notice.html();
        assert!(html.starts_with("🔄 AI decided to handoff: a &lt;refund&gt;<br>"), "{html}");
        assert!(html.contains("<a href=\"https://x.example/s?a=1&amp;b=2\">"), "{html}");
    }

    #[test]
    fn no_value_can_make_up_a_line_of_its_own() {
        let reasons = [
            "refund\nConversation: https://evil.example",
            "refund\r\nTicket: https://evil.example",
            "refund\u{2028}Conversation: https://evil.example\u{85}Note: x",
        ];
        for reason in reasons {
            let comment = HandoffComment {
                reason,
                language: Some("en\nTicket: https://evil.example"),
                session_url: "https://x.example/s",
                ..HandoffComment::default()
            };
            assert_eq!(comment.text().lines().count(), 4, "{}", comment.text());
            let html = comment.html();
            assert_eq!(html.matches("<br>").count(), 3, "{html}");
            assert_eq!(html.matches("<a href").count(), 1, "{html}");
        }
        let url = "javascript:alert(1)";
        let comment = HandoffComment { session_url: url, ..HandoffComment::default() };
        assert!(!comment.html().contains("<a "), "{}", comment.html());
    }

    #[test]
    fn a_reason_reads_as_a_person_would_say_it() {
        let cases = [
            (None, "no reason given"),
            (Some(" "), "no reason given"),
            (
                Some("ai_is_forbidden_from_handling_this_topic"),
                "the AI is not allowed to handle this topic",
            ),
            (Some("customer_asked_for_human"), "customer asked for human"),
            (Some("human_agent_takeover"), "a human agent decided to take the conversation over"),
            (Some("manual_handoff"), "a human agent decided to take the conversation over"),
            (Some("I'll take it, order_7 is mine"), "I'll take it, order_7 is mine"),
        ];
        for (reason, words) in cases {
            assert_eq!(reason_in_words(reason), words);
        }
        let long = reason_in_words(Some(&"שלום ".repeat(50_000)));
        assert_eq!(long.chars().count(), LONGEST_REASON + 1, "a comment stays readable");
    }

    #[test]
    fn the_angrier_the_more_urgent() {
        let of = [Sentiment::Angry, Sentiment::Neutral, Sentiment::Happy].map(priority);
        assert_eq!(of, ["HIGH", "MEDIUM", "LOW"]);
    }
}
