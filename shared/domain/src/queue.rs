//! The queues between the functions (docs/ARCHITECTURE.md).

/// A queue, by its name in SQS without the stack's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    /// Messages of HubSpot threads, as they are announced.
    Messages,
    /// The same once they are known to be email: five seconds later.
    EmailMessages,
    /// Changed, merged and deleted tickets.
    Properties,
    /// Handoffs to a human.
    Handoffs,
    /// Answers of the AI.
    AiReplies,
    /// First contacts.
    Contacts,
    /// Closed conversations: fifteen seconds later.
    Closes,
    /// Messages of sessions on Custom Channels.
    ChannelMessages,
    /// Reps' replies on Custom Channels, and news of their accounts.
    ChannelReplies,
    /// Events that could not be applied, for an operator.
    Parked,
}

impl Queue {
    pub const ALL: [Self; 10] = [
        Self::Messages,
        Self::EmailMessages,
        Self::Properties,
        Self::Handoffs,
        Self::AiReplies,
        Self::Contacts,
        Self::Closes,
        Self::ChannelMessages,
        Self::ChannelReplies,
        Self::Parked,
    ];

    /// Returns its name in SQS, without the stack's prefix.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// Returns the environment variable that holds its URL.
    pub fn variable(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Messages => ("messages.fifo", "MESSAGES_QUEUE_URL"),
            Self::EmailMessages => ("email-messages.fifo", "EMAIL_MESSAGES_QUEUE_URL"),
            Self::Properties => ("properties.fifo", "PROPERTIES_QUEUE_URL"),
            Self::Handoffs => ("handoffs.fifo", "HANDOFFS_QUEUE_URL"),
            Self::AiReplies => ("ai-replies.fifo", "AI_REPLIES_QUEUE_URL"),
            Self::Contacts => ("contacts.fifo", "CONTACTS_QUEUE_URL"),
            Self::Closes => ("closes.fifo", "CLOSES_QUEUE_URL"),
            Self::ChannelMessages => ("channel-messages.fifo", "CHANNEL_MESSAGES_QUEUE_URL"),
            Self::ChannelReplies => ("channel-replies.fifo", "CHANNEL_REPLIES_QUEUE_URL"),
            Self::Parked => ("parked.fifo", "PARKED_QUEUE_URL"),
        }
    }

    /// Finds the queue that a name or ARN ends in, since a deployed one has a prefix.
    pub fn of_name(name: &str) -> Option<Self> {
        // `email-messages.fifo` ends in `messages.fifo`, too.
        let ends = Self::ALL.into_iter().filter(|queue| name.ends_with(queue.name()));
        ends.max_by_key(|queue| queue.name().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_found_by_the_end_of_its_name() {
        for queue in Queue::ALL {
            for name in [queue.name().to_owned(), format!("arn:aws:sqs:x:1:acme-{}", queue.name())]
            {
                assert_eq!(Queue::of_name(&name), Some(queue), "{name}");
            }
        }
        assert_eq!(Queue::of_name("other.fifo"), None);
    }
}
