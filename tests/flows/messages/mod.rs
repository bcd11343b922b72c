//! Messages of a HubSpot thread, both ways.

mod conversation;
mod interleavings;
mod load;
mod routing;
