//! A changed property as one session takes it.

use bridge_domain::custom_data::{CustomData, Scalar, key_of};
use bridge_domain::hubspot_event::TicketChange;
use bridge_domain::ids::SessionId;
use bridge_opencx::Status;
use bridge_runtime::{Failure, Work};
use bridge_store::{Key, SessionLink};

/// Carries the change to one session, in the type that the session had. Whether the
/// session was open for it.
pub(crate) async fn apply(
    work: &Work<'_>,
    change: &TicketChange,
    session: &SessionId,
) -> Result<bool, Failure> {
    let Some(known) = open_session(work, change, session).await? else { return Ok(false) };
    work.about_session(session);
    let key = key_of(&work.settings, &known, &change.property);
    let value = Scalar::from_text(&change.value, known.0.get(key));
    let set = async {
        match work.opencx.set_custom_data(session, key, &value).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_status(404) => Ok(false),
            Err(error) => Err(error),
        }
    };
    let taken = work.repeatable(&format!("session {session}"), set).await?;
    let mut data = known.clone();
    data.0.insert(key.to_owned(), value);
    let learned = SessionLink { custom_data: Some(data), ..SessionLink::default() };
    work.table().merge(&Key::session(work.org(), session), &learned).await?;
    Ok(taken)
}

/// The custom data of an open session, as far as it is needed; `None` if the session
/// is closed. OpenCX is asked only where what is remembered does not say: whether a
/// closed session is open again, and of which type a key is that came after the handoff.
async fn open_session(
    work: &Work<'_>,
    change: &TicketChange,
    session: &SessionId,
) -> Result<Option<CustomData>, Failure> {
    let link: SessionLink =
        work.table().get(&Key::session(work.org(), session)).await?.unwrap_or_default();
    let mut known = link.custom_data.unwrap_or_default();
    let knows_type = known.0.contains_key(key_of(&work.settings, &known, &change.property));
    let seems_closed = link.closed == Some(true);
    if knows_type && !seems_closed {
        return Ok(Some(known));
    }
    let Some(asked) = work.opencx.session(session).await? else { return Ok(None) };
    let closed = matches!(asked.status, Some(Status::ClosedResolved | Status::ClosedUnresolved));
    known.0.extend(asked.custom_data.0);
    Ok((!closed).then_some(known))
}
