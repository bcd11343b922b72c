//! Messages that say something without a body, or more than their body.

use hubspot_sim::{Attachment, Channel, CustomerMessage, Fault, FaultKind, rejections};
use tests::{Bridge, ann, eventually};

use super::{begun, heard, reason_of};

#[tokio::test(flavor = "multi_thread")]
async fn subjects_files_without_a_link_and_pictures_arrive() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::Email).await;
    let mail = |text: &str| ann(Channel::Email, Some(&thread), text);
    let file = |name: &str, url: Option<&str>| Attachment {
        name: name.to_owned(),
        url: url.map(str::to_owned),
        ..Attachment::default()
    };
    let subject = CustomerMessage { subject: Some("Please call me back".into()), ..mail("") };
    portal.customer_writes(subject).unwrap();
    heard(&bridge, "first", "Please call me back").await;
    let scan =
        CustomerMessage { attachments: vec![file("scan.pdf", None)], ..mail("See the scan") };
    portal.customer_writes(scan).unwrap();
    heard(&bridge, "first", "See the scan\n[file without a link: scan.pdf]").await;
    let picture = CustomerMessage {
        html: Some("<p>Broken <img src=\"https://files.example/broken.png\"></p>".into()),
        attachments: vec![file("bill.pdf", Some("https://files.example/bill.pdf"))],
        ..mail("Broken")
    };
    portal.customer_writes(picture).unwrap();
    let sent = eventually("the picture", || async {
        let calls = bridge.opencx().calls();
        calls.into_iter().find_map(|call| {
            let body = call.body?;
            (body["message"]["text"] == "Broken").then(|| body["message"]["attachments"].clone())
        })
    })
    .await;
    let links: Vec<_> = sent.as_array().unwrap().iter().map(|one| one["url"].clone()).collect();
    assert_eq!(links, ["https://files.example/bill.pdf", "https://files.example/broken.png"]);
    assert_eq!(sent[1]["mime_type"], "image/png");
    let blank = CustomerMessage { subject: Some("Is it broken?".into()), ..mail("\u{a0}\n ") };
    portal.customer_writes(blank).unwrap();
    heard(&bridge, "first", "Is it broken?").await;
    let files = vec![file("photo.jpg", None), file("bill.txt", Some(""))];
    let files = CustomerMessage { subject: None, attachments: files, ..mail("") };
    portal.customer_writes(files).unwrap();
    heard(&bridge, "first", "[file without a link: photo.jpg]\n[file without a link: bill.txt]")
        .await;
    let only_picture = CustomerMessage {
        html: Some("<img alt=\"\" src='https://files.example/only.png'>".into()),
        subject: None,
        ..mail("")
    };
    let only_picture = portal.customer_writes(only_picture).unwrap();
    assert_eq!(reason_of(&bridge, &only_picture).await, None);
    let nothing = CustomerMessage { subject: None, ..mail(" ") };
    let nothing = portal.customer_writes(nothing).unwrap();
    assert_eq!(reason_of(&bridge, &nothing).await.as_deref(), Some("empty_message"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_text_whose_original_is_gone_is_passed_on_as_it_is() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::LiveChat).await;
    let status = |status| FaultKind::Status { status, retry_after: None };
    let nothing = rejections::answer(200, serde_json::json!({ "text": null, "richText": 5 }));
    for (at, kind) in [status(404), status(403), status(410), nothing].into_iter().enumerate() {
        bridge.portal().fail(Fault {
            method: Some("GET".to_owned()),
            path_contains: "original-content".to_owned(),
            times: 1,
            kind: kind.clone(),
        });
        let long = format!("{at} {}the end", "a word ".repeat(4_000));
        let sent =
            bridge.portal().customer_writes(ann(Channel::LiveChat, Some(&thread), &long)).unwrap();
        assert_eq!(reason_of(&bridge, &sent).await, None, "{kind:?}");
        let of_contact =
            |entry: &opencx_sim::HistoryMessage| entry.sender == opencx_sim::Sender::Contact;
        let last = super::history(&bridge, "first").into_iter().rfind(of_contact).unwrap();
        let begins = last.text.starts_with(&format!("{at} a word"));
        assert!(begins && !last.text.contains("the end"), "{kind:?}: {:.40}", last.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_quotes_the_ais_answer_is_heard() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::Email).await;
    let quoting = CustomerMessage {
        html: Some(
            "<div>Thanks, and my invoice?</div><blockquote><!-- OpenCX-AI-Response -->x</blockquote>"
                .into(),
        ),
        ..ann(Channel::Email, Some(&thread), "Thanks, and my invoice?")
    };
    bridge.portal().customer_writes(quoting).unwrap();
    heard(&bridge, "first", "Thanks, and my invoice?").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_counts_at_the_beginning_of_what_goes_out_and_nowhere_else() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::Email).await;
    let pasted = "\u{1f504} AI decided to handoff: is that you?";
    portal.customer_writes(ann(Channel::Email, Some(&thread), pasted)).unwrap();
    heard(&bridge, "first", pasted).await;
    bridge.quiet().await;
    portal.assign(&thread, Some(222)).unwrap();
    let quoting = "<p>Yes, Ann.</p><blockquote><!-- OpenCX-AI-Response -->the AI</blockquote>";
    let sent = portal.rep_replies(&thread, 222, "Yes, Ann.", Some(quoting)).unwrap();
    assert_eq!(reason_of(&bridge, &sent).await, None);
    let marked = "<!-- OpenCX-AI-Response --><p>by another connector</p>";
    let sent = portal.rep_replies(&thread, 222, "by another connector", Some(marked)).unwrap();
    assert_eq!(reason_of(&bridge, &sent).await.as_deref(), Some("ai_marker"));
}
