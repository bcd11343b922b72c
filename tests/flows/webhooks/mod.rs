//! The HTTP routes for HubSpot and OpenCX.

mod hubspot;
mod opencx;
