//! Events as functions get them, and the invocation itself.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bridge_engine::App;
use bridge_local::handlers::Handler;
use bridge_store::{Queue, now_ms};
use serde_json::Value;
use tokio::time::Duration;

/// The length of an invocation: 3 s are kept back, and no call is begun in the last second.
pub const INVOCATION: Duration = Duration::from_secs(7);

/// Something that is delivered to a function, perhaps more than once.
#[derive(Clone, Debug)]
pub enum Event {
    Message(Message),
    Request(Request),
}

/// A queue message with one event.
#[derive(Clone, Debug)]
pub struct Message {
    pub queue: Queue,
    pub group: String,
    pub body: String,
    /// The id of the event in it, and the name of the function whose claim says how it ended.
    pub event_id: String,
    pub function: &'static str,
}

/// A request to a function behind HTTP.
#[derive(Clone, Debug)]
pub struct Request {
    pub function: &'static str,
    pub path: String,
    /// A POST; without it a GET.
    pub body: Option<String>,
}

/// The length of an invocation in which nothing hangs, so that each step has its time.
pub const LONG_INVOCATION: Duration = Duration::from_secs(30);

/// A delivery as SQS tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The number of times that SQS has handed the message out.
    pub receives: u32,
    /// The time since SQS got it.
    pub age: Duration,
    /// The length of the invocation.
    pub length: Duration,
}

/// The end of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Nothing has to come again.
    Settled,
    /// It has to come again.
    Again,
    /// The function died, or took too long: it has to come again once its claim ends.
    Cut,
    /// A request's answer.
    Answered(u16, String),
}

impl Delivered {
    /// Returns whether the event need not come again.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Settled | Self::Answered(200, _))
    }
}

/// Invokes the event's function, which has this long.
pub async fn invoke(app: &Arc<App>, event: &Event, attempt: Attempt, left: Duration) -> Delivered {
    match event {
        Event::Message(message) => {
            let batch = batch(message, attempt);
            let handler = Handler::of_queue(message.queue).expect("a function reads this queue");
            let response = handler.invoke(app, &batch, left).await;
            let all = response.batch_item_failures.is_empty();
            if all { Delivered::Settled } else { Delivered::Again }
        }
        Event::Request(request) => answered(app, request).await,
    }
}

fn batch(message: &Message, attempt: Attempt) -> SqsEvent {
    let mut record = SqsMessage::default();
    record.message_id = Some("m-1".to_owned());
    record.body = Some(message.body.clone());
    let sent = now_ms() - u64::try_from(attempt.age.as_millis()).expect("a short time");
    let attributes = [
        ("MessageGroupId", message.group.clone()),
        ("ApproximateReceiveCount", attempt.receives.to_string()),
        ("SentTimestamp", sent.to_string()),
    ];
    record.attributes = attributes.map(|(name, value)| (name.to_owned(), value)).into();
    record.event_source_arn = Some(format!("arn:aws:sqs:local:0:{}", message.queue.name()));
    let mut batch = SqsEvent::default();
    batch.records = vec![record];
    batch
}

async fn answered(app: &Arc<App>, request: &Request) -> Delivered {
    let method = if request.body.is_some() { "POST" } else { "GET" };
    let body = request.body.clone().unwrap_or_default();
    let built = lambda_http::http::Request::builder().method(method).uri(&request.path);
    let built = built.body(lambda_http::Body::from(body)).expect("a request");
    let answer = match request.function {
        "webhook" => webhook::handle(app.state.clone(), built).await,
        _ => crm_context::handle(app.clone(), built).await,
    };
    let body = serde_json::from_slice::<Value>(answer.body()).unwrap_or_default();
    Delivered::Answered(answer.status().as_u16(), body.to_string())
}
