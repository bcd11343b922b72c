//! The address that mail of an inbox is sent from, which decides its signature.

use bridge_domain::email::EmailAddress;
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
    let fitting = |sender| bridge_domain::rules::email_signature::signature_for(signatures, sender);
    Ok(sender.as_ref().and_then(fitting))
}
