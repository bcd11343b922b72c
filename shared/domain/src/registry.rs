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

pub static CHANNEL_PUBLISH: FunctionEntry = FunctionEntry {
    name: "channel-publish",
    queues: &[Queue::ChannelMessages],
    opencx_events: &[
        "conversation.contact_response",
        "conversation.ai_response",
        "conversation.agent_response",
    ],
    output_queues: &[],
};

pub static CHANNEL_REPLY: FunctionEntry = FunctionEntry {
    name: "channel-reply",
    queues: &[Queue::ChannelReplies],
    opencx_events: &[],
    output_queues: &[],
};

/// The functions that read queues.
pub static FUNCTIONS: [&FunctionEntry; 8] = [
    &REPLY_SYNC,
    &PROPERTY_SYNC,
    &HANDOFF,
    &AI_REPLY,
    &CONTACT_SYNC,
    &CLOSE,
    &CHANNEL_PUBLISH,
    &CHANNEL_REPLY,
];

/// Lists the queues of the functions that act upon an OpenCX event. An organisation without
/// Custom Channels has no messages to publish.
pub fn queues_of_event(event: &str, has_channels: bool) -> impl Iterator<Item = Queue> {
    let readers = FUNCTIONS.iter().filter(move |function| {
        let is_for_channels = **function == &CHANNEL_PUBLISH;
        function.opencx_events.contains(&event) && (has_channels || !is_for_channels)
    });
    readers.filter_map(|function| function.queues.first().copied())
}

/// Finds the queue that others write to for the function of this name.
pub fn queue_of_function(name: &str) -> Option<Queue> {
    FUNCTIONS.iter().find(|function| function.name == name)?.queues.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_queue_but_parked_has_one_reader() {
        let read: Vec<Queue> = FUNCTIONS.iter().flat_map(|f| f.queues).copied().collect();
        for queue in Queue::ALL.into_iter().filter(|queue| *queue != Queue::Parked) {
            assert_eq!(read.iter().filter(|read| **read == queue).count(), 1, "{queue:?}");
        }
    }

    fn queues(event: &str, has_channels: bool) -> Vec<Queue> {
        queues_of_event(event, has_channels).collect()
    }

    #[test]
    fn an_answer_of_the_ai_has_two_readers_where_there_are_custom_channels() {
        let (ai, contact) = ("conversation.ai_response", "conversation.contact_response");
        assert_eq!(queues(ai, false), [Queue::AiReplies]);
        assert_eq!(queues(ai, true), [Queue::AiReplies, Queue::ChannelMessages]);
        assert_eq!(queues(contact, false), []);
        assert_eq!(queues(contact, true), [Queue::ChannelMessages]);
        assert_eq!(queues("phone_call.ended", true), [Queue::Closes]);
        assert_eq!(queues("conversation.unheard_of", true), []);
    }
}
