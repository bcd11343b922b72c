//! The end of a resolved conversation in its ticket's content.

use crate::opencx::events::Sentiment;
use crate::text::split::pieces;
use crate::ticket::content::{LONGEST_TEXT, html_length, length, note_html};

/// The end of a conversation.
#[derive(Clone, Debug)]
pub struct ResolutionNote<'a> {
    /// When, for a rep's eyes: `2026-11-21 20:48 UTC`.
    pub when: &'a str,
    /// The address of the session: tells it from others on the same ticket.
    pub session_url: &'a str,
    /// The summary, in words.
    pub summary: Option<&'a str>,
    /// The customer's sentiment.
    pub sentiment: Option<Sentiment>,
}

/// The place at which the end of a conversation is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It stands in the content already.
    Already,
    /// The ticket's new content: the old one, and the end under it.
    Content(String),
    /// The content is full: notes on the ticket, as HTML.
    Notes(Vec<String>),
}

impl ResolutionNote<'_> {
    /// Adds the end under what a ticket says; that stays as it is.
    pub fn under(&self, content: &str) -> Place {
        if plain(content).contains(&plain(&self.heading())) {
            return Place::Already;
        }
        let section = self.section();
        let whole = format!("{}\n\n{section}", content.trim_end());
        if length(&whole) <= LONGEST_TEXT {
            return Place::Content(whole.trim_start().to_owned());
        }
        Place::Notes(pieces(&section, LONGEST_TEXT, html_length).map(note_html).collect())
    }

    fn heading(&self) -> String {
        format!("--- Resolved, {} ---\n{}", self.when, self.session_url)
    }

    fn section(&self) -> String {
        let summary = self.summary.map(str::trim).filter(|summary| !summary.is_empty());
        let sentiment = self.sentiment.map_or("not known", Sentiment::as_str);
        let summary = summary.unwrap_or("(no summary)");
        format!("{}\n{summary}\nSentiment: {sentiment}", self.heading())
    }
}

/// A text without its line breaks: HubSpot's editor may write them differently.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(summary: &str) -> ResolutionNote<'_> {
        ResolutionNote {
            when: "2026-11-21 21:30 UTC",
            session_url: "https://o/s-1",
            summary: Some(summary),
            sentiment: Some(Sentiment::Happy),
        }
    }

    const END: &str =
        "--- Resolved, 2026-11-21 21:30 UTC ---\nhttps://o/s-1\nRefunded.\nSentiment: happy";

    #[test]
    fn the_end_stands_under_what_the_rep_wrote_and_only_once() {
        let whole = format!("A rep's words.\n\n{END}");
        let ending = ending(" Refunded.\n");
        assert_eq!(ending.under("A rep's words.\n"), Place::Content(whole.clone()));
        assert_eq!(ending.under(""), Place::Content(END.to_owned()));
        assert_eq!(ending.under(&whole), Place::Already);
        assert_eq!(ending.under(&whole.replace('\n', "\r\n")), Place::Already);
        let other = ResolutionNote { session_url: "https://o/s-2", ..ending };
        assert!(matches!(other.under(&whole), Place::Content(_)), "another session's end");
    }

    #[test]
    fn what_is_not_known_is_said() {
        let ending = ResolutionNote { sentiment: None, ..ending("  ") };
        let Place::Content(content) = ending.under("") else { panic!("it fits") };
        assert!(content.ends_with("(no summary)\nSentiment: not known"), "{content}");
    }

    #[test]
    fn a_full_ticket_gets_notes_and_keeps_its_words() {
        let full = "x".repeat(LONGEST_TEXT - length(END) - 1);
        let Place::Notes(notes) = ending("Refunded.").under(&full) else { panic!("it is full") };
        assert_eq!(notes, [END.replace('\n', "<br>")]);
        let just_fits = &full[1..];
        let Place::Content(whole) = ending("Refunded.").under(just_fits) else { panic!("fits") };
        assert_eq!(length(&whole), LONGEST_TEXT);
        let long = "<&>".repeat(LONGEST_TEXT);
        let Place::Notes(notes) = ending(&long).under("") else { panic!("too long") };
        assert!(notes.iter().all(|note| length(note) <= LONGEST_TEXT), "HubSpot takes each");
        let told: usize = notes.iter().map(|note| note.matches("&amp;").count()).sum();
        assert_eq!(told, LONGEST_TEXT, "nothing is lost");
    }
}
