//! The assignment of threads, in the form that a portal takes.

use std::time::Duration;

use bridge_domain::hubspot::actor::UserId;
use bridge_domain::ids::ThreadId;
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_store::{Key, ttl_after};
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

/// The form in which a portal takes the assignment of threads: HubSpot's documents do not
/// agree with each other.
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
    /// Returns the time for which it is remembered; meanwhile no call is spent on the other form.
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

/// Gives a thread to a user, who is known by this address as well. Returns whether the portal
/// allowed it: one that does not fails nothing.
pub async fn assign_thread(
    context: &EventContext<'_>,
    thread: &ThreadId,
    user: &UserId,
    email: Option<&str>,
) -> Result<bool, Failure> {
    let key = Key::portal(context.org(), "assignee-form");
    let known: Option<Remembered> = context.table().get(&key).await?;
    let known = known.map(|remembered| remembered.form);
    let taken = context
        .step("assignee", Recovery::Retry, try_forms(context, thread, (user, email), known))
        .await?;
    if let Some(form) = taken.filter(|form| known.is_none() && *form != Form::Current) {
        let remembered = Remembered { form, ttl: ttl_after(form.lasts()) };
        context.table().merge(&key, &remembered).await?;
    }
    let is_assigned = matches!(taken, Some(Form::Current | Form::Older));
    if !is_assigned {
        context.remark(format!(
            "the thread could not be assigned to {}: the portal does not allow it",
            user.actor()
        ));
    }
    Ok(is_assigned)
}

/// Returns the form in which the portal took it; `None` if it refused for another reason
/// than not knowing the form.
async fn try_forms(
    context: &EventContext<'_>,
    thread: &ThreadId,
    (user, email): (&UserId, Option<&str>),
    known: Option<Form>,
) -> Result<Option<Form>, CallError> {
    if known != Some(Form::Older) {
        match context.hubspot.assign_thread(thread, user).await {
            Ok(()) => return Ok(Some(Form::Current)),
            Err(error) if is_unknown_form(&error) => {}
            Err(error) if error.is_refused() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let Some(email) = email.filter(|_| known != Some(Form::Neither)) else {
        return Ok(Some(Form::Neither));
    };
    match context.hubspot.assign_thread_by_email(thread, email).await {
        Ok(()) => Ok(Some(Form::Older)),
        Err(error) if is_unknown_form(&error) => Ok(Some(Form::Neither)),
        Err(error) if error.is_refused() => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_unknown_form(error: &CallError) -> bool {
    error.is_status(404) || error.is_status(405)
}
