//! The thread's owner: the same person who owns the ticket.

use std::time::Duration;

use bridge_domain::ids::ThreadId;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_store::{Key, SessionLink, ttl_after};
use bridge_vendor_http::{CallError, Effect};
use serde::{Deserialize, Serialize};

use crate::assignment::Assignee;
use crate::handoff_context::HandoffContext;

/// How a portal takes the assignment of threads: HubSpot's documents do not agree
/// with each other (docs/vendors/hubspot.md#assignee).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// As the specification says, by actor id.
    Current,
    /// As the older guide says, by address.
    Older,
    /// In neither form.
    Neither,
}

impl Form {
    /// How long it is remembered; meanwhile no call is spent on the other form.
    fn lasts(self) -> Duration {
        match self {
            Self::Current | Self::Older => Duration::from_hours(24),
            // It may have been the thread that was missing.
            Self::Neither => Duration::from_mins(10),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    form: Form,
    ttl: u64,
}

/// Gives the thread to the assignee. From then on the thread's owner says whether
/// the AI is silent. A portal that does not allow it does not fail the handoff.
pub(crate) async fn assign(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    assignee: Option<&Assignee>,
) -> Result<(), Failure> {
    let (Some(thread), Some(assignee)) = (&handoff.thread, assignee) else { return Ok(()) };
    let key = Key::portal(context.org(), "assignee-form");
    let known: Option<Remembered> = context.table().get(&key).await?;
    let known = known.map(|remembered| remembered.form);
    let taken = context
        .step("assignee", Recovery::Retry, try_forms(context, thread, assignee, known))
        .await?;
    if let Some(form) = taken.filter(|form| known.is_none() && *form != Form::Current) {
        let remembered = Remembered { form, ttl: ttl_after(form.lasts()) };
        context.table().merge(&key, &remembered).await?;
    }
    if matches!(taken, Some(Form::Current | Form::Older)) {
        let owned = SessionLink { awaits_human: Some(false), ..SessionLink::default() };
        context.table().merge(&Key::session(context.org(), &handoff.session), &owned).await?;
    } else {
        context.remark(format!(
            "the thread could not be assigned to {}: the portal does not allow it",
            assignee.user.actor()
        ));
    }
    Ok(())
}

/// In which form the portal took it; `None` if it refused for another reason than
/// not knowing the form.
async fn try_forms(
    context: &EventContext<'_>,
    thread: &ThreadId,
    assignee: &Assignee,
    known: Option<Form>,
) -> Result<Option<Form>, CallError> {
    let email = assignee.owner.email.as_deref();
    if known != Some(Form::Older) {
        match context.hubspot.assign_thread(thread, &assignee.user).await {
            Ok(()) => return Ok(Some(Form::Current)),
            Err(error) if is_unknown_form(&error) => {}
            Err(error) if is_refused(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let Some(email) = email.filter(|_| known != Some(Form::Neither)) else {
        return Ok(Some(Form::Neither));
    };
    match context.hubspot.assign_thread_by_email(thread, email).await {
        Ok(()) => Ok(Some(Form::Older)),
        Err(error) if is_unknown_form(&error) => Ok(Some(Form::Neither)),
        Err(error) if is_refused(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_unknown_form(error: &CallError) -> bool {
    error.is_status(404) || error.is_status(405)
}

/// Refused, or answered with what nobody can read. A token that is not known at all
/// is trouble of another kind.
fn is_refused(error: &CallError) -> bool {
    error.effect() == Effect::Never && !error.is_status(401)
}
