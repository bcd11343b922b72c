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
    let known = accounts.into_iter().find(|account| {
        account.inbox_id.as_deref() == Some(inbox.id.as_str())
            && account.name.as_deref() == Some(name.as_str())
            && !account.archived
    });
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
    let found = inboxes.into_iter().find(|inbox| {
        let name = inbox.name.as_deref().unwrap_or_default().to_lowercase();
        inbox.id == wanted || name == wanted.trim().to_lowercase()
    });
    found.ok_or_else(|| {
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
    if json {
        let all = accounts.iter().map(|account| {
            json!({ "account_id": account.id, "name": account.name, "inbox_id": account.inbox_id,
                "usable": account.is_usable(), "settings": portal.channel_of(account) })
        });
        writeln!(out, "{}", json!({ "channel_id": channel, "accounts": all.collect::<Vec<_>>() }))?;
    } else {
        let rows: Vec<_> = accounts.iter().map(|account| portal.row(account)).collect();
        writeln!(out, "Custom Channel {channel}")?;
        columns::write(out, ["ACCOUNT", "NAME", "INBOX", "STATE", "SETTINGS"], &rows)?;
    }
    match accounts.len() {
        0 => Err(Problem::NothingMatched("it is connected to no inbox yet".to_owned())),
        _ => Ok(()),
    }
}

impl Portal {
    /// Returns the name of the account's channel in the settings; empty if it is none of theirs.
    fn channel_of(&self, account: &ChannelAccount) -> &'static str {
        let mut named = self.settings.channels.list();
        named.find(|(_, own)| own.account_id == account.id).map(|(key, _)| key).unwrap_or_default()
    }

    fn row(&self, account: &ChannelAccount) -> [String; 5] {
        let state = if account.is_usable() { "usable" } else { "switched off" };
        let name = account.name.clone().unwrap_or_default();
        let inbox = account.inbox_id.clone().unwrap_or_default();
        let channel = self.channel_of(account).to_owned();
        [account.id.clone(), name, inbox, state.to_owned(), channel]
    }
}
