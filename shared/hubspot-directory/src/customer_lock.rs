//! One event at a time on a customer's ticket.

use std::time::Duration;

use bridge_domain::ids::{ContactId, SessionId};
use bridge_engine::{EventContext, Failure};
use bridge_store::Lock;

/// The time for which a customer's ticket is kept for one event; the others wait. Longer than a
/// message stays away after its invocation died (65 s), since that may have made a
/// ticket that nobody else knows of.
pub const CUSTOMER_LEASE: Duration = Duration::from_mins(3);

/// Takes the lock under which tickets of a customer are made, found and written to:
/// their content is read, added to and written back, which HubSpot does not guard. A
/// customer without a contact has their session's lock.
pub async fn lock_customer(
    context: &EventContext<'_>,
    contact: Option<&ContactId>,
    session: &SessionId,
) -> Result<Lock, Failure> {
    let thing = match contact {
        Some(contact) => format!("customer:{contact}"),
        None => format!("customer-of-session:{session}"),
    };
    context.lock(&thing, CUSTOMER_LEASE).await
}
