//! The function `reply-sync`: a message in a HubSpot thread goes to the AI if the
//! customer wrote it, to the session if a rep did, and nowhere otherwise.

mod files;
mod for_the_ai;
mod inquiry;
mod rep_reply;

use bridge_domain::hubspot_event::MessagePosted;
use bridge_domain::json;
use bridge_domain::judge::Verdict;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work};
use bridge_store::{Outgoing, Queue};

use crate::inquiry::{Inquiry, Judged};

/// See the crate.
pub struct ReplySync;

impl Consumer for ReplySync {
    const NAME: &'static str = "reply-sync";
    const WRITES: &'static [Queue] = &[Queue::EmailMessages];
    type Event = MessagePosted;

    fn read(body: &str) -> Result<Vec<Result<Incoming<MessagePosted>, Refused>>, Refused> {
        let posted: MessagePosted = json::from_text(body)?;
        Ok(vec![Ok(Incoming {
            org: posted.org.clone(),
            event: posted.event.clone(),
            event_id: posted.event_id(),
            trace: posted.trace.clone(),
            data: Some(posted),
        })])
    }

    async fn act(work: &Work<'_>, posted: &MessagePosted) -> Result<Ended, Failure> {
        work.about_thread(&posted.thread);
        let Judged { inquiry, verdict } = Inquiry::begin(work, posted).await?.judged().await?;
        match (verdict, &inquiry.message) {
            (Verdict::Skip(reason), _) => Ok(reason.into()),
            (Verdict::ForTheAi, Some(message)) => for_the_ai::send(&inquiry, message).await,
            (Verdict::RepReply(_), Some(message)) => rep_reply::send(&inquiry, message).await,
            // Nothing else is left to be waited for.
            (Verdict::Needs(_), _) | (_, None) => Ok(pass_on(posted)),
        }
    }
}

/// Email waits, so that drafting and signatures finish first (OPENCX.md): the queue
/// itself has the delay.
fn pass_on(posted: &MessagePosted) -> Ended {
    let waited = MessagePosted { waited: true, ..posted.clone() };
    let body = serde_json::to_string(&waited).unwrap_or_default();
    let message = Outgoing::new(&posted.org, posted.thread.as_str(), &posted.event_id(), body);
    Ended::PassOn(Queue::EmailMessages, message)
}
