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

fn content_of(summary: Option<&str>, transcript: &[Entry]) -> Content {
    content(&Conversation { summary, transcript, ..Conversation::default() })
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
    let content = content_of(Some("Wants a refund."), &[entry("hi"), entry("hello & bye")]);
    assert_eq!(
        content.ticket,
        "Wants a refund.\n\nTranscript\nCustomer: hi\nCustomer: hello & bye"
    );
    assert_eq!(content.notes, Vec::<String>::new());
}

#[test]
fn what_is_missing_is_said() {
    assert_eq!(content_of(None, &[]).ticket, "(no summary)\n\nTranscript\n(no messages)");
    let unknown = &["customer", "language"];
    let content = content(&Conversation { unknown, ..Conversation::default() });
    let says = "(no summary)\n\n(not known: customer, language)\n\nTranscript\n(no messages)";
    assert_eq!(content.ticket, says);
    let typed = self::content(&Conversation { is_unverified: true, ..Conversation::default() });
    assert!(typed.ticket.contains("(identity not verified"), "{}", typed.ticket);
}

#[test]
fn nothing_is_lost_and_nothing_is_too_long() {
    let words = ["plain words", "<b>&amp;</b> & \"quotes\"", "🙂🙃", "שלום עולם", "multi\nline"];
    for (count, repeat) in [(5_000, 3), (3, 30_000), (1, 200_000 / 11)] {
        let message = |i: usize| format!("no. {i} {}", words[i % words.len()].repeat(repeat));
        let transcript: Vec<Entry> = (0..count).map(|i| entry(message(i))).collect();
        let content = content_of(Some("Summary 🙂 stays whole."), &transcript);
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
    let content = content_of(None, &transcript);
    for note in &content.notes {
        assert!(note.starts_with("Customer: "), "{}", &note[..20]);
    }
}

#[test]
fn a_message_that_fits_into_a_note_is_never_cut() {
    let long = "x".repeat(60_000);
    let transcript = [entry(&long), entry(&long), entry(&long)];
    let content = content_of(None, &transcript);
    assert_eq!(content.notes.len(), 2);
    assert!(content.notes.iter().all(|note| note.contains(&long)));
}

#[test]
fn one_endless_message_is_cut_between_what_the_eye_takes_for_characters() {
    let family = "👩\u{200d}👩\u{200d}👧";
    let cases =
        [(family, 25_000), ("é\u{301}", 70_000), ("👍🏽", 50_000), ("&<\n", 66_667), ("🙂", 200_000)];
    for (character, times) in cases {
        let text = format!("{}end", character.repeat(times));
        let content = content_of(Some("Sum."), &[entry(&text)]);
        assert_eq!(content.ticket, "Sum.\n\nTranscript\n(continued in the notes)");
        for note in &content.notes {
            assert!(length(note) <= LONGEST_TEXT, "{}", length(note));
            let note = html_escape::decode_html_entities(&note.replace("<br>", "\n")).into_owned();
            let body = note.trim_start_matches("Customer: ").trim_end_matches("end");
            assert_eq!(body.replace(character, ""), "", "{character:?} was cut");
        }
        let shown = shown(&content).replace('\n', "");
        assert!(shown.matches(&character.replace('\n', "")).count() >= times);
    }
}

#[test]
fn a_summary_longer_than_a_ticket_goes_on_in_the_notes() {
    let summary = format!("{}end", "🙂 שלום ".repeat(12_000));
    let content = content_of(Some(&summary), &[entry("hi")]);
    assert!(length(&content.ticket) <= LONGEST_TEXT && content.ticket.starts_with("🙂 שלום"));
    let all = format!("{}{}", content.ticket, content.notes.join(""));
    assert_eq!(all.matches("🙂").count(), 12_000);
    assert!(content.notes.last().unwrap().contains("Customer: hi"));
}

#[test]
fn what_a_rep_wrote_stays_when_a_conversation_is_appended() {
    let transcript = [entry("hi")];
    let back = Conversation {
        summary: Some("Back again."),
        transcript: &transcript,
        ..Conversation::default()
    };
    let short = appended("Rep: call her.", "— 2026 —", &back);
    assert_eq!(short.ticket, "Rep: call her.\n\n— 2026 —\nBack again.\n\nTranscript\nCustomer: hi");
    let long = "z".repeat(LONGEST_TEXT - 10);
    let full = appended(&long, "— 2026 —", &back);
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
