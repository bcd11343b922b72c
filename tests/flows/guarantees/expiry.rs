//! Nothing grows without bound: everything in the table expires, and what has expired is
//! as if it had never been.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bridge_domain::outcome::{Outcome, OutcomeRecord};
use bridge_store::{
    Claim, Key, LIFETIME, SessionLink, TTL, ThreadLink, TicketLink, now_ms, ttl_after,
};
use hubspot_sim::{Channel, ObjectKind, Property};
use opencx_sim::Sender;
use serde_json::json;
use tests::{Bridge, ann, handoff_event, seen};

const DAY: Duration = Duration::from_hours(24);

/// The time for which these tests remember a closed conversation.
const DAYS: u32 = 45;

type Item = BTreeMap<String, AttributeValue>;

async fn start() -> Bridge {
    Bridge::with_settings(|settings| settings["forget_closed_after_days"] = DAYS.into()).await
}

async fn items(bridge: &Bridge) -> Vec<Item> {
    let (environment, clients) = bridge.stack().environment();
    let scan = clients.dynamodb.scan().table_name(environment.table).into_paginator().items();
    let items = scan.send().collect::<Result<Vec<_>, _>>().await.unwrap();
    items.into_iter().map(|item| item.into_iter().collect()).collect()
}

/// Lets an item expire at another time: epoch seconds.
async fn expire(bridge: &Bridge, item: &Item, at: u64) {
    let (environment, clients) = bridge.stack().environment();
    let change = clients.dynamodb.update_item().table_name(environment.table);
    let change = change.key("pk", item["pk"].clone()).key("sk", item["sk"].clone());
    let change = change.update_expression("SET #ttl = :at").expression_attribute_names("#ttl", TTL);
    let at = AttributeValue::N(at.to_string());
    change.expression_attribute_values(":at", at).send().await.unwrap();
}

/// Lets everything expire that is known of conversations, at this moment.
async fn expire_links(bridge: &Bridge, at: u64) {
    for item in items(bridge).await {
        let kind = kind(&item);
        if ["THREAD", "SESSION", "TICKET", "CUSTOMER", "CONTACT"].contains(&&*kind) {
            expire(bridge, &item, at).await;
        }
    }
}

fn kind(item: &Item) -> String {
    let pk = item["pk"].as_s().unwrap();
    pk.split('#').next().unwrap().to_owned()
}

fn a_second_ago() -> u64 {
    now_ms() / 1000 - 1
}

/// The days that are left, rounded.
fn days(ttl: Option<u64>) -> u64 {
    let left = ttl.expect("it expires").saturating_sub(now_ms() / 1000);
    (left + DAY.as_secs() / 2) / DAY.as_secs()
}

/// A chat of Ann's, with the session and the ticket that it got.
struct Chat {
    thread: String,
    session: String,
    ticket: String,
}

impl Chat {
    async fn handed_off(bridge: &Bridge) -> Self {
        let message = ann(Channel::LiveChat, None, "Where is my order? A human, please.");
        let thread = bridge.portal().customer_writes(message).unwrap().thread;
        let handoff = bridge.outcome_of("handoff").await;
        assert_eq!(handoff.outcome, Outcome::Applied, "{handoff:?}");
        bridge.quiet().await;
        let (session, ticket) = (handoff.session.unwrap(), handoff.ticket.unwrap());
        Self { thread, session: session.to_string(), ticket: ticket.to_string() }
    }

    /// The rep gives the thread back, and Ann's thanks resolve the conversation.
    async fn resolved(&self, bridge: &Bridge) {
        bridge.portal().assign(&self.thread, Some(111)).unwrap();
        bridge.quiet().await;
        self.writes(bridge, "Thanks, solved!");
        let close = bridge.outcome_of("close").await;
        assert_eq!(close.outcome, Outcome::Applied, "{close:?}");
        bridge.quiet().await;
    }

    fn writes(&self, bridge: &Bridge, text: &str) {
        bridge.portal().customer_writes(ann(Channel::LiveChat, Some(&self.thread), text)).unwrap();
    }

    /// Returns the days for which the session, the thread and the ticket are remembered yet.
    async fn days(&self, bridge: &Bridge) -> [u64; 3] {
        let (table, org) = (bridge.stack().table(), &"acme".into());
        let session = Key::session(org, &self.session.as_str().into());
        let session: SessionLink = table.get(&session).await.unwrap().unwrap();
        let thread = Key::thread(org, &self.thread.as_str().into());
        let thread: ThreadLink = table.get(&thread).await.unwrap().unwrap();
        let ticket = Key::ticket(org, &self.ticket.as_str().into());
        let ticket: TicketLink = table.get(&ticket).await.unwrap().unwrap();
        [session.ttl, thread.ttl, ticket.ttl].map(days)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_conversation_is_remembered_for_its_days_and_one_that_goes_on_for_long() {
    let bridge = start().await;
    let chat = Chat::handed_off(&bridge).await;
    assert_eq!(chat.days(&bridge).await, [400; 3]);
    chat.resolved(&bridge).await;
    assert_eq!(chat.days(&bridge).await, [45; 3]);
    // What a rep does to the closed ticket does not bring the conversation back.
    bridge.portal().set_property(&chat.ticket, "hs_ticket_priority", "LOW", 222).unwrap();
    bridge.portal().assign(&chat.thread, Some(222)).unwrap();
    // Of two changes in the same millisecond nobody knows which was the last.
    bridge.quiet().await;
    bridge.portal().assign(&chat.thread, Some(111)).unwrap();
    bridge.quiet().await;
    assert_eq!(chat.days(&bridge).await, [45; 3]);
    chat.writes(&bridge, "One more thing.");
    seen("her words in the same session", || {
        let history = bridge.opencx().session(&chat.session)?.history;
        history.into_iter().find(|entry| entry.text == "One more thing.")
    })
    .await;
    bridge.quiet().await;
    assert_eq!(chat.days(&bridge).await, [400, 400, 45], "it goes on; its ticket stays closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_that_reopens_a_conversation_makes_it_live_long() {
    let bridge = start().await;
    let handed_off = bridge.handed_off(&handoff_event("s-1")).await;
    let close = json!({ "event": "conversation.closed", "event_id": "c-1",
        "organization_id": "acme", "data": { "conversation_id": "s-1",
        "timestamp": "2026-11-21T21:30:00Z", "resolution_status": "resolved" } });
    bridge.event(&close).await;
    let close = bridge.outcome_of("close").await;
    assert_eq!((close.outcome, &close.ticket), (Outcome::Applied, &handed_off.ticket));
    let ttl = async || {
        let key = Key::session(&"acme".into(), &"s-1".into());
        let link: Option<SessionLink> = bridge.stack().table().get(&key).await.unwrap();
        days(link.unwrap().ttl)
    };
    assert_eq!(ttl().await, 45);
    let mut again = handoff_event("s-1");
    again["event_id"] = "again".into();
    let again = bridge.handed_off(&again).await;
    assert_eq!(ttl().await, 400);
    let key = Key::ticket(&"acme".into(), &again.ticket.unwrap());
    let ticket: Option<TicketLink> = bridge.stack().table().get(&key).await.unwrap();
    assert_eq!(days(ticket.unwrap().ttl), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_in_use_is_renewed_though_nothing_changes() {
    let bridge = start().await;
    let chat = Chat::handed_off(&bridge).await;
    expire_links(&bridge, ttl_after(LIFETIME.saturating_sub(DAY * 60))).await;
    bridge.portal().rep_replies(&chat.thread, 222, "It is on its way.", None).unwrap();
    bridge.quiet().await;
    let [session, thread, _] = chat.days(&bridge).await;
    assert_eq!([session, thread], [400; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_conversation_leaves_expires() {
    let bridge = start().await;
    let property = Property::text(ObjectKind::Ticket, "order_number");
    bridge.portal().define_property(ObjectKind::Ticket, property).unwrap();
    let chat = Chat::handed_off(&bridge).await;
    bridge.portal().rep_comments(&chat.thread, 222, "a remark").unwrap();
    bridge.portal().rep_replies(&chat.thread, 222, "a reply", None).unwrap();
    bridge.portal().set_property(&chat.ticket, "order_number", "4711", 222).unwrap();
    chat.resolved(&bridge).await;
    bridge.event(&json!({ "event": "conversation.closed", "event_id": "is parked" })).await;
    bridge.quiet().await;
    let items = items(&bridge).await;
    let kinds: BTreeSet<String> = items.iter().map(kind).collect();
    let all = [
        "ACTIVITY", "BUDGET", "CONTACT", "CUSTOMER", "EVENT", "ORG", "ORGS", "PARKED", "PORTAL",
        "SALT", "SESSION", "THREAD", "TICKET",
    ];
    assert_eq!(kinds, all.map(str::to_owned).into(), "nothing else is kept");
    let for_good: BTreeSet<_> = items
        .iter()
        .filter(|item| item.get(TTL).is_none_or(|ttl| ttl.as_n().is_err()))
        .map(|item| (item["pk"].as_s().unwrap().as_str(), item["sk"].as_s().unwrap().as_str()))
        .collect();
    let expected = [
        ("ACTIVITY#acme", "ACTIVITY"),
        ("ORG#acme", "SETTINGS"),
        ("ORGS", "LIST"),
        ("SALT#acme", "SALT"),
    ];
    assert_eq!(for_good, expected.into(), "three items an organisation are kept for good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_writes_in_a_thread_that_is_forgotten_gets_a_new_session() {
    let bridge = start().await;
    let chat = Chat::handed_off(&bridge).await;
    expire_links(&bridge, a_second_ago()).await;
    bridge.portal().assign(&chat.thread, Some(111)).unwrap();
    bridge.quiet().await;
    chat.writes(&bridge, "Hello again!");
    let new = seen("a new session", || {
        let mut all = bridge.opencx().sessions().into_iter();
        all.find(|session| session.history.iter().any(|entry| entry.text == "Hello again!"))
    })
    .await;
    bridge.quiet().await;
    assert_ne!(new.id, chat.session);
    let heard = bridge.opencx().session(&new.id).unwrap().history;
    let by = |who: Sender| heard.iter().filter(move |entry| entry.sender == who).count();
    assert_eq!((by(Sender::Contact), by(Sender::Ai)), (1, 1), "and nothing of the old one");
    let shown = bridge.portal().messages(&chat.thread);
    let after = shown.iter().skip_while(|message| message.text() != "Hello again!");
    let by_ai = after.filter(|message| message.sender() == Some("A-111")).count();
    assert_eq!(by_ai, 1, "the AI answers in the thread, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_of_a_forgotten_session_does_not_land_on_its_old_ticket() {
    let bridge = start().await;
    bridge.portal().set_webhook_url(None);
    let old = bridge.handed_off(&handoff_event("s-1")).await.ticket.unwrap().to_string();
    bridge.portal().set_property(&old, "hs_pipeline_stage", "4", 222).unwrap();
    bridge.portal().backdate(ObjectKind::Ticket, &old, "2026-01-01T00:00:00.000Z").unwrap();
    let before = bridge.portal().ticket(&old).unwrap();
    expire_links(&bridge, a_second_ago()).await;
    let mut again = handoff_event("s-1");
    again["event_id"] = "again".into();
    let record = bridge.handed_off(&again).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    let new = record.ticket.unwrap().to_string();
    assert_ne!(new, old, "a ticket closed long ago is not found");
    let tickets = bridge.tickets_of("ann@example.org");
    assert_eq!(tickets.len(), 2, "for the same contact");
    let content = bridge.portal().ticket(&new).unwrap();
    assert!(content.get("content").contains("Wants a refund."));
    assert_eq!(bridge.portal().ticket(&old).unwrap().get("content"), before.get("content"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_expired_item_comes_back() {
    let bridge = start().await;
    let table = bridge.stack().table();
    let org = "acme".into();
    let key = Key::thread(&org, &"7".into());
    let link = ThreadLink { session: Some("s-1".into()), ..ThreadLink::default() };
    table.merge(&key, &link).await.unwrap();
    let known: ThreadLink = table.get(&key).await.unwrap().unwrap();
    assert_eq!(known.session, link.session);
    expire_links(&bridge, a_second_ago()).await;
    table.merge(&key, &ThreadLink { channel: None, ..ThreadLink::default() }).await.unwrap();
    let anew: ThreadLink = table.get(&key).await.unwrap().unwrap();
    assert_eq!((anew.session, days(anew.ttl)), (None, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_has_expired_is_as_if_it_had_never_been() {
    let bridge = start().await;
    let table = bridge.stack().table();
    let claim = async || table.claim(Key::event("handoff", "acme", "e"), DAY).await.unwrap();
    let Claim::Free(mut first) = claim().await else { panic!("it is new") };
    let record = OutcomeRecord::of("handoff", Some(&"acme".into()), "e", "e");
    table.finish(&mut first, &record).await.unwrap();
    assert!(matches!(claim().await, Claim::Completed));
    for item in items(&bridge).await.iter().filter(|item| kind(item) == "EVENT") {
        expire(&bridge, item, a_second_ago()).await;
    }
    assert!(matches!(claim().await, Claim::Free(_)));
    assert!(matches!(claim().await, Claim::InProgress));
    assert!(bridge.outcomes().await.is_empty(), "and its outcome is gone");
}
