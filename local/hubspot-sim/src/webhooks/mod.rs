//! Webhooks: what happens in the portal becomes events, events that happen together share a
//! delivery, and a delivery is signed, sent and sent again as HubSpot does it.

mod delivery;
mod event;
mod sign;

pub use delivery::Delivery;

pub(crate) use delivery::{Courier, client};
pub(crate) use event::{Event, Events};
