//! Creating, reading, changing and archiving objects.

use serde_json::{Value, json};

use crate::support::Sim;

#[tokio::test]
async fn a_ticket_is_created_with_its_contact_and_its_main_company() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let company = sim.portal.seed_company(&[("name", "Engines")]).unwrap();
    let link = |id: &str, type_id: u16| {
        json!({"to": {"id": id}, "types": [{
            "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]})
    };
    let made = sim
        .post(
            "/crm/v3/objects/tickets",
            json!({
                "properties": {"subject": "Help", "hs_pipeline_stage": "1", "content": "…"},
                "associations": [link(&contact, 16), link(&company, 26)],
            }),
        )
        .await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body["properties"]["hs_pipeline"], "0", "the default pipeline is filled in");
    assert_eq!(made.body["properties"]["hs_object_id"], made.body["id"]);

    let ticket = sim.portal.ticket(&made.id()).unwrap();
    assert_eq!(ticket.contacts, [contact.as_str()]);
    assert_eq!(ticket.companies, [company.as_str()]);
    let read =
        sim.get(&format!("/crm/v3/objects/tickets/{}?associations=companies", made.id())).await;
    let types: Vec<&Value> = read.body["associations"]["companies"]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["type"])
        .collect();
    assert_eq!(types, ["ticket_to_company_unlabeled", "ticket_to_company"]);
}

#[tokio::test]
async fn only_what_is_asked_for_comes_back_and_unknown_names_are_left_out() {
    let sim = Sim::start().await;
    let id = sim
        .portal
        .seed_contact(&[("email", "ada@example.com"), ("phone", "1"), ("city", "London")])
        .unwrap();
    let read = sim
        .get(&format!(
            "/crm/v3/objects/contacts/{id}?properties=phone,jobtitle&properties=nonsense"
        ))
        .await;
    let properties = read.body["properties"].as_object().unwrap();
    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(names, ["createdate", "hs_object_id", "jobtitle", "lastmodifieddate", "phone"]);
    assert_eq!(properties["phone"], "1");
    assert_eq!(properties["jobtitle"], Value::Null);
    assert!(read.body.get("associations").is_none());
    let plain = sim.get(&format!("/crm/v3/objects/contacts/{id}")).await;
    assert_eq!(plain.body["properties"]["email"], "ada@example.com");
    assert!(plain.body["properties"].get("city").is_none());
}

#[tokio::test]
async fn a_contact_is_found_by_any_of_its_addresses() {
    let sim = Sim::start().await;
    let id = sim
        .portal
        .seed_contact(&[("email", "Ada@Example.com"), ("hs_additional_emails", "a@b.org;c@d.org")])
        .unwrap();
    for address in ["ada@example.com", "ADA@EXAMPLE.COM", "c@d.org"] {
        let found = sim.get(&format!("/crm/v3/objects/contacts/{address}?idProperty=email")).await;
        assert_eq!((found.status, found.id()), (200, id.clone()));
    }
    let missing = sim.get("/crm/v3/objects/contacts/x@y.org?idProperty=email").await;
    assert_eq!((missing.status, &missing.body["category"]), (404, &json!("OBJECT_NOT_FOUND")));
}

#[tokio::test]
async fn a_change_answers_with_what_it_changed_and_an_empty_value_clears() {
    let sim = Sim::start().await;
    let id = sim.create("contacts", json!({"email": "ada@example.com", "phone": "1"})).await.id();
    let path = format!("/crm/v3/objects/contacts/{id}");
    let changed = sim.patch(&path, json!({"properties": {"phone": "", "city": "London"}})).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.body["properties"]["phone"], Value::Null);
    assert_eq!(changed.body["properties"]["city"], "London");
    assert!(changed.body["properties"].get("email").is_none());
    let record = &sim.portal.contacts()[0];
    assert_eq!((record.get("phone"), record.get("city")), ("", "London"));
}

#[tokio::test]
async fn what_is_archived_is_gone_from_reads_and_associations() {
    let sim = Sim::start().await;
    let contact = sim.create("contacts", json!({"email": "ada@example.com"})).await.id();
    let path = format!("/crm/v3/objects/contacts/{contact}");
    assert_eq!(sim.delete(&path).await.status, 204);
    assert_eq!(sim.get(&path).await.status, 404);
    assert_eq!(sim.get(&format!("{path}?archived=true")).await.body["archived"], true);
    assert_eq!(sim.delete(&path).await.status, 204, "archiving twice is not an error");
    let again = sim.create("contacts", json!({"email": "ada@example.com"})).await;
    assert_eq!(again.status, 201, "the address is free again");
}

#[tokio::test]
async fn a_batch_read_gives_what_there_is_and_names_what_is_missing() {
    let sim = Sim::start().await;
    let id = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let read = |ids: Value, property: &str| {
        let inputs: Vec<Value> =
            ids.as_array().unwrap().iter().map(|id| json!({"id": id})).collect();
        json!({"inputs": inputs, "properties": ["email"], "propertiesWithHistory": [],
               "idProperty": property})
    };
    let path = "/crm/v3/objects/contacts/batch/read";
    let all = sim.post(path, read(json!(["ada@example.com"]), "email")).await;
    assert_eq!((all.status, &all.body["results"][0]["id"]), (200, &json!(id)));
    let some = sim.post(path, read(json!([id, "999"]), "hs_object_id")).await;
    assert_eq!(some.status, 207);
    assert_eq!(some.body["results"].as_array().unwrap().len(), 1);
    assert_eq!(some.body["numErrors"], 1);
    assert_eq!(some.body["errors"][0]["context"]["ids"], json!(["999"]));
    let without = json!({"inputs": [{"id": id}], "properties": ["email"]});
    assert_eq!(sim.post(path, without).await.status, 400, "propertiesWithHistory is required");
    let many: Vec<Value> = (0..101).map(|n| json!(n.to_string())).collect();
    assert_eq!(sim.post(path, read(json!(many), "hs_object_id")).await.status, 400);
}

#[tokio::test]
async fn a_batch_creation_happens_wholly_or_not_at_all() {
    let sim = Sim::start().await;
    let one = |email: &str| json!({"properties": {"email": email}});
    let path = "/crm/v3/objects/contacts/batch/create";
    let bad = sim.post(path, json!({"inputs": [one("a@b.org"), one("nonsense")]})).await;
    assert_eq!(bad.status, 400);
    assert!(sim.portal.contacts().is_empty());
    let good = sim.post(path, json!({"inputs": [one("a@b.org"), one("c@d.org")]})).await;
    assert_eq!((good.status, sim.portal.contacts().len()), (201, 2));
}

#[tokio::test]
async fn a_batch_update_changes_each_and_names_what_is_missing() {
    let sim = Sim::start().await;
    let id = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let one = |id: &str| json!({"id": id, "properties": {"city": "London"}});
    let path = "/crm/v3/objects/contacts/batch/update";
    let answer = sim.post(path, json!({"inputs": [one(&id), one("999")]})).await;
    assert_eq!((answer.status, &answer.body["numErrors"]), (207, &json!(1)));
    assert_eq!(sim.portal.contacts()[0].get("city"), "London");
    assert_eq!(sim.post(path, json!({"inputs": [one(&id), one(&id)]})).await.status, 400);
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let sim = Sim::start().await;
    for n in 0..3 {
        sim.portal.seed_contact(&[("email", &format!("{n}@b.org"))]).unwrap();
    }
    let first = sim.get("/crm/v3/objects/contacts?limit=2").await;
    assert_eq!(first.body["results"].as_array().unwrap().len(), 2);
    let after = first.body["paging"]["next"]["after"].as_str().unwrap();
    let rest = sim.get(&format!("/crm/v3/objects/contacts?limit=2&after={after}")).await;
    assert_eq!(rest.body["results"][0]["properties"]["email"], "2@b.org");
    assert!(rest.body.get("paging").is_none());
}
