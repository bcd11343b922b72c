//! `channels connect` and `channels list`: accounts of a Custom Channel in inboxes.

use std::io::Write;

use bridge_hubspot::{ChannelAccount, Inbox};
use serde_json::json;

use super::{Portal, refused_token};
use crate::cli::Kind;
use crate::columns;
use crate::connect::Operator;
use crate::problem::Problem;

/// Connects a channel to an inbox. One that is connected there already stays.
pub(crate) async fn connect(
    operator: &Operator,
    (org, kind): (&str, Kind),
    inbox: &str,
    channel_id: Option<&str>,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let portal = Portal::open(operator, org).await?;
    let channel = portal.channel_id(operator, channel_id).await?;
    let inbox = find_inbox(&portal, inbox).await?;
    let name = format!("OpenCX {}", kind.title());
    let accounts = portal.accounts(&channel).await?;
    let is_it = |account: &ChannelAccount| {
        account.inbox_id.as_deref() == Some(inbox.id.as_str())
            && account.name.as_deref() == Some(name.as_str())
            && !account.archived
    };
    let known = accounts.into_iter().find(is_it);
    let is_new = known.is_none();
    let account = if let Some(known) = known {
        known
    } else {
        let identifier = format!("opencx-{org}-{}", kind.key());
        let hubspot = &portal.hubspot;
        let made = hubspot.create_channel_account(&channel, &inbox.id, &name, &identifier);
        made.await.map_err(|error| refused_token(&error))?
    };
    let settings = json!({ kind.key(): { "channel_id": channel, "account_id": account.id } });
    if json {
        writeln!(out, "{}", json!({ "connected": is_new, "channels": settings }))?;
        return Ok(());
    }
    let verb = if is_new { "connected" } else { "connected already" };
    let title = inbox.name.as_deref().unwrap_or(&inbox.id);
    writeln!(out, "{verb}: {} to {title}, account {}", kind.title(), account.id)?;
    writeln!(out, "add to the settings, then `settings put` and `channels check {org}`:")?;
    writeln!(out, "  \"channels\": {settings}")?;
    Ok(())
}

/// Finds an inbox by its name in any letter case, or by its id.
async fn find_inbox(portal: &Portal, wanted: &str) -> Result<Inbox, Problem> {
    let inboxes = portal.hubspot.inboxes().await;
    let inboxes = inboxes
        .map_err(|error| Problem::Failed(format!("the inboxes cannot be read ({error})")))?;
    let names: Vec<String> =
        inboxes.iter().map(|inbox| inbox.name.clone().unwrap_or(inbox.id.clone())).collect();
    let is_it = |inbox: &Inbox| {
        let name = inbox.name.as_deref().unwrap_or_default().to_lowercase();
        inbox.id == wanted || name == wanted.trim().to_lowercase()
    };
    inboxes.into_iter().find(is_it).ok_or_else(|| {
        Problem::Usage(format!("there is no inbox {wanted:?}; there are: {}", names.join(", ")))
    })
}

/// Lists the accounts of the channel.
pub(crate) async fn list(
    operator: &Operator,
    org: &str,
    channel_id: Option<&str>,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let portal = Portal::open(operator, org).await?;
    let channel = portal.channel_id(operator, channel_id).await?;
    let accounts = portal.accounts(&channel).await?;
    let of_settings = |account: &ChannelAccount| -> &'static str {
        let mut named = portal.settings.channels.list();
        named.find(|(_, own)| own.account_id == account.id).map(|(key, _)| key).unwrap_or_default()
    };
    if json {
        let all = accounts.iter().map(|account| {
            json!({ "account_id": account.id, "name": account.name, "inbox_id": account.inbox_id,
                "usable": account.is_usable(), "settings": of_settings(account) })
        });
        writeln!(out, "{}", json!({ "channel_id": channel, "accounts": all.collect::<Vec<_>>() }))?;
    } else {
        let row = |account: &ChannelAccount| {
            let state = if account.is_usable() { "usable" } else { "switched off" };
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let used = of_settings(account).to_owned();
            [account.id.clone(), text(&account.name), text(&account.inbox_id), state.into(), used]
        };
        let rows: Vec<_> = accounts.iter().map(row).collect();
        writeln!(out, "Custom Channel {channel}")?;
        columns::write(out, ["ACCOUNT", "NAME", "INBOX", "STATE", "SETTINGS"], &rows)?;
    }
    match accounts.len() {
        0 => Err(Problem::NothingMatched("it is connected to no inbox yet".to_owned())),
        _ => Ok(()),
    }
}
