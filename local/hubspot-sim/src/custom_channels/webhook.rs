//! The webhooks of custom channels (docs/vendors/hubspot-channels.md#channel-webhooks).

use serde_json::{Value, json};
use sim_kit::clock;

use super::ChannelAccount;
use crate::conversations::{ClientType, Direction, Message, MessageKind};
use crate::error::ApiError;
use crate::state::State;
use crate::webhooks::ChannelEvent;

impl State {
    /// The event of a message that goes out of a thread of a custom channel; comments have none.
    pub(crate) fn channel_event(&mut self, message: &Message) -> Option<ChannelEvent> {
        let channel = message.channel_id.clone()?;
        self.custom_channels.channel(&channel).ok()?;
        let behaviour = self.custom_channels.behaviour;
        let is_published = message.client.client_type == ClientType::Integration;
        let goes_out = message.kind == MessageKind::Message
            && message.direction == Some(Direction::Outgoing)
            && (!is_published || behaviour.echo_published);
        if !goes_out {
            return None;
        }
        let integration = self.custom_channels.integration_thread(&message.thread);
        let mut shown = message.to_json();
        if !behaviour.sender_names {
            for sender in shown["senders"].as_array_mut().into_iter().flatten() {
                sender.as_object_mut()?.remove("name");
            }
        }
        let body = json!({
            "type": "OUTGOING_CHANNEL_MESSAGE_CREATED",
            "portalId": self.options.portal_id.to_string(), "channelId": channel,
            "eventId": self.events.new_id().to_string(), "eventTimestamp": clock::now_iso(),
            "channelIntegrationThreadIds": [integration], "message": shown,
        });
        Some(ChannelEvent { channel, body })
    }

    /// Announces a change of an account on a channel.
    pub(crate) fn account_event(&mut self, account: &ChannelAccount, kind: &str) {
        let body: Value = account.event(kind, self.options.portal_id);
        self.events.queue_channel(ChannelEvent { channel: account.channel_id.clone(), body });
    }

    /// Changes an account, and announces it.
    pub(crate) fn change_account(
        &mut self,
        id: &str,
        kind: &str,
        change: impl FnOnce(&mut ChannelAccount),
    ) -> Result<(), ApiError> {
        let account = self.custom_channels.account_mut(id)?;
        change(account);
        let account = account.clone();
        self.account_event(&account, kind);
        Ok(())
    }
}
