#![doc = include_str!("../README.md")]

mod custom_data;
mod history;
mod outgoing;
mod session;

pub use custom_data::DataTarget;
pub use session::{
    Attachment, NewSession, OpenCx, Outgoing, Session, SessionContact, Speaker, Status, is_gone,
};
