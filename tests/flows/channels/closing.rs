//! The end of a conversation, from either side, and what comes after it.

use hubspot_sim::{ChannelBehaviour, ClosedThread, ThreadStatus};
use opencx_sim::Status;
use tests::seen;

use super::{REP, got, handed_off, handoff, opencx_tells, published, reported, said, shown, start};

fn stage_of_ticket(bridge: &tests::Bridge) -> String {
    bridge.portal().tickets()[0].get("hs_pipeline_stage").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_a_rep_closes_resolves_the_session_and_closes_the_ticket() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    opencx_tells(&bridge);
    let reply = bridge.portal().rep_replies(&thread, REP, "Goodbye.", None).unwrap();
    bridge.portal().set_thread_status(&thread, ThreadStatus::Closed).unwrap();
    seen("the end of the session", || {
        let session = bridge.opencx().session(&session)?;
        (session.status == Status::ClosedResolved).then_some(())
    })
    .await;
    assert_eq!(reported(&bridge, &thread, &reply.message).await.0, "SENT", "last words go first");
    assert_eq!(got(&bridge, &session), ["Goodbye."]);
    seen("the end of the ticket", || (stage_of_ticket(&bridge) == "4").then_some(())).await;
    bridge.quiet().await;
    assert_eq!(bridge.portal().thread(&thread).unwrap().status, ThreadStatus::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_resolved_closes_thread_and_ticket() {
    let bridge = start("handoff").await;
    let (session, thread) = handed_off(&bridge).await;
    opencx_tells(&bridge);
    bridge.opencx().resolve(&session, true).unwrap();
    bridge.outcome_of("close").await;
    bridge.quiet().await;
    assert_eq!(bridge.portal().thread(&thread).unwrap().status, ThreadStatus::Closed);
    assert_eq!(stage_of_ticket(&bridge), "4");
    let echo = bridge.outcome("the echo", |record| record.event == "conversation.propertyChange");
    assert_eq!(echo.await.reason.as_deref(), Some("own_change"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_writes_again_is_heard_whatever_hubspot_does_with_the_closed_thread() {
    for closed_thread in [ClosedThread::Reopens, ClosedThread::NewThread, ClosedThread::Refused] {
        let bridge = start("handoff").await;
        let behaviour = ChannelBehaviour { closed_thread, ..ChannelBehaviour::default() };
        bridge.portal().set_channel_behaviour(behaviour);
        let (session, thread) = handed_off(&bridge).await;
        opencx_tells(&bridge);
        bridge.opencx().resolve(&session, true).unwrap();
        bridge.outcome_of("close").await;
        bridge.quiet().await;
        bridge.opencx().set_events_url(None);
        bridge.opencx().reopen(&session).unwrap();
        published(&bridge, &said("contact", &session, "m-9", "One more thing", 90)).await;
        let present = bridge.portal().threads().pop().unwrap();
        assert_eq!(present.id == thread, closed_thread == ClosedThread::Reopens);
        assert_eq!(present.status, ThreadStatus::Open);
        assert_eq!(shown(&bridge, &present.id).last().unwrap(), "> One more thing");
        let reply = bridge.portal().rep_replies(&present.id, REP, "Yes?", None).unwrap();
        reported(&bridge, &present.id, &reply.message).await;
        assert_eq!(got(&bridge, &session), ["Yes?"], "{closed_thread:?}");
        let next = published(&bridge, &said("contact", &session, "m-10", "A human?", 95)).await;
        assert_eq!(next.hubspot_calls, 1, "{closed_thread:?}");
        assert_eq!(shown(&bridge, &present.id).last().unwrap(), "> A human?");
        let mut later = handoff(&session, 100, &[("contact", "A human?")]);
        later["event_id"] = "the-second-handoff".into();
        let record = bridge.handed_off(&later).await;
        assert_eq!(record.thread.unwrap().as_str(), present.id, "{closed_thread:?}");
        let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
        assert_eq!(ticket.get("hs_pipeline_stage"), "1", "{closed_thread:?}");
        opencx_tells(&bridge);
        bridge.portal().set_thread_status(&present.id, ThreadStatus::Closed).unwrap();
        seen("the end of the ticket", || {
            let ticket = bridge.portal().ticket(&ticket.id).unwrap();
            (ticket.get("hs_pipeline_stage") == "4").then_some(())
        })
        .await;
    }
}
