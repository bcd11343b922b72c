//! Times, lifetimes and addresses agree between the code and template.yaml.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_dynamodb::types::KeySchemaElement;
use bridge_domain::registry::{FUNCTIONS, FunctionEntry};
use bridge_engine::{KEPT_BACK, MAX_RECEIVES, TIMEOUT};
use bridge_hubspot_directory::{CONTACT_LEASE, CUSTOMER_LEASE};
use bridge_lambda::{AWS_CALL, AWS_CONNECT, AWS_TRY};
use bridge_local::{BATCH, CONCURRENCY, environment::VISIBILITY};
use bridge_store::{CLAIM_LIFETIME, Queue, TTL};
use bridge_story::cli::Cli;
use bridge_vendor_http::pauses;
use clap::Parser;
use serde_json::Value;
use tests::Bridge;

use super::{Template, list, seconds};

/// The longest that `park_after_hours` can say.
const LONGEST_TRIED: Duration = Duration::from_hours(312);

/// The time that HubSpot waits for the answer to a delivery (docs/vendors/hubspot.md).
const HUBSPOT_WAITS: Duration = Duration::from_secs(5);

#[test]
fn each_queue_is_read_as_the_functions_expect_it() {
    let template = Template::read();
    let mut read: BTreeSet<Queue> = BTreeSet::new();
    for FunctionEntry { name, queues, .. } in FUNCTIONS {
        assert_eq!(template.timeout(name), TIMEOUT, "{name}");
        for queue in *queues {
            let (id, properties) = template.queue(*queue);
            let visibility = seconds(&properties["VisibilityTimeout"]);
            assert_eq!(visibility, VISIBILITY, "{id}: as on one machine");
            assert!(TIMEOUT < visibility, "{name} is over before a message of {id} comes again");
            let redrive = &properties["RedrivePolicy"];
            assert_eq!(
                redrive["maxReceiveCount"], MAX_RECEIVES,
                "{id}: SQS does not park before the function"
            );
            let parked = template.queue(Queue::Parked).0;
            assert_eq!(redrive["deadLetterTargetArn"], format!("{parked}.Arn"), "{id}");
            check_mapping(&template, name, id);
            assert!(read.insert(*queue), "{id} is read by one function");
        }
    }
    let all = Queue::ALL.into_iter().filter(|queue| *queue != Queue::Parked).collect();
    assert_eq!(read, all, "no queue is left unread");
    let mappings = template.of_type("AWS::Lambda::EventSourceMapping").count();
    assert_eq!(mappings, read.len(), "and no other is read");
}

fn check_mapping(template: &Template, function: &str, queue: &str) {
    let source = format!("{queue}.Arn");
    let (id, mapping) = template.only("AWS::Lambda::EventSourceMapping", "EventSourceArn", &source);
    assert_eq!(mapping["FunctionName"], template.function(function).0, "{id}");
    let reports = list(&mapping["FunctionResponseTypes"]);
    assert!(reports.contains(&&Value::from("ReportBatchItemFailures")), "{id}");
    assert_eq!(mapping["BatchSize"], BATCH, "{id}: as on one machine");
    assert_eq!(mapping["ScalingConfig"]["MaximumConcurrency"], CONCURRENCY, "{id}");
}

#[test]
fn the_two_delays_are_those_of_the_command_line() {
    let run = Cli::parse_from(["bridge"]).run;
    let template = Template::read();
    for queue in Queue::ALL {
        let expected = match queue {
            Queue::EmailMessages => (run.email_delay, 5),
            Queue::Closes => (run.close_delay, 15),
            _ => (Duration::ZERO, 0),
        };
        let delay = template.queue(queue).1["DelaySeconds"].as_u64().unwrap_or_default();
        assert_eq!((Duration::from_secs(delay), delay), expected, "{}", queue.name());
    }
}

#[test]
fn every_queue_that_is_written_or_told_of_has_its_address() {
    let template = Template::read();
    let readers = FUNCTIONS.iter();
    let readers =
        readers.map(|entry| (entry.name, [entry.output_queues, &[Queue::Parked]].concat()));
    let webhook = ("webhook", webhook::NEEDS.queues.to_vec());
    let crm_context = ("crm-context", crm_context::NEEDS.queues.to_vec());
    for (name, queues) in readers.chain([webhook, crm_context]) {
        for queue in queues {
            let (id, variable) = (template.queue(queue).0, queue.variable());
            assert_eq!(template.variable(name, variable), id, "{variable} of {name}");
        }
    }
}

#[test]
fn the_webhook_answers_while_hubspot_waits_even_if_aws_does_not() {
    let webhook = Template::read().timeout("webhook");
    assert!(webhook <= HUBSPOT_WAITS);
    assert!(AWS_CONNECT < AWS_TRY && AWS_TRY * 2 <= AWS_CALL, "there is time for a second try");
    assert!(AWS_CALL * 2 < webhook, "a slow read and a write that fails can still be told");
}

#[test]
fn what_is_tried_again_within_an_invocation_ends_within_it() {
    let longest: Duration = pauses().sum::<Duration>() * 2;
    assert!(longest + KEPT_BACK < TIMEOUT, "{longest:?}");
    assert!(AWS_CALL < KEPT_BACK, "what is kept back is enough to record an outcome");
}

#[test]
fn a_lock_outlasts_whoever_has_it() {
    assert!(TIMEOUT + VISIBILITY < CUSTOMER_LEASE, "until a dead invocation's message is back");
    assert!(TIMEOUT <= CONTACT_LEASE, "until the invocation is over");
}

#[test]
fn a_claim_outlasts_every_queue_that_may_bring_its_event_again() {
    let template = Template::read();
    let retention = |queue| seconds(&template.queue(queue).1["MessageRetentionPeriod"]);
    let parked = retention(Queue::Parked);
    for queue in Queue::ALL {
        assert!(retention(queue) + parked < CLAIM_LIFETIME, "{}", queue.name());
        assert!(LONGEST_TRIED < retention(queue), "{}", queue.name());
    }
}

#[test]
fn the_access_log_leaves_out_the_path_which_holds_tokens() {
    let template = Template::read();
    let (_, stage) = template.only("AWS::ApiGatewayV2::Stage", "StageName", "$default");
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();
    let fields: BTreeMap<String, String> = serde_json::from_str(format).unwrap();
    assert_eq!(fields["route"], "$context.routeKey", "the route, with its variables unfilled");
    assert!(!format.to_lowercase().contains("path"), "{format}");
}

#[test]
fn webhooks_have_rates_of_their_own() {
    let template = Template::read();
    let (_, stage) = template.only("AWS::ApiGatewayV2::Stage", "StageName", "$default");
    let limited: BTreeSet<_> = stage["RouteSettings"].as_object().unwrap().keys().collect();
    let routes = template.of_type("AWS::ApiGatewayV2::Route");
    let keys: Vec<String> = routes
        .map(|(_, route)| route["RouteKey"].as_str().unwrap().to_owned())
        .filter(|key| key.starts_with("POST /webhooks/"))
        .collect();
    assert_eq!(limited, keys.iter().collect());
}

#[test]
fn every_alarm_tells_its_beginning_and_its_end() {
    let template = Template::read();
    let topic = serde_json::json!({ "Fn::If": ["HasAlarmTopic", ["AlarmTopic"], "AWS::NoValue"] });
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        assert_eq!((&alarm["AlarmActions"], &alarm["OKActions"]), (&topic, &topic), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_the_one_of_this_machine() {
    let bridge = Bridge::start().await;
    let (environment, clients) = bridge.stack().environment();
    let described = clients.dynamodb.describe_table().table_name(&environment.table).send().await;
    let made = described.unwrap().table.unwrap();
    let template = Template::read();
    let tables: Vec<_> = template.of_type("AWS::DynamoDB::Table").collect();
    let [(_, table)] = tables[..] else { panic!("one table, not {tables:?}") };
    assert_eq!(key_schema(table), keys(made.key_schema()));
    let of_template = list(&table["GlobalSecondaryIndexes"]).into_iter();
    let of_template: BTreeMap<_, _> = of_template
        .map(|index| (index["IndexName"].as_str().unwrap(), key_schema(index)))
        .collect();
    let indexes = made.global_secondary_indexes().iter();
    let indexes = indexes.map(|index| (index.index_name().unwrap(), keys(index.key_schema())));
    assert_eq!(of_template, indexes.collect());
    let expiry = &table["TimeToLiveSpecification"];
    assert_eq!((&expiry["AttributeName"], &expiry["Enabled"]), (&TTL.into(), &true.into()));
}

/// The names and kinds of a key's attributes.
fn key_schema(keyed: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let parts = list(&keyed["KeySchema"]).into_iter();
    parts.map(|part| (text(&part["AttributeName"]), text(&part["KeyType"]))).collect()
}

fn keys(parts: &[KeySchemaElement]) -> Vec<(String, String)> {
    let part = |part: &KeySchemaElement| {
        (part.attribute_name().to_owned(), part.key_type().as_str().to_owned())
    };
    parts.iter().map(part).collect()
}
