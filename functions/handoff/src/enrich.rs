//! The fields that the event leaves out, asked of OpenCX.

use bridge_domain::ids::ContactId;
use bridge_domain::opencx::events::{Contact, HandoffToHuman};
use bridge_domain::opencx::transcript::Entry;
use bridge_engine::{EventContext, Failure};
use bridge_opencx::Session;
use bridge_store::SessionLink;
use bridge_vendor_http::{CallError, Effect};

use crate::progress::PATIENCE;

/// OpenCX's additions to an event.
pub(crate) struct Asked {
    /// The session, if something of it was missing.
    pub(crate) session: Option<Session>,
    /// The transcript of the event, or else of the session's history.
    pub(crate) transcript: Vec<Entry>,
}

/// Asks OpenCX for what is missing.
pub(crate) async fn ask(
    context: &EventContext<'_>,
    event: &HandoffToHuman,
) -> Result<Asked, Failure> {
    let id = &event.conversation_id;
    let session = if is_sparse(event) {
        unless_in_trouble(context, context.opencx.session(id).await)?.flatten()
    } else {
        None
    };
    let transcript = if event.transcript.is_empty() {
        unless_in_trouble(context, context.opencx.history(id).await)?.unwrap_or_default()
    } else {
        event.transcript.clone()
    };
    Ok(Asked { session, transcript })
}

/// The answer of OpenCX. A session that it does not show, or not for long, must not keep
/// the customer waiting for a rep: the ticket says what is not known.
fn unless_in_trouble<T>(
    context: &EventContext<'_>,
    answer: Result<T, CallError>,
) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.effect() == Effect::Never || context.age() >= PATIENCE => {
            context.remark(format!("not all is known of the session: {error}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// The contact of a thread, as its customer's messages said: `V-501` is usually a contact.
pub(crate) fn visitor(link: &SessionLink) -> Option<ContactId> {
    let contact = link.customer.as_ref()?.contact()?;
    contact.as_str().bytes().all(|byte| byte.is_ascii_digit()).then_some(contact)
}

/// Returns whether the event leaves out what a rep needs.
fn is_sparse(event: &HandoffToHuman) -> bool {
    let summary = filled(event.summary.clone());
    let anonymous = event.contact.as_ref().is_none_or(Contact::is_anonymous);
    summary.is_none()
        || anonymous
        || event.channel.is_none()
        || event.language.is_none()
        || event.sentiment.is_none()
}

/// The text, if there is one.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
