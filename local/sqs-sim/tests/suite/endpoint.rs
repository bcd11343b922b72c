//! The HTTP endpoint, used by the unmodified AWS SDK.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::operation::receive_message::builders::ReceiveMessageFluentBuilder;
use aws_sdk_sqs::operation::send_message::builders::SendMessageFluentBuilder;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, MessageAttributeValue, MessageSystemAttributeName,
    QueueAttributeName, SendMessageBatchRequestEntry,
};
use sqs_sim::{FifoQueue, QueueOptions, Sqs};
use tokio::net::TcpListener;

/// An account with `main.fifo` (redrive to `parked.fifo`), served, and a client for it.
struct Endpoint {
    sqs: Sqs,
    client: Client,
    url: String,
}

/// Makes a client of an SQS at this address.
pub(crate) fn client(endpoint: &str) -> Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(endpoint);
    Client::from_conf(config.build())
}

impl Endpoint {
    async fn start() -> Self {
        let main = QueueOptions::new("main.fifo").redrive("parked.fifo", 1000);
        let sqs = Sqs::new(vec![main, QueueOptions::new("parked.fifo")]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(sqs_sim::serve(listener, sqs.clone(), std::future::pending()));
        let url = format!("{endpoint}/000000000000/main.fifo");
        Self { sqs, client: client(&endpoint), url }
    }

    fn main(&self) -> FifoQueue {
        self.sqs.queue("main.fifo").unwrap()
    }

    fn send(&self, body: &str) -> SendMessageFluentBuilder {
        let send = self.client.send_message().queue_url(&self.url).message_body(body);
        send.message_group_id("group").message_deduplication_id(body)
    }

    fn receive(&self) -> ReceiveMessageFluentBuilder {
        self.client.receive_message().queue_url(&self.url)
    }

    async fn receive_handle(&self) -> String {
        let received = self.receive().send().await.unwrap();
        received.messages()[0].receipt_handle().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_message_goes_in_and_comes_out_whole() {
    let endpoint = Endpoint::start().await;
    let text = |value| MessageAttributeValue::builder().data_type("String").string_value(value);
    let request = endpoint.send("id").message_body("Grüße, 世界 \"quoted\"\n");
    let request = request.message_attributes("reason", text("über").build().unwrap());
    let sent = request.send().await.unwrap();
    let receive = endpoint.receive().message_attribute_names("All");
    let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
    let received = receive.send().await.unwrap();
    let [message] = received.messages() else { panic!("one message, not {received:?}") };
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("Grüße, 世界 \"quoted\"\n"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    // As Python's hashlib computes it by the SQS developer guide.
    assert_eq!(sent.md5_of_message_attributes(), Some("1e9b59f1c8bc9ce23267bac7073e007b"));
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    assert_eq!(message.message_attributes().unwrap()["reason"].string_value(), Some("über"));
    let system = message.attributes().unwrap();
    assert_eq!(system[&MessageSystemAttributeName::MessageGroupId], "group");
    assert_eq!(system[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    let sent_at = &system[&MessageSystemAttributeName::SentTimestamp];
    assert!(*sent_at <= system[&MessageSystemAttributeName::ApproximateFirstReceiveTimestamp]);

    let delete = endpoint.client.delete_message().queue_url(&endpoint.url);
    delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
    assert!(endpoint.main().messages().is_empty());
}

#[tokio::test]
async fn a_receive_waits_for_a_message() {
    let endpoint = Endpoint::start().await;
    let waiting = tokio::spawn(endpoint.receive().wait_time_seconds(20).send());
    endpoint.send("late").send().await.unwrap();
    let received = waiting.await.unwrap().unwrap();
    assert_eq!(received.messages()[0].body(), Some("late"));
}

#[tokio::test]
async fn a_batch_is_sent_entry_by_entry() {
    let endpoint = Endpoint::start().await;
    let entry = |id: &str| SendMessageBatchRequestEntry::builder().id(id).message_body(id);
    let full = |id: &str| entry(id).message_group_id("g").message_deduplication_id(id);
    let batch = || endpoint.client.send_message_batch().queue_url(&endpoint.url);
    let sent = batch()
        .entries(full("first").build().unwrap())
        .entries(entry("no-group").message_deduplication_id("2").build().unwrap())
        .entries(full("last").build().unwrap())
        .send()
        .await
        .unwrap();
    let [failed] = sent.failed() else { panic!("one failure, not {:?}", sent.failed()) };
    assert_eq!((failed.id(), failed.code()), ("no-group", "MissingParameter"));
    let queued = endpoint.main().messages();
    let bodies: Vec<_> = queued.iter().map(|queued| queued.message.body.as_str()).collect();
    assert_eq!(bodies, ["first", "last"]);

    let eleven = (0..11).map(|n| full(&n.to_string()).build().unwrap()).collect();
    let error = batch().set_entries(Some(eleven)).send().await.unwrap_err();
    assert!(error.into_service_error().is_too_many_entries_in_batch_request());
    let large = |id: &str| full(id).message_body("x".repeat(524_289)).build().unwrap();
    let error = batch().entries(large("a")).entries(large("b")).send().await.unwrap_err();
    assert!(error.into_service_error().is_batch_request_too_long());
}

#[tokio::test]
async fn visibility_is_changed_message_by_message() {
    let endpoint = Endpoint::start().await;
    endpoint.send("one").send().await.unwrap();
    let handle = endpoint.receive_handle().await;
    let entry = |id: &str, handle: &str, seconds| {
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(id);
        entry.receipt_handle(handle).visibility_timeout(seconds).build().unwrap()
    };
    let outcome = endpoint
        .client
        .change_message_visibility_batch()
        .queue_url(&endpoint.url)
        .entries(entry("a", &handle, 600))
        .entries(entry("b", "junk", 0))
        .entries(entry("c", &handle, 43_201))
        .send()
        .await
        .unwrap();
    assert_eq!(outcome.successful()[0].id(), "a");
    let failed: Vec<_> = outcome.failed().iter().map(|f| (f.id(), f.code())).collect();
    assert_eq!(failed, [("b", "ReceiptHandleIsInvalid"), ("c", "InvalidParameterValue")]);
    assert_eq!(endpoint.main().depth().in_flight, 1);

    let change = endpoint.client.change_message_visibility().queue_url(&endpoint.url);
    change.receipt_handle(&handle).visibility_timeout(0).send().await.unwrap();
    assert_eq!(endpoint.main().depth().visible, 1);
    let delete = endpoint.client.delete_message().queue_url(&endpoint.url).receipt_handle(&handle);
    let expired = delete.send().await.unwrap_err();
    assert!(expired.message().unwrap().ends_with("The receipt handle has expired."));
}

#[tokio::test]
async fn a_queue_describes_itself() {
    let endpoint = Endpoint::start().await;
    endpoint.send("one").send().await.unwrap();
    endpoint.send("two").send().await.unwrap();
    endpoint.receive().send().await.unwrap();
    let get = endpoint.client.get_queue_attributes().queue_url(&endpoint.url);
    let described = get.attribute_names(QueueAttributeName::All).send().await.unwrap();
    let all = described.attributes().unwrap();
    let target = "arn:aws:sqs:us-east-1:000000000000:parked.fifo";
    let policy = format!(r#"{{"deadLetterTargetArn":"{target}","maxReceiveCount":1000}}"#);
    for (name, value) in [
        (QueueAttributeName::ApproximateNumberOfMessages, "1"),
        (QueueAttributeName::ApproximateNumberOfMessagesNotVisible, "1"),
        (QueueAttributeName::ApproximateNumberOfMessagesDelayed, "0"),
        (QueueAttributeName::VisibilityTimeout, "30"),
        (QueueAttributeName::RedrivePolicy, &policy),
    ] {
        assert_eq!(all[&name], value);
    }
}

#[tokio::test]
async fn wrong_requests_are_refused_with_the_codes_of_sqs() {
    let endpoint = Endpoint::start().await;
    let code = async |send: SendMessageFluentBuilder| {
        let error = send.send().await.unwrap_err();
        error.code().unwrap_or_default().to_owned()
    };
    let other = endpoint.url.replace("main", "unknown");
    let unknown = endpoint.send("x").queue_url(other).send().await.unwrap_err();
    assert!(unknown.into_service_error().is_queue_does_not_exist());
    assert_eq!(code(endpoint.send("x").queue_url("main.fifo")).await, "InvalidAddress");
    assert_eq!(code(endpoint.send("x").set_message_group_id(None)).await, "MissingParameter");
    assert_eq!(code(endpoint.send("x").delay_seconds(5)).await, "InvalidParameterValue");
    let number = MessageAttributeValue::builder().data_type("Number").string_value("1");
    let number = endpoint.send("x").message_attributes("n", number.build().unwrap());
    assert_eq!(code(number).await, "AWS.SimpleQueueService.UnsupportedOperation");
    let wrong = [
        endpoint.receive().max_number_of_messages(11),
        endpoint.receive().wait_time_seconds(21),
        endpoint.receive().visibility_timeout(43_201),
    ];
    for receive in wrong {
        assert_eq!(receive.send().await.unwrap_err().code(), Some("InvalidParameterValue"));
    }
    let purge = endpoint.client.purge_queue().queue_url(&endpoint.url).send().await;
    let refused = purge.unwrap_err();
    assert!(refused.message().unwrap().starts_with("PurgeQueue is not part of this endpoint"));
}

#[tokio::test]
async fn the_endpoint_can_be_made_to_fail_and_to_work_again() {
    let endpoint = Endpoint::start().await;
    endpoint.sqs.set_unavailable(true);
    let error = endpoint.send("x").send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 503);
    endpoint.sqs.set_unavailable(false);
    endpoint.send("x").send().await.unwrap();
}

#[tokio::test]
async fn the_endpoint_refuses_to_listen_to_other_machines() {
    let sqs = Sqs::new(vec![QueueOptions::new("q.fifo")]).unwrap();
    let open = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = sqs_sim::serve(open, sqs, std::future::pending()).await.unwrap_err();
    assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
}
