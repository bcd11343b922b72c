//! The state of the channels' accounts, for the organisation's status and the alarm.

use bridge_domain::hubspot::channel_event::{AccountChange, AccountState};
use bridge_engine::{Counter, EventContext, Failure, Handled, count, count_of_org};
use bridge_store::{ChannelAccountState, Key};

/// Keeps the state of an account. One that passes no messages raises the alarm.
pub(crate) async fn keep(
    context: &EventContext<'_>,
    change: &AccountChange,
) -> Result<Handled, Failure> {
    let (org, state) = (context.org(), change.state);
    let account = change.account.as_deref().unwrap_or("unknown");
    let key = Key::channel_account(org, account);
    let since = (!change.at.is_empty()).then(|| change.at.clone());
    context.table().merge(&key, &ChannelAccountState { state, since }).await?;
    if state != AccountState::Connected {
        count(Counter::ChannelLost);
        count_of_org(Counter::ChannelLost, org);
        let why = match state {
            AccountState::Purged => "was removed from HubSpot",
            _ => "lost its authorisation",
        };
        context.remark(format!(
            "the channel account {account} {why}: connect it again with `bridgectl channels connect`"
        ));
    }
    Ok(Handled::Applied)
}
