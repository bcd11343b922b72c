//! `contact-sync`: a customer's first message, by email or by phone.

use bridge_store::Queue;
use opencx_sim::{Contact, ContactMessage};
use serde_json::{Value, json};

use super::{AS_IS, Case, PortalIs};
use crate::event::Event;
use crate::stage::{Stage, WORD};

pub const CASES: &[Case] = &[
    Case {
        function: "contact-sync",
        name: "of a new customer",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| Box::pin(async { started(stage, &stage.writes_to_opencx(), &Value::Null) }),
        shows: &[("contact ", 1), ("hubspot_contact_id", 1)],
        may_lack_words: false,
    },
    Case {
        function: "contact-sync",
        name: "known by phone alone",
        portal: PortalIs::Known,
        settings: AS_IS,
        set: |stage| {
            Box::pin(async {
                let contact = Contact { phone_number: Some(phone(stage)), ..Contact::default() };
                let text = format!("{WORD} hello");
                let customer = ContactMessage { contact, text, ..ContactMessage::default() };
                let session = stage.world.opencx.customer_writes(customer).expect("they may");
                let known = stage.world.opencx.session(&session).expect("it is there").contact;
                let contact = json!({ "id": known.id, "phone_number": phone(stage) });
                started(stage, &session, &contact)
            })
        },
        shows: &[("contact ", 1), ("hubspot_contact_id", 1)],
        may_lack_words: false,
    },
];

/// A number of the run's own.
pub fn phone(stage: &Stage) -> String {
    format!("+4930{:08}", stage.number())
}

fn started(stage: &Stage, session: &str, contact: &Value) -> Event {
    let data = json!({ "conversation_id": session, "channel": "whatsapp",
        "timestamp": "2026-11-21T20:46:10Z", "contact": contact,
        "first_message": format!("{WORD} hello") });
    let event = "conversation.started";
    Event::Message(stage.told("contact-sync", Queue::Contacts, event, &data))
}
