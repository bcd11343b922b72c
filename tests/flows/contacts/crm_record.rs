//! The CRM record beside a session, and the status of an organisation.

use hubspot_sim::{Fault, FaultKind, ObjectKind, Portal};
use serde_json::{Value, json};
use tests::{Bridge, ann, handoff_event, portal};

const ANN: &str = "?email=ann%40example.org";

async fn get(bridge: &Bridge, path: &str) -> (u16, Value) {
    let answer = bridge.http.get(bridge.url(path)).send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    assert!(!text.contains("pat-na1"), "no answer holds a token: {text}");
    (status, serde_json::from_str(&text).unwrap())
}

async fn record(bridge: &Bridge, query: &str) -> (u16, Value) {
    get(bridge, &format!("/orgs/acme/crm-context{query}")).await
}

/// Ann, with an owner and a phone number.
fn seed_ann(portal: &Portal) -> String {
    let ann = [
        ("email", "ann@example.org"),
        ("firstname", "Ann"),
        ("lastname", "Lee"),
        ("phone", "+49151"),
        ("hubspot_owner_id", "70222"),
    ];
    portal.seed_contact(&ann).unwrap()
}

fn relate(portal: &Portal, contact: &str, kind: ObjectKind, id: &str) {
    portal.associate((ObjectKind::Contact, contact), (kind, id)).unwrap();
}

fn seed_all(portal: &Portal) {
    let ann = seed_ann(portal);
    for name in ["First Ltd", "Second Ltd"] {
        let company = portal.seed_company(&[
            ("name", name),
            ("domain", "first.example"),
            ("industry", "RETAIL"),
            ("numberofemployees", "12"),
        ]);
        relate(portal, &ann, ObjectKind::Company, &company.unwrap());
    }
    let won = [
        ("dealname", "Old one"),
        ("dealstage", "closedwon"),
        ("amount", "1200.5"),
        ("closedate", "2026-03-01T00:00:00Z"),
    ];
    let open = [("dealname", "New one"), ("dealstage", "contractsent")];
    for deal in [&won[..], &open[..]] {
        relate(portal, &ann, ObjectKind::Deal, &portal.seed_deal(deal).unwrap());
    }
    let ticket = portal.seed_ticket(&[("subject", "Broken"), ("hs_pipeline_stage", "2")]);
    relate(portal, &ann, ObjectKind::Ticket, &ticket.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_who_the_customer_is_and_costs_four_calls() {
    let bridge = Bridge::with(|options| {
        portal(options).search_lag = std::time::Duration::ZERO;
    })
    .await;
    seed_all(bridge.portal());
    let (status, answer) = record(&bridge, ANN).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["contact"]["name"], "Ann Lee");
    assert_eq!(answer["contact"]["email"], "ann@example.org");
    assert_eq!(answer["contact"]["phone"], "+49151");
    assert_eq!(answer["contact"]["owner"], "Riley Stone");
    let company = &answer["company"];
    assert_eq!((&company["name"], &company["size"]), (&json!("First Ltd"), &json!(12)));
    let deals = answer["deals"].as_array().unwrap();
    let named = |deal: &Value| (deal["name"].clone(), deal["stage"].clone(), deal["state"].clone());
    assert_eq!(named(&deals[0]), ("New one".into(), "Contract Sent".into(), "open".into()));
    assert_eq!(named(&deals[1]), ("Old one".into(), "Closed Won".into(), "closed".into()));
    assert_eq!((&deals[1]["amount"], &deals[1]["currency"]), (&json!(1200.5), &json!("EUR")));
    assert!(deals[1]["close_date"].as_str().unwrap().starts_with("2026-03-01"), "{answer}");
    assert_eq!(answer["tickets"][0]["subject"], "Broken");
    assert_eq!(answer["tickets"][0]["status"], "Waiting on contact");
    assert_eq!(answer["more"], json!({ "deals": 0, "tickets": 0 }));
    for query in [ANN, "?phone=%2B49151", "?phone=%2B49151"] {
        bridge.forget_calls();
        let (_, again) = record(&bridge, query).await;
        assert_eq!(again, answer);
        let calls = bridge.portal().calls();
        // A number is searched for once; then the contact is remembered.
        let most = 4 + usize::from(calls[0].path.ends_with("/search"));
        assert_eq!(calls.len(), most, "{calls:?}");
    }
    assert_eq!(bridge.portal().calls().len(), 4, "the steady state");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_found_however_address_and_number_are_written() {
    for (property, stored, queries) in [
        (
            "phone",
            "+49 151 1234-5678",
            ["?phone=%2B4915112345678", "?phone=+4915112345678", "?phone=0049%20151%2F12345678"],
        ),
        (
            "hs_whatsapp_phone_number",
            "+4915112345678",
            ["?phone=4915112345678", "?phone=%2B49%20(151)%201234.5678", "?phone=+49-151-12345678"],
        ),
        (
            "mobilephone",
            "0049 151 12345678",
            ["?phone=%2B4915112345678", "?phone=+49 151 12345678", "?phone=%EF%BC%8B4915112345678"],
        ),
        (
            "email",
            "a+b@example.org",
            [
                "?email=a+b@example.org",
                "?email=A%2BB%40Example.org",
                "?x=1&email=%20a+b@example.org%20",
            ],
        ),
    ] {
        let bridge = Bridge::with(|options| {
            portal(options).search_lag = std::time::Duration::ZERO;
        })
        .await;
        bridge.portal().seed_contact(&[(property, stored), ("firstname", "Ann")]).unwrap();
        for query in queries {
            let (status, answer) = record(&bridge, &query.replace(' ', "%20")).await;
            assert_eq!(status, 200, "{stored} {query}: {answer}");
            assert_eq!(answer["contact"]["name"], "Ann", "{stored} {query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_only_read_is_enough_and_no_other_is_used() {
    let bridge = Bridge::start().await;
    seed_all(bridge.portal());
    let (status, _) = record(&bridge, ANN).await;
    assert_eq!(status, 200);
    let calls = bridge.portal().calls();
    assert!(calls.iter().all(|call| call.token.as_deref() == Some("pat-na1-demo-crm")));
    let reads = |call: &hubspot_sim::Call| call.method == "GET" || call.path.ends_with("/read");
    assert!(calls.iter().all(reads), "{calls:?}");
    // HubSpot lets this token write nowhere.
    for kind in ["contacts", "companies", "deals", "tickets", "notes"] {
        let url = format!("{}/crm/v3/objects/{kind}", bridge.portal().url());
        let request = bridge.http.post(url).bearer_auth("pat-na1-demo-crm");
        let refused = request.json(&json!({ "properties": {} })).send().await.unwrap();
        assert_eq!(refused.status(), 403, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_25_are_listed_and_the_rest_is_counted() {
    for (many, calls) in [(25, 3), (26, 3), (130, 5)] {
        let bridge = Bridge::start().await;
        let portal = bridge.portal();
        let ann = seed_ann(portal);
        for at in 0..many {
            let deal = [("dealname", format!("Deal {at}")), ("dealstage", "contractsent".into())];
            let deal = deal.each_ref().map(|(name, value)| (*name, value.as_str()));
            relate(portal, &ann, ObjectKind::Deal, &portal.seed_deal(&deal).unwrap());
            let subject = format!("Ticket {at}");
            let ticket = [("subject", subject.as_str()), ("hs_pipeline_stage", "1")];
            relate(portal, &ann, ObjectKind::Ticket, &portal.seed_ticket(&ticket).unwrap());
        }
        record(&bridge, ANN).await;
        bridge.forget_calls();
        let (_, answer) = record(&bridge, ANN).await;
        assert_eq!(portal.calls().len(), calls, "with {many}");
        assert_eq!(answer["deals"].as_array().unwrap().len(), 25);
        assert_eq!(answer["deals"][0]["name"], format!("Deal {}", many - 1));
        assert_eq!(answer["deals"][24]["name"], format!("Deal {}", many - 25));
        assert_eq!(answer["tickets"][0]["subject"], format!("Ticket {}", many - 1));
        assert_eq!(answer["more"], json!({ "deals": many - 25, "tickets": many - 25 }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_a_clear_error() {
    let bridge = Bridge::with(|options| {
        let mut without = options.settings[0].clone();
        without["org"] = "no-crm".into();
        without.as_object_mut().unwrap().remove("crm");
        options.settings.push(without);
    })
    .await;
    let cases = [
        ("/orgs/acme/crm-context", 400, "?email="),
        ("/orgs/acme/crm-context?email=ann", 400, "?email="),
        ("/orgs/acme/crm-context?email=nobody@example.org", 404, "no such contact"),
        ("/orgs/acme/crm-context?phone=%2B4999", 404, "no such contact"),
        ("/orgs/nobody/crm-context?email=ann@example.org", 404, "no such organisation"),
        ("/orgs/no-crm/crm-context?email=ann@example.org", 409, "crm.access_token"),
        ("/orgs/acme/other", 404, "no such route"),
    ];
    for (path, status, says) in cases {
        let (answered, body) = get(&bridge, path).await;
        assert_eq!(answered, status, "{path}");
        assert!(body["error"].as_str().unwrap().contains(says), "{path}: {body}");
    }
    let url = bridge.url("/orgs/acme/crm-context?email=ann@example.org");
    assert_eq!(bridge.http.post(url).send().await.unwrap().status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn hubspots_own_failures_are_clear_errors() {
    let status = |status, retry_after| FaultKind::Status { status, retry_after };
    let cases = [
        (status(401, None), 502, "crm.access_token"),
        (status(403, None), 502, "lacks a scope"),
        (status(429, Some(60)), 503, "rate limit"),
        (status(500, None), 502, "answered 500"),
        (status(503, None), 502, "answered 503"),
        (FaultKind::HangBeforeEffect(std::time::Duration::from_mins(1)), 504, "no answer"),
        (FaultKind::Malformed, 502, "cannot be read"),
    ];
    let tried = cases.map(|(kind, status, says)| async move {
        let bridge = Bridge::start().await;
        seed_all(bridge.portal());
        let fault = Fault { method: None, path_contains: "/objects/".into(), times: 1_000, kind };
        bridge.portal().fail(fault);
        let (answered, body) = record(&bridge, ANN).await;
        assert_eq!(answered, status, "{body}");
        assert!(body["error"].as_str().unwrap().contains(says), "{body}");
    });
    for tried in tried.map(tokio::spawn) {
        tried.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_scope_is_told_by_name_of_the_call() {
    let bridge = Bridge::with(|options| {
        portal(options).tokens[1].scopes.retain(|scope| scope != "crm.objects.deals.read");
    })
    .await;
    seed_all(bridge.portal());
    let (status, body) = record(&bridge, ANN).await;
    assert_eq!(status, 502);
    assert!(body["error"].as_str().unwrap().contains("403"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_who_was_heard_of_and_what_is_parked() {
    let bridge =
        Bridge::with_settings(|settings| settings["ticketing_enabled"] = false.into()).await;
    let status = || async { get(&bridge, "/orgs/acme/status").await.1 };
    bridge.portal().set_webhook_url(None);
    let fresh = status().await;
    assert_eq!(fresh["active"], true);
    assert_eq!(fresh["webhook_url_configured"], false);
    assert_eq!(fresh["last_event_at"], Value::Null);
    assert_eq!([&fresh["waiting"], &fresh["deferred"], &fresh["parked"]], [0, 0, 0]);
    assert!(!fresh.to_string().contains("demo-webhook-token"), "{fresh}");
    // OpenCX's events say nothing of HubSpot's webhooks.
    let mut unreadable = handoff_event("s-1");
    unreadable["data"]["conversation_id"] = Value::Null;
    bridge.event(&json!([handoff_event("s-2"), unreadable])).await;
    bridge.quiet().await;
    let heard = status().await;
    assert_eq!(heard["webhook_url_configured"], false, "{heard}");
    assert!(heard["last_event_at"].as_str().unwrap().ends_with('Z'), "{heard}");
    assert_eq!(heard["parked"], 1);
    bridge.portal().set_webhook_url(Some(bridge.url(&bridge_local::demo::webhook_path())));
    bridge.portal().customer_writes(ann(hubspot_sim::Channel::LiveChat, None, "hi")).unwrap();
    bridge.outcome_of("reply-sync").await;
    let reached = status().await;
    assert_eq!(reached["webhook_url_configured"], true);
    assert!(reached["last_hubspot_delivery_at"].as_str().unwrap().ends_with('Z'), "{reached}");
    assert_eq!(get(&bridge, "/orgs/nobody/status").await.0, 404);
}
