//! The operator's commands, as they are typed, on the running bridge.

mod channels;
mod console;
mod events;
mod parked;
mod redrive;
mod search;
mod settings;
mod settings_check;

use std::path::PathBuf;

use bridge_operator::{Cli, Operator, Problem, run};
use clap::Parser;
use serde_json::Value;
use tests::{Bridge, eventually, handoff_event};

/// Types a command; what it wrote.
pub(crate) async fn ctl(bridge: &Bridge, command: &[&str]) -> (String, Result<(), Problem>) {
    let cli = Cli::try_parse_from([&["bridgectl"], command].concat()).expect("it can be typed");
    let (environment, clients) = bridge.stack().environment();
    let operator = Operator::new(environment, clients);
    let mut out = Vec::new();
    let result = run(&cli, &operator, &mut out).await;
    (String::from_utf8(out).unwrap(), result)
}

/// Types a command that answers in JSON and succeeds.
pub(crate) async fn ctl_json(bridge: &Bridge, command: &[&str]) -> Value {
    let (text, result) = ctl(bridge, &[command, &["--json"]].concat()).await;
    result.unwrap_or_else(|problem| panic!("{command:?}: {problem}\n{text}"));
    serde_json::from_str(&text).unwrap()
}

async fn parked(bridge: &Bridge) -> Vec<Value> {
    match ctl(bridge, &["parked", "list", "--json"]).await {
        (text, Ok(()) | Err(Problem::NothingMatched(_))) => serde_json::from_str(&text).unwrap(),
        (_, Err(problem)) => panic!("{problem}"),
    }
}

/// Waits until this many events are parked.
async fn parked_are(bridge: &Bridge, count: usize) -> Vec<Value> {
    eventually(&format!("{count} parked"), || async {
        Some(parked(bridge).await).filter(|list| list.len() == count)
    })
    .await
}

fn on_parked_fifo(bridge: &Bridge) -> usize {
    bridge.stack().sqs().queue("parked.fifo").unwrap().messages().len()
}

fn stranger() -> Value {
    let mut event = handoff_event("s-stranger");
    event["organization_id"] = "newcomer".into();
    event
}

type Change = fn(&mut Value);

/// A file that is gone with the test.
struct Document(PathBuf);

impl Document {
    fn of(name: &str, content: &Value) -> Self {
        let unique = format!("{name}-{}-{:p}.json", std::process::id(), content);
        let path = std::env::temp_dir().join(unique);
        std::fs::write(&path, content.to_string()).unwrap();
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
