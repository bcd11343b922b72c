//! Inputs found by trying, shrunk; each made the code hang, lose or show something.

use serde_json::{Value, json};

use crate::json::{Notes, from_text};
use crate::opencx::events::{Channel, Closed, Envelope};
use crate::rules::rep_reply::reply_text;
use crate::text::html_to_markdown::html_to_markdown;
use crate::text::markdown_to_text::markdown_to_text;
use crate::ticket::content::subject;

#[test]
fn lines_in_deep_quotes_and_lists_cost_neither_time_nor_space() {
    for (mark, depth) in [("> ", 65_000), (">", 130_000), ("123456789. ", 12)] {
        let markdown = format!("{}a\n{}", mark.repeat(depth), "a\n".repeat(60_000));
        assert!(markdown_to_text(&markdown).len() <= 16 * markdown.len(), "{mark}");
    }
}

#[test]
fn rich_text_that_costs_its_square_is_not_read() {
    let unclosed = (0..80).map(|id| format!("<b id={id}>")).collect::<Vec<_>>().concat();
    let attributes = (0..30_000).map(|id| format!("a{id} ")).collect::<Vec<_>>().concat();
    for html in [
        // Opened again in every paragraph.
        format!("<p>{unclosed}</p>{}", "<p>x</p>".repeat(20_000)),
        // Never closed, though it looks so.
        "<x><p></x></p>".repeat(15_000),
        "<div><!--</div>-->".repeat(14_000),
        format!("<b><i title='{}'>", "</b>".repeat(200)).repeat(200),
        // Compared with each other.
        format!("<a {attributes}>x</a>"),
        // Each put before all of the others.
        format!("<table>{}", "<x></x>".repeat(30_000)),
        // Each line behind fifty marks.
        format!("{}{}", "<blockquote>".repeat(25), "a<br>".repeat(20_000)),
    ] {
        assert_eq!(html_to_markdown(&html), None, "{html:.60}");
    }
}

#[test]
fn a_large_ordinary_mail_is_still_read() {
    let row = "<tr><td style=\"padding:4px\">Item</td><td>12.00</td></tr>";
    let paragraph = format!("<p>{}</p>", "Many words of a long mail. ".repeat(40));
    let html = format!("{}<table>{}</table>", paragraph.repeat(60), row.repeat(2_000));
    assert!(html_to_markdown(&html).is_some_and(|text| text.contains("Item")));
    let long = format!("<pre>{}</pre>", "one long text without a tag ".repeat(5_000));
    assert!(html_to_markdown(&long).is_some());
    let quoted = format!("<p>a</p><div class=gmail_quote>{}", "<blockquote>".repeat(60));
    assert_eq!(html_to_markdown(&quoted).as_deref(), Some("a"), "what is cut may be deep");
}

#[test]
fn nothing_that_runs_or_hides_reaches_the_customer() {
    for (html, expected) in [
        ("<a href=\"javascript:x()\">click</a>", "click"),
        ("<a href=' JaVa\tScript:x()'>click</a>", "click"),
        ("<p>a</p><img src='data:image/png;base64,AAAA'>", "a"),
        ("<p>a</p><noscript><img src=x></noscript><iframe><b>b</b></iframe>", "a"),
    ] {
        let message = json!({ "id": "1", "type": "MESSAGE", "richText": html });
        let message = serde_json::from_value(message).unwrap();
        let text = reply_text(&message, Some(Channel::Web), None);
        assert!(text == expected || text == format!("{expected}\n\n![](x)"), "{html}: {text}");
    }
}

#[test]
fn a_subject_is_one_line_for_every_program() {
    assert_eq!(subject(Some("\u{b}one\rtwo"), "", ""), "one");
    assert_eq!(subject(None, "Ann\nLee\u{1b}", "Email"), "Email conversation with Ann Lee");
}

#[test]
fn an_error_quotes_no_value_and_is_short() {
    let notes = |data: Value| {
        let notes = Notes::default();
        let error = Envelope::read::<Closed>(&data, &notes).err();
        let error = error.map(|error| error.to_string());
        notes.into_list().into_iter().chain(error).collect::<Vec<_>>().concat()
    };
    let note = notes(json!({ "conversation_id": "s", "user_sentiment": "a`, expected `b" }));
    assert_eq!(note, "data.user_sentiment: not a known value, left out");
    let note = notes(json!({ "conversation_id": "s", "summary": [3_051_234_567_u32] }));
    assert_eq!(note, "data.summary: not a text, left out");
    let long = "x".repeat(1_000_000);
    assert!(notes(json!({ "conversation_id": long })).len() < 400);
}

#[test]
fn half_a_document_and_two_are_refused() {
    assert!(from_text::<u8>("1 2").is_err());
    assert!(from_text::<u8>(" 1 ").is_ok());
}

#[test]
fn an_event_without_a_conversation_is_still_one() {
    let event = json!({ "event": "conversation.closed", "organization_id": "acme", "data": [] });
    assert_eq!(Envelope::from_value(&event).unwrap().data.len(), 1);
}
