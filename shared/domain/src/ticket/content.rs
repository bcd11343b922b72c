//! The content of a ticket: subject, content, and the notes that take the rest.

use html_escape::encode_text;

use crate::opencx::transcript::Entry;
use crate::text::one_line::one_line;
use crate::text::split::pieces;

/// Longest ticket content and note body, in UTF-16 units. Documented for notes,
/// assumed for tickets (docs/vendors/hubspot.md#tickets).
pub const LONGEST_TEXT: usize = 65_536;

/// Longest subject that still reads as one line.
const LONGEST_SUBJECT: usize = 120;

/// A text that HubSpot takes in pieces: the ticket's content, then notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Plain text, for the ticket's `content`.
    pub ticket: String,
    /// HTML, for notes on the ticket; empty if all fits.
    pub notes: Vec<String>,
}

/// The subject: what it is about, else who it is with.
pub fn subject(summary: Option<&str>, who: &str, channel: &str) -> String {
    let about =
        summary.and_then(|text| text.split(LINE_ENDS).map(one_line).find(|l| !l.is_empty()));
    let text = about.unwrap_or_else(|| one_line(&format!("{channel} conversation with {who}")));
    if text.chars().count() <= LONGEST_SUBJECT {
        return text;
    }
    let cut: String = text.chars().take(LONGEST_SUBJECT - 1).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{words}…")
}

/// Everything that some program takes for the end of a line.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// A conversation as it goes into a ticket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conversation<'a> {
    /// The matter in short, which a rep reads first.
    pub summary: Option<&'a str>,
    /// Fields that nobody could tell, e.g. `language`: the ticket says so.
    pub unknown: &'a [&'a str],
    /// True if nothing proves that the customer is the one whose address they gave.
    pub is_unverified: bool,
    /// The messages, oldest first.
    pub transcript: &'a [Entry],
}

impl Conversation<'_> {
    /// Returns the text before the transcript.
    fn head(&self) -> String {
        let summary = self.summary.map(str::trim).filter(|text| !text.is_empty());
        let summary = summary.unwrap_or("(no summary)");
        let mut head = summary.to_owned();
        if self.is_unverified {
            head.push_str("\n\n(identity not verified: nothing proves the customer's address)");
        }
        if !self.unknown.is_empty() {
            head += "\n\n(not known: ";
            head += &self.unknown.join(", ");
            head.push(')');
        }
        head + "\n\nTranscript"
    }

    fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.transcript.iter().map(Entry::to_text)
    }
}

/// Lays out summary and transcript. What is longer than HubSpot takes goes on in
/// notes, cut between messages; only a message that is too long for a note by
/// itself is cut within, never inside a character.
pub fn content(conversation: &Conversation<'_>) -> Content {
    lay_out(&conversation.head(), conversation)
}

/// The same, under a dated heading, behind what a ticket already says.
pub fn appended(existing: &str, heading: &str, conversation: &Conversation<'_>) -> Content {
    let new = content(conversation);
    let whole = format!("{}\n\n{heading}\n{}", existing.trim_end(), new.ticket);
    if new.notes.is_empty() && length(&whole) <= LONGEST_TEXT {
        return Content { ticket: whole, notes: Vec::new() };
    }
    // What a rep wrote stays whole; the new conversation goes into notes.
    let pointer = format!("{}\n\n{heading}\n(in the notes)", existing.trim_end());
    let kept = if length(&pointer) <= LONGEST_TEXT { pointer } else { existing.to_owned() };
    let head = format!("{heading}\n{}", conversation.head());
    Content { ticket: kept, notes: notes(std::iter::once(head).chain(conversation.lines())) }
}

fn lay_out(head: &str, conversation: &Conversation<'_>) -> Content {
    if length(head) > LONGEST_TEXT {
        let kept = pieces(head, LONGEST_TEXT, char::len_utf16).next().unwrap_or_default();
        let rest = head[kept.len()..].to_owned();
        let notes = notes(std::iter::once(rest).chain(conversation.lines()));
        return Content { ticket: kept.to_owned(), notes };
    }
    let (mut ticket, mut used) = (head.to_owned(), length(head));
    let mut rest = conversation.lines().peekable();
    if rest.peek().is_none() {
        ticket.push_str("\n(no messages)");
    }
    while let Some(line) =
        rest.next_if(|line| used + 1 + length(line) <= LONGEST_TEXT - CONTINUED.len())
    {
        used += 1 + length(&line);
        ticket.push('\n');
        ticket.push_str(&line);
    }
    if rest.peek().is_some() {
        ticket.push_str(CONTINUED);
    }
    Content { ticket, notes: notes(rest) }
}

const CONTINUED: &str = "\n(continued in the notes)";

/// Fills notes with lines, as HTML: as many lines a note as fit.
fn notes(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    let mut used = LONGEST_TEXT;
    for line in lines {
        for piece in pieces(&line, LONGEST_TEXT, html_length) {
            let html = note_html(piece);
            let more = "<br>".len() + length(&html);
            match notes.last_mut() {
                Some(note) if used + more <= LONGEST_TEXT => {
                    note.push_str("<br>");
                    note.push_str(&html);
                    used += more;
                }
                _ => {
                    used = length(&html);
                    notes.push(html);
                }
            }
        }
    }
    notes
}

/// Plain text as the HTML of a note.
pub fn note_html(text: &str) -> String {
    encode_text(text).replace('\n', "<br>")
}

/// Returns the length of a character in a note, in UTF-16 units: see [`note_html`].
pub(crate) fn html_length(character: char) -> usize {
    match character {
        '&' => "&amp;".len(),
        '<' | '>' => "&lt;".len(),
        '\n' => "<br>".len(),
        other => other.len_utf16(),
    }
}

/// Length as HubSpot counts it, at worst: in UTF-16 units.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
