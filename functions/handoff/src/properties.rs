//! The properties of a handoff's ticket.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bridge_domain::opencx_event::Sentiment;
use bridge_hubspot::OPENCX_TAG;
use bridge_runtime::{Failure, Work};
use bridge_store::{Key, ttl_after};
use serde::{Deserialize, Serialize};

use crate::assignment::Assignee;
use crate::brief::Brief;

/// How long it is remembered that a portal lacks a property; after that it is tried
/// again, since somebody may have made it.
const LACKING_FOR: Duration = Duration::from_hours(1);

/// Ours begin with this; HubSpot's own with `hs_` or `hubspot_`.
pub(crate) const OURS: &str = "opencx_";

/// What every handoff sets, whether the ticket is new or not.
pub(crate) fn of_handoff(
    work: &Work<'_>,
    brief: &Brief,
    assignee: Option<&Assignee>,
) -> BTreeMap<String, String> {
    let mut properties = brief.custom_data.to_properties(&work.settings);
    // Custom data must not overwrite what the bridge or HubSpot itself keeps there.
    properties.retain(|name, value| !is_reserved(name) && !value.trim().is_empty());
    let mut set = |name: &str, value: String| properties.insert(name.to_owned(), value);
    set("opencx_tags", OPENCX_TAG.to_owned());
    set("opencx_session_url", brief.session_url.clone());
    brief
        .sentiment
        .map(|sentiment| set("opencx_sentiment", Sentiment::as_str(sentiment).to_owned()));
    brief.language.as_ref().map(|language| set("opencx_language", language.clone()));
    assignee.map(|assignee| set("hubspot_owner_id", assignee.owner.to_string()));
    properties
}

fn is_reserved(name: &str) -> bool {
    let own = ["subject", "content", "hubspot_owner_id"];
    name.starts_with(OURS) || name.starts_with("hs_") || own.contains(&name)
}

#[derive(Default, Serialize, Deserialize)]
struct Lacking {
    properties: BTreeSet<String>,
    ttl: u64,
}

fn lacking_key(work: &Work<'_>) -> Key {
    Key::portal(work.org(), "lacking-ticket-properties")
}

/// The properties that the portal is known to lack.
pub(crate) async fn lacking(work: &Work<'_>) -> Result<BTreeSet<String>, Failure> {
    let known: Option<Lacking> = work.table().get(&lacking_key(work)).await?;
    Ok(known.unwrap_or_default().properties)
}

/// Remembers that the portal lacks these too.
pub(crate) async fn remember_lacking(
    work: &Work<'_>,
    properties: BTreeSet<String>,
) -> Result<(), Failure> {
    let lacking = Lacking { properties, ttl: ttl_after(LACKING_FOR) };
    Ok(work.table().merge(&lacking_key(work), &lacking).await?)
}
