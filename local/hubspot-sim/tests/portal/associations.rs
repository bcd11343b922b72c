//! Associations between objects.

use hubspot_sim::ObjectKind::{Company, Contact, Ticket};
use serde_json::{Value, json};

use crate::support::Sim;

fn contact_with_companies(sim: &Sim) -> (String, String, String) {
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let first = sim.portal.seed_company(&[("name", "First")]).unwrap();
    let second = sim.portal.seed_company(&[("name", "Second")]).unwrap();
    sim.portal.associate((Contact, &contact), (Company, &first)).unwrap();
    sim.portal.associate((Contact, &contact), (Company, &second)).unwrap();
    (contact, first, second)
}

fn types(of: &Value) -> Vec<u64> {
    of["associationTypes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["typeId"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn the_first_company_is_the_main_one_until_another_is() {
    let sim = Sim::start().await;
    let (contact, first, second) = contact_with_companies(&sim);
    let path = format!("/crm/v4/objects/contacts/{contact}/associations/companies");
    let before = sim.get(&path).await;
    let of = |answer: &Value, id: &str| {
        let all = answer["results"].as_array().unwrap().clone();
        let found = all.iter().find(|one| one["toObjectId"] == id.parse::<u64>().unwrap()).cloned();
        types(&found.unwrap())
    };
    assert_eq!(of(&before.body, &first), [279, 1]);
    assert_eq!(of(&before.body, &second), [279]);
    let primary = json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]);
    assert_eq!(sim.put(&format!("{path}/{second}"), primary).await.status, 201);
    let after = sim.get(&path).await;
    assert_eq!(of(&after.body, &first), [279]);
    assert_eq!(of(&after.body, &second), [279, 1]);
}

#[tokio::test]
async fn the_type_ids_depend_on_the_direction() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let ticket = sim.portal.seed_ticket(&[("subject", "A"), ("hs_pipeline_stage", "1")]).unwrap();
    let path = format!("/crm/v4/objects/tickets/{ticket}/associations/contacts/{contact}");
    let spec =
        |id: u16| json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": id}]);
    assert_eq!(sim.put(&path, spec(15)).await.status, 400, "15 is contact to ticket");
    assert!(sim.portal.ticket(&ticket).unwrap().contacts.is_empty());
    assert_eq!(sim.put(&path, spec(16)).await.status, 201);
    let back = sim.get(&format!("/crm/v4/objects/contacts/{contact}/associations/tickets")).await;
    assert_eq!(types(&back.body["results"][0]), [15]);
    assert_eq!(sim.delete(&path).await.status, 204);
    assert!(sim.portal.ticket(&ticket).unwrap().contacts.is_empty());
}

#[tokio::test]
async fn a_creation_with_a_wrong_type_or_end_creates_nothing() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    for (id, type_id) in [(contact.as_str(), 15), (contact.as_str(), 32), ("999", 16)] {
        let body = json!({
            "properties": {"subject": "A", "hs_pipeline_stage": "1"},
            "associations": [{"to": {"id": id}, "types": [{
                "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]}],
        });
        let answer = sim.post("/crm/v3/objects/tickets", body).await;
        assert_eq!(answer.status, 400, "{id} by {type_id}");
    }
    let untyped = json!({
        "properties": {"subject": "A", "hs_pipeline_stage": "1"},
        "associations": [{"to": {"id": contact}, "types": []}],
    });
    assert_eq!(sim.post("/crm/v3/objects/tickets", untyped).await.status, 400);
    assert!(sim.portal.tickets().is_empty());
}

#[tokio::test]
async fn the_default_association_needs_no_type() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let note = json!({"hs_timestamp": "1702439388898", "hs_note_body": "Hi"});
    let note = sim.create("notes", note).await.id();
    let path = format!("/crm/v4/objects/notes/{note}/associations/default/contacts/{contact}");
    let made = sim.put(&path, json!(null)).await;
    assert_eq!(made.status, 200);
    assert_eq!(made.body["results"][0]["associationSpec"]["associationTypeId"], 202);
    assert_eq!(sim.portal.notes()[0].contacts, [contact.as_str()]);
}

#[tokio::test]
async fn a_batch_reads_strings_and_names_objects_without_any() {
    let sim = Sim::start().await;
    let (contact, first, _) = contact_with_companies(&sim);
    let alone = sim.portal.seed_contact(&[("email", "b@example.com")]).unwrap();
    let inputs = json!({"inputs": [{"id": contact}, {"id": alone}]});
    let answer = sim.post("/crm/v4/associations/contacts/companies/batch/read", inputs).await;
    assert_eq!(answer.status, 207);
    assert_eq!(answer.body["results"][0]["from"]["id"], json!(contact));
    assert_eq!(answer.body["results"][0]["to"][0]["toObjectId"], json!(first));
    assert_eq!(answer.body["errors"][0]["context"]["fromObjectId"], json!([alone]));
}

#[tokio::test]
async fn a_batch_joins_many() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    let ticket = sim.portal.seed_ticket(&[("subject", "A"), ("hs_pipeline_stage", "1")]).unwrap();
    let types = json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]);
    let input = json!({"from": {"id": ticket}, "to": {"id": contact}, "types": types});
    let path = "/crm/v4/associations/tickets/contacts/batch/create";
    assert_eq!(sim.post(path, json!({"inputs": [input]})).await.status, 201);
    assert_eq!(sim.portal.record(Ticket, &ticket).unwrap().contacts, [contact.as_str()]);
}

#[tokio::test]
async fn an_object_comes_with_a_hundred_associations_and_the_list_has_pages() {
    let sim = Sim::start().await;
    let contact = sim.portal.seed_contact(&[("email", "ada@example.com")]).unwrap();
    for at in 0..101 {
        let subject = format!("Ticket {at}");
        let ticket = sim.portal.seed_ticket(&[("subject", &subject), ("hs_pipeline_stage", "1")]);
        sim.portal.associate((Contact, &contact), (Ticket, &ticket.unwrap())).unwrap();
    }
    let object = format!("/crm/v3/objects/contacts/{contact}?associations=tickets,companies");
    let with = sim.get(&object).await.body["associations"].clone();
    assert_eq!(with["tickets"]["results"].as_array().unwrap().len(), 100);
    assert!(with["tickets"]["paging"]["next"]["after"].is_string(), "{with}");
    assert!(with.get("companies").is_none());
    let path = format!("/crm/v4/objects/contacts/{contact}/associations/tickets");
    let all = sim.get(&path).await.body;
    assert_eq!(all["results"].as_array().unwrap().len(), 101);
    assert!(all.get("paging").is_none());
    let first = sim.get(&format!("{path}?limit=60")).await.body;
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let rest = sim.get(&format!("{path}?limit=60&after={after}")).await.body;
    assert_eq!(rest["results"].as_array().unwrap().len(), 41);
    assert!(rest.get("paging").is_none());
}

#[tokio::test]
async fn a_merged_object_answers_with_the_one_that_it_went_into() {
    let sim = Sim::start().await;
    let ticket = |subject| {
        let seeded = sim.portal.seed_ticket(&[("subject", subject), ("hs_pipeline_stage", "1")]);
        seeded.unwrap()
    };
    let (from, into) = (ticket("From"), ticket("Into"));
    sim.portal.merge(Ticket, &from, &into).unwrap();
    let answer = sim.get(&format!("/crm/v3/objects/tickets/{from}")).await;
    assert_eq!(answer.body["id"], into.as_str());
}
