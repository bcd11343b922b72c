//! The internal comment that tells a rep why the AI gave up.

use html_escape::encode_text;

use crate::opencx::events::Sentiment;
use crate::rules::message_decision::HANDOFF_MARKER;

/// Longest reason that is shown, in characters: a comment is to be read at a glance.
const LONGEST_REASON: usize = 1_000;

/// What the comment says. Every field is already in words for people.
#[derive(Clone, Debug, Default)]
pub struct HandoffComment<'a> {
    /// Why, in a person's words.
    pub reason: &'a str,
    /// How the customer feels.
    pub sentiment: Option<&'a str>,
    /// Which language they write.
    pub language: Option<&'a str>,
    /// Where the session is.
    pub session_url: &'a str,
    /// Where the ticket is, if there is one.
    pub ticket_url: Option<String>,
    /// What else the rep should know, e.g. a property left out.
    pub remarks: Vec<String>,
}

impl HandoffComment<'_> {
    /// The comment as plain text.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("{HANDOFF_MARKER}: {}", self.reason)];
        lines.push(format!("Sentiment: {}", self.sentiment.unwrap_or("not known")));
        lines.push(format!("Language: {}", self.language.unwrap_or("not known")));
        lines.push(format!("Conversation: {}", self.session_url));
        lines.extend(self.ticket_url.as_ref().map(|url| format!("Ticket: {url}")));
        lines.extend(self.remarks.iter().map(|remark| format!("Note: {remark}")));
        lines.join("\n")
    }

    /// The same as HTML, its links to be clicked.
    pub fn html(&self) -> String {
        let link = |line: &str| match line.split_once(": ") {
            Some((label, url)) if url.starts_with("https://") || url.starts_with("http://") => {
                let url = html_escape::encode_double_quoted_attribute(url).into_owned();
                format!("{}: <a href=\"{url}\">{url}</a>", encode_text(label))
            }
            _ => encode_text(line).into_owned(),
        };
        self.text().lines().map(link).collect::<Vec<_>>().join("<br>")
    }
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

/// Whether an identifier says that it was a human agent who took over. Which ones
/// OpenCX uses is not documented: "a human agent's own decision" (OPENCX.md).
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

/// The ticket priority (`hs_ticket_priority`, HUBSPOT.md D) for a sentiment.
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
