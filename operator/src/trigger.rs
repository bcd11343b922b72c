//! `trigger`: sample events, signed and sent as the vendors do.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::ids::OrgId;
use bridge_domain::settings::{Secret, Settings};
use bridge_store::now_ms;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::connect::Operator;
use crate::http;
use crate::problem::Problem;
use crate::samples::SAMPLES;

/// Sends a sample, with the organisation's own ids and the present time; lists them without a
/// name.
pub(crate) async fn trigger(
    operator: &Operator,
    name: Option<&str>,
    org: Option<&str>,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let Some((name, sample)) = SAMPLES.into_iter().find(|(known, _)| Some(*known) == name) else {
        for (name, _) in SAMPLES {
            writeln!(out, "{name}")?;
        }
        return Ok(());
    };
    let org = org_of(operator, org).await?;
    let settings = operator.app.settings(&org).await?;
    let sample: Value = serde_json::from_str(sample)
        .map_err(|error| Problem::Failed(format!("the sample {name}: {error}")))?;
    let request = match sample {
        Value::Array(events) => of_hubspot(operator, &settings, events).await?,
        event => of_opencx(operator, &settings, event).await?,
    };
    let answer = request.send().await.map_err(|error| {
        let url = &operator.app.environment.public_url;
        Problem::Failed(format!("the bridge at {url} does not answer: {}", error.without_url()))
    })?;
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    if !status.is_success() {
        return Err(Problem::Failed(format!("{name} was answered {status}: {body}")));
    }
    writeln!(out, "{name} for {org}: {status} {body}")?;
    Ok(())
}

pub(crate) async fn org_of(operator: &Operator, named: Option<&str>) -> Result<OrgId, Problem> {
    if let Some(org) = named {
        return Ok(OrgId::new(org));
    }
    let all = operator.app.table.orgs().await?;
    match &all[..] {
        [only] => Ok(only.clone()),
        [] => Err(Problem::Usage("no organisation is listed: name one with --org".to_owned())),
        several => {
            let names: Vec<_> = several.iter().map(ToString::to_string).collect();
            Err(Problem::Usage(format!("name one with --org: {}", names.join(", "))))
        }
    }
}

async fn of_hubspot(
    operator: &Operator,
    settings: &Settings,
    mut events: Vec<Value>,
) -> Result<reqwest::RequestBuilder, Problem> {
    for event in &mut events {
        event["portalId"] = settings.hubspot.portal_id.into();
        event["occurredAt"] = now_ms().into();
        event["eventId"] = (now_ms() % 4_000_000_000).into();
    }
    let body = json!(events).to_string();
    let url = url(operator, "hubspot", settings, &settings.webhook_token).await?;
    let mut request = http::client()?.post(&url);
    if let Some(secret) = &settings.hubspot.client_secret {
        let secret = operator.app.secret(secret).await?;
        let at = now_ms().to_string();
        let signed = ["POST", &url, &body, &at].concat();
        request = request
            .header("x-hubspot-signature-v3", hmac(secret.expose_secret().as_bytes(), &signed))
            .header("x-hubspot-request-timestamp", at);
    }
    Ok(request.header("content-type", "application/json").body(body))
}

async fn of_opencx(
    operator: &Operator,
    settings: &Settings,
    mut event: Value,
) -> Result<reqwest::RequestBuilder, Problem> {
    let id = format!("sample-{}", uuid::Uuid::new_v4().simple());
    event["organization_id"] = settings.org.as_str().into();
    event["event_id"] = id.as_str().into();
    event["data"]["timestamp"] = now_ms().into();
    if event["data"].get("message_id").is_some() {
        event["data"]["message_id"] = id.as_str().into();
    }
    let body = event.to_string();
    let Some(token) = &settings.opencx.webhook_token else {
        let error = "opencx.webhook_token is not set, so OpenCX has no webhook: use `event send`";
        return Err(Problem::Usage(error.to_owned()));
    };
    let url = url(operator, "opencx", settings, token).await?;
    let mut request = http::client()?.post(url);
    if let Some(secret) = &settings.opencx.webhook_secret {
        let secret = operator.app.secret(secret).await?;
        let secret = secret.expose_secret();
        let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let key = key.unwrap_or_else(|| secret.as_bytes().to_vec());
        let at = (now_ms() / 1_000).to_string();
        let signature = format!("v1,{}", hmac(&key, &format!("{id}.{at}.{body}")));
        request = request.header("webhook-signature", signature);
        request = request.header("webhook-id", id).header("webhook-timestamp", at);
    }
    Ok(request.header("content-type", "application/json").body(body))
}

async fn url(
    operator: &Operator,
    vendor: &str,
    settings: &Settings,
    token: &Secret,
) -> Result<String, Problem> {
    let base = &operator.app.environment.public_url;
    if base.is_empty() {
        return Err(Problem::Usage("where is the bridge? give --public-url".to_owned()));
    }
    let token = operator.app.token(token).await?;
    Ok(format!("{base}/webhooks/{vendor}/{}/{}", settings.org, token.expose_secret()))
}

/// Computes the base64 HMAC-SHA256 of a text.
fn hmac(key: &[u8], text: &str) -> String {
    // A key of any length fits HMAC, so the empty signature is never sent.
    let mac = Hmac::<Sha256>::new_from_slice(key);
    mac.map(|mac| STANDARD.encode(mac.chain_update(text).finalize().into_bytes()))
        .unwrap_or_default()
}
