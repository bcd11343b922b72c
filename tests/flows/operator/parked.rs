//! The operator's commands, as they are typed, on the running bridge.

use std::path::PathBuf;

use bridge_domain::outcome::Outcome;
use bridge_operator::{Cli, Operator, Problem, run};
use clap::Parser;
use hubspot_sim::{Channel, Direction, Fault, FaultKind};
use serde_json::{Value, json};
use tests::{Bridge, ann, eventually, handoff_event};

/// Types a command; what it wrote.
pub(crate) async fn ctl(bridge: &Bridge, command: &[&str]) -> (String, Result<(), Problem>) {
    let cli = Cli::try_parse_from([&["bridgectl"], command].concat()).expect("it can be typed");
    let (environment, clients) = bridge.stack().environment();
    let operator = Operator::new(environment, clients);
    let mut out = Vec::new();
    let result = run(&cli, &operator, &mut out).await;
    (String::from_utf8(out).unwrap(), result)
}

/// Types a command that answers in JSON and succeeds.
pub(crate) async fn ctl_json(bridge: &Bridge, command: &[&str]) -> Value {
    let (text, result) = ctl(bridge, &[command, &["--json"]].concat()).await;
    result.unwrap_or_else(|problem| panic!("{command:?}: {problem}\n{text}"));
    serde_json::from_str(&text).unwrap()
}

async fn parked(bridge: &Bridge) -> Vec<Value> {
    match ctl(bridge, &["parked", "list", "--json"]).await {
        (text, Ok(()) | Err(Problem::NothingMatched(_))) => serde_json::from_str(&text).unwrap(),
        (_, Err(problem)) => panic!("{problem}"),
    }
}

/// Waits until this many events are parked.
async fn parked_are(bridge: &Bridge, count: usize) -> Vec<Value> {
    eventually(&format!("{count} parked"), || async {
        Some(parked(bridge).await).filter(|list| list.len() == count)
    })
    .await
}

fn on_parked_fifo(bridge: &Bridge) -> usize {
    bridge.stack().sqs().queue("parked.fifo").unwrap().messages().len()
}

fn outgoing(bridge: &Bridge, thread: &str) -> usize {
    let messages = bridge.portal().messages(thread);
    messages.iter().filter(|one| one.direction() == Some(Direction::Outgoing)).count()
}

fn stranger() -> Value {
    let mut event = handoff_event("s-stranger");
    event["organization_id"] = "newcomer".into();
    event
}

fn fails_once(kind: FaultKind) -> Fault {
    Fault { method: Some("POST".into()), path_contains: "/messages".into(), times: 1, kind }
}

#[tokio::test(flavor = "multi_thread")]
async fn redriving_everything_after_an_outage_leaves_nothing_parked_and_nothing_doubled() {
    let bridge = Bridge::start().await;
    let mut threads = Vec::new();
    for kind in [FaultKind::DropAfterEffect, FaultKind::DropBeforeEffect] {
        bridge.portal().fail(fails_once(kind));
        let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap();
        bridge.quiet().await;
        threads.push(sent.thread);
    }
    bridge.event(&stranger()).await;
    let list = parked_are(&bridge, 3).await;
    let reasons: Vec<_> = list.iter().map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["uncertain", "uncertain", "unknown_org"]);
    assert_eq!(list[0]["steps_uncertain"], json!(["message"]));

    let mut document = bridge_local::demo::settings();
    document["org"] = "newcomer".into();
    let org = "newcomer".into();
    bridge.stack().table().put_settings(&org, &document.to_string()).await.unwrap();

    let (_, result) = ctl(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 4, "what is uncertain has to settle first");
    let again = ["parked", "redrive", "--all", "--settle", "0s"];
    let plan = ctl_json(&bridge, &again).await;
    assert_eq!(plan[0]["done"], false, "a dry run");
    assert_eq!(parked(&bridge).await.len(), 2, "a dry run changes nothing");
    ctl_json(&bridge, &[&again[..], &["--yes"]].concat()).await;
    bridge.quiet().await;

    parked_are(&bridge, 0).await;
    assert_eq!(on_parked_fifo(&bridge), 0);
    assert_eq!(threads.iter().map(|thread| outgoing(&bridge, thread)).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(bridge.portal().tickets().len(), 1, "the newcomer's");
    let outcomes = bridge.outcomes().await;
    assert!(outcomes.iter().all(|record| record.outcome != Outcome::Parked), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_answer_is_replayed_only_when_it_is_meant_and_then_shows_a_second_time() {
    let bridge = Bridge::start().await;
    bridge.portal().fail(fails_once(FaultKind::DropAfterEffect));
    let sent = bridge.portal().customer_writes(ann(Channel::LiveChat, None, "hi")).unwrap();
    bridge.quiet().await;
    let id = parked_are(&bridge, 1).await[0]["id"].as_str().unwrap().to_owned();
    let (_, result) = ctl(&bridge, &["replay", &id]).await;
    assert_eq!(result.unwrap_err().exit_code(), 2, "nobody was there to agree");
    let (_, result) = ctl(&bridge, &["replay", "0000", "--yes"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3, "nothing is parked by that id");
    ctl_json(&bridge, &["replay", &id, "--yes"]).await;
    bridge.quiet().await;
    assert_eq!(outgoing(&bridge, &sent.thread), 2, "as somebody wanted it");
    assert_eq!(parked(&bridge).await.len(), 1, "the first run stays as it ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_parked_again_is_listed_again_with_its_message() {
    let bridge = Bridge::start().await;
    bridge.event(&stranger()).await;
    let id = parked_are(&bridge, 1).await[0]["id"].as_str().unwrap().to_owned();
    for redrives in 1..3 {
        ctl_json(&bridge, &["parked", "redrive", &id[..6], "--yes"]).await;
        bridge.quiet().await;
        let list = parked_are(&bridge, 1).await;
        assert_eq!((&list[0]["id"], &list[0]["redrives"]), (&json!(id), &json!(redrives)));
        assert_eq!(on_parked_fifo(&bridge), 1, "the alarm sees it again");
    }
    let shown = ctl_json(&bridge, &["parked", "show", &id, "--body"]).await;
    assert_eq!(shown["body"], stranger().to_string(), "as it came");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_unreadable_events_and_those_without_a_function_can_be_redriven_too() {
    let bridge = Bridge::start().await;
    let mut large = stranger();
    large["data"]["transcript"][0]["text"] = "long ".repeat(80_000).into();
    bridge.event(&large).await;
    bridge.queue_raw("no JSON at all");
    parked_are(&bridge, 2).await;
    // Of a message whose function died each time no claim says that it is parked.
    let moved = sqs_sim::NewMessage {
        body: handoff_event("s-lost").to_string(),
        group: "acme:s-lost".into(),
        deduplication_id: "lost".into(),
        attributes: [("queue".to_owned(), "handoffs.fifo".into())].into(),
    };
    bridge.stack().sqs().queue("parked.fifo").unwrap().send(moved).unwrap();
    let list = parked_are(&bridge, 2).await;
    let of = |reason: &str| list.iter().find(|one| one["reason"] == reason).unwrap();
    assert_eq!(of("unreadable")["org"], "-", "it names no organisation");
    let messages = bridge.stack().sqs().queue("parked.fifo").unwrap().messages();
    assert!(messages.iter().all(|one| one.message.receive_count == 0), "a list receives nothing");
    let redriven = ctl_json(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
    let reasons: Vec<_> = redriven.as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert!(reasons.contains(&&json!("moved_by_sqs")), "{reasons:?}");
    bridge.quiet().await;

    let list = parked_are(&bridge, 2).await;
    assert!(list.iter().all(|one| one["redrives"] == 1), "{list:?}");
    assert_eq!(bridge.portal().tickets().len(), 1, "the lost one's");
    let large_id = list.iter().find(|one| one["reason"] == "unknown_org").unwrap();
    let show = ["parked", "show", large_id["id"].as_str().unwrap(), "--body"];
    assert_eq!(ctl_json(&bridge, &show).await["body"], large.to_string(), "kept whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_choose_and_discarding_is_for_good() {
    let bridge = Bridge::start().await;
    let mut poison = handoff_event("s-1");
    poison["data"]["conversation_id"] = serde_json::Value::Null;
    bridge.event(&json!([poison, stranger()])).await;
    parked_are(&bridge, 2).await;
    let filters: [(&[&str], usize); 6] = [
        (&["--org", "newcomer"], 1),
        (&["--org", "nobody"], 0),
        (&["--reason", "unreadable"], 1),
        (&["--function", "handoff"], 2),
        (&["--older-than", "1h"], 0),
        (&["--newer-than", "1h", "--reason", "unknown_org"], 1),
    ];
    for (filter, count) in filters {
        let (text, result) = ctl(&bridge, &[&["parked", "list"], filter].concat()).await;
        assert_eq!(text.lines().count().saturating_sub(1), count, "{filter:?}:\n{text}");
        assert_eq!(result.map_err(|problem| problem.exit_code()).is_ok(), count > 0);
    }
    let all = ["parked", "discard", "--all", "--reason", "unreadable"];
    ctl_json(&bridge, &all).await;
    parked_are(&bridge, 2).await;
    ctl_json(&bridge, &[&all[..], &["--yes"]].concat()).await;
    assert_eq!(parked_are(&bridge, 1).await[0]["reason"], "unknown_org");
    assert_eq!(on_parked_fifo(&bridge), 1);
    let outcomes = ctl_json(&bridge, &["outcomes", "--org", "acme", "--outcome", "parked"]).await;
    assert_eq!(outcomes[0]["notes"], json!(["discarded by an operator"]));
    let (_, result) = ctl(&bridge, &["outcomes", "--org", "acme", "--session", "s-2"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_sent_from_a_file_and_one_that_is_none_is_not() {
    let bridge = Bridge::start().await;
    let file = Document::of("event", &json!([handoff_event("s-1"), handoff_event("s-2")]));
    let sent = ctl_json(&bridge, &["event", "send", file.name()]).await;
    assert_eq!(sent, json!({ "queued": { "handoffs.fifo": 2 } }));
    bridge.quiet().await;
    let records = ctl_json(&bridge, &["outcomes", "--org", "acme", "--function", "handoff"]).await;
    assert_eq!(records.as_array().unwrap().len(), 2);
    let wrong = Document::of("wrong", &json!([handoff_event("s-3"), { "event": "x" }]));
    let (_, result) = ctl(&bridge, &["event", "send", wrong.name()]).await;
    let problem = result.unwrap_err();
    assert!(problem.exit_code() == 2 && problem.to_string().contains("event 1"), "{problem}");
    bridge.quiet().await;
    let handoffs = ctl_json(&bridge, &["outcomes", "--org", "acme", "--function", "handoff"]).await;
    assert_eq!(handoffs.as_array().unwrap().len(), 2, "all or nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_stored_when_they_are_right_and_shown_without_secrets() {
    let bridge = Bridge::start().await;
    let mut document = bridge_local::demo::settings();
    document["ticketing_enabled"] = false.into();
    document["webhook_token"] = "demo-webhook-token-for-hubspot".into();
    document["opencx"]["webhook_token"] = "demo-webhook-token-for-opencx".into();
    document["opencx"]["webhook_secret"] = "demo-signing-secret".into();
    let file = Document::of("settings", &document);
    ctl_json(&bridge, &["settings", "put", file.name()]).await;
    let (text, _) = ctl(&bridge, &["settings", "get", "acme"]).await;
    assert!(text.contains("\"ticketing_enabled\": false") && text.contains("(hidden)"));
    let secrets =
        ["demo-webhook-token", "demo-client-secret", "pat-na1", "opencx-demo-key", "demo-signing"];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret}");
    }
    let (text, _) = ctl(&bridge, &["settings", "get", "acme", "--show-secrets"]).await;
    assert!(text.contains("demo-webhook-token"));
    let right = document.clone();
    document["hubspot"]["portal_id"] = "many".into();
    let file = Document::of("bad-settings", &document);
    let problem = ctl(&bridge, &["settings", "put", file.name()]).await.1.unwrap_err();
    assert!(problem.exit_code() == 2 && problem.to_string().contains("hubspot.portal_id"));
    let (_, result) = ctl(&bridge, &["settings", "get", "nobody"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3);

    let weak: [(Change, &str); 4] = [
        (
            |s| s["hubspot"]["access_token"] = json!({ "secret": "other/hubspot" }),
            "hubspot.access_token",
        ),
        (|s| s["hubspot"]["client_secret"] = "".into(), "hubspot.client_secret"),
        (|s| s["webhook_token"] = "a".into(), "webhook_token"),
        (|s| s["opencx"]["webhook_token"] = s["webhook_token"].clone(), "must differ"),
    ];
    for (weaken, named) in weak {
        let mut document = right.clone();
        weaken(&mut document);
        let file = Document::of("weak-settings", &document);
        let problem = ctl(&bridge, &["settings", "put", file.name()]).await.1.unwrap_err();
        assert!(problem.exit_code() == 2 && problem.to_string().contains(named), "{problem}");
    }
    // Two organisations with one portal would answer each customer twice.
    let mut second = right.clone();
    second["org"] = "second".into();
    let file = Document::of("second", &second);
    let problem = ctl(&bridge, &["settings", "put", file.name()]).await.1.unwrap_err();
    assert!(problem.to_string().contains("hubspot.portal_id"), "{problem}");
    let (_, result) = ctl(&bridge, &["settings", "get", "second"]).await;
    assert_eq!(result.unwrap_err().exit_code(), 3, "nothing was stored");
    // Once the first has another portal, this one is free.
    let mut moved = right;
    moved["hubspot"]["portal_id"] = 87_654_321.into();
    let files = [Document::of("moved", &moved), file];
    for file in &files {
        ctl_json(&bridge, &["settings", "put", file.name()]).await;
    }
}

type Change = fn(&mut Value);

/// The settings of a channel with this account.
fn channel(account: &str) -> Value {
    json!({ "sms": { "channel_id": hubspot_sim::DEMO_CHANNEL, "account_id": account } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_what_does_not_work_and_says_what_to_do() {
    let bridge = Bridge::start().await;
    let (text, result) = ctl(&bridge, &["settings", "check", "acme"]).await;
    result.unwrap_or_else(|problem| panic!("{problem}\n{text}"));
    for secret in ["demo-webhook-token", "demo-opencx-token", "pat-na1", "opencx-demo-key"] {
        assert!(!text.contains(secret), "{secret} is shown: {text}");
    }
    let (shown, _) = ctl(&bridge, &["settings", "check", "acme", "--show-secrets"]).await;
    let url = bridge.url(&bridge_local::demo::webhook_path());
    assert!(shown.contains(&url), "the URL to paste: {shown}");
    assert!(text.contains("opens OpenCX's API"), "{text}");
    for weak in ["weak secret", "opencx.unsigned"] {
        assert!(text.contains(weak), "the demo's {weak} is noted: {text}");
    }
    let made = bridge.portal().calls();
    assert!(made.iter().any(|call| call.path == "/crm/v3/properties/tickets"));

    let cases: [(Change, &str); 12] = [
        (|s| s["opencx"]["api_key"] = "another".into(), "OpenCX does not know it"),
        (|s| s["hubspot"]["access_token"] = "pat-wrong".into(), "Show token"),
        (|s| s["hubspot"]["access_token"] = "pat-na1-demo-crm".into(), "conversations.read"),
        (|s| s["hubspot"]["portal_id"] = 7.into(), "set hubspot.portal_id to 12345678"),
        (|s| s["hubspot"]["app_id"] = 7.into(), "set hubspot.app_id to 2345678"),
        (|s| s["hubspot"]["default_user_id"] = "A-444".into(), "names A-444"),
        (|s| s["routing"][0]["assign_to"] = "A-999".into(), "names A-999"),
        (|s| s["hubspot"]["pipeline"] = "9".into(), "hubspot.pipeline 9 is not there"),
        (|s| s["hubspot"]["closed_stage"] = "9".into(), "hubspot.closed_stage 9 is no stage"),
        (|s| s["channels"] = channel("90210502"), "account 90210502 is switched off"),
        (|s| s["channels"] = channel("7"), "has no account 7"),
        (
            |s| {
                s["channels"] = channel("90210501");
                s["hubspot"]["access_token"] = "pat-na1-demo-crm".into();
            },
            "conversations.custom_channels.write, files or files.write",
        ),
    ];
    bridge.portal().authorize_account("90210502", false).unwrap();
    for (change, said) in cases {
        let mut document = bridge_local::demo::settings();
        change(&mut document);
        let file = Document::of("check", &document);
        let (text, result) = ctl(&bridge, &["settings", "check", file.name()]).await;
        assert_eq!(result.map_err(|problem| problem.exit_code()), Err(1), "{said}\n{text}");
        let wrong: Vec<_> = text.lines().filter(|line| line.starts_with("WRONG")).collect();
        assert!(wrong.iter().any(|line| line.contains(said)), "{said} is not in {text}");
    }
}

/// A file that is gone with the test.
struct Document(PathBuf);

impl Document {
    fn of(name: &str, content: &Value) -> Self {
        let unique = format!("{name}-{}-{:p}.json", std::process::id(), content);
        let path = std::env::temp_dir().join(unique);
        std::fs::write(&path, content.to_string()).unwrap();
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redriven_handoff_does_only_what_was_missing() {
    // The refused call, whether there is a thread; tickets, notes and comments before and after
    // the redrive. Without a thread, the comment was on the contact and belongs on the ticket.
    for (path, has_thread, before, after) in [
        ("/objects/tickets", false, [0, 1, 0], [1, 2, 0]),
        ("/objects/tickets", true, [0, 0, 1], [1, 0, 1]),
        ("/objects/notes", false, [1, 0, 0], [1, 1, 0]),
    ] {
        let bridge = Bridge::start().await;
        let thread = has_thread.then(|| bridge.quiet_thread(Channel::LiveChat));
        let event = match &thread {
            Some(thread) => tests::handoff_on(thread, "s-1"),
            None => handoff_event("s-1"),
        };
        let kind = FaultKind::Status { status: 403, retry_after: None };
        let (method, path_contains) = (Some("POST".to_owned()), path.to_owned());
        bridge.portal().fail(Fault { method, path_contains, times: u32::MAX, kind });
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.outcome, Outcome::Parked, "{path}: {record:?}");
        let portal = bridge.portal();
        let seen = || {
            let comments = thread.iter().flat_map(|thread| tests::comments(portal, thread)).count();
            [portal.tickets().len(), portal.notes().len(), comments]
        };
        assert_eq!(seen(), before, "{path}: the rest is done");
        portal.clear_faults();
        ctl_json(&bridge, &["parked", "redrive", "--all", "--yes"]).await;
        bridge.quiet().await;
        parked_are(&bridge, 0).await;
        assert_eq!(seen(), after, "{path}: what was missing, and nothing twice");
        assert_eq!(portal.contacts().len(), 1);
    }
}
