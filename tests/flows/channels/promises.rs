//! Messages of OpenCX are shown in HubSpot: in their order, once, and without an echo.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{ChannelBehaviour, Fault, FaultKind, RepeatAnswer};
use serde_json::{Value, json};
use tests::Bridge;

use super::{at, only_thread, published, said, session_of_ann, shown, start};

fn reason(record: &bridge_domain::outcome::OutcomeRecord) -> Option<&str> {
    record.reason.as_deref()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_shown_in_its_order_and_once() {
    let bridge = start("always").await;
    let session = session_of_ann(&bridge);
    for (kind, id, text, second) in [
        ("contact", "m-1", "Where is my parcel?", 1),
        ("ai", "m-2", "It is **on its way**.", 2),
        ("contact", "m-3", "And the second one?", 3),
        ("agent", "m-4", "It comes tomorrow.", 4),
    ] {
        let record = published(&bridge, &said(kind, &session, id, text, second)).await;
        assert_eq!((record.outcome, record.hubspot_calls), (Outcome::Applied, 1), "{record:?}");
    }
    let mut again = said("contact", &session, "m-3", "And the second one?", 3);
    again["event_id"] = "again".into();
    bridge.event(&again).await;
    bridge.quiet().await;
    let thread = only_thread(&bridge);
    assert_eq!(
        shown(&bridge, &thread.id),
        [
            "> Where is my parcel?",
            "< It is on its way.",
            "> And the second one?",
            "< It comes tomorrow."
        ]
    );
    let messages = bridge.portal().messages(&thread.id);
    assert!(messages[1].rich_text().unwrap().contains("<strong>on its way</strong>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_in_a_row_are_shown_in_their_order_though_the_first_meets_trouble() {
    let bridge = start("always").await;
    let session = session_of_ann(&bridge);
    let kind = FaultKind::Status { status: 503, retry_after: None };
    let path_contains = "/custom-channels/".to_owned();
    bridge.portal().fail(Fault { method: Some("POST".into()), path_contains, times: 4, kind });
    bridge.event(&said("contact", &session, "m-1", "Hello", 1)).await;
    bridge.event(&said("contact", &session, "m-2", "My parcel is late.", 2)).await;
    published(&bridge, &said("contact", &session, "m-3", "Where is it?", 3)).await;
    let thread = only_thread(&bridge).id;
    assert_eq!(shown(&bridge, &thread), ["> Hello", "> My parcel is late.", "> Where is it?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_sent_again_and_shows_once() {
    for repeat in [RepeatAnswer::Message, RepeatAnswer::Conflict] {
        let bridge = start("always").await;
        bridge.portal().set_channel_behaviour(ChannelBehaviour { repeat, ..Default::default() });
        // A repeat that is answered with a conflict is found by its contact.
        let session = session_of_ann(&bridge);
        let started = json!({ "event": "conversation.started", "organization_id": "acme",
            "data": { "conversation_id": session, "channel": "whatsapp",
                "contact": { "name": "Ann Lee", "phone_number": super::PHONE } } });
        bridge.event(&started).await;
        bridge.outcome_of("contact-sync").await;
        for (id, text, kind) in [
            ("m-1", "Hello", FaultKind::DropAfterEffect),
            ("m-2", "Anybody there?", FaultKind::Malformed),
            ("m-3", "Hello?", FaultKind::Status { status: 503, retry_after: None }),
        ] {
            let path_contains = "/custom-channels/".to_owned();
            let fault = Fault { method: Some("POST".into()), path_contains, times: 2, kind };
            bridge.portal().fail(fault);
            let record = published(&bridge, &said("contact", &session, id, text, 1)).await;
            assert_eq!(record.outcome, Outcome::Applied, "{repeat:?} {record:?}");
        }
        let thread = only_thread(&bridge);
        let expected = ["> Hello", "> Anybody there?", "> Hello?"];
        assert_eq!(shown(&bridge, &thread.id), expected, "{repeat:?}");
        // The thread is known all the same: a rep's answer in it reaches the customer.
        bridge.portal().rep_replies(&thread.id, super::REP, "Yes", None).unwrap();
        bridge.outcome_of("channel-reply").await;
        assert_eq!(super::got(&bridge, &session), ["Yes"], "{repeat:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bridge_published_never_comes_back_as_news() {
    let bridge = start("always").await;
    bridge.portal().set_channel_behaviour(ChannelBehaviour {
        echo_published: true,
        ..ChannelBehaviour::default()
    });
    let session = session_of_ann(&bridge);
    published(&bridge, &said("contact", &session, "m-1", "Hello", 1)).await;
    published(&bridge, &said("ai", &session, "m-2", "Hi, Ann.", 2)).await;
    published(&bridge, &said("agent", &session, "m-3", "Let me look.", 3)).await;
    bridge.quiet().await;
    let before = bridge.opencx().session(&session).unwrap().history.len();
    for record in bridge.outcomes().await {
        let reason = reason(&record).unwrap_or_default();
        match record.function.as_str() {
            "channel-reply" => assert_eq!(reason, "own_message", "{record:?}"),
            "reply-sync" => {
                assert!(["channel_message", "own_message"].contains(&reason), "{record:?}");
            }
            _ => {}
        }
    }
    assert_eq!(bridge.opencx().session(&session).unwrap().history.len(), before);
    assert_eq!(bridge.opencx().sessions().len(), 1, "no other session was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rep_s_reply_that_opencx_tells_of_is_not_shown_again() {
    let bridge = start("always").await;
    let session = session_of_ann(&bridge);
    published(&bridge, &said("contact", &session, "m-1", "Hello", 1)).await;
    let thread = only_thread(&bridge).id;
    bridge.portal().rep_replies(&thread, super::REP, "It comes tomorrow.", None).unwrap();
    bridge.outcome_of("channel-reply").await;
    // OpenCX tells of it as of any agent's words, now and under an id of its own.
    let mut told = said("agent", &session, "m-2", "It comes tomorrow.", 2);
    told["data"]["timestamp"] = Value::Null;
    let record = published(&bridge, &told).await;
    assert_eq!(reason(&record), Some("own_message"));
    let record = published(&bridge, &said("agent", &session, "m-3", "Anything else?", 3)).await;
    assert_eq!(record.outcome, Outcome::Applied);
    let expected = ["> Hello", "< It comes tomorrow.", "< Anything else?"];
    assert_eq!(shown(&bridge, &thread), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_not_listed_is_left_alone() {
    let bridge = start("always").await;
    for channel in ["email", "phone", "instagram"] {
        let mut event = said("contact", "s-1", channel, "Hello", 1);
        event["data"]["channel"] = channel.into();
        assert_eq!(reason(&published(&bridge, &event).await), Some("no_channel"), "{channel}");
    }
    let mut empty = said("ai", "s-1", "empty", " ", 1);
    empty["data"]["attachments"] = json!([]);
    assert_eq!(reason(&published(&bridge, &empty).await), Some("empty_message"));
    assert!(bridge.portal().threads().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_channels_no_message_is_queued() {
    let bridge = Bridge::start().await;
    let url = bridge.url("/local/opencx-events");
    for (event, status) in [
        (said("contact", "s-1", "m-1", "Hello", 1), 400),
        (said("agent", "s-1", "m-2", "Hello", 2), 400),
        (said("ai", "s-1", "m-3", "Hello", 3), 202),
    ] {
        let answer = bridge.http.post(&url).json(&event).send().await.unwrap();
        assert_eq!(answer.status(), status, "{event}");
    }
    bridge.quiet().await;
    let functions: Vec<_> = bridge.outcomes().await.into_iter().map(|one| one.function).collect();
    assert_eq!(functions, ["ai-reply"]);
    assert!(at(61).contains(":01:01"));
}
