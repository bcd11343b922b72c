//! The endpoint's batches, used by the unmodified AWS SDK: each entry stands for itself.

use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    DeleteMessageBatchResultEntry, SendMessageBatchRequestEntry, SendMessageBatchResultEntry,
};

use crate::served::Served;

/// Receives one message of `main.fifo`; its receipt handle.
async fn receive(served: &Served) -> String {
    let receive = served.client.receive_message().queue_url(&served.url);
    let received = receive.send().await.unwrap();
    received.messages()[0].receipt_handle().unwrap().to_owned()
}

#[tokio::test]
async fn a_bad_message_does_not_hurt_its_neighbours() {
    let served = Served::start().await;
    let entry = |id: &str| SendMessageBatchRequestEntry::builder().id(id).message_body(id);
    let full = |id: &str| entry(id).message_group_id("g").message_deduplication_id(id);
    let sent = served
        .client
        .send_message_batch()
        .queue_url(&served.url)
        .entries(full("first").build().unwrap())
        .entries(entry("no-group").message_deduplication_id("2").build().unwrap())
        .entries(full("last").build().unwrap())
        .send()
        .await
        .unwrap();
    let ids: Vec<_> = sent.successful().iter().map(SendMessageBatchResultEntry::id).collect();
    assert_eq!(ids, ["first", "last"]);
    let [failed] = sent.failed() else { panic!("one failure, not {:?}", sent.failed()) };
    assert_eq!((failed.id(), failed.code()), ("no-group", "MissingParameter"));
    assert!(failed.sender_fault());
    let held = served.sqs.queue("main.fifo").unwrap().messages();
    let bodies: Vec<_> = held.iter().map(|held| held.message.body.as_str()).collect();
    assert_eq!(bodies, ["first", "last"]);
}

#[tokio::test]
async fn visibility_changes_entry_by_entry() {
    let served = Served::start().await;
    served.send("g", "one").await;
    let handle = receive(&served).await;
    let entry = |id: &str, handle: &str| {
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(id);
        entry.receipt_handle(handle).visibility_timeout(0).build().unwrap()
    };
    let change = served.client.change_message_visibility_batch().queue_url(&served.url);
    let change = change.entries(entry("a", &handle)).entries(entry("b", "junk"));
    let outcome = change.send().await.unwrap();
    assert_eq!(outcome.successful()[0].id(), "a");
    assert_eq!(outcome.failed()[0].id(), "b");
    assert_eq!(outcome.failed()[0].code(), "ReceiptHandleIsInvalid");
    assert_eq!(served.sqs.queue("main.fifo").unwrap().depth().visible, 1);
}

#[tokio::test]
async fn messages_are_deleted_entry_by_entry() {
    let served = Served::start().await;
    served.send("g", "one").await;
    let handle = receive(&served).await;
    let entry = |id: &str, handle: &str| {
        let entry = DeleteMessageBatchRequestEntry::builder().id(id);
        entry.receipt_handle(handle).build().unwrap()
    };
    let delete = served.client.delete_message_batch().queue_url(&served.url);
    let delete = delete.entries(entry("a", &handle)).entries(entry("b", "junk"));
    let outcome = delete.entries(entry("c", &handle)).send().await.unwrap();
    let ids: Vec<_> = outcome.successful().iter().map(DeleteMessageBatchResultEntry::id).collect();
    assert_eq!(ids, ["a", "c"], "deleting twice is fine");
    assert_eq!(outcome.failed()[0].id(), "b");
    assert!(served.sqs.queue("main.fifo").unwrap().messages().is_empty());
}
