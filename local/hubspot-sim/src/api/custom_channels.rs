//! Custom channels, their accounts and messages (docs/vendors/hubspot-channels.md#custom-channels).

use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::clock;

use super::request::{Request, page};
use super::{Answer, created, ok};
use crate::conversations::{DeliveryIdentifier, Direction, InboxType, Message, MessageStatus};
use crate::custom_channels::{ChannelAccount, CustomChannel};
use crate::error::ApiError;
use crate::state::State;

/// Serves the paths below the channels' prefix.
pub(super) fn route(state: &mut State, method: &str, path: &[&str], request: &Request) -> Answer {
    match (method, path) {
        ("GET", []) => {
            let channels = state.custom_channels.channels.iter().map(CustomChannel::to_json);
            ok(with_total(channels.collect()))
        }
        ("POST", []) => create(state, request),
        ("GET", [channel, "channel-accounts"]) => accounts(state, channel, request),
        ("GET", [channel, "channel-accounts", id]) => account(state, channel, id),
        ("POST", [channel, "channel-accounts"]) => create_account(state, channel, request),
        ("POST", [channel, "messages"]) => {
            let app_id = request.caller.app_id;
            let (status, message) = state.publish(channel, &request.read()?, app_id)?;
            Ok((status, message.to_json()))
        }
        ("GET", [channel, "messages", id]) => ok(message(state, channel, id)?.to_json_whole()),
        ("PATCH", [channel, "messages", id]) => report(state, channel, id, request),
        _ => Err(ApiError::no_route()),
    }
}

fn with_total(results: Vec<Value>) -> Value {
    let total = results.len();
    let mut answer = page(results, None);
    answer["total"] = json!(total);
    answer
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChannelInput {
    name: String,
    capabilities: serde_json::Map<String, Value>,
    webhook_url: Option<String>,
}

fn create(state: &mut State, request: &Request) -> Answer {
    let input: ChannelInput = request.read()?;
    let channel = CustomChannel {
        id: state.custom_channels.new_id(),
        name: input.name,
        webhook_url: input.webhook_url,
        capabilities: Value::Object(input.capabilities),
        created_at: clock::now_iso(),
    };
    state.custom_channels.channels.push(channel.clone());
    created(channel.to_json())
}

fn accounts(state: &State, channel: &str, request: &Request) -> Answer {
    state.custom_channels.channel(channel)?;
    let archived = request.one("archived") == Some("true");
    let all = state.custom_channels.accounts.iter();
    let of_channel =
        all.filter(|account| account.channel_id == channel && account.archived == archived);
    ok(with_total(of_channel.map(ChannelAccount::to_json).collect()))
}

fn account(state: &State, channel: &str, id: &str) -> Answer {
    state.custom_channels.channel(channel)?;
    let mut all = state.custom_channels.accounts.iter();
    let found = all.find(|account| account.channel_id == channel && account.id == id);
    let found = found.ok_or_else(|| ApiError::not_found(format!("Account {id} not found")))?;
    ok(found.to_json())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountInput {
    inbox_id: String,
    name: String,
    authorized: bool,
    delivery_identifier: Option<DeliveryIdentifier>,
}

fn create_account(state: &mut State, channel: &str, request: &Request) -> Answer {
    state.custom_channels.channel(channel)?;
    let input: AccountInput = request.read()?;
    if !InboxType::ALL.iter().any(|inbox| inbox.id() == input.inbox_id) {
        return Err(ApiError::invalid(format!("Inbox {} not found", input.inbox_id)));
    }
    let account = ChannelAccount {
        id: state.custom_channels.new_id(),
        channel_id: channel.to_owned(),
        inbox_id: input.inbox_id,
        name: input.name,
        active: true,
        authorized: input.authorized,
        archived: false,
        created_at: clock::now_iso(),
        delivery_identifier: input.delivery_identifier,
    };
    state.custom_channels.accounts.push(account.clone());
    state.account_event(&account, "CHANNEL_ACCOUNT_CREATED");
    created(account.to_json())
}

/// Finds a message of a channel.
fn message<'a>(state: &'a State, channel: &str, id: &str) -> Result<&'a Message, ApiError> {
    state.custom_channels.channel(channel)?;
    let found = state.conversations.message_by_id(id);
    let found = found.filter(|message| message.channel_id.as_deref() == Some(channel));
    found.ok_or_else(|| ApiError::not_found(format!("Message {id} not found in {channel}")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportInput {
    status_type: StatusInput,
    error_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum StatusInput {
    Sent,
    Failed,
    Read,
}

fn report(state: &mut State, channel: &str, id: &str, request: &Request) -> Answer {
    let input: ReportInput = request.read()?;
    if message(state, channel, id)?.direction != Some(Direction::Outgoing) {
        return Err(ApiError::invalid("Only an outgoing message has a delivery"));
    }
    let status = MessageStatus {
        status_type: match input.status_type {
            StatusInput::Sent => "SENT",
            StatusInput::Failed => "FAILED",
            StatusInput::Read => "READ",
        },
        failure_details: input.error_message.map(|text| json!({"errorMessage": text})),
    };
    ok(state.conversations.set_message_status(id, status)?.to_json())
}
