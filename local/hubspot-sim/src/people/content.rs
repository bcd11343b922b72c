//! What messages of people are made of.

use crate::desk::{
    Author, Channel, Client, Content, DeliveryIdentifier, Direction, MessageStatus, Party,
};
use crate::options::User;
use crate::state::State;

pub(super) fn author(state: &State, actor: &str, client: Client) -> Author {
    let name = state.actor_user(actor).map(User::name);
    let sender = Party { actor_id: Some(actor.to_owned()), name, ..Party::default() };
    Author { created_by: actor.to_owned(), client, senders: vec![sender], recipients: Vec::new() }
}

pub(super) fn inbox(state: &State, channel: Channel) -> Party {
    let address = (channel == Channel::Email).then(|| DeliveryIdentifier {
        kind: channel.identifier_type().to_owned(),
        value: state.options.inbox_address.clone(),
    });
    Party { delivery_identifier: address, ..Party::default() }
}

pub(super) fn body(text: &str, html: Option<&str>) -> Content {
    Content {
        text: Some(text.to_owned()),
        rich_text: html.map(str::to_owned),
        attachments: Some(Vec::new()),
        ..Content::default()
    }
}

pub(super) fn on_channel(channel: Channel, direction: Direction, content: Content) -> Content {
    let status = match direction {
        Direction::Incoming => "RECEIVED",
        Direction::Outgoing => "SENT",
    };
    Content {
        truncation_status: Some("NOT_TRUNCATED".to_owned()),
        status: Some(MessageStatus { status_type: status.to_owned() }),
        direction: Some(direction),
        channel_id: Some(channel.id().to_owned()),
        channel_account_id: Some(channel.account_id().to_owned()),
        ..content
    }
}

pub(super) fn from_field(channel: Channel) -> Option<String> {
    (channel == Channel::Email).then(|| "FROM".to_owned())
}

pub(super) fn to_field(channel: Channel) -> Option<String> {
    (channel == Channel::Email).then(|| "TO".to_owned())
}
