//! The ticket properties that the bridge brings along (docs/vendors/hubspot.md).

use bridge_vendor_http::{Call, CallError};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::client::HubSpot;
use crate::paths::{TICKET_PROPERTIES, below};
use crate::property::{HANDED_OFF_TAG, LANGUAGE, SENTIMENT, SESSION, SESSION_URL, TAGS};

const GROUP: &str = "opencx";

impl HubSpot {
    /// Makes the group `opencx` and its properties; what is there stays as it is.
    pub async fn create_ticket_properties(&self) -> Result<(), CallError> {
        let group = json!({ "name": GROUP, "label": "OpenCX" });
        let groups = below(&TICKET_PROPERTIES, &["groups"]);
        self.make(Call::create_named("create property group", &groups).json(group)).await?;
        for property in definitions() {
            let call = Call::create_named("create property", &TICKET_PROPERTIES).json(property);
            self.make(call).await?;
        }
        Ok(())
    }

    async fn make(&self, call: Call) -> Result<(), CallError> {
        self.caller.send::<IgnoredAny>(call).await.map(|_| ()).or_else(if_there)
    }
}

/// The body of HubSpot's refusal to make a thing twice is UNKNOWN (docs/vendors/hubspot.md):
/// take a conflict, or any mention that it exists.
fn if_there(error: CallError) -> Result<(), CallError> {
    let there = error.refusal().is_some_and(|refusal| {
        refusal.status == 409 || refusal.message.to_lowercase().contains("already exists")
    });
    if there { Ok(()) } else { Err(error) }
}

fn definitions() -> [Value; 5] {
    let mut session = text(SESSION, "OpenCX session");
    session["hasUniqueValue"] = true.into();
    [
        session,
        text(SESSION_URL, "OpenCX session link"),
        text(SENTIMENT, "Customer sentiment"),
        text(LANGUAGE, "Customer language"),
        json!({
            "name": TAGS, "label": "OpenCX tags", "groupName": GROUP,
            "type": "enumeration", "fieldType": "checkbox",
            "options": [{ "label": "Handed off by the AI", "value": HANDED_OFF_TAG, "hidden": false, "displayOrder": 0 }],
        }),
    ]
}

fn text(name: &str, label: &str) -> Value {
    json!({ "name": name, "label": label, "groupName": GROUP, "type": "string", "fieldType": "text" })
}
