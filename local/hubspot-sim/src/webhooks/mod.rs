//! Webhooks: changes of the portal become events, events that happen together share a delivery,
//! and a delivery is signed, sent and sent again as HubSpot does it
//! (docs/vendors/hubspot.md#webhooks).

mod delivery;
mod event;
mod signature;

pub use delivery::Delivery;

pub(crate) use delivery::Courier;
pub(crate) use event::{ChannelEvent, Events, Outgoing};
