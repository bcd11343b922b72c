use super::*;

fn entry(text: impl Into<String>) -> Entry {
    Entry {
        sender: "contact".into(),
        name: None,
        text: Some(text.into()),
        created_at: None,
        attachments: Vec::new(),
    }
}

/// Everything in reading order, as the rep sees it.
fn shown(content: &Content) -> String {
    let notes = content
        .notes
        .iter()
        .map(|note| html_escape::decode_html_entities(&note.replace("<br>", "\n")).into_owned());
    std::iter::once(content.ticket.clone()).chain(notes).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_short_conversation_fits_into_the_ticket() {
    let content = content(Some("Wants a refund."), &[entry("hi"), entry("hello & bye")]);
    assert_eq!(
        content.ticket,
        "Wants a refund.\n\nTranscript\nCustomer: hi\nCustomer: hello & bye"
    );
    assert_eq!(content.notes, Vec::<String>::new());
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(content(None, &[]).ticket, "(no summary)\n\nTranscript\n(no messages)");
}

#[test]
fn nothing_is_lost_and_nothing_is_too_long() {
    let words = ["plain words", "<b>&amp;</b> & \"quotes\"", "🙂🙃", "שלום עולם", "multi\nline"];
    for (count, repeat) in [(5_000, 3), (3, 30_000), (1, 200_000 / 11)] {
        let message = |i: usize| format!("no. {i} {}", words[i % words.len()].repeat(repeat));
        let transcript: Vec<Entry> = (0..count).map(|i| entry(message(i))).collect();
        let content = content(Some("Summary 🙂 stays whole."), &transcript);
        assert!(content.ticket.starts_with("Summary 🙂 stays whole.\n"));
        assert!(length(&content.ticket) <= LONGEST_TEXT);
        assert!(content.notes.iter().all(|note| length(note) <= LONGEST_TEXT));
        let shown = shown(&content).replace('\n', "");
        let mut from = 0;
        for entry in &transcript {
            let text = entry.to_text().replace('\n', "");
            let at = shown[from..].find(&text).expect("every message is shown, in order");
            from += at + text.len();
        }
    }
}

#[test]
fn messages_that_fit_are_not_cut_in_the_middle() {
    let transcript: Vec<Entry> =
        (0..100).map(|i| entry(format!("{i:04}{}", "x".repeat(5_000)))).collect();
    let content = content(None, &transcript);
    for note in &content.notes {
        assert!(note.starts_with("Customer: "), "{}", &note[..20]);
    }
}

#[test]
fn what_a_rep_wrote_stays_when_a_conversation_is_appended() {
    let short = appended("Rep: call her.", "— 2026 —", Some("Back again."), &[entry("hi")]);
    assert_eq!(short.ticket, "Rep: call her.\n\n— 2026 —\nBack again.\n\nTranscript\nCustomer: hi");
    let long = "z".repeat(LONGEST_TEXT - 10);
    let full = appended(&long, "— 2026 —", Some("Back again."), &[entry("hi")]);
    assert_eq!(full.ticket, long);
    assert!(full.notes[0].contains("Back again.") && full.notes[0].contains("Customer: hi"));
}

#[test]
fn a_subject_is_one_line_of_bounded_length() {
    assert_eq!(
        subject(Some("\n  Refund for order 7 \nmore"), "Ann", "Email"),
        "Refund for order 7"
    );
    assert_eq!(subject(None, "Ann", "WhatsApp"), "WhatsApp conversation with Ann");
    let long = subject(Some(&"wörter ".repeat(40)), "Ann", "Email");
    assert!(long.chars().count() <= 120 && long.ends_with("wörter…"), "{long}");
}
