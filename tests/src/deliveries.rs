//! Deliveries made by hand: HubSpot's to the webhook, and past SQS of an event that SQS got long
//! ago.

use std::time::Duration;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge_engine::App;
use bridge_local::handlers::Handler;
use bridge_store::{Queue, now_ms};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::Bridge;

impl Bridge {
    /// Delivers a body signed as HubSpot does (v3). Returns status and body of the answer.
    pub async fn deliver_signed(&self, path: &str, body: &str) -> (u16, Value) {
        let (url, millis) = (self.url(path), now_ms().to_string());
        let key = b"demo-client-secret";
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
        for part in ["POST", &url, body, &millis] {
            mac.update(part.as_bytes());
        }
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let request = self.http.post(&url).body(body.to_owned());
        let request = request.header("X-HubSpot-Signature-v3", signature);
        let request = request.header("X-HubSpot-Request-Timestamp", millis);
        let response = request.send().await.expect("the bridge answers");
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

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
