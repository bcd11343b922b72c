//! Posts an answer, and finds another way where HubSpot refuses it.

use bridge_domain::ids::ThreadId;
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::loop_breaker::Traffic;
use bridge_domain::text::markdown_to_html::{self, Answer};
use bridge_domain::text::split::pieces;
use bridge_domain::time::Timestamp;
use bridge_engine::{EventContext, Failure, Handled, Recovery};
use bridge_hubspot::{NewMessage, Posted};
use bridge_store::{Key, ThreadLink};
use bridge_vendor_http::CallError;
use serde::{Deserialize, Serialize};

use crate::answering::{Answering, blocked_reason};
use crate::reply_path::{self, Route};

/// Longest part of an answer, in characters of Markdown. HubSpot does not document the
/// longest message; 65,536 bytes are the bound of its notes.
const LONGEST_PART: usize = 20_000;

/// The result of a post.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Post {
    /// The customer gets it.
    Taken(Posted),
    /// HubSpot refused it, or took it and will not deliver it.
    Refused(String),
}

/// Posts the answer as public messages from the AI's user; the last one is signed. What
/// HubSpot refuses is tried once more at the thread's present place, and then left to a human
/// in an internal comment.
pub(crate) async fn publish(
    answering: &mut Answering<'_>,
    answer: &str,
) -> Result<Handled, Failure> {
    let Some(mut route) = reply_path::find(answering).await? else {
        return not_sent(answering, answer, "the thread holds no message of the customer").await;
    };
    let parts: Vec<&str> = pieces(answer.trim(), LONGEST_PART, |_| 1).collect();
    for (at, part) in parts.iter().enumerate() {
        let refusal = if at > 0 && is_taken_over(answering).await? {
            Some(SkipReason::HumanOwnsThread.as_str().to_owned())
        } else {
            post_part(answering, &mut route, (at, part), at + 1 == parts.len()).await?
        };
        if let Some(why) = refusal {
            return not_sent(answering, &parts[at..].concat(), &why).await;
        }
    }
    Ok(Handled::Applied)
}

/// Posts a part of an answer, where it is refused once more at the thread's present place,
/// which then is the place of the following parts. Returns the reason of the last refusal.
async fn post_part(
    answering: &mut Answering<'_>,
    route: &mut Route,
    (at, part): (usize, &str),
    is_last: bool,
) -> Result<Option<String>, Failure> {
    let signature = if is_last { signature(answering, route).await? } else { None };
    let form = markdown_to_html::answer(part, signature);
    let step = if at == 0 { "message".to_owned() } else { format!("message {}", at + 1) };
    let Post::Refused(why) = post(answering, &step, route, form.clone()).await? else {
        return Ok(None);
    };
    let Some(present) = reply_path::find_present(answering, route).await? else {
        return Ok(Some(why));
    };
    *route = present;
    match post(answering, &format!("{step} at the present place"), route, form).await? {
        Post::Taken(_) => Ok(None),
        Post::Refused(why) => Ok(Some(why)),
    }
}

/// Returns whether a human took the thread between two parts of an answer.
async fn is_taken_over(answering: &Answering<'_>) -> Result<bool, Failure> {
    let thread = answering.context.hubspot.thread(&answering.thread_id).await?;
    Ok(blocked_reason(answering, &thread).is_some())
}

async fn signature<'w>(
    answering: &Answering<'w>,
    route: &Route,
) -> Result<Option<&'w str>, Failure> {
    if !route.path.is_email() {
        return Ok(None);
    }
    let account = Some(route.path.channel_account_id.as_str());
    let inbox = route.path.inbox_address.as_ref();
    bridge_hubspot_directory::signature(answering.context, inbox, account).await
}

/// Posts one message.
///
/// Its id is known only once it is posted, so its echo may arrive before the id is kept,
/// or keeping it may fail: then the journal has the id and a later try keeps it, and
/// until then the echo is known by its author ([`bridge_domain::rules::message_decision`]).
async fn post(
    answering: &mut Answering<'_>,
    step: &str,
    route: &Route,
    answer: Answer,
) -> Result<Post, Failure> {
    let (context, thread) = (answering.context, &answering.thread_id);
    let message = &NewMessage {
        text: answer.text,
        rich_text: answer.html,
        recipients: route.recipients.clone(),
        sender_actor_id: context.settings.hubspot.ai_user_id.actor(),
        channel_id: route.path.channel_id.clone(),
        channel_account_id: route.path.channel_account_id.clone(),
        subject: route.path.subject.clone().filter(|_| route.path.is_email()),
    };
    let recovery = Recovery::look_up_after_redrive(|since| async move {
        Ok(context.hubspot.find_message(thread, message, since).await?.map(Post::Taken))
    });
    let send = async { as_post(context.hubspot.post_message(thread, message).await) };
    let posted = context.step(step, recovery, send).await?;
    if let Post::Taken(posted) = &posted {
        keep(answering, posted.id.as_str()).await?;
    }
    Ok(posted)
}

/// Keeps the id of a posted answer, so that its echo is known, and counts it for the loop
/// breaker; its parts count once.
async fn keep(answering: &mut Answering<'_>, message: &str) -> Result<(), Failure> {
    let context = answering.context;
    let known = &mut answering.thread.traffic;
    known.answer(&context.identity(), message, Timestamp::now());
    let traffic = Traffic { answers: known.answers.clone(), ..Traffic::default() };
    let key = Key::thread(context.org(), &answering.thread_id);
    Ok(context.table().merge(&key, &ThreadLink { traffic, ..ThreadLink::default() }).await?)
}

/// A refusal is an answer to the post.
fn as_post(answer: Result<Posted, CallError>) -> Result<Post, CallError> {
    match answer {
        Ok(posted) if posted.has_failed() => Ok(Post::Refused("delivery failed".to_owned())),
        Ok(posted) => Ok(Post::Taken(posted)),
        Err(error) => match error.refusal() {
            Some(refusal) => Ok(Post::Refused(format!("refused with {refusal}"))),
            None => Err(error),
        },
    }
}

/// Leaves an answer that cannot be sent to a human.
async fn not_sent(answering: &Answering<'_>, answer: &str, why: &str) -> Result<Handled, Failure> {
    answering.context.remark(format!("the answer was not sent: {why}"));
    let comment = markdown_to_html::not_sent(answer, why);
    comment_on(answering.context, &answering.thread_id, "not sent", &comment).await?;
    Ok(Handled::Applied)
}

/// Posts an internal comment, which the customer never sees.
pub(crate) async fn comment_on(
    context: &EventContext<'_>,
    thread: &ThreadId,
    step: &str,
    comment: &Answer,
) -> Result<(), Failure> {
    let text = &comment.text;
    let recovery = Recovery::look_up(|since| async move {
        let found = context.hubspot.find_comment(thread, text, since).await?;
        Ok(found.map(Posted::found))
    });
    let post = context.hubspot.post_comment(thread, text, &comment.html);
    context.step(step, recovery, post).await?;
    Ok(())
}
