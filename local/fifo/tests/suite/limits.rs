//! What is refused: messages, and sets of queues.

use std::time::Duration;

use fifo::{Attribute, AttributeValue, ConfigError, NewMessage, QueueOptions, SendError, Sqs};

use crate::support::{message, queue};

const MIB: usize = 1_048_576;

#[tokio::test]
async fn a_message_needs_a_body_a_group_and_a_deduplication_id() {
    let full = || message("a", "a1");
    let cases = [
        (NewMessage { body: String::new(), ..full() }, SendError::MissingBody),
        (NewMessage { group: String::new(), ..full() }, SendError::MissingGroup),
        (
            NewMessage { deduplication_id: String::new(), ..full() },
            SendError::MissingDeduplicationId,
        ),
    ];
    let queue = queue();
    for (message, error) in cases {
        assert_eq!(queue.send(message), Err(error));
    }
    assert!(queue.messages().is_empty());
}

#[tokio::test]
async fn ids_are_128_printable_ascii_characters_at_most() {
    let queue = queue();
    queue.send(message(&"~".repeat(128), "fits")).unwrap();
    for id in ["x".repeat(129).as_str(), "two words", "grüße", "tab\t"] {
        let group = queue.send(message(id, "x")).unwrap_err();
        assert!(group.to_string().contains("parameter MessageGroupId is invalid"), "{group}");
        let deduplication = NewMessage { deduplication_id: id.to_owned(), ..message("g", "x") };
        let error = queue.send(deduplication).unwrap_err();
        assert!(error.to_string().contains("parameter MessageDeduplicationId is invalid"));
    }
}

#[tokio::test]
async fn a_mebibyte_fits_and_attributes_count() {
    let queue = queue();
    let sized = |id: &str, bytes| NewMessage { body: "x".repeat(bytes), ..message("a", id) };
    queue.send(sized("1", MIB)).unwrap();
    assert_eq!(queue.send(sized("2", MIB + 1)), Err(SendError::TooLong));

    // Name (4), type (6) and value (5) together are 15 bytes.
    let mut with_attribute = sized("3", MIB - 15);
    with_attribute.attributes.insert("name".to_owned(), "value".into());
    queue.send(with_attribute.clone()).unwrap();
    with_attribute.body.push('x');
    assert_eq!(queue.send(with_attribute), Err(SendError::TooLong));
}

#[tokio::test]
async fn control_characters_cannot_be_sent() {
    let queue = queue();
    let with = |body: &str| NewMessage { body: body.to_owned(), ..message("a", body) };
    let sent =
        NewMessage { deduplication_id: "1".to_owned(), ..with("tab\t, line\n, 🔄, \u{fffd}") };
    queue.send(sent).unwrap();
    for (id, body) in ["\u{0}", "\u{b}", "\u{fffe}"].iter().enumerate() {
        let bad = NewMessage { deduplication_id: format!("bad{id}"), ..with(body) };
        assert_eq!(queue.send(bad), Err(SendError::InvalidCharacters), "{body:?}");
    }
}

#[tokio::test]
async fn attributes_have_rules_of_their_own() {
    let queue = queue();
    let number = |text: &str| Attribute { data_type: "Number.cents".to_owned(), ..text.into() };
    let binary = |data_type: &str| Attribute {
        data_type: data_type.to_owned(),
        value: AttributeValue::Binary(vec![0]),
    };
    let send = |name: &str, attribute: Attribute| {
        let mut message = message("a", name);
        message.attributes.insert(name.to_owned(), attribute);
        queue.send(message)
    };
    send("price", number("12.5")).unwrap();
    send("blob", binary("Binary.png")).unwrap();
    let refused = [
        send("empty", "".into()),
        send("word", number("twelve")),
        send("typed", binary("String")),
        send("AWS.reserved", "x".into()),
        send(".dotted", "x".into()),
        send("no-type", Attribute { data_type: "Text".to_owned(), ..Attribute::from("x") }),
    ];
    for result in refused {
        assert!(matches!(result, Err(SendError::InvalidAttribute { .. })), "{result:?}");
    }

    let mut eleven = message("a", "eleven");
    eleven.attributes = (0..11).map(|n| (format!("n{n}"), "x".into())).collect();
    assert_eq!(queue.send(eleven), Err(SendError::TooManyAttributes(11)));
}

#[test]
fn queues_are_checked_when_they_are_created() {
    let new = QueueOptions::new;
    let name = |n: &str| n.to_owned();
    let target = |queue: &str, target: &str| ConfigError::RedriveTarget {
        queue: name(queue),
        target: name(target),
    };
    let cases = [
        (vec![new("standard")], ConfigError::Name(name("standard"))),
        (vec![new(".fifo")], ConfigError::Name(name(".fifo"))),
        (vec![new("a b.fifo")], ConfigError::Name(name("a b.fifo"))),
        (vec![new("q.fifo"), new("q.fifo")], ConfigError::Duplicate(name("q.fifo"))),
        (vec![new("q.fifo").delay(Duration::from_secs(901))], ConfigError::Delay(name("q.fifo"))),
        (
            vec![new("q.fifo").visibility(Duration::from_secs(43_201))],
            ConfigError::Visibility(name("q.fifo")),
        ),
        (vec![new("q.fifo").redrive("x.fifo", 1)], target("q.fifo", "x.fifo")),
        (vec![new("q.fifo").redrive("q.fifo", 1)], target("q.fifo", "q.fifo")),
        (
            vec![new("q.fifo").redrive("x.fifo", 0), new("x.fifo")],
            ConfigError::MaxReceiveCount(name("q.fifo")),
        ),
    ];
    for (queues, error) in cases {
        assert_eq!(Sqs::new(queues).err(), Some(error));
    }
    let sqs = Sqs::new(vec![new("b.fifo"), new("a.fifo")]).unwrap();
    assert_eq!(sqs.queue_names(), ["b.fifo", "a.fifo"]);
    assert!(sqs.queue("c.fifo").is_none());
}
