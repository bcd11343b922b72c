//! The endpoint's operations on queues, used by the unmodified AWS SDK.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;

use crate::served::Served;

#[tokio::test]
async fn queues_are_found_and_listed() {
    let served = Served::start().await;
    let (client, url) = (&served.client, &served.url);
    let found = client.get_queue_url().queue_name("main.fifo").send().await.unwrap();
    assert_eq!(found.queue_url(), Some(url.as_str()));
    let listed = client.list_queues().queue_name_prefix("main").send().await.unwrap();
    assert_eq!(listed.queue_urls(), std::slice::from_ref(url));
    let mut items = client.list_queues().max_results(1).into_paginator().items().send();
    let mut urls = Vec::new();
    while let Some(url) = items.next().await {
        urls.push(url.unwrap());
    }
    assert_eq!(urls, [url.clone(), url.replace("main", "parked")]);
}

#[tokio::test]
async fn a_queue_describes_itself() {
    let served = Served::start().await;
    let (client, url) = (&served.client, &served.url);
    served.send("g", "one").await;
    served.send("h", "two").await;
    client.receive_message().queue_url(url).send().await.unwrap();
    let described = client.get_queue_attributes().queue_url(url);
    let described = described.attribute_names(QueueAttributeName::All).send().await.unwrap();
    let all: &HashMap<_, _> = described.attributes().unwrap();
    let is = |name: &str, value: &str| assert_eq!(all[&QueueAttributeName::from(name)], value);
    is("ApproximateNumberOfMessages", "1");
    is("ApproximateNumberOfMessagesNotVisible", "1");
    is("QueueArn", "arn:aws:sqs:us-east-1:000000000000:main.fifo");
    is("VisibilityTimeout", "30");
    is("MaximumMessageSize", "1048576");
    let target = "arn:aws:sqs:us-east-1:000000000000:parked.fifo";
    is("RedrivePolicy", &format!(r#"{{"deadLetterTargetArn":"{target}","maxReceiveCount":3}}"#));
}

#[tokio::test]
async fn visibility_zero_returns_a_message_and_a_purge_removes_all() {
    let served = Served::start().await;
    let (client, url) = (&served.client, &served.url);
    served.send("g", "one").await;
    let received = client.receive_message().queue_url(url).send().await.unwrap();
    let change = client.change_message_visibility().queue_url(url).visibility_timeout(0);
    let handle = received.messages()[0].receipt_handle().unwrap();
    change.receipt_handle(handle).send().await.unwrap();
    let queue = served.sqs.queue("main.fifo").unwrap();
    assert_eq!(queue.depth().visible, 1);

    client.purge_queue().queue_url(url).send().await.unwrap();
    assert!(queue.messages().is_empty());
    let again = client.purge_queue().queue_url(url).send().await.unwrap_err();
    assert!(again.into_service_error().is_purge_queue_in_progress());
}
