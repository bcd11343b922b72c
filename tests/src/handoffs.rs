//! Handoffs as the tests cause them and look at them.

use bridge_domain::outcome::OutcomeRecord;
use hubspot_sim::{Channel, CustomerMessage, Message, MessageKind, Portal, RecordView};
use serde_json::{Value, json};

use crate::{Bridge, ann, handoff_event};

/// The beginning of every internal comment.
pub const MARKER: &str = "🔄 AI decided to handoff";

/// The same event with other data; a null takes a field away.
pub fn with(mut event: Value, change: &Value) -> Value {
    for (field, value) in change.as_object().into_iter().flatten() {
        if value.is_null() {
            event["data"].as_object_mut().and_then(|data| data.remove(field));
        } else {
            event["data"][field] = value.clone();
        }
    }
    event
}

/// A handoff of a session that has a HubSpot thread.
pub fn handoff_on(thread: &str, session: &str) -> Value {
    let system = json!({ "name": "hubspot", "external_id": thread, "id_type": "thread" });
    with(handoff_event(session), &json!({ "channel": "web", "ticketing_system": system }))
}

/// The comments of the bridge on a thread.
pub fn comments(portal: &Portal, thread: &str) -> Vec<Message> {
    let mut all = portal.messages(thread);
    all.retain(|message| message.kind == MessageKind::Comment);
    all
}

/// The notes that stand for the comment.
pub fn comment_notes(portal: &Portal) -> Vec<RecordView> {
    let mut all = portal.notes();
    all.retain(|note| note.get("hs_note_body").starts_with(MARKER));
    all
}

impl Bridge {
    /// Sends a handoff; its outcome.
    pub async fn handed_off(&self, event: &Value) -> OutcomeRecord {
        self.event(event).await;
        let id = event["event_id"].as_str().expect("the event has an id");
        let of_event = |record: &OutcomeRecord| record.event_id == id;
        self.outcome(&format!("the outcome of {id}"), of_event).await
    }

    /// A thread of Ann's of which the bridge was told nothing.
    pub fn quiet_thread(&self, channel: Channel) -> String {
        self.quiet_thread_of(ann(channel, None, "Hello?"))
    }

    /// The same of somebody else. From then on the portal sends no webhooks.
    pub fn quiet_thread_of(&self, message: CustomerMessage) -> String {
        self.portal().set_webhook_url(None);
        self.portal().customer_writes(message).expect("a customer may write").thread
    }

    /// A portal that has seen a handoff before: it has our properties, and the bridge
    /// knows the owners. No calls are counted yet.
    pub async fn seasoned(&self) {
        let other = json!({ "contact": { "id": "c-0", "email": "first@example.org" } });
        self.handed_off(&with(handoff_event("s-0"), &other)).await;
        self.quiet().await;
        self.forget_calls();
    }

    /// The tickets of a contact, by address.
    pub fn tickets_of(&self, email: &str) -> Vec<RecordView> {
        let contacts: Vec<_> =
            self.portal().contacts().into_iter().filter(|one| one.get("email") == email).collect();
        assert!(contacts.len() <= 1, "one contact, not {contacts:?}");
        let is_hers = |ticket: &RecordView| {
            contacts.iter().any(|contact| ticket.contacts.contains(&contact.id))
        };
        self.portal().tickets().into_iter().filter(is_hers).collect()
    }
}
