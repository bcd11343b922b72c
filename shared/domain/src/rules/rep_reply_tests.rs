use serde_json::json;

use super::*;

fn wrote(text: &str, html: Option<&str>) -> Message {
    let message = json!({ "id": "m", "type": "MESSAGE", "text": text, "richText": html });
    serde_json::from_value(message).unwrap()
}

fn read(html: &str, channel: Channel) -> String {
    reply_text(&wrote("the plain text", Some(html)), Some(channel), None)
}

#[test]
fn rich_text_reaches_the_customer_as_the_channel_shows_it() {
    let cases = [
        ("<p>It comes tomorrow.</p>", "It comes tomorrow.", "It comes tomorrow."),
        (
            "<p>1. of May, 5*3 #1 a_b_c [x]</p>",
            "1. of May, 5*3 #1 a_b_c [x]",
            "1. of May, 5*3 #1 a_b_c [x]",
        ),
        (
            "<p>Hi <b>Ann</b>,</p><p>see below</p>",
            "Hi **Ann**,\n\nsee below",
            "Hi Ann,\n\nsee below",
        ),
        ("<div>one</div><div>two<br>three</div>", "one\n\ntwo\nthree", "one\n\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b", "- a\n- b"),
        ("<a href=\"https://x.org\">shop</a>", "[shop](https://x.org)", "shop (https://x.org)"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c", "a <b> & c"),
        ("<style>p{}</style><script>x()</script><p>a</p>", "a", "a"),
        ("<!-- hidden --><p>a</p>", "a", "a"),
    ];
    for (html, markdown, plain) in cases {
        assert_eq!(read(html, Channel::Web), markdown, "{html}");
        assert_eq!(read(html, Channel::WhatsApp), plain, "{html}");
    }
}

#[test]
fn quoted_history_and_the_reps_own_signature_are_cut() {
    for below in [
        "<div class=\"gmail_quote\">On Monday Ann wrote:<blockquote>SECRET</blockquote></div>",
        "<div class=\"x gmail_quote gmail_quote_container\">SECRET</div>",
        "<blockquote type=\"cite\">SECRET</blockquote>",
        "<blockquote class=\"gmail_quote\">SECRET</blockquote>",
        "<div class=\"hs_reply\">SECRET</div>",
        "<div id=\"divRplyFwdMsg\">SECRET</div>",
        "<div class=\"hs-signature\">SECRET</div>",
        "<div data-hs-signature=\"true\">SECRET</div>",
        "<div class=\"gmail_signature\">SECRET</div>",
        "<p>-- <br>SECRET</p>",
        "<p>--</p><p>SECRET</p>",
    ] {
        let html = format!("<p>It comes tomorrow.</p>{below}");
        assert_eq!(read(&html, Channel::Email), "It comes tomorrow.", "{below}");
    }
    let kept = read("<p>You asked:</p><blockquote>when?</blockquote><p>Now.</p>", Channel::Email);
    assert_eq!(kept, "You asked:\n\n> when?\n\nNow.", "a rep's own quotation stays");
}

#[test]
fn without_rich_text_the_plain_text_speaks() {
    let cases = [
        ("Hello\n-- \nRiley", None, "Hello"),
        ("Hello *you*", None, "Hello *you*"),
        ("--\nnot a signature", None, "--\nnot a signature"),
        ("Hello", Some("  "), "Hello"),
        ("Hello", Some("<div class=\"gmail_quote\">all quoted</div>"), "Hello"),
    ];
    for (text, html, expected) in cases {
        assert_eq!(reply_text(&wrote(text, html), Some(Channel::Email), None), expected);
    }
}

#[test]
fn what_cannot_be_converted_safely_falls_back_to_the_plain_text() {
    let deep = "<div>".repeat(50_000) + "x";
    let never_closed = "<div></x>".repeat(20_000) + "x";
    let formatted = "<p><b a=1><i>x</p>".repeat(10_000);
    let closed = format!("{}x{}", "<div>".repeat(300), "</div>".repeat(300));
    let long = "x".repeat(2 * 1024 * 1024);
    for html in [deep, never_closed, formatted, closed, long] {
        assert_eq!(read(&html, Channel::Web), "the plain text");
    }
}

#[test]
fn the_signature_goes_under_the_reply_once() {
    let signature = Some("<p>Kind regards<br><b>Acme</b></p>");
    let email = Some(Channel::Email);
    let signed = reply_text(&wrote("", Some("<p>Hello</p>")), email, signature);
    assert_eq!(signed, "Hello\n\nKind regards  \n**Acme**");
    let again = reply_text(&wrote(&signed, None), email, signature);
    assert_eq!(again, signed);
}
