//! A changed property as one session takes it.

use bridge_domain::hubspot::record_event::TicketChange;
use bridge_domain::ids::SessionId;
use bridge_domain::opencx::custom_data::{CustomData, Scalar, key_of};
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_opencx::Status;
use bridge_store::{Key, SessionLink};

/// Carries the change to one session, in the type that the session had. Whether the
/// session was open for it.
pub(crate) async fn apply(
    context: &EventContext<'_>,
    change: &TicketChange,
    session: &SessionId,
) -> Result<bool, Failure> {
    let Some(known) = open_session(context, change, session).await? else { return Ok(false) };
    context.about_session(session);
    let key = key_of(&context.settings, &known, &change.property);
    let value = Scalar::from_text(&change.value, known.0.get(key));
    let set = async {
        match context.opencx.set_custom_data(session, key, &value).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_status(404) => Ok(false),
            Err(error) => Err(error),
        }
    };
    let taken = context.step(&format!("session {session}"), Recovery::Retry, set).await?;
    let mut data = known.clone();
    data.0.insert(key.to_owned(), value);
    let learned = SessionLink { custom_data: Some(data), ..SessionLink::default() };
    context.table().merge(&Key::session(context.org(), session), &learned).await?;
    Ok(taken)
}

/// The custom data of an open session, as far as it is needed; `None` if the session
/// is closed. OpenCX is asked only where what is remembered does not say: whether a
/// closed session is open again, and of which type a key is that came after the handoff.
async fn open_session(
    context: &EventContext<'_>,
    change: &TicketChange,
    session: &SessionId,
) -> Result<Option<CustomData>, Failure> {
    let link: SessionLink =
        context.table().get(&Key::session(context.org(), session)).await?.unwrap_or_default();
    let mut known = link.custom_data.unwrap_or_default();
    let knows_type = known.0.contains_key(key_of(&context.settings, &known, &change.property));
    let seems_closed = link.closed == Some(true);
    if knows_type && !seems_closed {
        return Ok(Some(known));
    }
    let Some(asked) = context.opencx.session(session).await? else { return Ok(None) };
    let closed = matches!(asked.status, Some(Status::ClosedResolved | Status::ClosedUnresolved));
    known.0.extend(asked.custom_data.0);
    Ok((!closed).then_some(known))
}
