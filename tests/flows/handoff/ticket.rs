//! The content of the ticket.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{ObjectKind, Property, PropertyType};
use serde_json::json;
use tests::{Bridge, comment_notes, handoff_event, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_rep_reads_the_summary_first_and_then_who_said_what_and_when() {
    let bridge = Bridge::start().await;
    let said = json!([
        { "sender": "contact", "name": "Ann Lee", "text": "Hi & <hello>", "created_at": "2026-11-21T20:46:10Z",
          "attachments": [{ "name": "bill.pdf", "url": "https://files.example/1" }] },
        { "sender": "ai", "text": "How can I help?", "created_at": "2026-11-21T21:47:00+01:00" },
        { "sender": "agent", "name": "Riley", "text": "I am here." },
    ]);
    bridge.handed_off(&with(handoff_event("s-1"), &json!({ "transcript": said }))).await;
    let ticket = bridge.tickets_of("ann@example.org").remove(0);
    assert_eq!(
        ticket.get("content"),
        "Wants a refund.\n\nTranscript\n\
         [2026-11-21 20:46 UTC] Ann Lee (customer): Hi & <hello>\n    bill.pdf: https://files.example/1\n\
         [2026-11-21 20:47 UTC] AI: How can I help?\n\
         Riley (agent): I am here."
    );
    assert_eq!(ticket.get("subject"), "Wants a refund.");
    assert_eq!(ticket.get("opencx_session_id"), "s-1");
    assert_eq!(ticket.get("opencx_session_url"), "https://app.open.cx/inbox/s-1");
    assert_eq!(ticket.get("opencx_sentiment"), "neutral");
    assert_eq!(ticket.get("opencx_language"), "en");
    assert_eq!(ticket.get("hs_ticket_priority"), "", "not asked for");
    let note = comment_notes(bridge.portal()).remove(0);
    let note = note.get("hs_note_body");
    let link = format!("https://app.hubspot.com/contacts/12345678/record/0-5/{}", ticket.id);
    for part in ["Sentiment: neutral", "Language: en", "https://app.open.cx/inbox/s-1", &link] {
        assert!(note.contains(part), "{part} in {note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_data_that_hubspot_refuses_is_named_and_the_rest_is_there() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let define = |property| portal.define_property(ObjectKind::Ticket, property).unwrap();
    define(Property::text(ObjectKind::Ticket, "plan"));
    let tier = Property::text(ObjectKind::Ticket, "tier");
    define(Property { value_type: PropertyType::Number, field_type: "number".into(), ..tier });
    bridge.seasoned().await;
    let data = json!({ "custom_data": {
        "plan": "pro", "tier": "wooden", "order_id": 7, "Shoe Size": 43, "vip": true, "subject": "mine",
    } });
    let record = bridge.handed_off(&with(handoff_event("s-1"), &data)).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    assert_eq!(record.hubspot_calls, 5, "contact twice, ticket twice, note");
    let ticket = bridge.tickets_of("ann@example.org").remove(0);
    assert_eq!(ticket.get("plan"), "pro");
    assert_eq!(ticket.get("subject"), "Wants a refund.");
    let note = comment_notes(portal).pop().unwrap();
    let note = note.get("hs_note_body");
    let named =
        ["`tier`", "`order_number` (`order_id`", "`shoe_size` (`Shoe Size`", "`vip`", "`subject`"];
    for name in named {
        assert!(record.notes.iter().any(|note| note.contains(name)), "{name}: {record:?}");
        assert!(note.contains(name), "{name}: {note}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn priority_follows_from_sentiment_if_the_settings_ask_for_it() {
    let bridge =
        Bridge::with_settings(|settings| settings["priority_from_sentiment"] = true.into()).await;
    for (sentiment, priority) in [("angry", "HIGH"), ("neutral", "MEDIUM"), ("happy", "LOW")] {
        let email = format!("{sentiment}@example.org");
        let change = json!({ "sentiment": sentiment, "contact": { "email": email } });
        bridge.handed_off(&with(handoff_event(sentiment), &change)).await;
        assert_eq!(bridge.tickets_of(&email)[0].get("hs_ticket_priority"), priority);
    }
}
