//! The properties of a handoff's ticket.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bridge_domain::opencx::events::Sentiment;
use bridge_domain::ticket::handoff_comment::priority;
use bridge_engine::{EventContext, Failure};
use bridge_hubspot::OPENCX_TAG;
use bridge_store::{Key, ttl_after};
use serde::{Deserialize, Serialize};

use crate::assignment::Assignee;
use crate::handoff_context::HandoffContext;

/// How long it is remembered that a portal lacks a property; after that it is tried
/// again, since somebody may have made it.
const LACKING_FOR: Duration = Duration::from_hours(1);

/// Ours begin with this; HubSpot's own with `hs_` or `hubspot_`.
pub(crate) const OURS: &str = "opencx_";

/// What is to be set on a ticket, and what cannot be.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    pub(crate) values: BTreeMap<String, String>,
    /// What custom data must not overwrite, and what HubSpot does not take.
    pub(crate) left_out: BTreeSet<String>,
    /// Who owns the ticket instead, if the one who should has left.
    pub(crate) other_assignee: Option<Assignee>,
}

/// What every handoff sets, whether the ticket is new or not.
pub(crate) fn of_handoff(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
    assignee: Option<&Assignee>,
) -> Properties {
    let mut values = handoff.custom_data.to_properties(&context.settings);
    values.retain(|_, value| !value.trim().is_empty());
    // An administrator may map a key to one of HubSpot's own properties.
    let mapped: BTreeSet<&String> = context.settings.custom_data_properties.values().collect();
    let may = |name: &String| {
        !is_reserved(name) || (mapped.contains(name) && name.starts_with("hs_") && !is_vital(name))
    };
    let left_out = values.keys().filter(|name| !may(name)).cloned().collect();
    values.retain(|name, _| may(name));
    let mut set = |name: &str, value: String| values.insert(name.to_owned(), value);
    set("opencx_tags", OPENCX_TAG.to_owned());
    set("opencx_session_url", handoff.session_url.clone());
    handoff.sentiment.map(|sentiment| set("opencx_sentiment", sentiment.as_str().to_owned()));
    handoff.language.as_ref().map(|language| set("opencx_language", language.clone()));
    assignee.map(|assignee| set("hubspot_owner_id", assignee.owner.id.to_string()));
    Properties { values, left_out, other_assignee: None }
}

/// The priority of a new ticket, if the settings ask for one.
pub(crate) fn priority_of_new(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Option<&'static str> {
    handoff.sentiment.filter(|_| context.settings.priority_from_sentiment).map(priority)
}

/// The priority of a ticket from before: an angry customer raises it, and nothing
/// lowers what a rep may have set.
pub(crate) fn priority_of_open(
    context: &EventContext<'_>,
    handoff: &HandoffContext,
) -> Option<&'static str> {
    priority_of_new(context, handoff).filter(|_| handoff.sentiment == Some(Sentiment::Angry))
}

fn is_reserved(name: &str) -> bool {
    name.starts_with(OURS)
        || name.starts_with("hs_")
        || name == "hubspot_owner_id"
        || is_vital(name)
}

/// Without these there is no ticket.
pub(crate) fn is_vital(name: &str) -> bool {
    ["subject", "content", "hs_pipeline", "hs_pipeline_stage"].contains(&name)
}

#[derive(Default, Serialize, Deserialize)]
struct Lacking {
    properties: BTreeSet<String>,
    ttl: u64,
}

fn lacking_key(context: &EventContext<'_>) -> Key {
    Key::portal(context.org(), "lacking-ticket-properties")
}

/// The properties that the portal is known to lack.
pub(crate) async fn lacking(context: &EventContext<'_>) -> Result<BTreeSet<String>, Failure> {
    let known: Option<Lacking> = context.table().get(&lacking_key(context)).await?;
    Ok(known.unwrap_or_default().properties)
}

/// Remembers that the portal lacks these too.
pub(crate) async fn remember_lacking(
    context: &EventContext<'_>,
    properties: BTreeSet<String>,
) -> Result<(), Failure> {
    let lacking = Lacking { properties, ttl: ttl_after(LACKING_FOR) };
    Ok(context.table().merge(&lacking_key(context), &lacking).await?)
}
