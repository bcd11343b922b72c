//! The texts of tickets, notes and comments: all of them, and never more than fits.

use adversarial_inputs::{hold, mutated, text};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::opencx::transcript::Entry;
use crate::text::split::pieces;
use crate::ticket::content::{
    Conversation, LONGEST_TEXT, appended, content, html_length, length, subject,
};
use crate::ticket::handoff_comment::{HandoffComment, reason_in_words};
use crate::ticket::resolution::{Place, ResolutionNote};

/// The letters and digits of a text: layout and escapes may change around them.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn in_notes(notes: &[String]) -> String {
    let plain = |note: &String| note.replace("<br>", "\n");
    notes.iter().map(|note| html_escape::decode_html_entities(&plain(note)).into_owned()).collect()
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let sample = json!({ "sender": "contact", "name": "Ann", "text": "hi",
        "created_at": "2026-11-21T10:05:59+02:00",
        "attachments": [{ "name": "a.pdf", "url": "https://f/1" }] });
    let entry = prop_oneof![
        mutated(sample),
        text().prop_map(|text| json!({ "sender": "ai", "text": text })),
    ];
    vec(entry, 0..6).prop_map(|list| {
        list.into_iter().filter_map(|entry: Value| serde_json::from_value(entry).ok()).collect()
    })
}

#[test]
fn a_ticket_and_its_notes_hold_everything_within_their_limits() {
    hold(96, (text(), text(), entries()), |(existing, summary, transcript)| {
        let conversation = Conversation {
            is_unverified: false,
            summary: Some(&summary),
            unknown: &["language"],
            transcript: &transcript,
        };
        let said = transcript.iter().map(Entry::to_text).collect::<String>();
        let new = content(&conversation);
        let back = appended(&existing, "--- back ---", &conversation);
        prop_assert!(length(&new.ticket) <= LONGEST_TEXT);
        for note in new.notes.iter().chain(&back.notes) {
            prop_assert!(length(note) <= LONGEST_TEXT && !note.is_empty());
            prop_assert!(!note.replace("<br>", "").contains(['<', '>']), "markup in a note");
        }
        let whole =
            words(&new.ticket).replace("continuedinthenotes", "") + &words(&in_notes(&new.notes));
        let expected = words(&summary) + &words(&said);
        for (what, text) in [("summary", words(&summary)), ("transcript", words(&said))] {
            prop_assert!(
                whole.contains(&text),
                "{} is not whole: {} of {}",
                what,
                whole.len(),
                expected.len()
            );
        }
        prop_assert!(back.ticket.starts_with(existing.trim_end()), "the rep's words stay");
        prop_assert!(length(&back.ticket) <= LONGEST_TEXT.max(length(&existing)));
        Ok(())
    });
}

#[test]
fn pieces_are_the_text_again_and_each_within_its_limit() {
    hold(128, (text(), 8_usize..300), |(text, longest)| {
        for measure in [char::len_utf8 as fn(char) -> usize, char::len_utf16, html_length] {
            let size = |piece: &str| piece.chars().map(measure).sum::<usize>();
            let mut again = String::new();
            for piece in pieces(&text, longest, measure) {
                prop_assert!(!piece.is_empty() && size(piece) <= longest, "{:?}", piece);
                again.push_str(piece);
            }
            prop_assert!(again == text);
        }
        Ok(())
    });
}

#[test]
fn a_subject_is_one_line_that_fits() {
    hold(128, (text(), text()), |(summary, who)| {
        for subject in [subject(Some(&summary), &who, "Email"), subject(None, &who, "Email")] {
            prop_assert!(subject.chars().count() <= 120 && !subject.contains(char::is_control));
            prop_assert!(!subject.trim().is_empty());
        }
        Ok(())
    });
}

#[test]
fn a_comment_is_short_and_holds_no_markup_of_the_customer() {
    hold(128, (text(), text(), text()), |(reason, language, url)| {
        let reason = reason_in_words(Some(&reason));
        prop_assert!(reason.chars().count() <= 1_001);
        let notice = HandoffComment {
            reason: &reason,
            language: Some(&language),
            session_url: &url,
            ..HandoffComment::default()
        };
        let html = notice.html();
        let ours = html.replace("<br>", "").replace("</a>", "").replace("<a href=\"http", "");
        prop_assert!(!ours.contains('<'), "{}", html);
        Ok(())
    });
}

#[test]
fn the_end_of_a_conversation_fits_and_is_written_once() {
    hold(96, (text(), text()), |(existing, summary)| {
        let url = "https://o.example/s-1";
        let when = "2026-11-21 20:48 UTC";
        let ending =
            ResolutionNote { when, session_url: url, summary: Some(&summary), sentiment: None };
        match ending.under(&existing) {
            Place::Already => prop_assert!(existing.contains(url)),
            Place::Content(whole) => {
                prop_assert!(length(&whole) <= LONGEST_TEXT);
                prop_assert!(whole.contains(existing.trim()), "the rep's words stay");
                prop_assert_eq!(ending.under(&whole), Place::Already);
            }
            Place::Notes(notes) => {
                prop_assert!(notes.iter().all(|note| length(note) <= LONGEST_TEXT));
                prop_assert!(words(&in_notes(&notes)).contains(&words(&summary)));
            }
        }
        Ok(())
    });
}
