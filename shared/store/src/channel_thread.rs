//! A session whose conversation is a thread of a Custom Channel.

use bridge_domain::hubspot::channel_event::AccountState;
use bridge_domain::ids::{ContactId, OrgId, SessionId};
use bridge_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::table::{Table, now_ms, ttl_after};

/// The time within which OpenCX tells of a rep's reply that it was given.
const ECHO: std::time::Duration = std::time::Duration::from_mins(10);

/// The thread of a session on a Custom Channel, as a part of the session's link.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelThread {
    /// The `integrationThreadId` under which HubSpot gathers its messages; there once the
    /// conversation is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_thread: Option<String>,
    /// The customer's HubSpot contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_contact: Option<ContactId>,
    /// The moment up to which the transcript of the handoff showed what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_until: Option<Timestamp>,
    /// Digests of the messages that the transcript showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Vec<String>>,
    /// The latest message that waits for the transcript of a handoff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unshown_at: Option<Timestamp>,
    /// Closed in HubSpot, as far as events told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_closed: Option<bool>,
}

/// The state of a channel's account, as HubSpot told it last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChannelAccountState {
    /// The state.
    pub state: AccountState,
    /// Since when, as HubSpot says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Said {
    at: u64,
    #[serde(default)]
    ttl: u64,
}

impl Table {
    /// Notes that a rep's reply is about to be said in a session, before OpenCX tells of it.
    pub async fn expect_echo(
        &self,
        org: &OrgId,
        session: &SessionId,
        text: &str,
    ) -> Result<(), StoreError> {
        let key = self.echo_key(org, session, text).await?;
        self.merge(&key, &Said { at: now_ms(), ttl: ttl_after(ECHO * 6) }).await
    }

    /// Returns whether an agent's message of this moment is a rep's reply that the bridge said.
    pub async fn is_echo(
        &self,
        org: &OrgId,
        session: &SessionId,
        text: &str,
        said_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = self.echo_key(org, session, text).await?;
        let Some(said) = self.get::<Said>(&key).await? else { return Ok(false) };
        let at = u64::try_from(said_at.as_millis()).unwrap_or_default();
        Ok(u128::from(said.at.abs_diff(at)) <= ECHO.as_millis())
    }

    async fn echo_key(
        &self,
        org: &OrgId,
        session: &SessionId,
        text: &str,
    ) -> Result<Key, StoreError> {
        let text = self.digest(org, text.trim()).await?;
        Ok(Key::sent(org, &format!("echo:{session}:{text}")))
    }
}
