//! `channels create`: the Custom Channel of an app.

use std::io::Write;

use bridge_hubspot::{DeveloperKey, NewChannel, channel_capabilities};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{Portal, developer_key, refused_key};
use crate::connect::Operator;
use crate::problem::Problem;

/// Creates the channel, unless the app has one of this name.
pub(crate) async fn create(
    operator: &Operator,
    org: &str,
    name: &str,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let key = developer_key(operator)?;
    let portal = Portal::open(operator, org).await?;
    let webhook_url = portal.webhook_url(operator).await?;
    let app_id = portal.app_id()?;
    let channels = portal.channels(key).await?;
    let known = channels.into_iter().find(|channel| channel.name.as_deref() == Some(name));
    let is_new = known.is_none();
    let channel = if let Some(known) = known {
        known
    } else {
        let key = DeveloperKey { key: key.expose_secret(), app_id };
        let capabilities = channel_capabilities();
        let new = NewChannel { name, webhook_url: &webhook_url, capabilities };
        let created = portal.hubspot.create_channel(key, &new).await;
        created.map_err(|error| refused_key(&error))?
    };
    let leads_here = channel.webhook_url.as_deref().is_none_or(|url| url == webhook_url);
    if json {
        let told = json!({ "channel_id": channel.id, "created": is_new, "leads_here": leads_here });
        writeln!(out, "{told}")?;
    } else {
        let verb = if is_new { "created" } else { "there already" };
        writeln!(out, "{verb}: Custom Channel {} ({name}) of app {app_id}", channel.id)?;
        writeln!(
            out,
            "next: bridgectl channels connect {org} whatsapp --inbox NAME --channel-id {}",
            channel.id
        )?;
    }
    if leads_here {
        return Ok(());
    }
    let text = "its webhook leads elsewhere, so what reps write does not arrive here: create one of \
                another --name";
    Err(Problem::Failed(text.to_owned()))
}
