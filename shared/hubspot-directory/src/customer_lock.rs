//! One event at a time on a customer's ticket.

use std::time::Duration;

use bridge_domain::ids::ContactId;
use bridge_engine::{EventContext, Failure};
use bridge_store::Lock;

/// How long a customer's ticket is kept for one event; the others wait. Longer than a
/// message stays away after its invocation died (65 s), since that may have made a
/// ticket that nobody else knows of.
pub const CUSTOMER_LEASE: Duration = Duration::from_mins(3);

/// Takes the lock under which tickets of a customer are made, found and written to:
/// their content is read, added to and written back, which HubSpot does not guard.
pub async fn lock_customer(
    context: &EventContext<'_>,
    contact: &ContactId,
) -> Result<Lock, Failure> {
    context.lock(&format!("customer:{contact}"), CUSTOMER_LEASE).await
}
