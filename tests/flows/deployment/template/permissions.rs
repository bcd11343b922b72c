//! The permissions of each function's role are those listed here, no more and no fewer.

use std::collections::BTreeSet;

use bridge_store::{Key, Queue};
use hubspot_sim::Channel;
use tests::{Bridge, ann, handoff_event};

use super::statements::{Permission, text};
use super::{Template, list};

/// The items of the table that any consumer may write, by the beginning of their keys.
const KINDS: [&str; 12] = [
    "ACTIVITY#*",
    "BREAKER#*",
    "BUDGET#*",
    "CONTACT#*",
    "CUSTOMER#*",
    "LOCK#*",
    "PORTAL#*",
    "SALT#*",
    "SENT#*",
    "SESSION#*",
    "THREAD#*",
    "TICKET#*",
];

/// The queue that each consumer reads.
const CONSUMERS: [(&str, &str, &str); 8] = [
    ("ReplySync", "reply-sync", "messages"),
    ("AiReply", "ai-reply", "ai-replies"),
    ("Handoff", "handoff", "handoffs"),
    ("Close", "close", "closes"),
    ("PropertySync", "property-sync", "properties"),
    ("ContactSync", "contact-sync", "contacts"),
    ("ChannelPublish", "channel-publish", "channel-messages"),
    ("ChannelReply", "channel-reply", "channel-replies"),
];

const READ: [&str; 4] = [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
];

#[derive(Default)]
struct Permissions(BTreeSet<Permission>);

impl Permissions {
    fn allow(&mut self, actions: &[&str], resource: &str) {
        self.allow_items(actions, resource, &[]);
    }

    fn allow_items(&mut self, actions: &[&str], resource: &str, keys: &[&str]) {
        self.0.extend(actions.iter().map(|action| Permission {
            action: (*action).to_owned(),
            resource: resource.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        }));
    }

    /// Returns the permissions that all functions have.
    fn of_all(id: &str) -> Self {
        let mut all = Self::default();
        let secrets = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}";
        all.allow(&["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*");
        all.allow(&["logs:CreateLogStream", "logs:PutLogEvents"], &format!("{id}Log.Arn"));
        all.allow(&["secretsmanager:GetSecretValue"], &format!("{secrets}:secret:${{Prefix}}*"));
        all.allow(&["dynamodb:GetItem"], "Table.Arn");
        let key = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"];
        all.allow(&key, "KmsKeyArn");
        all
    }

    fn of_consumer(id: &str, name: &str, queue: &str) -> Self {
        let mut all = Self::of_all(id);
        let queues = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}";
        all.allow(&READ, &format!("{queues}:${{AWS::StackName}}-{queue}.fifo"));
        all.allow(&["sqs:SendMessage"], "ParkedQueue.Arn");
        let own = [format!("EVENT#{name}#*"), format!("PARKED#{name}#*")];
        let own = own.each_ref().map(String::as_str);
        all.allow_items(&["dynamodb:UpdateItem"], "Table.Arn", &own);
        all.allow_items(&["dynamodb:UpdateItem"], "Table.Arn", &KINDS);
        if name == "reply-sync" {
            all.allow(&READ, "EmailMessagesQueue.Arn");
            all.allow(&["sqs:SendMessage"], "EmailMessagesQueue.Arn");
        }
        if name == "property-sync" {
            let lists = ["CONTACT#*", "CUSTOMER#*", "TICKET#*"];
            all.allow_items(&["dynamodb:Query"], "Table.Arn", &lists);
            all.allow(&["dynamodb:Query"], "${Table.Arn}/index/parked");
            let read = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];
            all.allow(&read, "ParkedQueue.Arn");
        }
        let deleted: &[&str] = match name {
            "handoff" => &["CONTACT#*", "LOCK#*", "PARKED#handoff#*", "PORTAL#*", "TICKET#*"],
            "close" => &["LOCK#*", "PARKED#close#*", "TICKET#*"],
            "property-sync" => {
                &["CONTACT#*", "CUSTOMER#*", "PARKED#*", "SESSION#*", "THREAD#*", "TICKET#*"]
            }
            "contact-sync" => &["LOCK#*", "PARKED#contact-sync#*"],
            "channel-publish" => &["LOCK#*", "PARKED#channel-publish#*"],
            _ => &own[1..],
        };
        all.allow_items(&["dynamodb:DeleteItem"], "Table.Arn", deleted);
        all
    }
}

fn check(template: &Template, function: &str, expected: &Permissions) {
    let actual = template.permissions(function);
    let too_many: Vec<_> = actual.difference(&expected.0).collect();
    let missing: Vec<_> = expected.0.difference(&actual).collect();
    assert!(too_many.is_empty(), "{function} may do more than its list: {too_many:#?}");
    assert!(missing.is_empty(), "{function} lacks: {missing:#?}");
}

#[test]
fn a_consumer_may_do_what_its_list_says_and_no_more() {
    let template = Template::read();
    for (id, name, queue) in CONSUMERS {
        check(&template, name, &Permissions::of_consumer(id, name, queue));
    }
}

#[test]
fn the_webhook_writes_its_note_and_its_queues_and_nothing_else() {
    let mut expected = Permissions::of_all("Webhook");
    expected.allow_items(&["dynamodb:UpdateItem"], "Table.Arn", &["ACTIVITY#*"]);
    for queue in webhook::NEEDS.queues {
        let id = Template::read().queue(*queue).0.to_owned();
        expected.allow(&["sqs:SendMessage"], &format!("{id}.Arn"));
    }
    check(&Template::read(), "webhook", &expected);
}

#[test]
fn crm_context_writes_nothing_about_customers() {
    let mut expected = Permissions::of_all("CrmContext");
    let kinds = ["BREAKER#*", "BUDGET#*", "PORTAL#*"];
    expected.allow_items(&["dynamodb:UpdateItem"], "Table.Arn", &kinds);
    expected.allow(&["dynamodb:Query"], "${Table.Arn}/index/parked");
    expected.allow_items(&["dynamodb:Query"], "Table.Arn", &["ACTIVITY#*"]);
    for queue in crm_context::NEEDS.queues {
        let id = Template::read().queue(*queue).0.to_owned();
        expected.allow(&["sqs:GetQueueAttributes"], &format!("{id}.Arn"));
    }
    check(&Template::read(), "crm-context", &expected);
}

#[test]
fn a_function_reads_no_secret_that_is_tagged_for_others() {
    let template = Template::read();
    let consumers = CONSUMERS.map(|(_, name, _)| (name, "webhook"));
    let others = [("webhook", "api"), ("crm-context", "webhook")];
    for (function, refused) in consumers.into_iter().chain(others) {
        let denials = template.statements(function).into_iter();
        let denials: Vec<_> = denials.filter(|one| one["Effect"] != "Allow").collect();
        let [denial] = &denials[..] else { panic!("{function}: one denial, not {denials:?}") };
        assert_eq!(denial["Effect"], "Deny", "{function}");
        assert_eq!(denial["Action"], "secretsmanager:GetSecretValue", "{function}");
        assert_eq!(denial["Resource"], "*", "{function}");
        let tag = &denial["Condition"]["StringEquals"]["secretsmanager:ResourceTag/used-for"];
        assert_eq!(tag, refused, "{function}");
    }
}

#[test]
fn no_role_and_no_policy_stands_beside_those_of_the_functions() {
    let template = Template::read();
    let resources = template.0["Resources"].as_object().expect("there are resources");
    let of_iam = resources.values().filter_map(|one| one["Type"].as_str());
    let of_iam: BTreeSet<_> = of_iam.filter(|kind| kind.starts_with("AWS::IAM::")).collect();
    assert_eq!(of_iam, ["AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role"].into());
    let functions = template.of_type("AWS::Serverless::Function").count();
    assert_eq!(functions, CONSUMERS.len() + 2, "each function has its list");
    assert_eq!(template.of_type("AWS::IAM::Role").count(), functions);
}

#[test]
fn settings_are_written_by_no_function() {
    let settings = Key::settings(&"acme".into()).pk;
    let template = Template::read();
    for (function, _) in template.of_type("AWS::Serverless::Function") {
        let name = template.0["Resources"][function]["Properties"]["FunctionName"].as_str();
        let name = name.and_then(|name| name.strip_prefix("${AWS::StackName}-"));
        for permission in template.permissions(name.expect("a name of the stack")) {
            let Permission { action, resource, keys } = permission;
            let reads = ["dynamodb:GetItem", "dynamodb:Query"].contains(&action.as_str());
            if action.starts_with("dynamodb:") && !reads {
                assert_eq!(resource, "Table.Arn");
                assert!(!keys.is_empty(), "{function} writes any item: {action}");
                assert!(!keys.iter().any(|like| matches(like, &settings)), "{function}: {keys:?}");
            }
        }
    }
}

/// Returns whether a key is like a pattern that ends in `*`.
fn matches(pattern: &str, key: &str) -> bool {
    key.starts_with(pattern.trim_end_matches('*'))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_of_a_conversation_is_one_that_a_consumer_may_write() {
    let bridge = Bridge::start().await;
    let thread =
        bridge.portal().customer_writes(ann(Channel::Email, None, "Hello")).unwrap().thread;
    bridge.quiet().await;
    bridge.portal().rep_replies(&thread, 222, "It comes tomorrow.", None).unwrap();
    bridge.event(&handoff_event("s-1")).await;
    bridge.quiet().await;
    let (environment, clients) = bridge.stack().environment();
    let items = clients.dynamodb.scan().table_name(environment.table).into_paginator().items();
    let items = items.send().collect::<Result<Vec<_>, _>>().await.unwrap();
    for item in items {
        let pk = item["pk"].as_s().unwrap();
        let written = KINDS.iter().any(|like| matches(like, pk));
        let is_own = |name: &str| {
            let own = [format!("EVENT#{name}#"), format!("PARKED#{name}#")];
            own.iter().any(|own| pk.starts_with(own))
        };
        let claim = CONSUMERS.iter().any(|(_, name, _)| is_own(name));
        let settings = [Key::settings(&"acme".into()), Key::orgs()].iter().any(|key| pk == &key.pk);
        assert!(written || claim || settings, "no role may write {pk}");
    }
}

#[test]
fn every_queue_refuses_requests_without_tls() {
    let template = Template::read();
    let policies: Vec<_> = template.of_type("AWS::SQS::QueuePolicy").collect();
    let [(_, policy)] = policies[..] else { panic!("one policy, not {policies:?}") };
    let covered: BTreeSet<_> = list(&policy["Queues"]).into_iter().map(text).collect();
    let all: BTreeSet<_> =
        Queue::ALL.iter().map(|queue| template.queue(*queue).0.to_owned()).collect();
    assert_eq!(covered, all);
    let deny = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(deny["Effect"], "Deny");
    let actions: BTreeSet<_> = list(&deny["Action"]).into_iter().map(text).collect();
    for action in ["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"] {
        assert!(actions.contains(&format!("sqs:{action}")), "{action} in the clear");
    }
    assert_eq!(deny["Condition"]["Bool"]["aws:SecureTransport"], "false");
}
