//! Setting custom channels up, and looking at them.

use super::{ChannelAccount, ChannelBehaviour, CustomChannel};
use crate::error::ActionError;
use crate::files::StoredFile;
use crate::portal::Portal;

impl Portal {
    /// Returns the channels of the app.
    pub fn custom_channels(&self) -> Vec<CustomChannel> {
        self.with(|state| state.custom_channels.channels.clone())
    }

    /// Returns the portal's accounts on them.
    pub fn channel_accounts(&self) -> Vec<ChannelAccount> {
        self.with(|state| state.custom_channels.accounts.clone())
    }

    /// Sends a channel's webhooks to another URL from now on, or to none.
    pub fn set_channel_webhook_url(
        &self,
        channel: &str,
        url: Option<String>,
    ) -> Result<(), ActionError> {
        self.with(|state| {
            state.custom_channels.channel_mut(channel)?.webhook_url = url;
            Ok(())
        })
    }

    pub(crate) fn channel_webhook_url(&self, channel: &str) -> Option<String> {
        self.with(|state| state.custom_channels.channel(channel).ok()?.webhook_url.clone())
    }

    /// Sets the answers to what HubSpot's documents leave open.
    pub fn set_channel_behaviour(&self, behaviour: ChannelBehaviour) {
        self.with(|state| state.custom_channels.behaviour = behaviour);
    }

    /// Lets a person switch an account on or off.
    pub fn authorize_account(&self, account: &str, authorized: bool) -> Result<(), ActionError> {
        self.with(|state| {
            Ok(state.change_account(account, "CHANNEL_ACCOUNT_UPDATED", |account| {
                account.authorized = authorized;
            })?)
        })
    }

    /// Lets a person delete an account.
    pub fn purge_account(&self, account: &str) -> Result<(), ActionError> {
        self.with(|state| {
            Ok(state.change_account(account, "CHANNEL_ACCOUNT_PURGED", |account| {
                (account.archived, account.active) = (true, false);
            })?)
        })
    }

    /// Returns all files.
    pub fn files(&self) -> Vec<StoredFile> {
        self.with(|state| state.files.all().cloned().collect())
    }

    /// Returns a file.
    pub fn file(&self, id: &str) -> Option<StoredFile> {
        self.with(|state| state.files.get(id).ok().cloned())
    }
}
