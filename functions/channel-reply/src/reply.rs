//! A rep's message: said in the session, and its fate reported to the rep.

use std::time::Duration;

use bridge_domain::hubspot::actor::Actor;
use bridge_domain::hubspot::channel_event::ChannelReply;
use bridge_domain::hubspot::message::Message;
use bridge_domain::ids::SessionId;
use bridge_domain::json;
use bridge_domain::outcome::{ParkReason, SkipReason};
use bridge_domain::rules::message_decision::not_from_rep;
use bridge_domain::rules::rep_reply::reply_text;
use bridge_engine::{EventContext, Failure, Handled, Recovery};
use bridge_hubspot::DeliveryReport;
use bridge_hubspot_directory::{actor_name, sign_reply};
use bridge_opencx::{Outgoing, Speaker, is_gone};
use bridge_store::Key;
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

use crate::report::report;
use crate::session::Known;

/// The time for which a reply waits for its rep's name.
const NAME_PATIENCE: Duration = Duration::from_secs(5);

/// The note in the journal that a reply goes without its rep's name.
const UNNAMED: &str = "unnamed";

/// The result of a send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sent {
    /// The session has the message, under this id if OpenCX names it.
    Delivered(Option<String>),
    /// OpenCX no longer has the session, or it is closed for good.
    SessionGone,
    /// OpenCX refused it otherwise.
    Refused(String),
}

/// Delivers a rep's message to its session.
pub(crate) async fn deliver(
    context: &EventContext<'_>,
    reply: &ChannelReply,
) -> Result<Handled, Failure> {
    if let Some(thread) = &reply.thread {
        context.about_thread(thread);
    }
    let mut message = carried(reply)?;
    let not_from_rep = not_from_rep(&message, &context.settings);
    // All at once, since a customer waits for the message; on the heap, being large.
    let known = async { Box::pin(Known::of(context, reply)).await.map_err(Failure::from) };
    let name =
        async { if not_from_rep.is_some() { Ok(None) } else { name(context, &message).await } };
    let (known, name) = tokio::try_join!(known, Box::pin(name))?;
    let Known { is_own, session } = known;
    if is_own {
        return Ok(SkipReason::OwnMessage.into());
    }
    if let Some(reason) = not_from_rep {
        // What a program published reached the customer before, or is not for them.
        if message.client.client_type.as_deref() == Some("INTEGRATION") {
            return Ok(reason.into());
        }
        return not_sent_by_rep(context, reply, reason).await;
    }
    let Some((session, link)) = session else {
        let why = "This conversation is not known to OpenCX. The customer has to write first.";
        report(context, reply, DeliveryReport::Failed(why)).await?;
        return Ok(SkipReason::NoSession.into());
    };
    context.about_session(&session);
    context.table().renew(&Key::session(context.org(), &session), link.ttl).await?;
    if message.is_truncated() {
        message = context.hubspot.channel_message(&reply.channel, &reply.message_id).await?;
    }
    sign_reply(context, &mut message, true).await?;
    let speaker = Speaker::Agent(name);
    let text = reply_text(&message, link.channel, None);
    let said = Outgoing::of_message(&message, speaker, text);
    context.table().expect_echo(context.org(), &session, &said.text).await?;
    match say(context, &session, &said).await? {
        Sent::Delivered(id) => {
            if let Some(id) = id {
                context.table().mark_sent(context.org(), &format!("{session}:{id}")).await?;
            }
            report(context, reply, DeliveryReport::Sent).await?;
            Ok(Handled::Applied)
        }
        Sent::SessionGone => {
            let why =
                "This conversation has ended in OpenCX. The customer did not get the message.";
            report(context, reply, DeliveryReport::Failed(why)).await?;
            Ok(SkipReason::NotDelivered.into())
        }
        Sent::Refused(why) => {
            // A redrive sends it anew.
            context.forget_step("send");
            Err(Failure::park(ParkReason::Refused, format!("OpenCX refused the message: {why}")))
        }
    }
}

/// The message as the webhook carries it; its text may be cut.
fn carried(reply: &ChannelReply) -> Result<Message, Failure> {
    let mut value = reply.message.clone();
    value["id"] = reply.message_id.as_str().into();
    for (field, usual) in [("type", "MESSAGE"), ("direction", "OUTGOING")] {
        if value.get(field).is_none_or(serde_json::Value::is_null) {
            value[field] = usual.into();
        }
    }
    json::from_value(value)
        .map_err(|error| Failure::park(ParkReason::Unreadable, format!("message: {error}")))
}

/// A message towards the customer that no rep wrote does not reach them, and whoever made it
/// should know. The bridge's own is shown already.
async fn not_sent_by_rep(
    context: &EventContext<'_>,
    reply: &ChannelReply,
    reason: SkipReason,
) -> Result<Handled, Failure> {
    let why = match reason {
        SkipReason::Automated | SkipReason::NotAPerson => {
            "Messages of automations and bots are not sent to customers of this channel."
        }
        SkipReason::AiUser => "Messages in the name of the AI's user are sent by OpenCX alone.",
        SkipReason::EmptyMessage => "The message is empty.",
        _ => return Ok(reason.into()),
    };
    report(context, reply, DeliveryReport::Failed(why)).await?;
    Ok(reason.into())
}

/// The rep's name: as the message says, else asked once. A reply that waited for it long enough
/// goes without it, as does one whose rep has no name that can be read.
async fn name(context: &EventContext<'_>, message: &Message) -> Result<Option<String>, Failure> {
    let sender = message.sender();
    if let Some(name) = sender.and_then(|sender| sender.name.clone()) {
        return Ok(Some(name));
    }
    let Some(Actor::User(user)) = message.actor() else { return Ok(None) };
    let why = if context.was_begun(UNNAMED) {
        String::new()
    } else {
        match actor_name(context, &user).await {
            Ok(Some(name)) => return Ok(Some(name)),
            Ok(None) => "HubSpot does not tell it".to_owned(),
            Err(Failure::Park { error, .. }) => error,
            Err(failure) if context.age() >= NAME_PATIENCE => failure.to_string(),
            Err(failure) => return Err(failure),
        }
    };
    // Not asked again: a later delivery must find what this one sends.
    let why = context.memo(UNNAMED, why).await?;
    context.remark(format!("sent without the rep's name: {why}"));
    Ok(None)
}

async fn say(
    context: &EventContext<'_>,
    session: &SessionId,
    said: &Outgoing,
) -> Result<Sent, Failure> {
    let recovery = Recovery::look_up(|since| async move {
        match context.opencx.has_message(session, said, since).await {
            Ok(found) => Ok(found.then_some(Sent::Delivered(None))),
            Err(error) => refusal(error).map(Some),
        }
    });
    let say = async {
        let answer = context.opencx.say(session, said).await;
        answer.map(Sent::Delivered).or_else(refusal)
    };
    context.step("send", recovery, say).await
}

/// A refusal is an answer to the send.
fn refusal(error: CallError) -> Result<Sent, CallError> {
    if is_gone(&error) {
        return Ok(Sent::SessionGone);
    }
    match error.refusal() {
        Some(refusal) => Ok(Sent::Refused(refusal.to_string())),
        None => Err(error),
    }
}
