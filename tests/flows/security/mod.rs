//! What keeps strangers out, each test named after its promise.

mod hubspot;
mod opencx;
