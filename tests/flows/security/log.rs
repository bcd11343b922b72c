//! No secret, address or text reaches the log of the real functions, at the most detailed level
//! that an operator can ask for.

use serde_json::{Value, json};
use tests::runtime_api::{FunctionProcess, sqs_batch};
use tests::{Bridge, handoff_event, with};

const TOKEN: &str = "strong-token-of-hubspot-0123456789";
const OPENCX_TOKEN: &str = "strong-token-of-opencx-0123456789";

/// Words of which none may be in a log: secrets, addresses, names, texts.
const PRIVATE: [&str; 16] = [
    TOKEN,
    OPENCX_TOKEN,
    "demo-client-secret",
    "pat-na1-demo",
    "Bearer ",
    "zoe@example.org",
    "%40example.org",
    "Zoë",
    "Zebra",
    "15112345678",
    "violet",
    "orchid",
    "marigold",
    "tulip",
    "a-stranger-writes",
    "cloudy",
];

async fn strong() -> Bridge {
    Bridge::with_settings(|settings| {
        settings["webhook_token"] = TOKEN.into();
        settings["opencx"]["webhook_token"] = OPENCX_TOKEN.into();
        settings["unsigned"] = true.into();
        settings["hubspot"].as_object_mut().unwrap().remove("client_secret");
    })
    .await
}

/// Runs a function on these invocations, and returns its answers and all that it printed.
async fn run(bridge: &Bridge, binary: &str, invocations: Vec<String>) -> (Vec<Value>, String) {
    let count = invocations.len();
    let function = FunctionProcess::start(bridge, binary, invocations).await;
    let answers = function.answers(count).await;
    (answers, function.end())
}

fn check(name: &str, printed: &str) {
    for word in PRIVATE {
        let line = printed.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{name} logs `{word}`");
    }
}

fn private_handoff(session: &str) -> Value {
    with(
        handoff_event(session),
        &json!({
            "channel": "email", "reason": "wants violet things", "summary": "An orchid is lost.",
            "contact": { "id": "c-9", "name": "Zoë Zebra", "email": "zoe@example.org",
                         "phone_number": "+4915112345678" },
            "custom_data": { "favourite": "marigold" },
            "transcript": [{ "sender": "contact", "text": "Where is my tulip?",
                             "created_at": "2026-11-21T20:46:10Z" }],
        }),
    )
}

fn http(path: &str, body: &str) -> String {
    json!({
        "version": "2.0", "routeKey": "POST /webhooks/{proxy+}", "rawPath": path, "rawQueryString": "",
        "headers": { "content-type": "application/json", "x-forwarded-for": "192.0.2.7",
                     "authorization": "Bearer cloudy" },
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "x", "domainPrefix": "x",
            "http": { "method": "POST", "path": path, "protocol": "HTTP/1.1",
                      "sourceIp": "192.0.2.7", "userAgent": "x" },
            "requestId": "1", "routeKey": "POST /webhooks/{proxy+}", "stage": "$default",
            "time": "27/Nov/2026:20:00:00 +0000", "timeEpoch": 1_795_809_600_000_u64,
        },
        "body": body, "isBase64Encoded": false,
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_logs_no_secret_and_no_content() {
    let bridge = strong().await;
    let hubspot = format!("/webhooks/hubspot/acme/{TOKEN}");
    let opencx = format!("/webhooks/opencx/acme/{OPENCX_TOKEN}");
    let message = json!([{ "subscriptionType": "ticket.propertyChange", "portalId": 12_345_678,
                           "objectId": 5, "propertyName": "plan", "propertyValue": "violet",
                           "occurredAt": 1_795_809_600_000_u64 }]);
    let invocations = vec![
        http(&hubspot, &message.to_string()),
        http(&opencx, &private_handoff("s-1").to_string()),
        http("/webhooks/hubspot/acme/a-stranger-writes", "[]"),
        // Cut off in the middle of a text, and not JSON at all.
        http(&hubspot, r#"[{"propertyValue":"orchid zoe@example.org"#),
        http(&opencx, "zoe@example.org wants a tulip"),
        // Nothing that an API would send.
        r#"{"rawPath":5,"body":"zoe@example.org wants a tulip","headers":"Bearer cloudy"}"#
            .to_owned(),
    ];
    let (answers, printed) =
        run(&bridge, env!("CARGO_BIN_EXE_webhook-function"), invocations).await;
    let statuses: Vec<_> = answers.iter().take(5).map(|answer| &answer["statusCode"]).collect();
    assert_eq!(statuses, [200, 200, 401, 400, 400].map(|status| json!(status)).each_ref());
    assert!(printed.contains("HubSpot delivery taken"), "{printed}");
    check("webhook", &printed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_logs_no_secret_and_no_content() {
    let bridge = strong().await;
    let mut unreadable = private_handoff("s-2");
    unreadable["data"].as_object_mut().unwrap().remove("conversation_id");
    let invocations = vec![
        sqs_batch("handoffs", private_handoff("s-1").to_string()),
        sqs_batch("handoffs", unreadable.to_string()),
        sqs_batch("handoffs", "zoe@example.org wants a tulip".to_owned()),
        r#"{"Records":[{"body":7,"receiptHandle":"zoe@example.org wants a tulip"}]}"#.to_owned(),
    ];
    let (answers, printed) =
        run(&bridge, env!("CARGO_BIN_EXE_handoff-function"), invocations).await;
    assert_eq!(answers[0], json!({ "batchItemFailures": [] }), "{printed}");
    assert_eq!(bridge.tickets_of("zoe@example.org").len(), 1, "{printed}");
    assert!(printed.contains(r#""outcome":"applied""#), "{printed}");
    check("handoff", &printed);
}
