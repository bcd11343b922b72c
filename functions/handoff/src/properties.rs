//! The properties of a handoff's ticket.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bridge_domain::opencx::events::Sentiment;
use bridge_domain::ticket::custom_properties::to_properties;
use bridge_domain::ticket::handoff_comment::priority;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::property::{
    HANDED_OFF_TAG, LANGUAGE, OWNER, SENTIMENT, SESSION_URL, TAGS, is_managed, may_be_mapped,
};
use bridge_store::{Key, ttl_after};
use serde::{Deserialize, Serialize};

use crate::assignment::Assignee;
use crate::handoff_context::HandoffContext;

/// Time for which it is remembered that a portal lacks a property; after that it is tried
/// again, since somebody may have made it.
const LACKING_FOR: Duration = Duration::from_hours(1);

/// The values to be set on a ticket, and what cannot be set.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    pub(crate) values: BTreeMap<String, String>,
    /// The properties that custom data must not write, and those that HubSpot does not take.
    pub(crate) left_out: BTreeSet<String>,
    /// The person who owns the ticket in the end.
    pub(crate) assignee: Option<Assignee>,
}

impl Properties {
    /// Sets a value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// Gives the ticket to somebody, or to nobody.
    pub(crate) fn assign(&mut self, assignee: Option<Assignee>) {
        self.values.remove(OWNER);
        if let Some(owner) = assignee.as_ref().and_then(Assignee::owner_id) {
            self.set(OWNER, owner.as_str());
        }
        self.assignee = assignee;
    }
}

/// Returns the properties of every handoff, whether its ticket is new or not.
pub(crate) fn of_handoff(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    assignee: Option<Assignee>,
) -> Properties {
    let mut values = to_properties(&context.settings, &handoff.custom_data);
    values.retain(|_, value| !value.trim().is_empty());
    // An administrator may map a key to one of HubSpot's own properties.
    let mapped: BTreeSet<&String> = context.settings.custom_data_properties.values().collect();
    let may_write =
        |name: &String| !is_managed(name) || (mapped.contains(name) && may_be_mapped(name));
    let left_out = values.keys().filter(|name| !may_write(name)).cloned().collect();
    values.retain(|name, _| may_write(name));
    let mut properties = Properties { values, left_out, assignee: None };
    properties.set(TAGS, HANDED_OFF_TAG);
    properties.set(SESSION_URL, &handoff.session_url);
    if let Some(sentiment) = handoff.sentiment {
        properties.set(SENTIMENT, sentiment.as_str());
    }
    if let Some(language) = &handoff.language {
        properties.set(LANGUAGE, language);
    }
    properties.assign(assignee);
    properties
}

/// Returns the priority of a new ticket, if the settings ask for one.
pub(crate) fn priority_of_new(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Option<&'static str> {
    handoff.sentiment.filter(|_| context.settings.priority_from_sentiment).map(priority)
}

/// Returns the priority of a ticket from before: an angry customer raises it, and nothing
/// lowers what a rep may have set.
pub(crate) fn priority_of_open(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Option<&'static str> {
    priority_of_new(context, handoff).filter(|_| handoff.sentiment == Some(Sentiment::Angry))
}

#[derive(Default, Serialize, Deserialize)]
struct Lacking {
    properties: BTreeSet<String>,
    ttl: u64,
}

fn lacking_key(context: &EventContext<'_>) -> Key {
    Key::portal(context.org(), "lacking-ticket-properties")
}

/// Returns the properties that the portal is known to lack.
async fn lacking(context: &EventContext<'_>) -> Result<BTreeSet<String>, Failure> {
    let known: Option<Lacking> = context.table().get(&lacking_key(context)).await?;
    Ok(known.unwrap_or_default().properties)
}

/// Leaves out what the portal is known to lack.
pub(crate) async fn drop_missing_properties(
    context: &EventContext<'_>,
    properties: &mut Properties,
) -> Result<(), Failure> {
    let lacking = lacking(context).await?;
    let known = properties.values.keys().filter(|name| lacking.contains(*name)).cloned();
    properties.left_out.extend(known);
    properties.values.retain(|name, _| !lacking.contains(name));
    Ok(())
}

/// Remembers that the portal lacks these too.
pub(crate) async fn remember_lacking(
    context: &EventContext<'_>,
    more: BTreeSet<String>,
) -> Result<(), Failure> {
    if more.is_empty() {
        return Ok(());
    }
    let properties = lacking(context).await?.into_iter().chain(more).collect();
    let lacking = Lacking { properties, ttl: ttl_after(LACKING_FOR) };
    Ok(context.table().merge(&lacking_key(context), &lacking).await?)
}
