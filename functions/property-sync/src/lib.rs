//! The function `property-sync`: a ticket property that somebody changed becomes
//! custom data of the ticket's open sessions.

mod change;
mod records;
mod session;
mod thread_status;

use bridge_domain::hubspot::record_event::RecordEvent;
use bridge_domain::registry::{self, FunctionEntry};
use bridge_engine::{
    Consumer, DecodeError, DecodedEvent, EventContext, Failure, Handled, Priority,
};

/// The consumer of changed, merged, deleted and erased records.
pub struct PropertySync;

impl Consumer for PropertySync {
    const FUNCTION: &'static FunctionEntry = &registry::PROPERTY_SYNC;
    const PRIORITY: Priority = Priority::Background;
    type Event = RecordEvent;

    fn decode(
        body: &str,
    ) -> Result<Vec<Result<DecodedEvent<RecordEvent>, DecodeError>>, DecodeError> {
        let event = RecordEvent::from_text(body)?;
        let (org, name) = (event.org().clone(), event.name().to_owned());
        let trace = event.trace().map(str::to_owned);
        Ok(DecodedEvent::alone(org, name, event.event_id(), trace, event))
    }

    async fn handle(context: &EventContext<'_>, event: &RecordEvent) -> Result<Handled, Failure> {
        match event {
            RecordEvent::Change(change) => change::apply(context, change).await,
            RecordEvent::Merge { ticket, merged, .. } => {
                context.about_ticket(ticket);
                records::merge(context, ticket, merged).await
            }
            RecordEvent::Deletion { ticket, .. } => {
                context.about_ticket(ticket);
                records::delete(context, ticket).await
            }
            RecordEvent::ThreadStatus { thread, closed, .. } => {
                context.about_thread(thread);
                thread_status::follow(context, thread, *closed).await
            }
            RecordEvent::PrivacyDeletion { event, erased, .. } if event.starts_with("contact.") => {
                records::erase_contact(context, &erased.as_str().into()).await
            }
            RecordEvent::PrivacyDeletion { erased, .. } => {
                records::erase_thread(context, &erased.as_str().into()).await
            }
        }
    }
}
