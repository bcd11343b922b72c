//! The main path of each function, as customer, rep and HubSpot see it.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, Direction, MessageKind, ObjectKind, Property};
use opencx_sim::Sender;
use tests::{Bridge, ann, handoff_event, seen};

/// Ann's first message, read by the AI; her thread and session.
async fn first_message(bridge: &Bridge, channel: Channel) -> (String, String) {
    let sent = bridge.portal().customer_writes(ann(channel, None, "Where is my order?")).unwrap();
    let session = seen("a session with her message", || {
        let heard = |session: &opencx_sim::SessionView| {
            session.history.first().is_some_and(|entry| entry.text == "Where is my order?")
        };
        bridge.opencx().sessions().into_iter().find(heard)
    })
    .await;
    (sent.thread, session.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_message_reaches_the_ai_and_its_answer_the_thread() {
    for (channel, signed) in [(Channel::Email, true), (Channel::LiveChat, false)] {
        let bridge = Bridge::start().await;
        let (thread, session) = first_message(&bridge, channel).await;
        let answer = seen("the AI's answer", || {
            let outgoing =
                |message: &hubspot_sim::Message| message.direction() == Some(Direction::Outgoing);
            bridge.portal().messages(&thread).into_iter().find(outgoing)
        })
        .await;
        bridge.quiet().await;
        assert_eq!(answer.sender(), Some("A-111"));
        let html = answer.rich_text().unwrap();
        assert!(html.contains("<strong>"), "{html}");
        assert_eq!(html.contains("Acme Support"), signed, "{html}");
        assert_eq!(answer.subject.is_some(), signed, "only email has a subject");
        let heard = bridge.opencx().session(&session).unwrap().history;
        assert_eq!(heard.len(), 2, "the question and the answer, and no echo: {heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reps_public_reply_reaches_the_session_and_a_comment_never_does() {
    let bridge = Bridge::start().await;
    let (thread, session) = first_message(&bridge, Channel::LiveChat).await;
    bridge.portal().rep_comments(&thread, 222, "PRIVATE remark").unwrap();
    bridge.portal().rep_replies(&thread, 222, "It comes tomorrow.", None).unwrap();
    let reply = seen("the reply in the session", || {
        let history = bridge.opencx().session(&session)?.history;
        history.into_iter().find(|entry| entry.sender == Sender::HumanAgent)
    })
    .await;
    bridge.quiet().await;
    assert_eq!(reply.text, "It comes tomorrow.");
    assert!(reply.name.is_some(), "it shows the rep's name");
    let sent = bridge.opencx().calls().into_iter().filter_map(|call| call.body);
    assert!(!sent.into_iter().any(|body| body.to_string().contains("PRIVATE")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_owner_silences_the_ai_and_giving_back_lets_it_speak() {
    let bridge = Bridge::start().await;
    let (thread, session) = first_message(&bridge, Channel::LiveChat).await;
    bridge.quiet().await;
    bridge.portal().assign(&thread, Some(222)).unwrap();
    bridge.portal().customer_writes(ann(Channel::LiveChat, Some(&thread), "for the rep")).unwrap();
    let skipped = bridge.outcome("a skipped message", |record| {
        record.reason.as_deref() == Some("human_owns_thread")
    });
    assert_eq!(skipped.await.outcome, Outcome::Skipped);
    for (owner, text) in [(Some(111), "for the AI again"), (None, "and once more")] {
        bridge.portal().assign(&thread, owner).unwrap();
        bridge.portal().customer_writes(ann(Channel::LiveChat, Some(&thread), text)).unwrap();
        seen("the message in the session", || {
            let history = bridge.opencx().session(&session)?.history;
            history.into_iter().find(|entry| entry.text == text)
        })
        .await;
    }
    let history = bridge.opencx().session(&session).unwrap().history;
    assert!(!history.iter().any(|entry| entry.text == "for the rep"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_gives_the_rep_everything() {
    let bridge = Bridge::start().await;
    let (thread, session) = first_message(&bridge, Channel::Email).await;
    bridge.quiet().await;
    bridge
        .portal()
        .customer_writes(ann(Channel::Email, Some(&thread), "A human, please!"))
        .unwrap();
    let record = bridge.outcome_of("handoff").await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    bridge.quiet().await;
    let tickets = bridge.portal().tickets();
    let [ticket] = tickets.as_slice() else { panic!("one ticket, not {tickets:?}") };
    assert_eq!(record.ticket.unwrap().as_str(), ticket.id);
    assert_eq!(ticket.get("opencx_session_id"), session);
    assert_eq!(ticket.get("opencx_tags"), "opencx_handedoff");
    assert_eq!(ticket.get("hubspot_owner_id"), "70222", "the owner id, not the user id");
    assert!(ticket.get("content").contains("Where is my order?"));
    let contacts = bridge.portal().contacts();
    assert_eq!(ticket.contacts, [contacts[0].id.clone()], "her own contact");
    let comments: Vec<_> = bridge
        .portal()
        .messages(&thread)
        .into_iter()
        .filter(|message| message.kind == MessageKind::Comment)
        .collect();
    assert_eq!(comments.len(), 1);
    assert!(comments[0].text().starts_with("🔄 AI decided to handoff"));
    assert!(comments[0].text().contains(&session), "{}", comments[0].text());
    assert_eq!(bridge.portal().thread(&thread).unwrap().assigned_to.as_deref(), Some("A-222"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolved_conversation_closes_its_ticket_after_the_delay() {
    let delay = std::time::Duration::from_secs(1);
    let bridge = Bridge::with(|options| options.close_delay = delay).await;
    bridge.event(&handoff_event("s-1")).await;
    bridge.outcome_of("handoff").await;
    let closed = serde_json::json!({ "event": "conversation.closed", "organization_id": "acme",
        "data": { "conversation_id": "s-1", "resolution_status": "resolved", "summary": "All good." } });
    let sent = tokio::time::Instant::now();
    bridge.event(&closed).await;
    let ticket = seen("a closed ticket", || {
        bridge.portal().tickets().into_iter().find(|ticket| ticket.get("hs_pipeline_stage") == "4")
    })
    .await;
    assert!(sent.elapsed() >= delay, "closed after {:?}", sent.elapsed());
    assert!(ticket.get("content").starts_with("Wants a refund."), "what was there stays");
    assert!(ticket.get("content").contains("All good."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_property_reaches_the_session_and_the_bridges_own_change_does_not() {
    let bridge = Bridge::start().await;
    let property = |name| Property::text(ObjectKind::Ticket, name);
    bridge.portal().define_property(ObjectKind::Ticket, property("order_number")).unwrap();
    // Mail proves the address; to a session that proves none nothing flows.
    let (thread, session) = first_message(&bridge, Channel::Email).await;
    bridge.quiet().await;
    bridge.portal().customer_writes(ann(Channel::Email, Some(&thread), "human!")).unwrap();
    let ticket = bridge.outcome_of("handoff").await.ticket.unwrap();
    bridge.quiet().await;
    let own =
        bridge.outcomes().await.into_iter().filter(|record| record.function == "property-sync");
    for record in own {
        assert_eq!(record.reason.as_deref(), Some("own_change"), "{record:?}");
    }
    bridge.portal().set_property(ticket.as_str(), "order_number", "4711", 222).unwrap();
    seen("the order number in the session", || {
        let data = bridge.opencx().session(&session)?.custom_data;
        (data.get("order_id")?.as_str() == Some("4711")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_contact_is_linked_or_made_once() {
    let bridge = Bridge::start().await;
    let known =
        bridge.portal().seed_contact(&[("email", "ann@example.org"), ("firstname", "A.")]).unwrap();
    let customer = |email: &str| opencx_sim::ContactMessage {
        channel: opencx_sim::Channel::Whatsapp,
        contact: opencx_sim::Contact {
            email: Some(email.into()),
            name: Some("Ann Lee".into()),
            ..Default::default()
        },
        text: "hi".into(),
        ..Default::default()
    };
    bridge.opencx().customer_writes(customer("ann@example.org")).unwrap();
    bridge.opencx().customer_writes(customer("ben@example.org")).unwrap();
    seen("both linked", || {
        let linked =
            |contact: &opencx_sim::Contact| contact.custom_data.contains_key("hubspot_contact_id");
        (bridge.opencx().contacts().iter().filter(|contact| linked(contact)).count() == 2)
            .then_some(())
    })
    .await;
    let contacts = bridge.portal().contacts();
    assert_eq!(contacts.len(), 2, "Ann was there, Ben was made: {contacts:?}");
    let ann = contacts.iter().find(|contact| contact.id == known).unwrap();
    assert_eq!(ann.get("firstname"), "A.", "an existing contact is never changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_crm_record_is_served() {
    let bridge = Bridge::start().await;
    let portal = bridge.portal();
    let contact = portal
        .seed_contact(&[
            ("email", "ann@example.org"),
            ("firstname", "Ann"),
            ("lastname", "Lee"),
            ("hubspot_owner_id", "70222"),
        ])
        .unwrap();
    let company = portal.seed_company(&[("name", "Acme Ltd"), ("domain", "acme.com")]).unwrap();
    let deal = portal
        .seed_deal(&[("dealname", "Big one"), ("dealstage", "closedwon"), ("amount", "1200.5")])
        .unwrap();
    for other in [(ObjectKind::Company, company.as_str()), (ObjectKind::Deal, deal.as_str())] {
        portal.associate((ObjectKind::Contact, contact.as_str()), other).unwrap();
    }
    let url = bridge.url("/orgs/acme/crm-context?email=ann%40example.org");
    let answer: serde_json::Value =
        bridge.http.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["contact"]["name"], "Ann Lee", "{answer}");
    assert_eq!(answer["company"]["name"], "Acme Ltd");
    assert_eq!(answer["deals"][0]["amount"], 1200.5);
    assert_eq!(answer["deals"][0]["state"], "closed");
    for (query, status) in [("?email=nobody@example.org", 404), ("", 400)] {
        let url = bridge.url(&format!("/orgs/acme/crm-context{query}"));
        assert_eq!(bridge.http.get(url).send().await.unwrap().status(), status, "{query}");
    }
}
