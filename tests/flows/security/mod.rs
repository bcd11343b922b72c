//! Security: strangers are kept out, each test named after its promise.

mod hubspot;
mod opencx;
