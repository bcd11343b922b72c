//! `channels check`: tries out the Custom Channels that the settings name.

use std::io::Write;

use bridge_domain::settings::Settings;
use bridge_hubspot::HubSpot;

use super::{Portal, accounts_of, developer_key};
use crate::connect::Operator;
use crate::problem::Problem;
use crate::settings::Findings;

/// Checks the channels of an organisation.
pub(crate) async fn check(
    operator: &Operator,
    org: &str,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let portal = Portal::open(operator, org).await?;
    if portal.settings.channels.is_empty() {
        let text = format!("the settings of {org} name no channels: `channels connect` tells them");
        return Err(Problem::NothingMatched(text));
    }
    let mut findings = Findings::default();
    if portal.settings.hubspot.client_secret.is_none() {
        let text = "none: what reps write is let in by the URL alone; set hubspot.client_secret";
        findings.note("client secret", text);
    }
    accounts(&portal.hubspot, &portal.settings, &mut findings).await;
    webhook(operator, &portal, &mut findings).await?;
    findings.write(&[], json, out)
}

/// Checks that HubSpot has the accounts that the settings name, and that they take messages.
pub(crate) async fn accounts(hubspot: &HubSpot, settings: &Settings, findings: &mut Findings) {
    for (key, named) in settings.channels.list() {
        let (channel, id) = (&named.channel_id, &named.account_id);
        let accounts = match accounts_of(hubspot, channel).await {
            Ok(accounts) => accounts,
            Err(problem) => {
                findings.wrong(key, problem.to_string());
                continue;
            }
        };
        match accounts.iter().find(|account| account.id == *id) {
            Some(account) if account.is_usable() => {
                let name = account.name.as_deref().unwrap_or("without a name");
                findings.ok(key, format!("account {id} ({name}) takes messages"));
            }
            Some(_) => {
                let text = format!(
                    "account {id} is switched off: switch it on in HubSpot (Settings → Inboxes → Channels)"
                );
                findings.wrong(key, text);
            }
            None => {
                let text =
                    format!("Custom Channel {channel} has no account {id}: `channels list` tells");
                findings.wrong(key, text);
            }
        }
    }
}

/// Compares the address of the channel's webhook, which takes the developer's key.
async fn webhook(
    operator: &Operator,
    portal: &Portal,
    findings: &mut Findings,
) -> Result<(), Problem> {
    let Ok(key) = developer_key(operator) else {
        let text = "not checked without HUBSPOT_DEVELOPER_KEY";
        findings.note("webhook", text);
        return Ok(());
    };
    let url = portal.webhook_url(operator).await?;
    let channels = portal.channels(key).await?;
    for (name, named) in portal.settings.channels.list() {
        let found = channels.iter().find(|channel| channel.id == named.channel_id);
        match found.map(|channel| channel.webhook_url.as_deref() == Some(url.as_str())) {
            Some(true) => findings.ok("webhook", format!("of {name} leads to this bridge")),
            Some(false) => {
                let text = format!(
                    "of {name} leads elsewhere: was the webhook token changed? create a channel anew"
                );
                findings.wrong("webhook", text);
            }
            None => {
                let text = format!("the app has no Custom Channel {}", named.channel_id);
                findings.wrong("webhook", text);
            }
        }
    }
    Ok(())
}
