//! The endpoint, used by the unmodified AWS SDK: what is refused, and how the SDK sees it.

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::operation::send_message::builders::SendMessageFluentBuilder;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;

use crate::served::Served;

fn send(served: &Served) -> SendMessageFluentBuilder {
    let send = served.client.send_message().queue_url(&served.url).message_body("x");
    send.message_group_id("g").message_deduplication_id("d")
}

async fn refusal(send: SendMessageFluentBuilder) -> (String, String) {
    let error = send.send().await.unwrap_err();
    let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (own(error.code()), own(error.message()))
}

#[tokio::test]
async fn an_unknown_queue_is_the_modelled_error() {
    let served = Served::start().await;
    let elsewhere =
        [served.url.replace("main", "unknown"), served.url.replace("000000000000", "111111111111")];
    for url in elsewhere {
        let error = send(&served).queue_url(url).send().await.unwrap_err().into_service_error();
        assert!(error.is_queue_does_not_exist(), "{error:?}");
    }
    let error = served.client.get_queue_url().queue_name("unknown.fifo").send().await.unwrap_err();
    assert!(error.into_service_error().is_queue_does_not_exist());
    let (code, _) = refusal(send(&served).queue_url("main.fifo")).await;
    assert_eq!(code, "InvalidAddress");
}

#[tokio::test]
async fn a_send_that_breaks_the_rules_of_fifo_queues_is_refused() {
    let served = Served::start().await;
    let is = async |send, code: &str, part: &str| {
        let (found, message) = refusal(send).await;
        assert_eq!(found, code, "{message}");
        assert!(message.contains(part), "{message}");
    };
    let cases = send(&served);
    is(cases.clone().set_message_group_id(None), "MissingParameter", "MessageGroupId").await;
    is(
        cases.clone().set_message_deduplication_id(None),
        "InvalidParameterValue",
        "ContentBasedDeduplication",
    )
    .await;
    is(cases.clone().delay_seconds(5), "InvalidParameterValue", "DelaySeconds").await;
    is(cases.clone().message_body("x".repeat(1_048_577)), "InvalidParameterValue", "1048576").await;
    cases.delay_seconds(0).send().await.unwrap();
}

#[tokio::test]
async fn a_batch_is_refused_as_a_whole_when_its_frame_is_wrong() {
    let served = Served::start().await;
    let entry = |id: &str, body: String| {
        let entry = SendMessageBatchRequestEntry::builder().id(id).message_body(body);
        entry.message_group_id("g").message_deduplication_id(id).build().unwrap()
    };
    let send = async |entries: Vec<_>| {
        let batch = served.client.send_message_batch().queue_url(&served.url);
        let sent = batch.set_entries(Some(entries)).send().await;
        sent.unwrap_err().into_service_error()
    };
    let small = |id: &str| entry(id, "x".to_owned());
    assert!(send(Vec::new()).await.is_empty_batch_request());
    let eleven = (0..11).map(|n| small(&n.to_string())).collect();
    assert!(send(eleven).await.is_too_many_entries_in_batch_request());
    assert!(send(vec![small("a"), small("a")]).await.is_batch_entry_ids_not_distinct());
    assert!(send(vec![small("not allowed")]).await.is_invalid_batch_entry_id());
    let half = || "x".repeat(524_289);
    assert!(send(vec![entry("a", half()), entry("b", half())]).await.is_batch_request_too_long());
    assert!(served.sqs.queue("main.fifo").unwrap().messages().is_empty());
}

#[tokio::test]
async fn a_receive_out_of_range_is_refused() {
    let served = Served::start().await;
    let receive = || served.client.receive_message().queue_url(&served.url);
    let wrong = [
        receive().max_number_of_messages(0),
        receive().max_number_of_messages(11),
        receive().wait_time_seconds(21),
        receive().visibility_timeout(43_201),
    ];
    for receive in wrong {
        let error = receive.send().await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidParameterValue"));
    }
    let unknown = receive().message_system_attribute_names("Colour".into()).send().await;
    assert_eq!(unknown.unwrap_err().code(), Some("InvalidAttributeName"));
}

#[tokio::test]
async fn stale_and_strange_handles_are_told_apart() {
    let served = Served::start().await;
    served.send("g", "one").await;
    let receive = served.client.receive_message().queue_url(&served.url).visibility_timeout(0);
    let stale = receive.send().await.unwrap().messages()[0].receipt_handle().unwrap().to_owned();
    let delete = |handle: &str| {
        served.client.delete_message().queue_url(&served.url).receipt_handle(handle).send()
    };
    let expired = delete(&stale).await.unwrap_err();
    assert_eq!(expired.code(), Some("InvalidParameterValue"));
    assert!(expired.message().unwrap().ends_with("The receipt handle has expired."));
    let strange = delete("strange").await.unwrap_err().into_service_error();
    assert!(strange.is_receipt_handle_is_invalid());
}

#[tokio::test]
async fn the_endpoint_can_be_made_to_fail_and_to_work_again() {
    let served = Served::start().await;
    served.sqs.fail_sends(true);
    let error = send(&served).send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 503);
    let listing = served.client.list_queues().send().await;
    assert!(listing.is_err(), "everything fails");
    served.sqs.fail_sends(false);
    send(&served).send().await.unwrap();
}
