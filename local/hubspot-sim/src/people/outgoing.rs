//! Messages to customers.

use super::MessageRef;
use super::content::{author, from_field, inbox, on_channel, to_field};
use crate::desk::{Channel, Client, ClientType, Content, Direction, MessageKind, Party};
use crate::refused::Refused;
use crate::state::State;

/// Writes to the customer of a thread, as an actor and perhaps through an app.
pub(super) fn outgoing(
    state: &mut State,
    thread: &str,
    actor: &str,
    app: Option<u64>,
    content: Content,
) -> Result<MessageRef, Refused> {
    let held = state.desk.thread(thread)?;
    let (channel, customer) = (held.channel, held.customer.clone());
    let subject = held.subject.clone().filter(|_| channel == Channel::Email);
    let client = app.map_or(Client::of(ClientType::Hubspot), Client::app);
    let mut author = author(state, actor, client);
    let inbox = inbox(state, channel).delivery_identifier;
    for sender in &mut author.senders {
        sender.sender_field = from_field(channel);
        sender.delivery_identifier.clone_from(&inbox);
    }
    author.recipients = vec![Party { recipient_field: to_field(channel), ..customer }];
    let content = Content { subject, ..on_channel(channel, Direction::Outgoing, content) };
    Ok(state.write(thread, MessageKind::Message, author, content)?.into())
}
