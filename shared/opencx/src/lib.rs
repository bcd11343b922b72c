#![doc = include_str!("../README.md")]

mod history;
mod session;

pub use session::{
    Attachment, NewSession, OpenCx, Outgoing, Session, SessionContact, Speaker, Status,
};
