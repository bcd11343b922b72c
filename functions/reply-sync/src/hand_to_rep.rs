//! A thread that needs a human: it goes to the default user, with a comment that says why.

use bridge_domain::hubspot::message::Message;
use bridge_domain::hubspot::thread::HandOver;
use bridge_domain::outcome::SkipReason;
use bridge_domain::rules::participants::author;
use bridge_domain::time::Timestamp;
use bridge_engine::{Failure, Handled};
use bridge_hubspot_directory::{add_comment, assign_thread, owner_of_user};
use bridge_store::{Key, SessionLink};

use crate::message_lookup::MessageLookup;

/// Another participant wrote while no human has the thread. Answers that the AI gave before
/// still reach the customer.
pub(crate) async fn not_the_customer(
    lookup: &MessageLookup<'_>,
    message: &Message,
) -> Result<Handled, Failure> {
    let context = lookup.context;
    let at = context.memo("handed over", Timestamp::now()).await?;
    let contact = lookup.thread.as_ref().and_then(|thread| thread.associated_contact_id.as_ref());
    let who = author(message, contact).title();
    let why = format!(
        "{who} wrote in this conversation and is not the customer. The AI did not read the message; please decide what to do with it."
    );
    let is_assigned = hand_over(lookup, &why).await?;
    if let Some(session) = &lookup.link.session {
        let user = context.settings.hubspot.default_user_id.clone();
        let handed_over = SessionLink {
            handed_over: Some(HandOver { at, assigned: user.filter(|_| is_assigned) }),
            ..SessionLink::default()
        };
        context.table().merge(&Key::session(context.org(), session), &handed_over).await?;
    }
    Ok(SkipReason::NotTheCustomer.into())
}

/// Gives the thread to the default user and says why. Returns whether the portal allowed it;
/// where it did not, the AI is silent until a human takes the thread.
pub(crate) async fn hand_over(lookup: &MessageLookup<'_>, why: &str) -> Result<bool, Failure> {
    let context = lookup.context;
    // A late repeat must not take the thread from whoever has it by then.
    context.take_claim().await?;
    let thread = &lookup.posted.thread;
    let mut is_assigned = false;
    if let Some(user) = &context.settings.hubspot.default_user_id {
        let owner = owner_of_user(context, user).await;
        // Its address is for portals that know no other name of a user.
        let email = match owner {
            Ok(owner) => owner.and_then(|owner| owner.email),
            Err(Failure::Park { .. }) => None,
            Err(failure) => return Err(failure),
        };
        is_assigned = assign_thread(context, thread, user, email.as_deref()).await?;
    }
    if let Some(session) = &lookup.link.session {
        let silent = SessionLink { awaits_human: Some(!is_assigned), ..SessionLink::default() };
        context.table().merge(&Key::session(context.org(), session), &silent).await?;
    }
    let html = format!("<p>{}</p>", html_escape::encode_text(why));
    if !add_comment(context, thread, why, &html).await? {
        context.remark("HubSpot refused the comment that says why");
    }
    Ok(is_assigned)
}
