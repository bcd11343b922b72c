//! The cases: the main ways of each function.

mod answers;
mod channels;
mod contacts;
mod handoffs;
mod messages;
mod requests;
mod tickets;

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

pub use contacts::phone;
pub use handoffs::handoff;

use crate::call::Call;
use crate::event::Event;
use crate::stage::Stage;

/// A way of a function.
#[derive(Clone, Copy)]
pub struct Case {
    pub function: &'static str,
    pub name: &'static str,
    pub portal: PortalIs,
    /// Changes the settings for this case.
    pub settings: fn(&mut Value),
    /// Plays what comes before, and gives the event.
    pub set: for<'a> fn(&'a Stage) -> Setting<'a>,
    /// The number of times that a part of a description must be seen in the end.
    pub shows: &'static [(&'static str, usize)],
    /// Texts may lack what a service did not tell.
    pub may_lack_words: bool,
}

/// The kind of portal that a case is played in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalIs {
    /// It has had a handoff.
    Known,
    /// It never had one, and lacks our properties: each run has it to itself.
    New,
    /// It assigns threads in the older form alone.
    Older,
}

/// The making of an event.
pub type Setting<'a> = Pin<Box<dyn Future<Output = Event> + Send + 'a>>;

impl Case {
    pub fn title(&self) -> String {
        format!("{} {}", self.function, self.name)
    }

    /// Returns whether a call is explored in this case: of other portals only what is different.
    pub fn explores(&self, call: &Call) -> bool {
        match self.portal {
            PortalIs::Known => true,
            PortalIs::New => {
                call.name.contains("/properties/") || call.name.ends_with("/objects/tickets")
            }
            PortalIs::Older => call.name.ends_with("/assignee"),
        }
    }
}

/// Every case, by function.
pub fn all() -> Vec<Case> {
    let all = [
        handoffs::CASES,
        answers::CASES,
        messages::CASES,
        tickets::CASES,
        contacts::CASES,
        requests::CASES,
        channels::CASES,
    ];
    all.concat()
}

/// The settings as they are.
const AS_IS: fn(&mut Value) = |_| {};
