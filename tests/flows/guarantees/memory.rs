//! The memory of a real function.

use serde_json::json;
use tests::runtime_api::{FunctionProcess, sqs_batch};
use tests::{Bridge, handoff_event, portal, with};

/// The length of each handoff's transcript.
const TRANSCRIPT: usize = 40_000;

/// The handoffs after which the memory is read for the first time.
const WARM: usize = 40;

/// The handoffs between the two readings.
const MORE: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_function_keeps_nothing_of_the_events_that_it_has_handled() {
    let bridge = Bridge::with(|options| portal(options).rate_limit = 1_000_000).await;
    bridge.seasoned().await;
    let invocation = |number: usize| {
        let email = format!("customer{number}@example.org");
        let text = format!("{number} {}", "x".repeat(TRANSCRIPT));
        let data = json!({ "contact": { "id": email, "email": email },
                           "transcript": [{ "sender": "contact", "text": text }] });
        sqs_batch("handoffs", with(handoff_event(&format!("m-{number}")), &data).to_string())
    };
    let invocations = (0..WARM + MORE).map(invocation).collect();
    let binary = env!("CARGO_BIN_EXE_handoff-function");
    let function = FunctionProcess::start(&bridge, binary, invocations).await;
    function.answers(WARM).await;
    let before = function.resident_kib();
    let answers = function.answers(WARM + MORE).await;
    let after = function.resident_kib();
    assert!(answers.iter().all(|answer| *answer == json!({ "batchItemFailures": [] })));
    assert_eq!(bridge.portal().tickets().len(), WARM + MORE + 1);
    let Some((before, after)) = before.zip(after) else { return };
    println!("resident: {before} KiB after {WARM} handoffs, {after} KiB after {}", WARM + MORE);
    let kept = usize::try_from(after.saturating_sub(before)).unwrap() * 1_024;
    assert!(kept < MORE * TRANSCRIPT / 3, "{kept} bytes more after {MORE} handoffs");
}
