//! Security: strangers are kept out, each test named after its promise.

mod erasure;
mod hubspot;
mod log;
mod opencx;
mod strangers;
