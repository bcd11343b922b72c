//! The portal's inboxes: their addresses and their kinds.

use bridge_domain::email::EmailAddress;
use bridge_domain::rules::email_signature::signature_for;
use bridge_domain::settings::ChannelAccount;
use bridge_engine::{EventContext, Failure};

use crate::ttl_cache::remember;

/// The signature for mail from an inbox. Its address is `known` if a message named it
/// without doubt, else that of its account, asked for once and remembered. `None` when
/// no signature fits, or the account has no address.
pub async fn signature<'w>(
    context: &'w EventContext<'_>,
    known: Option<&EmailAddress>,
    account: Option<&str>,
) -> Result<Option<&'w str>, Failure> {
    let signatures = &context.settings.signatures;
    if signatures.is_empty() {
        return Ok(None);
    }
    let sender = match (known, account) {
        (Some(known), _) => Some(known.clone()),
        (None, Some(account)) => {
            let ask = context.hubspot.account_address(account);
            remember(context.table(), context.org(), &format!("account-address:{account}"), ask)
                .await?
        }
        (None, None) => None,
    };
    Ok(sender.and_then(|sender| signature_for(signatures, &sender)))
}

/// The addresses of all inboxes of the portal, asked for once and remembered. Where the
/// portal does not list them, that of this account.
pub async fn own_addresses(
    context: &EventContext<'_>,
    account: Option<&str>,
) -> Result<Vec<EmailAddress>, Failure> {
    let all = async { context.hubspot.account_addresses().await };
    if let Some(all) = remember(context.table(), context.org(), "account-addresses", all).await? {
        return Ok(all);
    }
    let Some(account) = account else { return Ok(Vec::new()) };
    let ask = context.hubspot.account_address(account);
    let name = format!("account-address:{account}");
    Ok(remember(context.table(), context.org(), &name, ask).await?.into_iter().collect())
}

/// Returns whether an account on a Custom Channel is in a Help Desk, as [`is_help_desk`] does; one
/// that cannot be read is not.
pub async fn is_help_desk_channel(
    context: &EventContext<'_>,
    account: &ChannelAccount,
) -> Result<bool, Failure> {
    let ChannelAccount { channel_id, account_id } = account;
    let ask = context.hubspot.inbox_of_account(channel_id, account_id);
    let name = format!("inbox-of-account:{account_id}");
    match remember(context.table(), context.org(), &name, ask).await? {
        Some(inbox) => is_help_desk(context, &inbox).await,
        None => Ok(false),
    }
}

/// Returns whether an inbox is a Help Desk, asked for once and remembered: there a comment
/// may not be shown, a note on the ticket is.
pub async fn is_help_desk(context: &EventContext<'_>, inbox: &str) -> Result<bool, Failure> {
    let ask = context.hubspot.is_help_desk(inbox);
    remember(context.table(), context.org(), &format!("is-help-desk:{inbox}"), ask).await
}
