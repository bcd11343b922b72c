//! The function `reply-sync`: a message in a HubSpot thread goes to the AI if the
//! customer wrote it, to the session if a rep did, and nowhere otherwise.

mod files;
mod for_the_ai;
mod rep_reply;

use bridge_domain::hubspot_event::MessagePosted;
use bridge_domain::json;
use bridge_domain::judge::{Verdict, judge};
use bridge_domain::message::Message;
use bridge_domain::opencx_event::Channel;
use bridge_domain::outcome::SkipReason;
use bridge_runtime::{Consumer, Ended, Failure, Incoming, Refused, Work};
use bridge_store::{Key, Outgoing, Queue, ThreadLink};

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
        // Its own echo costs the bridge no call.
        if work.table().was_sent(work.org(), posted.message.as_str()).await? {
            return Ok(SkipReason::OwnMessage.into());
        }
        let key = Key::thread(work.org(), &posted.thread);
        let link: ThreadLink = work.table().get(&key).await?.unwrap_or_default();
        if let Some(session) = &link.session {
            work.about_session(session);
        }
        if link.channel == Some(Channel::Email) && !posted.waited {
            return Ok(pass_on(posted));
        }
        // The webhook does not carry the message (HUBSPOT.md A).
        let message = work.hubspot.message(&posted.thread, &posted.message).await?;
        match judge(&message, &work.settings) {
            Verdict::Skip(reason) => Ok(reason.into()),
            _ if message.is_email() && !posted.waited => {
                let learned = ThreadLink { channel: Some(Channel::Email), ..ThreadLink::default() };
                work.table().merge(&key, &learned).await?;
                Ok(pass_on(posted))
            }
            verdict => act_on(work, posted, &link, &message, verdict).await,
        }
    }
}

async fn act_on(
    work: &Work<'_>,
    posted: &MessagePosted,
    link: &ThreadLink,
    message: &Message,
    verdict: Verdict,
) -> Result<Ended, Failure> {
    match verdict {
        Verdict::ForTheAi => for_the_ai::send(work, &posted.thread, link, message).await,
        Verdict::RepReply(_) => rep_reply::send(work, link, message).await,
        Verdict::Skip(reason) => Ok(reason.into()),
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
