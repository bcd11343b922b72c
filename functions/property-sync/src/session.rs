//! A changed property as one session takes it.

use std::time::Duration;

use bridge_domain::hubspot::record_event::TicketChange;
use bridge_domain::ids::SessionId;
use bridge_domain::opencx::custom_data::{CustomData, Scalar};
use bridge_domain::opencx::events::Contact;
use bridge_domain::outcome::SkipReason;
use bridge_domain::ticket::custom_properties::{key_of, property_of};
use bridge_domain::ticket::identity::Identity;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot_directory::unless_refused;
use bridge_opencx::{DataTarget, Status};
use bridge_store::{Key, SessionLink, ttl_after};
use serde::{Deserialize, Serialize};

/// Time for which it is remembered that an organisation's sessions take no custom data.
const TARGET_KEPT_FOR: Duration = Duration::from_hours(24);

#[derive(Default, Serialize, Deserialize)]
struct Remembered {
    target: DataTarget,
    ttl: u64,
}

/// Carries the change to one session, in the type that the session had. Returns why it was
/// not for that session, if so.
pub(crate) async fn apply(
    context: &EventContext<'_>,
    change: &TicketChange,
    session: &SessionId,
    is_only_session: bool,
) -> Result<Option<SkipReason>, Failure> {
    let key = Key::session(context.org(), session);
    let link: SessionLink = context.table().get(&key).await?.unwrap_or_default();
    let is_proven = is_proven(&link);
    let (remembered, ttl) = (link.custom_data.clone(), link.ttl);
    let is_carried = is_proven || is_only_session && brought(context, &link, &change.property);
    if !is_carried {
        return Ok(Some(SkipReason::UnverifiedIdentity));
    }
    let Some(known) = open_session(context, change, session, link).await? else {
        return Ok(Some(SkipReason::NoOpenSession));
    };
    context.about_session(session);
    // A late repeat must not set the value again that was newest once.
    context.take_claim().await?;
    let name = key_of(&context.settings, &known, &change.property);
    let value = Scalar::from_text(&change.value, known.0.get(name));
    if !set(context, session, (name, &value), is_proven).await? {
        return Ok(Some(SkipReason::NoOpenSession));
    }
    let mut data = known.clone();
    data.0.insert(name.to_owned(), value);
    let (data, _) = data.bounded();
    let custom_data = Some(data.without_values());
    if custom_data == remembered {
        context.table().renew(&key, ttl).await?;
        return Ok(None);
    }
    let learned = SessionLink { custom_data, ..SessionLink::default() };
    context.table().merge(&key, &learned).await?;
    Ok(None)
}

/// Returns whether the session's customer is the person of the ticket. A session from before
/// this was remembered is judged by its channel.
fn is_proven(link: &SessionLink) -> bool {
    let by_channel = Identity::of(link.channel, &Contact::default(), None);
    link.verified.unwrap_or(by_channel == Identity::Proven)
}

/// Returns whether the session itself brought the key that a property carries.
fn brought(context: &EventContext<'_>, link: &SessionLink, property: &str) -> bool {
    let mut keys = link.custom_data.iter().flat_map(|data| data.0.keys());
    keys.any(|key| property_of(&context.settings, key) == property)
}

/// Sets a key of the session's custom data, or of its contact's where the organisation's
/// sessions take none. Returns whether there was something to set it on.
async fn set(
    context: &EventContext<'_>,
    session: &SessionId,
    change: (&str, &Scalar),
    is_proven: bool,
) -> Result<bool, Failure> {
    let key = Key::portal(context.org(), "custom-data-target");
    let known: Remembered = context.table().get(&key).await?.unwrap_or_default();
    let set = context.opencx.set_custom_data(session, change, known.target, !is_proven);
    let target = context.step(&format!("session {session}"), Recovery::Retry, set).await?;
    if let Some(target) = target.filter(|target| is_proven && *target != known.target) {
        let remembered = Remembered { target, ttl: ttl_after(TARGET_KEPT_FOR) };
        context.table().merge(&key, &remembered).await?;
    }
    Ok(target.is_some())
}

/// The custom data of an open session, as far as it is needed; `None` if the session
/// is closed. OpenCX is asked only where what is remembered does not say: whether a
/// closed session is open again, and of which type a key is that came after the handoff.
async fn open_session(
    context: &EventContext<'_>,
    change: &TicketChange,
    session: &SessionId,
    link: SessionLink,
) -> Result<Option<CustomData>, Failure> {
    let mut known = link.custom_data.unwrap_or_default();
    let knows_type = known.0.contains_key(key_of(&context.settings, &known, &change.property));
    let seems_closed = link.closed == Some(true);
    if knows_type && !seems_closed {
        return Ok(Some(known));
    }
    let asked = context.opencx.session(session).await;
    let asked = match unless_refused(context, "the session", asked)? {
        Some(Some(asked)) => asked,
        Some(None) => return Ok(None),
        // What is remembered has to do.
        None => return Ok((!seems_closed).then_some(known)),
    };
    let closed = matches!(asked.status, Some(Status::ClosedResolved | Status::ClosedUnresolved));
    known.0.extend(asked.custom_data.0);
    Ok((!closed).then_some(known))
}
