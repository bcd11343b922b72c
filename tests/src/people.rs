//! The people of the tests.

use hubspot_sim::{Channel, CustomerMessage};

/// A message of Ann's in HubSpot: in a new thread, or in a known one.
pub fn ann(channel: Channel, thread: Option<&str>, text: &str) -> CustomerMessage {
    CustomerMessage {
        thread: thread.map(str::to_owned),
        channel,
        name: Some("Ann Lee".to_owned()),
        email: Some("ann@example.org".to_owned()),
        subject: Some("Hello".to_owned()),
        text: text.to_owned(),
        ..CustomerMessage::default()
    }
}
