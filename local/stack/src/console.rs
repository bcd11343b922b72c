//! The console of the local stack: its page, the operator's routes, and the simulators' control
//! routes, all under the address of the bridge.

use std::time::Duration;

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use bridge_console::{Live, Mode, Token, console};
use bridge_operator::{ApiOptions, Operator, console_api};
use hubspot_sim::Portal;
use opencx_sim::OpenCxSim;
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::Simulator;
use sqs_sim::Sqs;

/// Longest outage that the page may begin.
const MAX_OUTAGE: Duration = Duration::from_mins(10);

/// The simulators that run beside the bridge.
#[derive(Clone, Default)]
pub struct Vendors {
    /// The simulated portal, unless another HubSpot is used.
    pub portal: Option<Portal>,
    /// The simulated OpenCX, unless another one is used.
    pub opencx: Option<OpenCxSim>,
}

/// Returns the routes of the console.
pub(crate) fn routes(vendors: &Vendors, operator: Operator, sqs: &Sqs) -> Router {
    let token = Token::random();
    let mode = Mode::Local {
        hubspot: vendors.portal.as_ref().map(Portal::url),
        opencx: vendors.opencx.as_ref().map(OpenCxSim::url),
        token: token.as_str().to_owned(),
    };
    let queues = sqs.clone();
    // An effect in a simulator shows at once: nothing has to settle before a redrive.
    let options = ApiOptions { read_only: false, bodies: true, settle: Duration::ZERO };
    let mut api = console_api(operator, options)
        .route("/queues", get(async move || Json(depths(&queues))))
        .route("/outage", post(begin_outage).with_state(vendors.clone()));
    if let Some(portal) = &vendors.portal {
        api = api.nest("/hubspot", portal.control_routes());
    }
    if let Some(opencx) = &vendors.opencx {
        api = api.nest("/opencx", opencx.control_routes());
    }
    console(&mode, &token, Live::of_process(), api)
}

/// Returns the depth of each queue, and the age of its oldest message.
fn depths(sqs: &Sqs) -> Value {
    let now = bridge_store::now_ms();
    let depth = |queue: bridge_store::Queue| {
        let found = sqs.queue(queue.name())?;
        let depth = found.depth();
        let sent = found.messages().iter().map(|queued| queued.message.sent_ms).min();
        Some(json!({
            "queue": queue.name(), "waiting": depth.visible, "delayed": depth.delayed,
            "in_flight": depth.in_flight,
            "oldest_s": sent.map(|sent| now.saturating_sub(sent) / 1_000),
        }))
    };
    bridge_store::Queue::ALL.into_iter().filter_map(depth).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outage {
    vendor: String,
    seconds: u64,
}

/// Begins an outage of a vendor, which ends by itself.
async fn begin_outage(
    State(vendors): State<Vendors>,
    Json(outage): Json<Outage>,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    let length = Duration::from_secs(outage.seconds).min(MAX_OUTAGE);
    match (outage.vendor.as_str(), vendors.portal, vendors.opencx) {
        ("hubspot", Some(portal), _) => be_down(portal, length),
        ("opencx", _, Some(opencx)) => be_down(opencx, length),
        (vendor, ..) => {
            let error = format!("{vendor:?} is not simulated: name hubspot or opencx");
            return Err((StatusCode::BAD_REQUEST, Json(json!({ "error": error }))));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

fn be_down<S: Simulator>(simulator: S, length: Duration) {
    simulator.traffic().set_down(true);
    tokio::spawn(async move {
        tokio::time::sleep(length).await;
        simulator.traffic().set_down(false);
    });
}
