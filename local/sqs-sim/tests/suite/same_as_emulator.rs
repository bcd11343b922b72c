//! The behaviour that the bridge relies on, asked by the unmodified AWS SDK of these queues, or of
//! any other SQS, such as the deployment test's emulator: its address is in `SQS_ENDPOINT`.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use sqs_sim::{QueueOptions, Sqs};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::endpoint::client;

/// The longest wait for messages that have to come, in seconds.
const PATIENCE: i32 = 10;

/// Two queues: one whose messages go to the other after their third receive.
struct Queues {
    client: Client,
    main: String,
    parked: String,
}

impl Queues {
    async fn start(delay: Duration) -> Self {
        let options = QueueOptions::new("main.fifo").delay(delay).redrive("parked.fifo", 3);
        match std::env::var("SQS_ENDPOINT") {
            Ok(endpoint) => Self::create(&endpoint, delay).await,
            Err(_) => Self::serve(vec![options, QueueOptions::new("parked.fifo")]).await,
        }
    }

    async fn serve(queues: Vec<QueueOptions>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let sqs = Sqs::new(queues).unwrap();
        tokio::spawn(sqs_sim::serve(listener, sqs, std::future::pending()));
        let url = |name: &str| format!("{endpoint}/000000000000/{name}");
        let (main, parked) = (url("main.fifo"), url("parked.fifo"));
        Self { client: client(&endpoint), main, parked }
    }

    /// Creates queues of this test's own.
    async fn create(endpoint: &str, delay: Duration) -> Self {
        let client = client(endpoint);
        let id = Uuid::new_v4();
        let create = |name: String| {
            let create = client.create_queue().queue_name(name);
            create.attributes(QueueAttributeName::FifoQueue, "true")
        };
        let parked = create(format!("parked-{id}.fifo")).send().await.unwrap();
        let parked = parked.queue_url().unwrap().to_owned();
        let of_parked = client.get_queue_attributes().queue_url(&parked);
        let of_parked = of_parked.attribute_names(QueueAttributeName::QueueArn).send().await;
        let arn = of_parked.unwrap().attributes().unwrap()[&QueueAttributeName::QueueArn].clone();
        let redrive = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":3}}"#);
        let main = create(format!("main-{id}.fifo"))
            .attributes(QueueAttributeName::DelaySeconds, delay.as_secs().to_string())
            .attributes(QueueAttributeName::RedrivePolicy, redrive);
        let main = main.send().await.unwrap().queue_url().unwrap().to_owned();
        Self { client, main, parked }
    }

    /// Sends to the group that is the first character of each body.
    async fn send(&self, bodies: &[&str]) {
        for body in bodies {
            let send = self.client.send_message().queue_url(&self.main).message_body(*body);
            let send = send.message_group_id(&body[..1]).message_deduplication_id(*body);
            send.send().await.unwrap();
        }
    }

    async fn receive(&self, most: i32, wait: i32) -> Vec<Message> {
        self.receive_from(&self.main, most, wait).await
    }

    async fn receive_from(&self, url: &str, most: i32, wait: i32) -> Vec<Message> {
        let receive = self.client.receive_message().queue_url(url).wait_time_seconds(wait);
        let receive = receive.max_number_of_messages(most);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        receive.send().await.unwrap().messages.unwrap_or_default()
    }

    /// Receives until there are so many, and returns them; they stay in flight.
    async fn receive_all(&self, count: usize) -> Vec<Message> {
        let mut all = Vec::new();
        while all.len() < count {
            let received = self.receive(10, PATIENCE).await;
            assert!(!received.is_empty(), "only {:?} came", bodies(&all));
            all.extend(received);
        }
        all
    }

    async fn defer(&self, message: &Message, seconds: i32) {
        let change = self.client.change_message_visibility().queue_url(&self.main);
        let change = change.receipt_handle(message.receipt_handle().unwrap());
        change.visibility_timeout(seconds).send().await.unwrap();
    }

    async fn delete(&self, message: &Message) {
        let delete = self.client.delete_message().queue_url(&self.main);
        delete.receipt_handle(message.receipt_handle().unwrap()).send().await.unwrap();
    }
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().filter_map(Message::body).collect()
}

fn attribute<'a>(message: &'a Message, name: &MessageSystemAttributeName) -> &'a str {
    &message.attributes().unwrap()[name]
}

#[tokio::test]
async fn a_deferred_message_holds_back_its_group_alone_and_comes_again_in_order() {
    let queues = Queues::start(Duration::ZERO).await;
    queues.send(&["a1", "a2", "b1"]).await;
    let first = queues.receive_all(3).await;
    let of_a: Vec<&Message> = first.iter().filter(|one| one.body() != Some("b1")).collect();
    for message in &of_a {
        queues.defer(message, 2).await;
    }
    let b1 = first.iter().find(|one| one.body() == Some("b1")).unwrap();
    queues.delete(b1).await;
    queues.send(&["a3", "b2"]).await;
    let meanwhile = queues.receive(10, 0).await;
    assert_eq!(bodies(&meanwhile), ["b2"], "the group of a1 waits, the other does not");
    queues.delete(&meanwhile[0]).await;
    let again = queues.receive_all(3).await;
    assert_eq!(bodies(&again), ["a1", "a2", "a3"]);
    let received = MessageSystemAttributeName::ApproximateReceiveCount;
    assert_eq!(attribute(&again[0], &received), "2");
    assert_eq!(attribute(&again[2], &received), "1");
    let sent = MessageSystemAttributeName::SentTimestamp;
    assert_eq!(attribute(&again[0], &sent), attribute(of_a[0], &sent), "its age goes on");
}

#[tokio::test]
async fn the_next_message_of_a_group_comes_when_the_one_before_it_is_deleted() {
    let queues = Queues::start(Duration::ZERO).await;
    queues.send(&["a1", "a2"]).await;
    let first = queues.receive(1, PATIENCE).await;
    assert_eq!(bodies(&first), ["a1"]);
    assert_eq!(bodies(&queues.receive(10, 0).await), [""; 0], "a1 is in flight");
    queues.delete(&first[0]).await;
    assert_eq!(bodies(&queues.receive(10, PATIENCE).await), ["a2"]);
}

#[tokio::test]
async fn a_message_is_in_the_other_queue_after_its_last_receive() {
    let queues = Queues::start(Duration::ZERO).await;
    queues.send(&["a1", "a2"]).await;
    for count in ["1", "2", "3"] {
        let received = queues.receive(1, PATIENCE).await;
        assert_eq!(bodies(&received), ["a1"]);
        let counted = MessageSystemAttributeName::ApproximateReceiveCount;
        assert_eq!(attribute(&received[0], &counted), count);
        queues.defer(&received[0], 0).await;
    }
    assert_eq!(bodies(&queues.receive(1, PATIENCE).await), ["a2"], "nothing holds it back");
    let parked = queues.receive_from(&queues.parked, 10, PATIENCE).await;
    assert_eq!(bodies(&parked), ["a1"]);
}

#[tokio::test]
async fn a_queue_with_a_delay_keeps_a_message_back_for_it() {
    let queues = Queues::start(Duration::from_secs(2)).await;
    queues.send(&["a1"]).await;
    assert_eq!(bodies(&queues.receive(10, 0).await), [""; 0]);
    assert_eq!(bodies(&queues.receive(10, PATIENCE).await), ["a1"]);
}

#[tokio::test]
async fn a_message_that_is_sent_twice_with_one_id_comes_once() {
    let queues = Queues::start(Duration::ZERO).await;
    queues.send(&["a1", "a1", "a2"]).await;
    assert_eq!(bodies(&queues.receive_all(2).await), ["a1", "a2"]);
}
