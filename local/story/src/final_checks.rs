//! Checks of the story as a whole.

use bridge_domain::outcome::Outcome;

use crate::context::{Context, expect};
use crate::email::expect_no_private_text;

/// Checks that nothing is parked, and that nothing private left HubSpot.
pub(crate) async fn check(story: &mut Context<'_>) -> Result<(), String> {
    story.narrator.step("At the end, the outcomes of all events:");
    let outcomes = story.outcomes().await?;
    let (mut applied, mut skipped, mut parked) = (0, 0, 0);
    for record in &outcomes {
        match record.outcome {
            Outcome::Applied => applied += 1,
            Outcome::Skipped => skipped += 1,
            Outcome::Parked => parked += 1,
        }
    }
    expect(parked == 0, "nothing is parked")?;
    expect_no_private_text(story)?;
    let calls: u32 = outcomes.iter().map(|record| record.hubspot_calls).sum();
    let text = format!(
        "{applied} events applied, {skipped} skipped by a rule, none parked; {calls} HubSpot calls"
    );
    story.narrator.result("bridge", &text);
    let tickets = story.portal.tickets().len();
    expect(tickets == 3, "the three handoffs made three tickets")
}
