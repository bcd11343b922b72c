//! Handoffs from everywhere: with and without a thread, with tickets and without.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, CustomerMessage, InboxType, ObjectKind};
use opencx_sim::{ContactMessage, Sender};
use serde_json::json;
use tests::{Bridge, MARKER, comment_notes, comments, handoff_event, handoff_on, seen, with};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_thread_the_comment_is_a_note_on_the_ticket() {
    let bridge = Bridge::start().await;
    let all = ["web", "email", "whatsapp", "sms", "phone", "phone_voice", "slack", "api"];
    for (at, channel) in all.into_iter().enumerate() {
        let contact = json!({ "id": format!("c-{at}"), "phone_number": format!("+49 30 {at}") });
        let change = json!({ "channel": channel, "contact": contact, "summary": null });
        let record = bridge.handed_off(&with(handoff_event(&format!("s-{at}")), &change)).await;
        assert_eq!(record.outcome, Outcome::Applied, "{channel}: {record:?}");
        let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
        let subject = ticket.get("subject");
        assert!(subject.ends_with(&format!("conversation with +49 30 {at}")), "{subject}");
        let notes = comment_notes(bridge.portal());
        assert_eq!(notes.len(), at + 1, "{channel}");
        assert_eq!(notes[at].tickets, [ticket.id], "{channel}");
    }
    assert_eq!(bridge.portal().contacts().len(), all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chats_customer_is_the_contact_that_the_thread_is_with() {
    let bridge = Bridge::start().await;
    let visitor = CustomerMessage {
        channel: Channel::LiveChat,
        name: Some("Ann".into()),
        email: Some("ann@example.org".into()),
        text: "A human, please".into(),
        ..CustomerMessage::default()
    };
    let nobody = CustomerMessage { email: None, ..visitor.clone() };
    let company = bridge.portal().seed_company(&[("name", "Acme Ltd")]).unwrap();
    let ann = bridge.portal().seed_contact(&[("email", "ann@example.org")]).unwrap();
    let of_ann = (ObjectKind::Contact, ann.as_str());
    bridge.portal().associate(of_ann, (ObjectKind::Company, company.as_str())).unwrap();
    for (message, contacts) in [(visitor, 1), (nobody, 2)] {
        let thread = bridge.portal().customer_writes(message).unwrap().thread;
        let of_thread = |record: &bridge_domain::outcome::OutcomeRecord| {
            record.function == "handoff"
                && record.thread.as_ref().is_some_and(|of| of.as_str() == thread)
        };
        let record = bridge.outcome("its handoff", of_thread).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        let all = bridge.portal().contacts();
        assert_eq!(all.len(), contacts, "{all:?}");
        let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
        assert_eq!(ticket.contacts, [all[contacts - 1].id.clone()], "a contact in any case");
        let companies: &[String] = if contacts == 1 { std::slice::from_ref(&company) } else { &[] };
        assert_eq!(ticket.companies, companies);
        assert_eq!(comments(bridge.portal(), &thread).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ticketing_there_is_no_ticket_call_and_the_rest_happens() {
    let bridge =
        Bridge::with_settings(|settings| settings["ticketing_enabled"] = false.into()).await;
    let thread = bridge.quiet_thread(Channel::LiveChat);
    for event in [handoff_on(&thread, "s-1"), handoff_event("s-2")] {
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    }
    let portal = bridge.portal();
    assert_eq!(portal.tickets().len(), 0);
    let calls = portal.calls();
    assert!(!calls.iter().any(|call| call.path.contains("ticket")), "{calls:?}");
    assert_eq!(comments(portal, &thread).len(), 1);
    assert_eq!(portal.thread(&thread).unwrap().assigned_to.as_deref(), Some("A-222"));
    let notes = comment_notes(portal);
    assert_eq!(notes[0].contacts, [portal.contacts()[0].id.clone()], "on the contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn assist_mode_leaves_ticket_and_thread_to_whoever_takes_them() {
    let bridge = Bridge::with_settings(|settings| settings["assist_mode"] = json!(["web"])).await;
    let thread = bridge.quiet_thread(Channel::LiveChat);
    bridge.handed_off(&handoff_on(&thread, "s-1")).await;
    assert_eq!(bridge.tickets_of("ann@example.org")[0].get("hubspot_owner_id"), "");
    assert_eq!(bridge.portal().thread(&thread).unwrap().assigned_to, None);
    assert_eq!(comments(bridge.portal(), &thread).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_leaves_out_is_asked_of_opencx() {
    let bridge = Bridge::start().await;
    let customer = |session: Option<String>, text: &str| ContactMessage {
        session,
        channel: opencx_sim::Channel::Sms,
        contact: opencx_sim::Contact {
            phone_number: Some("+49 30 1".into()),
            ..Default::default()
        },
        text: text.into(),
        ..Default::default()
    };
    // More than one page of history.
    let session = bridge.opencx().customer_writes(customer(None, "message no. 0;")).unwrap();
    for at in 1..25 {
        let text = format!("message no. {at};");
        bridge.opencx().customer_writes(customer(Some(session.clone()), &text)).unwrap();
    }
    seen("the AI's answers", || {
        let answers = bridge.opencx().session(&session)?.history;
        let said = answers.iter().filter(|entry| entry.sender == Sender::Ai).count();
        (said == 25).then_some(())
    })
    .await;
    let sparse = json!({ "event": "conversation.handoff_to_human", "event_id": "sparse",
        "organization_id": "acme", "data": { "conversation_id": session } });
    bridge.handed_off(&sparse).await;
    let contact = bridge.portal().contacts().remove(0);
    assert_eq!(contact.get("phone"), "+49 30 1");
    let ticket = bridge.portal().tickets().remove(0);
    let content = ticket.get("content");
    for at in 0..25 {
        assert_eq!(content.matches(&format!("message no. {at};")).count(), 1, "{content}");
    }
    assert!(content.contains("(not known: sentiment)"), "{content}");
    assert_eq!(ticket.get("opencx_language"), "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_the_ticket_says() {
    let bridge = Bridge::start().await;
    let sparse = json!({ "event": "conversation.handoff_to_human", "event_id": "sparse",
        "organization_id": "acme", "data": { "conversation_id": "never-heard-of" } });
    let record = bridge.handed_off(&sparse).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let ticket = bridge.portal().tickets().remove(0);
    let says = "(no summary)\n\n(not known: customer, channel, sentiment, language)\n\nTranscript\n(no messages)";
    assert_eq!(ticket.get("content"), says);
    assert_eq!(ticket.contacts.len(), 1, "still a contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_agents_own_decision_reads_as_such() {
    let bridge = Bridge::start().await;
    for (at, (reason, words)) in [
        ("human_agent_takeover", "a human agent decided to take the conversation over"),
        ("I'll take it, she is a friend", "I'll take it, she is a friend"),
    ]
    .into_iter()
    .enumerate()
    {
        let event = with(handoff_event(&format!("s-{at}")), &json!({ "reason": reason }));
        bridge.handed_off(&event).await;
        let notes = comment_notes(bridge.portal());
        let note = html(notes[at].get("hs_note_body"));
        assert!(note.starts_with(&format!("{MARKER}: {words}")), "{note}");
    }
}

fn html(note: &str) -> String {
    note.replace("&#39;", "'").replace("&#x27;", "'")
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_help_desk_the_comment_is_a_note_on_the_ticket_as_well() {
    for (inbox, notes) in [(InboxType::HelpDesk, 1), (InboxType::Inbox, 0)] {
        let bridge = Bridge::start().await;
        let message = CustomerMessage { inbox, ..tests::ann(Channel::Email, None, "Hello?") };
        let thread = bridge.quiet_thread_of(message);
        let tickets = bridge.portal().tickets().len();
        for (at, session) in ["s-1", "s-2"].into_iter().enumerate() {
            let event = with(handoff_on(&thread, session), &json!({ "channel": "email" }));
            let record = bridge.handed_off(&event).await;
            assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
            assert_eq!(comments(bridge.portal(), &thread).len(), at + 1, "{inbox:?}");
            let found = comment_notes(bridge.portal());
            assert_eq!(found.len(), notes * (at + 1), "{inbox:?}");
            let ticket = record.ticket.unwrap().to_string();
            assert!(found.iter().all(|note| note.tickets == [ticket.clone()]), "{found:?}");
        }
        assert_eq!(bridge.portal().tickets().len(), tickets.max(1), "the desk's own goes on");
    }
}
