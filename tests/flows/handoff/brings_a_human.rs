//! A handoff brings a human whatever HubSpot refuses, and names what is missing.

use bridge_domain::outcome::Outcome;
use hubspot_sim::{Channel, Fault, FaultKind, ObjectKind, Property, rejections};
use serde_json::{Value, json};
use tests::{Bridge, comments, handoff_event, handoff_on, with};

fn refuse(bridge: &Bridge, method: &str, path: &str, kind: FaultKind) {
    bridge.portal().fail(Fault {
        method: Some(method.into()),
        path_contains: path.into(),
        times: u32::MAX,
        kind,
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_hubspot_refuses_is_left_out_and_the_rest_happens() {
    let cases = [
        ("ann@example.invalid", rejections::invalid_email("ann@example.invalid"), true),
        ("ann@example.org", rejections::forbidden(), false),
        ("ann@example.org", rejections::conflict_without_id(), false),
        ("ann@example.org", rejections::invalid("Some required properties were not set"), false),
        ("ann@example.org", rejections::answer(418, json!("odd")), false),
    ];
    for (email, refusal, has_contact) in cases {
        let bridge = Bridge::start().await;
        let thread = bridge.quiet_thread_of(hubspot_sim::CustomerMessage {
            channel: Channel::LiveChat,
            text: "Hello?".into(),
            ..Default::default()
        });
        let once = if has_contact { 1 } else { u32::MAX };
        bridge.portal().fail(Fault {
            method: Some("POST".into()),
            path_contains: "/objects/contacts".into(),
            times: once,
            kind: refusal.clone(),
        });
        let contact = json!({ "contact": { "id": "c-9", "name": "Ann Lee", "email": email } });
        let record = bridge.handed_off(&with(handoff_on(&thread, "s-1"), &contact)).await;
        assert_eq!(record.outcome, Outcome::Applied, "{refusal:?} {record:?}");
        let said = record.notes.join("\n");
        assert!(has_contact || said.contains("contact"), "{said}");
        let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
        assert_eq!(ticket.contacts.len(), usize::from(has_contact), "{refusal:?}");
        assert_eq!(comments(bridge.portal(), &thread).len(), 1);
        let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
        assert_eq!(owner.as_deref(), Some("A-222"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_goes_to_the_default_user_whom_hubspot_does_not_show_as_an_owner() {
    for (status, rule) in [(404, None), (403, None), (404, Some("A-333"))] {
        let bridge = Bridge::with_settings(|settings| {
            let rules =
                rule.map(|user| json!({ "when": { "channel": "whatsapp" }, "assign_to": user }));
            settings["routing"] = rules.into_iter().collect::<Value>();
        })
        .await;
        let thread = bridge.quiet_thread(Channel::LiveChat);
        refuse(&bridge, "GET", "/owners", FaultKind::Status { status, retry_after: None });
        let record = bridge.handed_off(&handoff_on(&thread, "s-1")).await;
        assert_eq!(record.outcome, Outcome::Applied, "{status}: {record:?}");
        let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
        assert_eq!(owner.as_deref(), Some("A-222"), "{status} {rule:?}");
        let ticket = bridge.portal().ticket(record.ticket.unwrap().as_str()).unwrap();
        assert_eq!(ticket.get("hubspot_owner_id"), "", "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_hubspot_refuses_is_said_in_the_comment_and_parked_for_a_redrive() {
    let missing = json!({ "category": "VALIDATION_ERROR", "context": { "properties": ["team"] },
        "message": "Error creating TICKET. Some required properties were not set." });
    let refusals = [
        rejections::answer(400, missing),
        rejections::forbidden(),
        rejections::invalid(
            "Property values were not valid: [{\"name\":\"hs_pipeline_stage\",\"error\":\"INVALID_OPTION\"}]",
        ),
    ];
    for refusal in refusals {
        let bridge = Bridge::start().await;
        let thread = bridge.quiet_thread(Channel::LiveChat);
        refuse(&bridge, "POST", "/objects/tickets", refusal.clone());
        let record = bridge.handed_off(&handoff_on(&thread, "s-1")).await;
        assert_eq!((record.outcome, record.reason.as_deref()), (Outcome::Parked, Some("refused")));
        assert!(record.error.unwrap().contains("ticket"));
        let said = comments(bridge.portal(), &thread);
        assert_eq!(said.len(), 1);
        assert!(said[0].text().contains("the ticket could not be made"), "{}", said[0].text());
        let owner = bridge.portal().thread(&thread).unwrap().assigned_to;
        assert_eq!(owner.as_deref(), Some("A-222"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_that_hubspot_refuses_in_any_form_are_left_out() {
    let named = |code: &str| {
        json!({ "message": "Property values were not valid", "errors": [{ "message": "no",
            "code": code, "context": { "propertyName": ["plan"] } }] })
    };
    let refusals = [
        named("READ_ONLY_VALUE"),
        named("PROPERTY_DOESNT_EXIST"),
        json!({ "message": "A validation rule of the portal refuses `plan`" }),
        json!({ "message": "A validation rule of the portal says no" }),
    ];
    for refusal in refusals {
        let bridge = Bridge::start().await;
        let plan = Property::text(ObjectKind::Ticket, "plan");
        bridge.portal().define_property(ObjectKind::Ticket, plan).unwrap();
        bridge.seasoned().await;
        bridge.portal().fail(Fault {
            method: Some("POST".into()),
            path_contains: "/objects/tickets".into(),
            times: 1,
            kind: rejections::answer(400, refusal.clone()),
        });
        let event = with(handoff_event("s-1"), &json!({ "custom_data": { "plan": "gold" } }));
        let record = bridge.handed_off(&event).await;
        assert_eq!(record.outcome, Outcome::Applied, "{refusal} {record:?}");
        assert_eq!(bridge.tickets_of("ann@example.org")[0].get("plan"), "", "{refusal}");
        assert!(record.notes.iter().any(|note| note.contains("`plan`")), "{record:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn properties_of_hubspot_itself_and_too_much_data_are_left_out_and_named() {
    let bridge = Bridge::start().await;
    let plan = Property::text(ObjectKind::Ticket, "plan");
    bridge.portal().define_property(ObjectKind::Ticket, plan).unwrap();
    let many: serde_json::Map<String, Value> =
        (0..100).map(|at| (format!("key_{at:05}"), "x".repeat(1_000).into())).collect();
    let cases = [
        (json!({ "createdate": "2020-01-01", "plan": "gold" }), "createdate"),
        (
            json!({ "hs_lastmodifieddate": "2020-01-01", "closed_date": "1", "plan": "gold" }),
            "closed_date",
        ),
        (json!({ "big": "y".repeat(420_000), "plan": "gold" }), "big"),
        (json!({ "hubspot_owner_id": "1", "hs_object_id": "1", "plan": "gold" }), "hs_object_id"),
        (json!({ "CreateDate": "2020-01-01", "HS Object ID": 1, "plan": "gold" }), "createdate"),
        (json!({ "subject": "Evil", "hs_pipeline_stage": "4", "plan": "gold" }), "subject"),
        (json!({ "content": "Evil", "hs_pipeline": "77", "plan": "gold" }), "content"),
        (json!({ "k".repeat(420_000): "x", "plan": "gold" }), "kkkk"),
        (json!({ "a": "x".repeat(65_537), "b": "ü".repeat(70_000), "plan": "gold" }), "`b`"),
    ];
    for (at, (data, named)) in cases.into_iter().enumerate() {
        let contact = json!({ "email": format!("p{at}@example.org") });
        let change = json!({ "custom_data": data, "contact": contact });
        let record = bridge.handed_off(&with(handoff_event(&format!("s-{at}")), &change)).await;
        assert_eq!(record.outcome, Outcome::Applied, "{named}: {:?}", record.error);
        let ticket = bridge.tickets_of(&format!("p{at}@example.org")).remove(0);
        assert_eq!(ticket.get("plan"), "gold", "{named}");
        assert!(!format!("{} {}", ticket.get("subject"), ticket.get("content")).contains("Evil"));
        assert_eq!(ticket.get("hs_pipeline_stage"), "1", "{named}");
        assert!(!ticket.get("createdate").starts_with("2020"));
        assert!(record.notes.iter().any(|note| note.contains(named)), "{:?}", record.notes);
    }
    let change = json!({ "custom_data": many, "contact": { "email": "many@example.org" } });
    let record = bridge.handed_off(&with(handoff_event("s-many"), &change)).await;
    assert_eq!(record.outcome, Outcome::Applied, "{:?}", record.error);
    assert!(record.notes.iter().any(|note| note.contains("more")), "{}", record.notes.len());
}
