//! An erased person leaves no trace in the table and on the queues, and nobody else loses anything.

use bridge_domain::outcome::Outcome;
use bridge_store::Queue;
use hubspot_sim::{Channel, CustomerMessage, Fault, FaultKind, ObjectKind, Property};
use serde_json::{Value, json};
use tests::{Bridge, ann, handoff_event, handoff_on, with};

use crate::operator::ctl;

/// Words of the person, each from another place of their history.
const TRACES: [&str; 11] = [
    "zoe@example.org",
    "15112345678",
    "zoë",
    "zebra",
    "friend@example.org",
    "orchid order",
    "tulip",
    "violet",
    "marigold",
    "saffron",
    "crocus",
];

/// A whole history of a person: mail thread with a copy to a friend, session, handoff, ticket,
/// properties of both sides, a chat, events that are parked; and another customer's beside it.
struct History {
    bridge: Bridge,
    contact: String,
    thread: String,
    others_thread: String,
}

fn zoe() -> CustomerMessage {
    CustomerMessage {
        name: Some("Zoë Zebra".to_owned()),
        email: Some("zoe@example.org".to_owned()),
        subject: Some("Orchid order".to_owned()),
        cc: vec!["friend@example.org".to_owned()],
        ..ann(Channel::Email, None, "Where is my tulip?")
    }
}

fn private(event: Value) -> Value {
    let contact = json!({ "id": "c-9", "name": "Zoë Zebra", "email": "zoe@example.org",
                          "phone_number": "+49 151 12345678" });
    with(
        event,
        &json!({
            "channel": "email", "contact": contact, "summary": "The tulip is violet.",
            "custom_data": { "plan": "marigold" },
            "transcript": [{ "sender": "contact", "text": "Where is my tulip?",
                             "created_at": "2026-11-21T20:46:10Z" }],
        }),
    )
}

impl History {
    async fn live() -> Self {
        let bridge = Bridge::start().await;
        let portal = bridge.portal();
        let plan = Property::text(ObjectKind::Ticket, "plan");
        portal.define_property(ObjectKind::Ticket, plan).unwrap();
        let other = portal.customer_writes(ann(Channel::Email, None, "Hello")).unwrap().thread;
        let thread = portal.customer_writes(zoe()).unwrap().thread;
        bridge.quiet().await;
        let is_zoes = |session: &opencx_sim::SessionView| {
            session.contact.email.as_deref() == Some("zoe@example.org")
        };
        let session = bridge.opencx().sessions().into_iter().find(is_zoes).unwrap().id;
        let record = bridge.handed_off(&private(handoff_on(&thread, &session))).await;
        assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
        let ticket = record.ticket.unwrap().to_string();
        portal.set_property(&ticket, "plan", "saffron", 222).unwrap();
        // A second conversation, of which HubSpot has no thread.
        let chat = with(private(handoff_event("s-chat")), &json!({ "channel": "whatsapp" }));
        bridge.handed_off(&chat).await;
        bridge.quiet().await;
        Self::park(&bridge, &thread, &session).await;
        let contacts = portal.contacts();
        let contact = contacts.iter().find(|one| one.get("email") == "zoe@example.org").unwrap();
        let contact = contact.id.clone();
        Self { contact, thread, others_thread: other, bridge }
    }

    /// An answer that may have been posted, and events that nobody can read.
    async fn park(bridge: &Bridge, thread: &str, session: &str) {
        bridge.portal().assign(thread, Some(111)).unwrap();
        bridge.portal().fail(Fault {
            method: Some("POST".into()),
            path_contains: "/messages".into(),
            times: 1,
            kind: FaultKind::DropAfterEffect,
        });
        bridge
            .event(&json!({
                "event": "conversation.ai_response", "organization_id": "acme",
                "data": { "conversation_id": session, "channel": "email", "message_id": "a-1",
                          "message": "A crocus would do, too." },
            }))
            .await;
        let mut unreadable = private(handoff_event("s-odd"));
        unreadable["data"].as_object_mut().unwrap().remove("conversation_id");
        bridge.event(&unreadable).await;
        for function in ["ai-reply", "handoff"] {
            let is_parked = |record: &bridge_domain::outcome::OutcomeRecord| {
                record.outcome == Outcome::Parked && record.function == function
            };
            bridge.outcome(&format!("a parked event of {function}"), is_parked).await;
        }
        bridge.quiet().await;
    }

    /// Everything in the table and on the queues, in lower case.
    async fn stored(&self) -> Vec<String> {
        let (environment, clients) = self.bridge.stack().environment();
        let items = clients.dynamodb.scan().table_name(environment.table).into_paginator().items();
        let items = items.send().collect::<Result<Vec<_>, _>>().await.unwrap();
        let mut all: Vec<String> = items.iter().map(|item| format!("{item:?}")).collect();
        for queue in Queue::ALL {
            let queue = self.bridge.stack().sqs().queue(queue.name()).unwrap();
            all.extend(queue.messages().iter().map(|message| format!("{message:?}")));
        }
        all.into_iter().map(|one| one.to_lowercase()).collect()
    }

    async fn holds(&self, trace: &str) -> bool {
        self.stored().await.iter().any(|one| one.contains(trace))
    }

    async fn check_erased(&self) {
        for one in self.stored().await {
            let trace = TRACES.into_iter().find(|trace| one.contains(trace));
            assert_eq!(trace, None, "still there: {one}");
        }
        self.check_others_stay().await;
    }

    /// Ann's conversation goes on where it was.
    async fn check_others_stay(&self) {
        let sessions = self.bridge.opencx().sessions().len();
        let message = ann(Channel::Email, Some(&self.others_thread), "Still there?");
        self.bridge.portal().customer_writes(message).unwrap();
        self.bridge.quiet().await;
        assert_eq!(self.bridge.opencx().sessions().len(), sessions, "in the session she had");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_holds_an_address_or_a_phone_number() {
    let history = History::live().await;
    let (environment, clients) = history.bridge.stack().environment();
    let items = clients.dynamodb.scan().table_name(environment.table).into_paginator().items();
    for item in items.send().collect::<Result<Vec<_>, _>>().await.unwrap() {
        let key = format!("{:?} {:?}", item["pk"], item["sk"]).to_lowercase();
        let trace = TRACES.into_iter().find(|trace| key.contains(trace));
        assert_eq!(trace, None, "{key}");
    }
    // Values that are only compared are no values: of the properties, and of custom data.
    for value in ["marigold", "saffron"] {
        let (mut in_links, mut all) = (0, 0);
        for one in history.stored().await.iter().filter(|one| one.contains(value)) {
            all += 1;
            in_links += usize::from(!one.contains("body"));
        }
        assert_eq!(in_links, 0, "{value} in {all} items");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_hubspot_erases_is_erased_here() {
    let history = History::live().await;
    for trace in ["zoe@example.org", "zebra", "friend@example.org", "tulip", "crocus"] {
        assert!(history.holds(trace).await, "the history has {trace}");
    }
    history.bridge.portal().erase_contact(&history.contact).unwrap();
    let erased =
        |record: &bridge_domain::outcome::OutcomeRecord| record.event == "contact.privacyDeletion";
    let record = history.bridge.outcome("the erasure", erased).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    history.bridge.quiet().await;
    history.check_erased().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_hubspot_erases_is_erased_here() {
    let history = History::live().await;
    history.bridge.portal().erase_thread(&history.thread).unwrap();
    let erased = |record: &bridge_domain::outcome::OutcomeRecord| {
        record.event == "conversation.privacyDeletion"
    };
    let record = history.bridge.outcome("the erasure", erased).await;
    assert_eq!(record.outcome, Outcome::Applied, "{record:?}");
    for trace in ["friend@example.org", "orchid order", "crocus"] {
        assert!(!history.holds(trace).await, "{trace} was said there");
    }
    history.check_others_stay().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_forgets_a_customer_by_any_name_and_only_when_it_is_meant() {
    let history = History::live().await;
    let contact = history.contact.clone();
    let names = [
        ["--email", "Zoe@Example.org"],
        ["--phone", "0049 (0)151 1234-5678"],
        ["--contact", &contact],
    ];
    let mut shown = Vec::new();
    for [flag, name] in names {
        let command = ["customer", "show", "--org", "acme", flag, name, "--json"];
        let (text, result) = ctl(&history.bridge, &command).await;
        result.unwrap_or_else(|problem| panic!("{flag}: {problem}"));
        let found: Value = serde_json::from_str(&text).unwrap();
        // A number alone does not prove that the contact is the same person: it is only named.
        let of_phone = flag == "--phone";
        let place = if of_phone { "related_contacts" } else { "contacts" };
        assert_eq!(found[place], json!([contact]), "{flag}");
        assert_eq!(found["sessions"].as_array().unwrap().len(), 2, "{flag}: {found}");
        assert_eq!(found["threads"], json!([history.thread]), "{flag}");
        assert!(TRACES.iter().all(|trace| !text.to_lowercase().contains(trace)), "{flag}: {text}");
        shown.push(found["sessions"].clone());
    }
    assert!(shown.iter().all(|one| *one == shown[0]));
    let before = history.stored().await.len();
    let forget = ["customer", "forget", "--org", "acme", "--email", "zoe@example.org"];
    let (text, result) = ctl(&history.bridge, &forget).await;
    result.unwrap();
    assert!(text.contains("would erase") && text.contains("--yes"), "{text}");
    assert_eq!(history.stored().await.len(), before, "a dry run changes nothing");
    let (text, result) = ctl(&history.bridge, &[&forget[..], &["--yes"]].concat()).await;
    result.unwrap();
    assert!(text.contains("erased: "), "{text}");
    history.check_erased().await;
    let (_, result) = ctl(&history.bridge, &forget).await;
    assert_eq!(result.unwrap_err().exit_code(), 3, "nothing is left");
    let (_, result) = ctl(&history.bridge, &["parked", "list", "--org", "acme"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3, "nor parked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redriven_message_is_deleted_with_its_outcome() {
    let bridge = Bridge::start().await;
    let mut event = private(handoff_event("s-1"));
    event["organization_id"] = "newcomer".into();
    bridge.event(&event).await;
    bridge.outcome_of("handoff").await;
    let mut document = bridge_local::demo::settings();
    document["org"] = "newcomer".into();
    let org = "newcomer".into();
    bridge.stack().table().put_settings(&org, &document.to_string()).await.unwrap();
    let (_, result) = ctl(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
    result.unwrap();
    let applied = |record: &bridge_domain::outcome::OutcomeRecord| {
        record.function == "handoff" && record.outcome == Outcome::Applied
    };
    bridge.outcome("the handoff at last", applied).await;
    bridge.quiet().await;
    let (environment, clients) = bridge.stack().environment();
    let items = clients.dynamodb.scan().table_name(environment.table).into_paginator().items();
    for item in items.send().collect::<Result<Vec<_>, _>>().await.unwrap() {
        assert!(!format!("{item:?}").contains("violet"), "{item:?}");
    }
}
