//! What must hold of the story as a whole.

use bridge_domain::outcome::Outcome;

use super::email::no_private_word;
use super::stage::{Stage, expect};

/// Nothing parked, nothing refused by HubSpot, no private word outside.
pub(crate) async fn whole_story(stage: &mut Stage<'_>) -> Result<(), String> {
    stage.narrator.step("Looking back at all of it.");
    let outcomes = stage.outcomes().await?;
    let count =
        |outcome: Outcome| outcomes.iter().filter(|record| record.outcome == outcome).count();
    expect(count(Outcome::Parked) == 0, "nothing is parked")?;
    no_private_word(stage)?;
    let (applied, skipped) = (count(Outcome::Applied), count(Outcome::Skipped));
    let calls: u32 = outcomes.iter().map(|record| record.hubspot_calls).sum();
    let text = format!(
        "{applied} events applied, {skipped} rightly skipped, none parked; {calls} HubSpot calls"
    );
    stage.narrator.seen("bridge", &text);
    let tickets = stage.portal.tickets().len();
    expect(tickets == 2, "two conversations made two tickets")
}
