//! Deliveries past SQS: of an event that SQS got long ago.

use std::time::Duration;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bridge_engine::App;
use bridge_local::handlers::Handler;
use bridge_store::{Queue, now_ms};
use serde_json::Value;

use crate::Bridge;

impl Bridge {
    /// Delivers an event that SQS got this long ago, once. Returns whether it has to come again.
    pub async fn deliver_aged(&self, queue: Queue, event: &Value, age: Duration) -> bool {
        let (environment, clients) = self.stack().environment();
        let app = App::new(environment, clients);
        let sent = now_ms() - u64::try_from(age.as_millis()).expect("a short time");
        let mut record = SqsMessage::default();
        record.message_id = Some("aged".to_owned());
        record.body = Some(event.to_string());
        record.attributes = [
            ("MessageGroupId".to_owned(), "aged".to_owned()),
            ("ApproximateReceiveCount".to_owned(), "2".to_owned()),
            ("SentTimestamp".to_owned(), sent.to_string()),
        ]
        .into();
        record.event_source_arn = Some(format!("arn:aws:sqs:local:0:{}", queue.name()));
        let mut batch = SqsEvent::default();
        batch.records = vec![record];
        let handler = Handler::of_queue(queue).expect("a function reads this queue");
        let response = handler.invoke(&app, &batch, Duration::from_secs(20)).await;
        !response.batch_item_failures.is_empty()
    }
}
