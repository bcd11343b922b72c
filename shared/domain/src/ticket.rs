//! What stands in a ticket: subject, content, and the notes that take the rest.

use html_escape::encode_text;

use crate::transcript::Entry;

/// Longest ticket content and note body, in UTF-16 units. Documented for notes,
/// assumed for tickets (HUBSPOT.md D).
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
    let about = summary.and_then(|text| text.lines().map(str::trim).find(|line| !line.is_empty()));
    let text = about.map_or_else(|| format!("{channel} conversation with {who}"), str::to_owned);
    if text.chars().count() <= LONGEST_SUBJECT {
        return text;
    }
    let cut: String = text.chars().take(LONGEST_SUBJECT - 1).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{words}…")
}

/// Lays out summary and transcript. What is longer than HubSpot takes goes on in
/// notes, cut between messages; only a message that is too long for a note by
/// itself is cut within, never inside a character.
pub fn content(summary: Option<&str>, transcript: &[Entry]) -> Content {
    let summary = summary.map(str::trim).filter(|text| !text.is_empty());
    let head = format!("{}\n\nTranscript", summary.unwrap_or("(no summary)"));
    lay_out(&head, transcript)
}

/// The same, under a dated heading, behind what a ticket already says.
pub fn appended(
    existing: &str,
    heading: &str,
    summary: Option<&str>,
    transcript: &[Entry],
) -> Content {
    let new = content(summary, transcript);
    let whole = format!("{}\n\n{heading}\n{}", existing.trim_end(), new.ticket);
    if new.notes.is_empty() && length(&whole) <= LONGEST_TEXT {
        return Content { ticket: whole, notes: Vec::new() };
    }
    // What a rep wrote stays whole; the new conversation goes into notes.
    let pointer = format!("{}\n\n{heading}\n(in the notes)", existing.trim_end());
    let kept = if length(&pointer) <= LONGEST_TEXT { pointer } else { existing.to_owned() };
    let head = format!("{heading}\n{}\n\nTranscript", summary.unwrap_or("(no summary)"));
    Content { ticket: kept, notes: notes(std::iter::once(head).chain(lines(transcript))) }
}

fn lines(transcript: &[Entry]) -> impl Iterator<Item = String> + '_ {
    transcript.iter().map(Entry::to_text)
}

fn lay_out(head: &str, transcript: &[Entry]) -> Content {
    if length(head) > LONGEST_TEXT {
        let kept = pieces(head, LONGEST_TEXT).next().unwrap_or_default().to_owned();
        let rest = head[kept.len()..].to_owned();
        return Content {
            ticket: kept,
            notes: notes(std::iter::once(rest).chain(lines(transcript))),
        };
    }
    let (mut ticket, mut used) = (head.to_owned(), length(head));
    let mut rest = lines(transcript).peekable();
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
        // A character becomes at most five when escaped (`&amp;`), a line break four.
        for piece in pieces(&line, LONGEST_TEXT / 5 - 4) {
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

/// Cuts a text into pieces of at most `longest` UTF-16 units, between characters.
pub(crate) fn pieces(text: &str, longest: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut used = 0;
        let end = rest.char_indices().find_map(|(at, character)| {
            used += character.len_utf16();
            (used > longest).then_some(at)
        });
        let (piece, left) = rest.split_at(end.unwrap_or(rest.len()));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Length as HubSpot counts it, at worst: in UTF-16 units.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
