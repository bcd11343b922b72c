//! Persistence: the `DynamoDB` table and the SQS queues.
//!
//! Everything in the table is small and found by its key; nothing is ever
//! scanned. Claims make effects happen at most once; links join the two
//! vendors' ids; two sparse indexes list outcomes and parked events.

mod breakers;
mod channel_thread;
mod claims;
mod deferred;
mod error;
mod journal;
mod key;
mod links;
mod lock;
mod opencx_event;
mod outcomes;
mod parked;
mod parked_body;
mod parked_queue;
mod people;
mod person;
mod queues;
mod rate_limits;
mod salts;
mod settings;
mod table;
mod traces;
mod update;
mod write;

pub use breakers::{BreakerState, VENDORS};
pub use bridge_domain::queue::Queue;
pub use channel_thread::{ChannelAccountState, ChannelThread};
pub use claims::{CLAIM_LIFETIME, Claim, EventClaim};
pub use deferred::{Deferral, DeferredMessages};
pub use error::StoreError;
pub use journal::{Journal, Step};
pub use key::Key;
pub use links::{
    ContactLink, CustomerLink, Origin, PendingHandoff, PropertyState, ReplyPath, SessionLink,
    ThreadLink, TicketLink, Written,
};
pub use lock::Lock;
pub use opencx_event::queue_event;
pub use parked::StoredOutcome;
pub use parked_body::{FIRST_MESSAGE_ID, ParkedBody};
pub use person::{Name, PersonName};
pub use queues::{Depth, LARGEST_MESSAGE, Outgoing, Queues, hash_if_longer};
pub use rate_limits::{Acquired, CALLS, Contention, Line, RateState, Request, SEARCH};
pub use settings::Activity;
pub use table::{TTL, Table, now_ms, now_us, ttl_after};
pub use traces::Traces;
pub use write::LIFETIME;
