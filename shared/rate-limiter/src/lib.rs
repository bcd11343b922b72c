//! The vendors' rate limits, shared by all functions of all organisations.
//!
//! The algorithm is GCRA (generic cell rate algorithm). One item of the table for each token has
//! the theoretical arrival time of its calls, the moment at which the next one may leave. Whoever
//! calls moves it on by one emission interval. It may lag behind the clock by the burst
//! tolerance, and no more, so that no window ever has more calls than the vendor allows.
//!
//! Nobody waits in line. A call whose permit is due within a moment sleeps until then; the event
//! of any other is deferred and leaves the invocation. So that deferred events do not all come
//! back at once, each gets its place by a second arrival time of the same item, at the pace of
//! events instead of calls.
//!
//! One write acquires for all events of a process that wait: as many permits as their calls that
//! are still to come, by the average of the latest events. Those that an event leaves go to the
//! next one. While there is no rush a process of a token with a large limit takes some more.
//!
//! Background events acquire a permit only if it is due now, and no interactive event has a place
//! ahead or met a rush a moment ago. They yield for at most a minute, then they queue as the
//! others do. Events that have begun come before new ones, so that some come to their end instead
//! of all being late.
//!
//! Answers teach the limit: HubSpot's name it; OpenCX's do not, so its calls are free until the
//! first refusal, then paced by the documented limit, which grows while nothing is refused and
//! shrinks when something is.

mod feedback;
mod limiter;
mod places;
mod pool;
mod wanted;

pub use limiter::{EventCalls, EventRateLimit, PermitPools, Priority};
