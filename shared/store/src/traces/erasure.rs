//! The erasure of what is stored about a person or a conversation.

use super::Traces;
use crate::error::StoreError;
use crate::key::Key;
use crate::links::TicketLink;
use crate::table::Table;

impl Table {
    /// Erases what was found: the messages of parked events, the links, and last the lists by
    /// which they are found. The claims stay, which hold ids only. An erasure that is
    /// interrupted is done again as a whole.
    pub async fn erase(&self, traces: &Traces) -> Result<(), StoreError> {
        for event in &traces.parked {
            self.forget_body(&event.key).await?;
        }
        for (ticket, others) in &traces.shared_tickets {
            let sessions = Some(others.clone());
            let link = TicketLink { sessions, ..TicketLink::default() };
            self.merge(&Key::ticket(&traces.org, ticket), &link).await?;
        }
        for key in traces.links.iter().chain(&traces.lists) {
            self.delete(key).await?;
        }
        Ok(())
    }
}
