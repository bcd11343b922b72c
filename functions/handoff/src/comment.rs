//! The internal comment that tells why the AI gave up, for the rep's eyes only.

use bridge_domain::opencx::events::Sentiment;
use bridge_domain::outcome::ParkReason;
use bridge_domain::ticket::custom_properties::property_of;
use bridge_domain::ticket::handoff_comment::HandoffComment;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::NoteOn;
use bridge_hubspot_directory::{Customer, add_comment, add_note, is_help_desk};

use crate::handoff_context::HandoffContext;
use crate::thread::BoundThread;
use crate::ticket::HandoffTicket;

/// Most single things that are named as left out: a comment is to be read at a glance.
const MOST_NAMED: usize = 20;

/// Everything that the comment is about, and the places where it may be put.
pub(crate) struct Comment<'a> {
    pub(crate) handoff: &'a HandoffContext,
    pub(crate) customer: Option<&'a Customer>,
    pub(crate) thread: Option<&'a BoundThread>,
    pub(crate) ticket: Option<&'a HandoffTicket>,
    /// The steps that could not be done, in words.
    pub(crate) missing: Vec<String>,
}

impl Comment<'_> {
    /// Posts the comment on the thread, in a Help Desk as a note on the ticket as well;
    /// without a thread, as a note on the ticket; without that either, as a note on the
    /// contact. It is never sent as a message, which the customer would see.
    pub(crate) async fn post(&self, context: &EventContext<'_>) -> Result<(), Failure> {
        let comment = self.comment(context);
        if let Some(thread) = self.thread
            && on_thread(context, thread, &comment).await?
        {
            let is_shown = match (&thread.inbox, self.ticket) {
                (Some(inbox), Some(_)) => !is_help_desk(context, inbox).await?,
                _ => true,
            };
            if is_shown {
                return Ok(());
            }
        }
        let ticket = self.ticket.map(|ticket| NoteOn::Ticket(&ticket.id));
        let contact = self.customer.map(|customer| NoteOn::Contact(&customer.contact));
        let html = comment.html();
        let mut refusal = None;
        for (place, on) in [("ticket", ticket), ("contact", contact)] {
            let Some(on) = on else { continue };
            let step = format!("comment note on the {place}");
            match add_note(context, &step, on, &html).await {
                Ok(()) => return Ok(()),
                Err(failure @ Failure::Park { .. }) => refusal = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        let nowhere = "there is nothing in HubSpot to put the comment on";
        match refusal {
            Some(failure) => Err(failure),
            None if self.missing.is_empty() => {
                context.remark(nowhere);
                Ok(())
            }
            None => Err(Failure::park(ParkReason::Refused, nowhere)),
        }
    }

    fn comment(&self, context: &EventContext<'_>) -> HandoffComment<'_> {
        let handoff = self.handoff;
        HandoffComment {
            reason: &handoff.reason,
            sentiment: handoff.sentiment.map(Sentiment::as_str),
            language: handoff.language.as_deref(),
            session_url: &handoff.session_url,
            ticket_url: self.ticket.map(|ticket| context.settings.ticket_url(&ticket.id)),
            remarks: self.remarks(context),
        }
    }

    fn remarks(&self, context: &EventContext<'_>) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.handoff.is_unverified(self.customer) {
            remarks.push("identity not verified: nothing proves the customer's address".to_owned());
        }
        if self.ticket.is_some_and(|ticket| ticket.is_return) {
            remarks.push("the customer is back; the ticket was open from before".to_owned());
        }
        remarks.extend(self.missing.iter().cloned());
        let left_out = self.left_out(context);
        for remark in &left_out {
            context.remark(remark.clone());
        }
        remarks.extend(left_out);
        remarks
    }

    /// Names what is missing on the ticket, as far as it fits.
    fn left_out(&self, context: &EventContext<'_>) -> Vec<String> {
        let Some(ticket) = self.ticket else { return Vec::new() };
        let properties = ticket.left_out.iter().map(|name| left_out(context, self.handoff, name));
        let mut named: Vec<String> = properties.collect();
        for key in &self.handoff.left_out_keys {
            let key: String = key.chars().take(100).collect();
            named.push(format!("`{key}` of the session is too much for a ticket"));
        }
        if let Some(more) = named.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            named.truncate(MOST_NAMED);
            named.push(format!("and {more} more"));
        }
        named
    }
}

/// Posts the comment on the thread, and returns whether the thread took it.
async fn on_thread(
    context: &EventContext<'_>,
    thread: &BoundThread,
    comment: &HandoffComment<'_>,
) -> Result<bool, Failure> {
    let is_taken = add_comment(context, &thread.id, &comment.text(), &comment.html()).await?;
    if !is_taken {
        context.remark("HubSpot does not take the comment on the thread; it is a note instead");
    }
    Ok(is_taken)
}

/// Names a property that is missing on the ticket, and which of the session's data that was.
fn left_out(context: &EventContext<'_>, handoff: &HandoffContext, property: &str) -> String {
    let mut keys = handoff.custom_data.0.keys();
    match keys.find(|key| property_of(&context.settings, key) == property) {
        Some(key) if key != property => {
            format!(
                "HubSpot does not take the ticket property `{property}` (`{key}` of the session)"
            )
        }
        _ => format!("HubSpot does not take the ticket property `{property}`"),
    }
}
