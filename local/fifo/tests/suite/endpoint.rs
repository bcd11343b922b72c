//! The endpoint, used by the unmodified AWS SDK: what works.

use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{MessageAttributeValue, MessageSystemAttributeName};

use crate::served::Served;

fn text(value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder().data_type("String").string_value(value).build().unwrap()
}

fn bytes(value: &[u8]) -> MessageAttributeValue {
    let value = Blob::new(value);
    MessageAttributeValue::builder().data_type("Binary").binary_value(value).build().unwrap()
}

#[tokio::test]
async fn a_message_goes_in_and_comes_out_whole() {
    let served = Served::start().await;
    let (client, url) = (&served.client, &served.url);
    let sent = client
        .send_message()
        .queue_url(url)
        .message_body("Grüße, 世界 \"quoted\"\n")
        .message_group_id("acme/1")
        .message_deduplication_id("d1")
        .message_attributes("reason", text("über"))
        .message_attributes("blob", bytes(&[0, 255]))
        .send()
        .await
        .unwrap();
    let received = client
        .receive_message()
        .queue_url(url)
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .message_attribute_names("All")
        .send()
        .await
        .unwrap();
    let [message] = received.messages() else { panic!("one message, not {received:?}") };
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("Grüße, 世界 \"quoted\"\n"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes["reason"], text("über"));
    assert_eq!(attributes["blob"], bytes(&[0, 255]));
    let system = message.attributes().unwrap();
    assert_eq!(system[&MessageSystemAttributeName::MessageGroupId], "acme/1");
    assert_eq!(system[&MessageSystemAttributeName::MessageDeduplicationId], "d1");
    assert_eq!(system[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    let number = system.get(&MessageSystemAttributeName::SequenceNumber);
    assert_eq!(number.map(String::as_str), sent.sequence_number());

    let handle = message.receipt_handle().unwrap();
    client.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
    assert!(served.sqs.queue("main.fifo").unwrap().messages().is_empty());
}

#[tokio::test]
async fn only_the_attributes_asked_for_are_answered() {
    let served = Served::start().await;
    let send = served.client.send_message().queue_url(&served.url).message_body("x");
    let send = send.message_group_id("g").message_deduplication_id("d");
    let names = ["trace.id", "trace.span", "tracer", "other"];
    names
        .iter()
        .fold(send, |send, name| send.message_attributes(*name, text("1")))
        .send()
        .await
        .unwrap();

    let receive = || served.client.receive_message().queue_url(&served.url).visibility_timeout(0);
    let plain = receive().send().await.unwrap();
    assert_eq!(plain.messages()[0].attributes(), None);
    assert_eq!(plain.messages()[0].message_attributes(), None);

    let traced = receive().message_attribute_names("trace.*").send().await.unwrap();
    let mut names: Vec<_> = traced.messages()[0].message_attributes().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["trace.id", "trace.span"]);
}

#[tokio::test]
async fn a_receive_waits_for_a_message() {
    let served = Served::start().await;
    let receive = served.client.receive_message().queue_url(&served.url).wait_time_seconds(20);
    let waiting = tokio::spawn(receive.send());
    served.send("g", "late").await;
    let received = waiting.await.unwrap().unwrap();
    assert_eq!(received.messages()[0].body(), Some("late"));
}
