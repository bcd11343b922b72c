//! The handlers of the functions that read queues: one row for each row of the registry.

use std::pin::Pin;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use bridge_domain::registry::FunctionEntry;
use bridge_engine::{App, Consumer, consume};
use bridge_store::Queue;

/// A running invocation.
type Invocation<'a> = Pin<Box<dyn Future<Output = SqsBatchResponse> + Send + 'a>>;

/// A function that reads queues, with its handler.
#[derive(Clone, Copy)]
pub struct Handler {
    /// Its row in the registry.
    pub function: &'static FunctionEntry,
    invoke: for<'a> fn(&'a App, &'a SqsEvent, Duration) -> Invocation<'a>,
}

impl Handler {
    fn of<C: Consumer>() -> Self {
        Self {
            function: C::FUNCTION,
            invoke: |app, batch, left| Box::pin(consume::<C>(app, batch, left)),
        }
    }

    /// Finds the handler of the function that reads a queue.
    pub fn of_queue(queue: Queue) -> Option<Self> {
        all().into_iter().find(|handler| handler.function.queues.contains(&queue))
    }

    /// Handles a batch within this time.
    pub async fn invoke(&self, app: &App, batch: &SqsEvent, left: Duration) -> SqsBatchResponse {
        (self.invoke)(app, batch, left).await
    }
}

/// Lists the handlers, in the order of the registry.
pub fn all() -> [Handler; 8] {
    [
        Handler::of::<reply_sync::ReplySync>(),
        Handler::of::<property_sync::PropertySync>(),
        Handler::of::<handoff::Handoff>(),
        Handler::of::<ai_reply::AiReply>(),
        Handler::of::<contact_sync::ContactSync>(),
        Handler::of::<close::Close>(),
        Handler::of::<channel_publish::ChannelPublish>(),
        Handler::of::<channel_reply::ChannelReply>(),
    ]
}

#[cfg(test)]
mod tests {
    use bridge_domain::registry::FUNCTIONS;

    use super::*;

    #[test]
    fn each_function_of_the_registry_has_its_handler() {
        assert_eq!(all().map(|handler| handler.function), FUNCTIONS);
    }
}
