//! Objects, associations, search, owners, pipelines and the account.

use hubspot_sim::{InboxType, Merged, ObjectKind};
use serde_json::{Value, json};

use crate::support::{Sim, TOKEN};

#[tokio::test]
async fn a_ticket_is_created_with_its_contact_and_its_primary_company() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let company = sim.portal.seed_company(&[("name", "Engines")]).unwrap();
    let to = |id: &str, type_id: u16| {
        json!({"to": {"id": id}, "types": [{
            "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]})
    };
    let body = json!({
        "properties": {"subject": "Help", "hs_pipeline_stage": "1"},
        "associations": [to(&contact, 16), to(&company, 26)],
    });
    let created = sim.post("/crm/v3/objects/tickets", body).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body["properties"]["hs_pipeline"], "0", "the default pipeline");
    let ticket = sim.portal.ticket(&created.id()).unwrap();
    assert_eq!((ticket.contacts, ticket.companies), (vec![contact.clone()], vec![company]));
    let path = format!("/crm/v3/objects/tickets/{}?associations=companies", created.id());
    let listed = sim.get(&path).await.body["associations"]["companies"]["results"].clone();
    let types: Vec<&Value> = listed.as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(types, ["ticket_to_company", "ticket_to_company_unlabeled"]);
    let path = format!("/crm/v4/objects/contacts/{contact}/associations/tickets");
    let listed = sim.get(&path).await.body["results"][0]["toObjectId"].to_string();
    assert_eq!(listed, created.id(), "a number here, a string there");
    let wrong = json!({
        "properties": {"subject": "Help", "hs_pipeline_stage": "1"},
        "associations": [to(&contact, 32)],
    });
    assert_eq!(sim.post("/crm/v3/objects/tickets", wrong).await.status, 400, "unknown type");
}

#[tokio::test]
async fn associations_come_in_pages() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    for n in 0..3 {
        let deal = [("dealname", &*format!("{n}")), ("dealstage", "closedwon")];
        let deal = sim.portal.seed_deal(&deal).unwrap();
        let (from, to) = ((ObjectKind::Deal, &*deal), (ObjectKind::Contact, &*contact));
        sim.portal.associate(from, to).unwrap();
    }
    let path = format!("/crm/v4/objects/contacts/{contact}/associations/deals?limit=2");
    let first = sim.get(&path).await.body;
    assert_eq!(first["results"].as_array().unwrap().len(), 2);
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let rest = sim.get(&format!("{path}&after={after}")).await.body;
    assert_eq!(rest["results"].as_array().unwrap().len(), 1);
    assert!(rest.get("paging").is_none());
}

#[tokio::test]
async fn only_requested_properties_come_back_and_unknown_names_are_left_out() {
    let sim = Sim::start().await;
    let id = sim.portal.seed_contact(&[("email", "a@b.org"), ("city", "London")]).unwrap();
    let path = format!("/crm/v3/objects/contacts/{id}?properties=phone,city,nonsense");
    let read = sim.get(&path).await.body;
    let names: Vec<&String> = read["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["city", "createdate", "hs_object_id", "lastmodifieddate", "phone"]);
    assert_eq!(read["properties"]["phone"], Value::Null);
    let changed = json!({"properties": {"city": "", "phone": "1"}});
    let changed = sim.call("PATCH", &format!("/crm/v3/objects/contacts/{id}"), changed).await;
    assert_eq!((changed.status, &changed.body["properties"]["city"]), (200, &Value::Null));
    assert_eq!(sim.portal.contacts()[0].get("phone"), "1");
}

#[tokio::test]
async fn a_contact_is_found_by_any_of_its_addresses() {
    let sim = Sim::start().await;
    let addresses = [("email", "Ada@Example.com"), ("hs_additional_emails", "a@b.org;c@d.org")];
    let id = sim.portal.seed_contact(&addresses).unwrap();
    for address in ["ada@example.com", "ADA@EXAMPLE.COM", "c@d.org"] {
        let found = sim.get(&format!("/crm/v3/objects/contacts/{address}?idProperty=email")).await;
        assert_eq!((found.status, found.id()), (200, id.clone()));
    }
    let missing = sim.get("/crm/v3/objects/contacts/x@y.org?idProperty=email").await;
    assert_eq!((missing.status, &missing.body["category"]), (404, &json!("OBJECT_NOT_FOUND")));
}

#[tokio::test]
async fn a_batch_read_returns_what_there_is_and_names_the_rest() {
    let sim = Sim::start().await;
    let id = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let path = "/crm/v3/objects/contacts/batch/read";
    let body = |ids: &[&str]| {
        let inputs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        json!({"inputs": inputs, "properties": ["email"], "propertiesWithHistory": []})
    };
    assert_eq!(sim.post(path, body(&[&id])).await.status, 200);
    let some = sim.post(path, body(&[&id, "999"])).await;
    assert_eq!((some.status, some.body["results"].as_array().unwrap().len()), (207, 1));
    assert_eq!(some.body["errors"][0]["context"]["ids"], json!(["999"]));
    assert_eq!(sim.post(path, body(&vec!["1"; 101])).await.status, 400);
    let without = json!({"inputs": [{"id": id}], "properties": ["email"]});
    assert_eq!(sim.post(path, without).await.status, 400, "propertiesWithHistory is required");
}

#[tokio::test]
async fn search_filters_sorts_and_lags_behind() {
    let filter = |name: &str, operator: &str, value: &str| {
        json!({"filterGroups": [{"filters": [
            {"propertyName": name, "operator": operator, "value": value}]}], "sorts": ["email"]})
    };
    let path = "/crm/v3/objects/contacts/search";
    let cases = [
        (filter("email", "EQ", "A@x.org"), json!(1)),
        (filter("email", "CONTAINS_TOKEN", "x*"), json!(2)),
        (filter("hs_searchable_calculated_phone_number", "EQ", "15112345678"), json!(1)),
        (filter("zip", "HAS_PROPERTY", ""), json!(0)),
        (filter("createdate", "GTE", "1700000000000"), json!(2)),
        (filter("createdate", "GTE", "4000000000000"), json!(0)),
        (filter("nonsense", "EQ", "1"), Value::Null),
    ];
    // A portal answers five searches a second.
    for cases in cases.chunks(4) {
        let sim = Sim::start().await;
        for (email, phone) in [("b@x.org", "+49 151 1234-5678"), ("a@x.org", "555")] {
            sim.portal.seed_contact(&[("email", email), ("phone", phone)]).unwrap();
        }
        for (body, count) in cases {
            assert_eq!(sim.post(path, body.clone()).await.body["total"], *count, "{body}");
        }
    }
    let late = Sim::with(|options| options.search_lag = std::time::Duration::from_mins(1)).await;
    late.portal.seed_contact(&[("email", "a@x.org")]).unwrap();
    assert_eq!(late.post(path, filter("email", "EQ", "a@x.org")).await.body["total"], 0);
}

#[tokio::test]
async fn the_id_of_a_merged_object_answers_with_the_survivor_or_not_at_all() {
    let ticket = [("subject", "A"), ("hs_pipeline_stage", "1")];
    for (survivor, gone, status) in [
        (Merged::IntoExisting, false, 200),
        (Merged::IntoNew, false, 200),
        (Merged::IntoNew, true, 404),
    ] {
        let sim = Sim::with(|options| options.merged_ids_are_gone = gone).await;
        let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
        let (one, two) = (sim.portal.seed_ticket(&ticket), sim.portal.seed_ticket(&ticket));
        let (one, two) = (one.unwrap(), two.unwrap());
        let to = (ObjectKind::Contact, contact.as_str());
        sim.portal.associate((ObjectKind::Ticket, &one), to).unwrap();
        let id = sim.portal.merge_as(ObjectKind::Ticket, &one, &two, survivor).unwrap();
        assert_eq!(id == two, survivor == Merged::IntoExisting);
        let read = sim.get(&format!("/crm/v3/objects/tickets/{one}")).await;
        assert_eq!(read.status, status);
        assert!(status == 404 || read.id() == id);
        assert_eq!(sim.portal.ticket(&id).unwrap().contacts, [contact], "associations move");
    }
}

#[tokio::test]
async fn deleted_objects_are_gone() {
    let sim = Sim::start().await;
    let id = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    sim.portal.archive(ObjectKind::Contact, &id);
    assert_eq!(sim.get(&format!("/crm/v3/objects/contacts/{id}")).await.status, 404);
    let again = sim.create("contacts", json!({"email": "ada@example.com"})).await;
    assert_eq!(again.status, 201, "the address is free again");
    sim.portal.erase_contact(&again.id()).unwrap();
    assert_eq!(sim.portal.record(ObjectKind::Contact, &again.id()).map(|one| one.id), None);
}

#[tokio::test]
async fn an_owner_is_not_known_by_the_user_id_unless_asked_so() {
    let sim = Sim::start().await;
    let cases = [
        ("70222", 200),
        ("222", 404),
        ("222?idProperty=userId", 200),
        ("444?idProperty=userId", 404),
        ("70444?archived=true", 200),
    ];
    for (path, status) in cases {
        assert_eq!(sim.get(&format!("/crm/v3/owners/{path}")).await.status, status, "{path}");
    }
    let gone = sim.get("/crm/v3/owners/70444?archived=true").await.body;
    assert_eq!((&gone["userId"], &gone["userIdIncludingInactive"]), (&json!(null), &json!(444)));
}

#[tokio::test]
async fn pipelines_inboxes_account_and_token_describe_the_portal() {
    let sim = Sim::start().await;
    let stage = |answer: &Value, at: usize| answer["results"][0]["stages"][at]["metadata"].clone();
    let tickets = sim.get("/crm/v3/pipelines/tickets").await.body;
    assert_eq!(stage(&tickets, 0), json!({"ticketState": "OPEN"}));
    assert_eq!(stage(&tickets, 3), json!({"ticketState": "CLOSED"}));
    let id = InboxType::HelpDesk.id();
    let help_desk = sim.get(&format!("/conversations/v3/conversations/inboxes/{id}")).await.body;
    assert_eq!(help_desk["type"], "HELP_DESK");
    let account = "/conversations/v3/conversations/channel-accounts/90210442";
    let address = sim.get(account).await.body["deliveryIdentifier"]["value"].clone();
    assert_eq!(address, "support@acme.com");
    assert_eq!(sim.get("/account-info/v3/details").await.body["portalId"], 12_345_678);
    let path = "/oauth/v2/private-apps/get/access-token-info";
    let token = sim.post(path, json!({"tokenKey": TOKEN})).await.body;
    assert_eq!((&token["hubId"], &token["appId"]), (&json!(12_345_678), &json!(2_345_678)));
}
