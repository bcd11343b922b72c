//! The thread's owner: the same person who owns the ticket.

use bridge_domain::hubspot::thread::HandOver;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot_directory::assign_thread;
use bridge_store::{Key, SessionLink};

use crate::assignment::Assignee;
use crate::handoff_context::HandoffContext;

/// Gives the thread to the assignee. From then on the thread's owner says whether
/// the AI is silent. A portal that does not allow it does not fail the handoff.
pub(crate) async fn assign(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    assignee: Option<&Assignee>,
) -> Result<(), Failure> {
    let (Some(thread), Some(assignee)) = (&handoff.thread, assignee) else { return Ok(()) };
    let email = assignee.owner.email.as_deref();
    if assign_thread(context, thread, &assignee.user, email).await? {
        let owned = SessionLink {
            awaits_human: Some(false),
            handed_over: Some(HandOver { at: handoff.at, assigned: Some(assignee.user.clone()) }),
            ..SessionLink::default()
        };
        context.table().merge(&Key::session(context.org(), &handoff.session), &owned).await?;
    }
    Ok(())
}
