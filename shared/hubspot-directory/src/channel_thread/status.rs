//! Threads that are closed and opened with their sessions.

use bridge_domain::ids::{SessionId, ThreadId};
use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::ThreadStatus;
use bridge_store::{ChannelThread, Key, SessionLink};
use bridge_vendor_http::{CallError, if_accepted};

use super::ChannelSession;

impl ChannelSession<'_> {
    /// Opens the thread that was closed, since its customer writes again. HubSpot may have done
    /// so itself, or have opened another thread.
    pub async fn reopen(
        &self,
        context: &EventContext<'_>,
        closed: Option<&ThreadId>,
    ) -> Result<(), Failure> {
        if let Some(thread) = closed.filter(|closed| self.link.thread.as_ref() == Some(closed)) {
            let open = set_status(context, thread, ThreadStatus::Open);
            if !context.step("reopen thread", Recovery::Retry, open).await? {
                context.remark("HubSpot does not open the thread again");
            }
        }
        let channel_thread =
            ChannelThread { thread_closed: Some(false), ..ChannelThread::default() };
        let (closed, resolved) = (Some(false), Some(false));
        let link = SessionLink { channel_thread, closed, resolved, ..SessionLink::default() };
        Ok(context.table().merge(&Key::session(context.org(), self.id), &link).await?)
    }
}

/// Closes the thread of a session that is over. Returns whether HubSpot took it.
pub async fn close_thread(
    context: &EventContext<'_>,
    session: &SessionId,
    thread: &ThreadId,
) -> Result<bool, Failure> {
    // Before the change itself, whose echo may be faster than we are.
    let channel_thread = ChannelThread { thread_closed: Some(true), ..ChannelThread::default() };
    let link = SessionLink { channel_thread, ..SessionLink::default() };
    context.table().merge(&Key::session(context.org(), session), &link).await?;
    let close = set_status(context, thread, ThreadStatus::Closed);
    context.step("close thread", Recovery::Retry, close).await
}

/// Sets the status of a thread, and returns whether HubSpot takes it.
async fn set_status(
    context: &EventContext<'_>,
    thread: &ThreadId,
    status: ThreadStatus,
) -> Result<bool, CallError> {
    Ok(if_accepted(context.hubspot.set_thread_status(thread, status).await)?.is_some())
}
