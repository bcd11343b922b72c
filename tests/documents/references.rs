//! The references agree with the code: settings, environment, outcomes.

use std::collections::BTreeSet;

use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::settings::Settings;
use serde_json::Value;

use crate::Repository;
use crate::markdown::{code_blocks, first_cells};

fn document(repository: &Repository, path: &str) -> String {
    repository.files.get(std::path::Path::new(path)).expect("the document exists").clone()
}

/// The keys of an object and of the objects below it, but for keys that the org chooses.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    for (key, below) in value.as_object().into_iter().flatten() {
        found.insert(key.clone());
        if !["custom_data_properties", "routing"].contains(&key.as_str()) {
            keys(below, found);
        }
    }
}

#[test]
fn settings_in_documents_are_accepted() {
    let repository = Repository::read();
    for path in ["docs/reference/settings.md", "docs/operations/connect.md"] {
        let text = document(&repository, path);
        let of_an_org = |block: &String| block.contains("\"org\"");
        let examples: Vec<_> = code_blocks(&text).filter(of_an_org).collect();
        assert!(!examples.is_empty(), "{path} has an example");
        for example in examples {
            Settings::from_json(&example).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }
}

#[test]
fn each_setting_of_the_example_has_its_row() {
    let text = document(&Repository::read(), "docs/reference/settings.md");
    let example = code_blocks(&text).find(|block| block.contains("\"org\"")).expect("it is there");
    let mut used = BTreeSet::from(["assign_to", "when"].map(str::to_owned));
    keys(&serde_json::from_str(&example).expect("the example is JSON"), &mut used);
    let rows: BTreeSet<String> = first_cells(&text).map(str::to_owned).collect();
    let explained = ["domain", "html", "secret", "assign_to", "when"].map(str::to_owned);
    let without_row: Vec<_> =
        used.iter().filter(|key| !rows.contains(*key) && !explained.contains(key)).collect();
    assert!(without_row.is_empty(), "settings without a row: {without_row:?}");
}

#[test]
fn each_environment_variable_of_the_template_has_its_row() {
    let repository = Repository::read();
    let rows = document(&repository, "docs/reference/environment.md");
    let rows: BTreeSet<&str> = first_cells(&rows).collect();
    let template = document(&repository, "template.yaml");
    let set = template.lines().filter_map(|line| Some(line.trim().split_once(": ")?.0));
    let is_variable = |name: &&str| {
        name.contains('_') && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let variables: BTreeSet<&str> = set.filter(is_variable).collect();
    assert!(variables.contains("TABLE_NAME"), "the template's variables are found");
    let without_row: Vec<_> = variables.difference(&rows).collect();
    assert!(without_row.is_empty(), "environment variables without a row: {without_row:?}");
}

#[test]
fn reasons_of_the_code_and_of_the_document_are_the_same() {
    let text = document(&Repository::read(), "docs/reference/outcomes.md");
    let (_, text) = text.split_once("## Skipped").expect("there are reasons for skipping");
    let (skipped, parked) = text.split_once("## Parked").expect("there are reasons for parking");
    let rows = |text| first_cells(text).map(str::to_owned).collect::<BTreeSet<_>>();
    let skip_reasons = SkipReason::ALL.iter().map(|reason| reason.as_str().to_owned());
    let park_reasons = ParkReason::ALL.iter().map(|reason| reason.as_str().to_owned());
    assert_eq!(rows(skipped), skip_reasons.collect());
    assert_eq!(rows(parked), park_reasons.collect());
}
