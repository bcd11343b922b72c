//! Messages and sets of queues that are refused.

use std::time::Duration;

use sqs_sim::{NewMessage, QueueOptions, Sqs};

use crate::support::{message, queue};

const MIB: usize = 1_048_576;

fn with_attribute(name: &str, value: &str) -> NewMessage {
    let attributes = [(name.to_owned(), value.to_owned())].into();
    NewMessage { attributes, ..message("a", "a1") }
}

#[tokio::test]
async fn a_message_that_breaks_a_rule_is_refused_by_name() {
    let full = || message("a", "a1");
    let long = "x".repeat(129);
    let eleven = (0..11).map(|n| (format!("n{n}"), "x".to_owned())).collect();
    let cases = [
        (NewMessage { body: String::new(), ..full() }, "MessageBody"),
        (NewMessage { group: String::new(), ..full() }, "MessageGroupId"),
        (NewMessage { deduplication_id: String::new(), ..full() }, "ContentBasedDeduplication"),
        (NewMessage { group: "two words".into(), ..full() }, "MessageGroupId is invalid"),
        (NewMessage { group: long, ..full() }, "MessageGroupId is invalid"),
        (
            NewMessage { deduplication_id: "grüße".into(), ..full() },
            "MessageDeduplicationId is inv",
        ),
        (NewMessage { body: "\u{0}".into(), ..full() }, "Invalid characters"),
        (NewMessage { body: "\u{fffe}".into(), ..full() }, "Invalid characters"),
        (NewMessage { body: "x".repeat(MIB + 1), ..full() }, "1048576"),
        (NewMessage { attributes: eleven, ..full() }, "[11] exceeds"),
        (with_attribute("empty", ""), "'empty' is invalid"),
        (with_attribute("bell", "\u{7}"), "control characters"),
        (with_attribute("AWS.reserved", "x"), "'AWS.reserved' is invalid"),
        (with_attribute(".dotted", "x"), "'.dotted' is invalid"),
    ];
    let queue = queue();
    for (message, part) in cases {
        let error = queue.send(message).unwrap_err().to_string();
        assert!(error.contains(part), "{error} does not say {part}");
    }
    assert!(queue.messages().is_empty());
    let odd = NewMessage { body: "tab\t, line\n, 🔄, \u{fffd}".into(), ..full() };
    queue.send(NewMessage { group: "~".repeat(128), ..odd }).unwrap();
}

#[tokio::test]
async fn a_mebibyte_fits_and_attributes_count() {
    // Name (4), type (6) and value (5) together are 15 bytes.
    let mut message = with_attribute("name", "value");
    message.body = "x".repeat(MIB - 15);
    queue().send(message.clone()).unwrap();
    message.body.push('x');
    assert!(queue().send(message).is_err());
}

#[test]
fn a_set_of_queues_that_sqs_would_not_create_is_refused() {
    let new = QueueOptions::new;
    let over_15_minutes = Duration::from_secs(901);
    let over_12_hours = Duration::from_secs(43_201);
    let cases = [
        (vec![new("standard")], "end with .fifo"),
        (vec![new(".fifo")], "end with .fifo"),
        (vec![new("a b.fifo")], "end with .fifo"),
        (vec![new("q.fifo"), new("q.fifo")], "a name of its own"),
        (vec![new("q.fifo").delay(over_15_minutes)], "at most 900 seconds"),
        (vec![new("q.fifo").visibility(over_12_hours)], "at most 43200 seconds"),
        (vec![new("q.fifo").redrive("x.fifo", 1)], "x.fifo must be another queue"),
        (vec![new("q.fifo").redrive("q.fifo", 1)], "q.fifo must be another queue"),
        (vec![new("q.fifo").redrive("x.fifo", 1001), new("x.fifo")], "between 1 and 1000"),
    ];
    for (queues, part) in cases {
        let error = Sqs::new(queues).unwrap_err().to_string();
        assert!(error.contains(part), "{error} does not say {part}");
    }
}
