//! Messages both ways: what of them arrives, in which form, and what it costs.

use hubspot_sim::{Attachment, Channel, CustomerMessage, Message, MessageKind};
use opencx_sim::Sender;
use tests::{Bridge, ann, seen};

use super::{answers, begun, calls, heard, history};

#[tokio::test(flavor = "multi_thread")]
async fn each_message_costs_the_calls_that_it_must() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::LiveChat).await;
    assert_eq!(calls(&bridge, "reply-sync").await, (Some("own_message".to_owned()), 0), "its echo");
    assert_eq!(calls(&bridge, "ai-reply").await, (None, 2));
    portal.rep_replies(&thread, 222, "Hello from Riley", None).unwrap();
    heard(&bridge, "first", "Hello from Riley").await;
    assert_eq!(calls(&bridge, "reply-sync").await, (None, 1));
    for (owner, text, reason) in [
        (Some(111), "it is the AI's", None),
        (None, "it is nobody's", None),
        (Some(222), "it is Riley's", Some("human_owns_thread".to_owned())),
    ] {
        portal.assign(&thread, owner).unwrap();
        let message =
            portal.customer_writes(ann(Channel::LiveChat, Some(&thread), text)).unwrap().message;
        let record = bridge.outcome(text, |record| record.event_id.ends_with(&message)).await;
        assert_eq!((record.reason.clone(), record.hubspot_calls), (reason.clone(), 2), "{text}");
        bridge.quiet().await;
        if reason.is_none() {
            assert_eq!(calls(&bridge, "ai-reply").await, (None, 2), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rep_who_took_the_thread_without_an_event_is_not_spoken_over() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::LiveChat).await;
    portal.assign(&thread, Some(111)).unwrap();
    bridge.quiet().await;
    let url = bridge.url(&bridge_local::demo::webhook_path());
    portal.set_webhook_url(None);
    portal.assign(&thread, Some(222)).unwrap();
    portal.set_webhook_url(Some(url));
    let message = portal
        .customer_writes(ann(Channel::LiveChat, Some(&thread), "for Riley only"))
        .unwrap()
        .message;
    let record = bridge.outcome("its outcome", |record| record.event_id.ends_with(&message)).await;
    assert_eq!(record.reason.as_deref(), Some("human_owns_thread"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_the_moment_decides_whether_the_ai_hears_a_message() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::LiveChat).await;
    // No event tells the bridge of an owner.
    for (at, (owner, is_heard)) in
        [(Some(333), false), (Some(111), true), (Some(222), false), (None, true)]
            .into_iter()
            .enumerate()
    {
        bridge.quiet().await;
        let url = bridge.url(&bridge_local::demo::webhook_path());
        portal.set_webhook_url(None);
        portal.assign(&thread, owner).unwrap();
        portal.set_webhook_url(Some(url));
        let text = format!("message {at}");
        let sent = portal.customer_writes(ann(Channel::LiveChat, Some(&thread), &text)).unwrap();
        let reason = super::reason_of(&bridge, &sent).await;
        assert_eq!(reason.is_none(), is_heard, "{owner:?}: {reason:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reps_rich_text_arrives_as_the_customer_should_read_it() {
    let bridge = Bridge::start().await;
    let thread = begun(&bridge, Channel::Email).await;
    let html = "<p>Hi <b>Ann</b>, see <a href=\"https://x.org/a\">this</a>.</p>\
                <div class=\"hs-signature\">Riley, Acme</div>\
                <div class=\"gmail_quote\">Ann wrote: first</div>";
    bridge.portal().rep_replies(&thread, 222, "Hi Ann, see this.", Some(html)).unwrap();
    let reply = heard(&bridge, "first", "Hi **Ann**, see [this](https://x.org/a).").await;
    assert_eq!((reply.sender, reply.name.as_deref()), (Sender::HumanAgent, Some("Riley Stone")));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_long_texts_of_a_visitor_without_email_arrive_whole() {
    let bridge = Bridge::start().await;
    let url = Some("https://files/x".to_owned());
    let file = Attachment { name: "bill.pdf".to_owned(), url, ..Attachment::default() };
    let visitor = CustomerMessage {
        channel: Channel::LiveChat,
        name: Some("Visitor Vee".to_owned()),
        text: "see the file".to_owned(),
        attachments: vec![file],
        ..CustomerMessage::default()
    };
    let thread = bridge.portal().customer_writes(visitor.clone()).unwrap().thread;
    let first = heard(&bridge, "see the file", "see the file").await;
    assert_eq!(first.attachments.len(), 1, "{first:?}");
    assert_eq!(first.attachments[0].url, "https://files/x");
    let sessions = bridge.opencx().sessions();
    assert_eq!(sessions[0].contact.name.as_deref(), Some("Visitor Vee"));
    assert_eq!(sessions[0].contact.email, None);
    let long = format!("{}the end", "a word ".repeat(4_000));
    let thread = Some(thread);
    bridge
        .portal()
        .customer_writes(CustomerMessage { thread, text: long.clone(), ..visitor })
        .unwrap();
    heard(&bridge, "see the file", &long).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_of_whom_nothing_is_known_is_heard() {
    let bridge = Bridge::start().await;
    let nobody = CustomerMessage { name: None, email: None, ..ann(Channel::LiveChat, None, "hi") };
    let thread = bridge.portal().customer_writes(nobody).unwrap().thread;
    heard(&bridge, "hi", "hi").await;
    seen("the AI's answer", || answers(&bridge, &thread).pop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_first_messages_at_once_open_one_session() {
    for channel in [Channel::LiveChat, Channel::Email] {
        let bridge = Bridge::start().await;
        let thread = bridge.portal().customer_writes(ann(channel, None, "one")).unwrap().thread;
        bridge.portal().customer_writes(ann(channel, Some(&thread), "two")).unwrap();
        heard(&bridge, "one", "two").await;
        bridge.quiet().await;
        assert_eq!(bridge.opencx().sessions().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_assist_mode_the_answer_is_a_draft_that_only_reps_see() {
    let bridge = Bridge::with_settings(|settings| settings["assist_mode"] = true.into()).await;
    let portal = bridge.portal();
    let thread = portal.customer_writes(ann(Channel::Email, None, "first")).unwrap().thread;
    portal.assign(&thread, Some(222)).unwrap();
    let draft = seen("the draft", || {
        let comment = |message: &Message| message.kind == MessageKind::Comment;
        portal.messages(&thread).into_iter().find(comment)
    })
    .await;
    bridge.quiet().await;
    assert!(draft.text().starts_with("Draft by the AI, not sent:"), "{}", draft.text());
    assert!(!draft.text().contains("**"), "{}", draft.text());
    assert!(answers(&bridge, &thread).is_empty(), "nothing went to the customer");
    let owner = portal.thread(&thread).unwrap().assigned_to;
    assert_eq!(owner.as_deref(), Some("A-222"), "the thread stays whose it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_to_several_is_signed_for_the_inboxs_own_address_once() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let mail = CustomerMessage {
        cc: vec!["boss@elsewhere.example".to_owned()],
        ..ann(Channel::Email, None, "first")
    };
    let thread = portal.customer_writes(mail.clone()).unwrap().thread;
    seen("the answer", || answers(&bridge, &thread).pop()).await;
    bridge.quiet().await;
    let again = CustomerMessage { thread: Some(thread.clone()), text: "again".into(), ..mail };
    portal.customer_writes(again).unwrap();
    seen("the second answer", || answers(&bridge, &thread).get(1).cloned()).await;
    assert_eq!(calls(&bridge, "ai-reply").await, (None, 2), "the address is remembered");
    for answer in answers(&bridge, &thread) {
        let html = answer.rich_text().unwrap();
        assert_eq!(html.matches("Acme Support").count(), 1, "{html}");
        assert_eq!(answer.subject.as_deref(), Some("Hello"));
        assert!(!answer.text().contains("**"), "the plain text is readable: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opencx_mail_carries_the_reps_words_and_the_signature_once() {
    let bridge = Bridge::start().await;
    let (portal, opencx) = (bridge.portal(), bridge.opencx());
    // The thread is there from before: the bridge is told of it by OpenCX.
    let url = bridge.url(&bridge_local::demo::webhook_path());
    portal.set_webhook_url(None);
    let thread = portal.customer_writes(ann(Channel::Email, None, "by mail")).unwrap().thread;
    portal.set_webhook_url(Some(url));
    let session = opencx
        .customer_writes(opencx_sim::ContactMessage {
            channel: opencx_sim::Channel::Email,
            contact: opencx_sim::Contact {
                email: Some("ann@example.org".into()),
                ..opencx_sim::Contact::default()
            },
            text: "by mail".into(),
            ..opencx_sim::ContactMessage::default()
        })
        .unwrap();
    let linked = opencx_sim::TicketingSystem {
        name: "hubspot".to_owned(),
        external_id: thread.clone(),
        id_type: "thread".to_owned(),
    };
    opencx.link_ticketing_system(&session, linked).unwrap();
    opencx.human_handoff(&session, "I take it").unwrap();
    bridge.outcome_of("handoff").await;
    bridge.quiet().await;
    portal.rep_comments(&thread, 222, "PRIVATE").unwrap();
    portal.rep_replies(&thread, 222, "Done.", Some("<p>Done.</p>")).unwrap();
    let delivered = seen("the mail", || {
        let sent = opencx.session(&session)?.delivered;
        sent.into_iter().find(|sent| sent.sender == Sender::HumanAgent)
    })
    .await;
    assert_eq!(delivered.text, "Done.\n\nKind regards  \n**Acme Support**");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_deliveries_in_two_names_have_one_effect_and_an_echo_has_none() {
    let bridge = Bridge::with(|options| {
        let bridge_local::environment::Source::Simulated(portal) = &mut options.hubspot else {
            return;
        };
        portal.also_message_created = true;
        portal.repeat_every = Some(1);
    })
    .await;
    let portal = bridge.portal();
    let thread = begun(&bridge, Channel::LiveChat).await;
    // The AI's own user, without any of the bridge's other marks.
    portal.rep_replies(&thread, 111, "by the AI's user", None).unwrap();
    portal.automation_writes(&thread, "B-7", "by a bot").unwrap();
    let reply = portal.rep_replies(&thread, 222, "by Riley", None).unwrap();
    let event = |name: &str| serde_json::json!({ "org": "acme", "event": name, "thread": reply.thread, "message": reply.message });
    let messages = bridge.stack().sqs().queue("messages.fifo").unwrap();
    for at in 0..10 {
        let name = ["conversation.newMessage", "conversation.messageCreated"][at % 2];
        messages
            .send(sqs_sim::NewMessage {
                body: event(name).to_string(),
                group: format!("acme:{thread}"),
                deduplication_id: format!("again-{at}"),
                attributes: std::collections::BTreeMap::default(),
            })
            .unwrap();
    }
    heard(&bridge, "first", "by Riley").await;
    bridge.quiet().await;
    let said: Vec<String> =
        history(&bridge, "first").into_iter().skip(2).map(|entry| entry.text).collect();
    assert_eq!(said, ["by Riley"]);
}
