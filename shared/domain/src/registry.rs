//! The registry of the functions that read queues: the one place that says which function
//! reads which queue and which event. The webhook, the operator's command line, the local
//! stack, the fault matrix and the test of the template follow it.

use crate::queue::Queue;

/// A function that reads queues.
#[derive(Debug, PartialEq, Eq)]
pub struct FunctionEntry {
    /// Its name in outcomes, logs and claims.
    pub name: &'static str,
    /// The queues that it reads; the first is the one that others write to.
    pub queues: &'static [Queue],
    /// OpenCX's names of the events that it acts upon.
    pub opencx_events: &'static [&'static str],
    /// The queues that it writes to, besides `parked`.
    pub output_queues: &'static [Queue],
}

pub static REPLY_SYNC: FunctionEntry = FunctionEntry {
    name: "reply-sync",
    queues: &[Queue::Messages, Queue::EmailMessages],
    opencx_events: &[],
    output_queues: &[Queue::EmailMessages],
};

pub static PROPERTY_SYNC: FunctionEntry = FunctionEntry {
    name: "property-sync",
    queues: &[Queue::Properties],
    opencx_events: &[],
    output_queues: &[],
};

pub static HANDOFF: FunctionEntry = FunctionEntry {
    name: "handoff",
    queues: &[Queue::Handoffs],
    opencx_events: &["conversation.handoff_to_human"],
    output_queues: &[],
};

pub static AI_REPLY: FunctionEntry = FunctionEntry {
    name: "ai-reply",
    queues: &[Queue::AiReplies],
    opencx_events: &["conversation.ai_response"],
    output_queues: &[],
};

pub static CONTACT_SYNC: FunctionEntry = FunctionEntry {
    name: "contact-sync",
    queues: &[Queue::Contacts],
    opencx_events: &["conversation.started"],
    output_queues: &[],
};

pub static CLOSE: FunctionEntry = FunctionEntry {
    name: "close",
    queues: &[Queue::Closes],
    opencx_events: &["conversation.closed", "phone_call.ended"],
    output_queues: &[],
};

/// The functions that read queues.
pub static FUNCTIONS: [&FunctionEntry; 6] =
    [&REPLY_SYNC, &PROPERTY_SYNC, &HANDOFF, &AI_REPLY, &CONTACT_SYNC, &CLOSE];

/// Finds the queue of the function that acts upon an OpenCX event.
pub fn queue_of_event(event: &str) -> Option<Queue> {
    let reader = FUNCTIONS.iter().find(|function| function.opencx_events.contains(&event))?;
    reader.queues.first().copied()
}

/// Finds the queue that others write to for the function of this name.
pub fn queue_of_function(name: &str) -> Option<Queue> {
    FUNCTIONS.iter().find(|function| function.name == name)?.queues.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_queue_but_parked_has_one_reader_and_each_event_one_function() {
        let read: Vec<Queue> = FUNCTIONS.iter().flat_map(|f| f.queues).copied().collect();
        for queue in Queue::ALL.into_iter().filter(|queue| *queue != Queue::Parked) {
            assert_eq!(read.iter().filter(|read| **read == queue).count(), 1, "{queue:?}");
        }
        let events: Vec<&str> = FUNCTIONS.iter().flat_map(|f| f.opencx_events).copied().collect();
        for event in &events {
            assert_eq!(events.iter().filter(|other| *other == event).count(), 1, "{event}");
            assert!(queue_of_event(event).is_some(), "{event}");
        }
        assert_eq!(queue_of_event("conversation.unheard_of"), None);
    }
}
