//! The endpoint's very bytes, where an SDK would hide them.

use std::time::Duration;

use fifo::{QueueOptions, Sqs};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::served::Served;

/// Sends a request for an operation.
async fn request(host: &str, target: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: queues.local:9\r\nX-Amz-Target: {target}\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Sends a request and answers the whole response as text.
async fn post(host: &str, target: &str, body: &str) -> String {
    let mut response = String::new();
    request(host, target, body).await.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test]
async fn an_error_has_the_shape_and_the_header_of_aws() {
    let served = Served::start().await;
    let body = r#"{"QueueName":"unknown.fifo"}"#;
    let response = post(&served.host, "AmazonSQS.GetQueueUrl", body).await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    let header = "x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender\r\n";
    assert!(response.contains(header), "{response}");
    assert!(response.contains("content-type: application/x-amz-json-1.0\r\n"), "{response}");
    assert!(response.contains(r#""__type":"com.amazonaws.sqs#QueueDoesNotExist""#), "{response}");
    assert!(response.contains(r#""message":"The specified queue does not exist.""#), "{response}");
}

#[tokio::test]
async fn a_queue_url_names_the_host_that_the_caller_used() {
    let served = Served::start().await;
    let body = r#"{"QueueName":"main.fifo"}"#;
    let response = post(&served.host, "AmazonSQS.GetQueueUrl", body).await;
    let url = r#"{"QueueUrl":"http://queues.local:9/000000000000/main.fifo"}"#;
    assert!(response.ends_with(url), "{response}");
}

#[tokio::test]
async fn what_is_not_understood_is_refused_by_name() {
    let served = Served::start().await;
    let cases = [
        ("AmazonSQS.CreateQueue", "{}", "CreateQueue is not part of this endpoint"),
        ("DynamoDB_20120810.ListTables", "{}", "#UnknownOperationException"),
        ("AmazonSQS.ListQueues", "{", "#SerializationException"),
        ("AmazonSQS.SendMessage", "{}", "must contain the parameter QueueUrl."),
    ];
    for (target, body, part) in cases {
        let response = post(&served.host, target, body).await;
        assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
        assert!(response.contains(part), "{response}");
    }
}

fn account() -> Sqs {
    Sqs::new(vec![QueueOptions::new("q.fifo")]).unwrap()
}

#[tokio::test]
async fn the_endpoint_refuses_to_listen_to_other_machines() {
    let open = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = fifo::serve(open, account(), std::future::pending()).await.unwrap_err();
    assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
}

#[tokio::test]
async fn shutdown_does_not_wait_for_a_long_poll() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    let serving = tokio::spawn(fifo::serve(listener, account(), shutdown));
    let host = address.to_string();
    let url = format!("http://{host}/000000000000/q.fifo");
    let body = format!(r#"{{"QueueUrl":"{url}","WaitTimeSeconds":20}}"#);
    let _poll = request(&host, "AmazonSQS.ReceiveMessage", &body).await;
    // Connections are taken up in order: with this answer, the poll is open too.
    post(&host, "AmazonSQS.ListQueues", "{}").await;
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap().unwrap();
}
