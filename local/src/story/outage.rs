//! A vendor is down while everybody goes on: afterwards all that happened has arrived,
//! once and in order.
//!
//! Down means, a third of the time each: answered 503, connections cut after the work was
//! done, no answer at all.

use std::time::Duration;

use bridge_domain::outcome::Outcome;
use clap::ValueEnum;
use hubspot_sim::{Fault as HubSpotFault, FaultKind as HubSpotTrouble};
use opencx_sim::{Fault as OpenCxFault, FaultKind as OpenCxTrouble};
use tokio::time::{Instant, sleep};

use super::cast::Cast;
use super::probe::Probe;
use super::stage::Stage;
use crate::world::World;

/// How long a real outage lasts.
pub(crate) const TWO_MINUTES: Duration = Duration::from_mins(2);

/// Longer than anybody waits for an answer.
const FOR_EVER: Duration = Duration::from_secs(50);

/// Who is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Vendor {
    /// HubSpot.
    #[value(name = "hubspot")]
    HubSpot,
    /// OpenCX.
    #[value(name = "opencx")]
    OpenCx,
}

impl Vendor {
    fn name(self) -> &'static str {
        match self {
            Self::HubSpot => "HubSpot",
            Self::OpenCx => "OpenCX",
        }
    }
}

/// In which way a vendor is down.
#[derive(Clone, Copy)]
enum Way {
    Answers503,
    CutsConnections,
    Hangs,
}

impl Way {
    fn told(self) -> &'static str {
        match self {
            Self::Answers503 => "answers 503",
            Self::CutsConnections => "cuts connections",
            Self::Hangs => "does not answer",
        }
    }
}

/// Plays an outage of a vendor on a world with both simulators, and checks what has
/// come of it.
///
/// # Errors
/// What does not hold.
pub async fn outage(world: &World, vendor: Vendor, lasts: Duration) -> Result<(), String> {
    let mut stage = Stage::set(world)?;
    let mut cast = Cast::gather(&mut stage).await?;
    let before = Probe::take(&stage, "before").await?;
    stage.narrator.step(&format!("{} is down, and everybody goes on.", vendor.name()));
    let during = goes_by(&stage, &mut cast, vendor, lasts).await?;
    stage.narrator.step(&format!("{} is back. What waited comes again.", vendor.name()));
    let back = Instant::now();
    stage.rested().await?;
    let waited = back.elapsed().as_secs_f64();
    stage.narrator.seen("bridge", &format!("nothing waits any more, {waited:.1} s later"));
    cast.check(&mut stage).await?;
    let (before, (median, longest)) = (before.millis(), Probe::summary(&during));
    let text = format!(
        "the webhook answered 200 each time: in {before:.1} ms before, in {median:.1} ms \
         (at most {longest:.1}) meanwhile"
    );
    stage.narrator.seen("bridge", &text);
    stage.narrator.ending(crate::demo::ORG);
    Ok(())
}

/// The time of the outage, a third of it in each way; the webhook, measured meanwhile.
async fn goes_by(
    stage: &Stage<'_>,
    cast: &mut Cast,
    vendor: Vendor,
    lasts: Duration,
) -> Result<Vec<Probe>, String> {
    let began = Instant::now();
    let mut probes = Vec::new();
    for (round, way) in (1..).zip([Way::Answers503, Way::CutsConnections, Way::Hangs]) {
        is_down(stage, vendor, way);
        cast.goes_on(stage, round)?;
        let until = lasts * round / 3;
        while began.elapsed() < until {
            let probe = Probe::take(stage, &format!("{} ms", began.elapsed().as_millis())).await?;
            tell(stage, way, &probe).await?;
            probes.push(probe);
            sleep((lasts / 12).min(until.saturating_sub(began.elapsed()))).await;
        }
    }
    is_up(stage, vendor);
    Ok(probes)
}

async fn tell(stage: &Stage<'_>, way: Way, probe: &Probe) -> Result<(), String> {
    let outcomes = stage.outcomes().await?;
    let parked = outcomes.iter().filter(|record| record.outcome == Outcome::Parked).count();
    let text = format!(
        "{}; {} events wait, {parked} are parked, the webhook answers in {:.1} ms",
        way.told(),
        stage.waiting(),
        probe.millis()
    );
    stage.narrator.seen("meanwhile", &text);
    Ok(())
}

/// From one way of being down to another without a moment of being up.
fn is_down(stage: &Stage<'_>, vendor: Vendor, way: Way) {
    match vendor {
        Vendor::HubSpot => {
            stage.portal.set_down(true);
            stage.portal.clear_faults();
            let kind = match way {
                Way::Answers503 => return,
                Way::CutsConnections => HubSpotTrouble::DropAfterEffect,
                Way::Hangs => HubSpotTrouble::HangBeforeEffect(FOR_EVER),
            };
            let (method, path_contains) = (None, String::new());
            stage.portal.fail(HubSpotFault { method, path_contains, times: u32::MAX, kind });
            stage.portal.set_down(false);
        }
        Vendor::OpenCx => {
            stage.opencx.set_down(true);
            stage.opencx.clear_faults();
            let kind = match way {
                Way::Answers503 => return,
                Way::CutsConnections => OpenCxTrouble::DropAfterEffect,
                Way::Hangs => OpenCxTrouble::HangBeforeEffect(FOR_EVER),
            };
            let (method, path_contains) = (None, String::new());
            stage.opencx.fail(OpenCxFault { method, path_contains, times: u32::MAX, kind });
            stage.opencx.set_down(false);
        }
    }
}

fn is_up(stage: &Stage<'_>, vendor: Vendor) {
    match vendor {
        Vendor::HubSpot => {
            stage.portal.clear_faults();
            stage.portal.set_down(false);
        }
        Vendor::OpenCx => {
            stage.opencx.clear_faults();
            stage.opencx.set_down(false);
        }
    }
}
