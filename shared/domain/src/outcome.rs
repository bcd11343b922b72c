//! Outcomes of events: one each, with reasons from closed lists.

use serde::{Deserialize, Serialize};

use crate::ids::{OrgId, SessionId, ThreadId, TicketId};

/// The one record of an event (docs/reference/outcomes.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeRecord {
    /// The function that processed it.
    pub function: String,
    /// The organisation of the event; empty when it did not say.
    pub org: String,
    /// The vendor's name of the event.
    pub event: String,
    /// The event's id, as given or as derived from its content.
    pub event_id: String,
    /// The identity among the function's events, where the id alone does not tell them apart.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub identity: String,
    /// The OpenCX session it concerns, once known.
    pub session: Option<SessionId>,
    /// The HubSpot thread it concerns, once known.
    pub thread: Option<ThreadId>,
    /// The HubSpot ticket it concerns, once known.
    pub ticket: Option<TicketId>,
    /// The outcome.
    pub outcome: Outcome,
    /// Why it was skipped or parked; `None` when applied.
    pub reason: Option<String>,
    /// Differences from what was asked, e.g. a property left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The error behind a parked event. Never holds message texts or secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Calls to HubSpot in the invocation that ended the event.
    pub hubspot_calls: u32,
    /// The number of them that HubSpot answered with 429.
    #[serde(default)]
    pub hubspot_throttled: u32,
    /// Calls to OpenCX in the invocation that ended the event.
    pub opencx_calls: u32,
    /// Milliseconds from the start of that invocation's work on the event to its end.
    pub elapsed_ms: u64,
    /// When it ended: RFC 3339, UTC, microseconds.
    pub at: String,
    /// The id that the log lines of one story share, from the first edge on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

impl OutcomeRecord {
    /// A record with nothing in it yet but whose event it is.
    pub fn of(function: &str, org: Option<&OrgId>, event: &str, event_id: &str) -> Self {
        Self {
            function: function.to_owned(),
            org: org.map(ToString::to_string).unwrap_or_default(),
            event: event.to_owned(),
            event_id: event_id.to_owned(),
            identity: String::new(),
            session: None,
            thread: None,
            ticket: None,
            outcome: Outcome::Applied,
            reason: None,
            notes: Vec::new(),
            error: None,
            hubspot_calls: 0,
            hubspot_throttled: 0,
            opencx_calls: 0,
            elapsed_ms: 0,
            at: String::new(),
            trace: None,
        }
    }

    /// Returns the identity among the function's events: equal for all deliveries of one.
    pub fn identity(&self) -> &str {
        if self.identity.is_empty() { &self.event_id } else { &self.identity }
    }
}

/// The three ends of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It had its effect.
    Applied,
    /// A rule says that it has none.
    Skipped,
    /// It could not be applied, and is kept for an operator.
    Parked,
}

/// Writes an enum whose cases are names in snake case, one line of why each.
macro_rules! reasons {
    ($(#[$doc:meta])* $name:ident { $($(#[$why:meta])* $case:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$why])* $case,)+ }

        impl $name {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$case,)+];

            /// The reason as it stands in records and logs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $text,)+ }
            }
        }
    };
}

reasons! {
    /// Why an event rightly has no effect.
    SkipReason {
        /// The organisation's integration is switched off.
        OrgInactive = "org_inactive",
        /// OpenCX sends events that the bridge does not act upon.
        UnknownEvent = "unknown_event",
        /// Not of type MESSAGE (a welcome message, an assignment, …).
        NotAMessage = "not_a_message",
        /// An internal comment: never leaves HubSpot.
        Comment = "comment",
        /// The bridge posted it itself.
        OwnMessage = "own_message",
        /// It carries the marker of a handoff comment.
        HandoffMarker = "handoff_marker",
        /// It carries the marker of an AI answer.
        AiMarker = "ai_marker",
        /// Sent by a bot, an app, the system or another AI agent.
        NotAPerson = "not_a_person",
        /// Sent by HubSpot's automation in a user's name.
        Automated = "automated",
        /// An out-of-office reply, a bounce, a receipt, or the inbox's own mail.
        AutomaticMessage = "automatic_message",
        /// Written by another participant of the thread.
        NotTheCustomer = "not_the_customer",
        /// A rep's message that the customer is not among the recipients of.
        NotToTheCustomer = "not_to_the_customer",
        /// The loop breaker stopped the AI in this thread.
        LoopStopped = "loop_stopped",
        /// Sent by a user of the portal towards the inbox: not a customer.
        SenderIsAgent = "sender_is_agent",
        /// Outgoing, from the AI's own user.
        AiUser = "ai_user",
        /// Neither text, subject, file nor picture.
        EmptyMessage = "empty_message",
        /// The thread is marked as spam.
        Spam = "spam",
        /// HubSpot could not deliver it, so the customer never saw it.
        DeliveryFailed = "delivery_failed",
        /// The thread or the message is archived.
        Archived = "archived",
        /// HubSpot does not know the message or thread.
        Gone = "gone",
        /// A human owns the thread: the AI is silent.
        HumanOwnsThread = "human_owns_thread",
        /// The session was handed off and waits for a human.
        HandedOff = "handed_off",
        /// The thread belongs to no session.
        NoSession = "no_session",
        /// The session belongs to no HubSpot thread.
        NoThread = "no_thread",
        /// The session was born in OpenCX, which delivers the answer itself.
        DeliveredByOpenCx = "delivered_by_opencx",
        /// The session's channel has no Custom Channel, or its thread is another one.
        NoChannel = "no_channel",
        /// The session was not handed off yet: its transcript will have the message.
        BeforeHandoff = "before_handoff",
        /// The message was shown with the transcript of the handoff.
        InTranscript = "in_transcript",
        /// A message of a Custom Channel, which `channel-reply` reads.
        ChannelMessage = "channel_message",
        /// OpenCX does not take the rep's message, and the rep sees why.
        NotDelivered = "not_delivered",
        /// The session has no ticket.
        NoTicket = "no_ticket",
        /// The organisation makes no tickets.
        TicketingDisabled = "ticketing_disabled",
        /// The conversation was closed without being resolved.
        NotResolved = "not_resolved",
        /// The session was opened again meanwhile.
        SessionOpen = "session_open",
        /// In Assist Mode a person decides.
        AssistMode = "assist_mode",
        /// The bridge made the change itself.
        OwnChange = "own_change",
        /// The property is the bridge's own: no session hears of it.
        OwnProperty = "own_property",
        /// The sessions of the ticket are closed.
        NoOpenSession = "no_open_session",
        /// The session's customer only typed the address of the ticket's contact.
        UnverifiedIdentity = "unverified_identity",
        /// A later change was applied already.
        Outdated = "outdated",
        /// The visitor gave neither email nor phone.
        Anonymous = "anonymous",
    }
}

reasons! {
    /// Why an event is kept for an operator.
    ParkReason {
        /// It cannot be read; the error names the field.
        Unreadable = "unreadable",
        /// No organisation of that name.
        UnknownOrg = "unknown_org",
        /// The settings or a secret of the organisation cannot be used.
        BadSettings = "bad_settings",
        /// HubSpot or OpenCX refused a request for good.
        Refused = "refused",
        /// A request may or may not have had its effect, and repeating it could
        /// show a customer something twice.
        Uncertain = "uncertain",
        /// The vendor answered with something that cannot be understood.
        Malformed = "malformed",
        /// The ticket was deleted or merged in HubSpot.
        TicketGone = "ticket_gone",
        /// The HubSpot thread belongs to another customer's live session.
        ThreadTaken = "thread_taken",
        /// Trouble that should have passed did not, after all tries.
        RetriesExhausted = "retries_exhausted",
    }
}
