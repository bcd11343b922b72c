//! Notes on HubSpot's records.

use bridge_engine::{EventContext, Failure, Recovery};
use bridge_hubspot::NoteOn;

/// Makes a note on a record, as a step.
pub async fn add_note(
    context: &EventContext<'_>,
    step: &str,
    on: NoteOn<'_>,
    html: &str,
) -> Result<(), Failure> {
    let recovery = Recovery::look_up(|since| context.hubspot.find_note(on, html, since));
    context.step(step, recovery, context.hubspot.create_note(on, html)).await?;
    Ok(())
}
