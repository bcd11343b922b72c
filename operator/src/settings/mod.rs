//! `settings put`, `get` and `check`.

mod advice;
mod check;
mod findings;
mod people;
mod portal;
mod secret_rules;

use std::io::Write;
use std::path::Path;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::Settings;
use serde_json::{Value, json};

use crate::connect::Operator;
use crate::event::read;
use crate::problem::Problem;

pub(crate) use check::{check, findings};
pub(crate) use findings::Findings;

/// Stores the documents of a file: all of them, or none if one is not right.
pub(crate) async fn put(
    operator: &Operator,
    file: &Path,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let mut checked = Vec::new();
    for document in read(file)? {
        let text = document.to_string();
        let settings = Settings::from_json(&text)
            .map_err(|error| Problem::Usage(format!("{}: {error}", file.display())))?;
        let prefix = operator.secrets_prefix.as_deref();
        secret_rules::check(&document)
            .and_then(|()| secret_rules::check_names(&document, settings.org.as_str(), prefix))
            .map_err(|error| Problem::Usage(format!("{}: {error}", file.display())))?;
        checked.push((settings, text));
    }
    for (settings, _) in &checked {
        claim_portal(operator, settings).await?;
    }
    let checked: Vec<(OrgId, String)> =
        checked.into_iter().map(|(settings, text)| (settings.org, text)).collect();
    for (org, text) in &checked {
        operator.app.table.put_settings(org, text).await?;
    }
    let orgs: Vec<&str> = checked.iter().map(|(org, _)| org.as_str()).collect();
    if json {
        writeln!(out, "{}", json!({ "stored": orgs }))?;
    } else {
        writeln!(out, "stored: {} (functions take it up within 30 s)", orgs.join(", "))?;
        for org in orgs {
            writeln!(out, "next: bridgectl settings check {org}")?;
        }
    }
    Ok(())
}

/// Claims the portal of an organisation: two with one portal would answer each customer twice.
async fn claim_portal(operator: &Operator, settings: &Settings) -> Result<(), Problem> {
    let (table, portal) = (&operator.app.table, settings.hubspot.portal_id);
    let Some(owner) = table.claim_portal(portal, &settings.org).await? else { return Ok(()) };
    let document = table.settings(&owner).await?;
    let of_owner = document.and_then(|document| Settings::from_json(&document).ok());
    if of_owner.is_some_and(|settings| settings.hubspot.portal_id == portal) {
        return Err(Problem::Usage(format!(
            "hubspot.portal_id: portal {portal} belongs to the organisation {owner}; a portal belongs to one organisation of a deployment"
        )));
    }
    // Its settings name another portal by now, or are gone.
    Ok(table.move_portal(portal, &settings.org).await?)
}

/// Shows a document, as JSON in either case.
pub(crate) async fn get(
    operator: &Operator,
    org: &str,
    show_secrets: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let text = document(operator, org).await?;
    let mut document: Value = serde_json::from_str(&text)
        .map_err(|error| Problem::Failed(format!("the stored document is not JSON: {error}")))?;
    if !show_secrets {
        hide(&mut document);
    }
    writeln!(out, "{document:#}")?;
    Ok(())
}

async fn document(operator: &Operator, org: &str) -> Result<String, Problem> {
    let found = operator.app.table.settings(&OrgId::new(org)).await?;
    found.ok_or_else(|| Problem::NothingMatched(format!("there are no settings for {org}")))
}

/// Hides secrets that stand in the document; the names of those that do not may be seen.
fn hide(document: &mut Value) {
    match document {
        Value::Object(fields) => {
            for (key, value) in fields {
                if secret_rules::is_secret(key) && !value.is_object() {
                    *value = "(hidden)".into();
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(hide),
        _ => {}
    }
}

/// Lists the organisations that have settings.
pub(crate) async fn list(
    operator: &Operator,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let orgs = operator.app.table.orgs().await?;
    if json {
        writeln!(out, "{}", json!(orgs))?;
        return Ok(());
    }
    for org in &orgs {
        writeln!(out, "{org}")?;
    }
    match orgs.len() {
        0 => Err(Problem::NothingMatched("no organisation has settings yet".to_owned())),
        _ => Ok(()),
    }
}
