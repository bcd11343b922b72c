//! The command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bridge_local::demo;
use bridge_local::environment::{EnvironmentOptions, Source, VISIBILITY};
use bridge_vendor_http::Url;
use clap::{Args, Parser, Subcommand};
use serde_json::Value;

use crate::outage::Vendor;

/// The whole bridge on one machine, with a simulated HubSpot portal and a simulated OpenCX.
/// Everything listens on 127.0.0.1 only.
#[derive(Debug, Parser)]
#[command(name = "bridge", version)]
pub struct Cli {
    /// Command; without one, the bridge runs until Ctrl-C.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of the bridge.
    #[command(flatten)]
    pub run: RunOptions,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Plays whole conversations through the running bridge, tells what happens, and exits 0 if
    /// all of it held.
    Story(StoryOptions),
}

/// The options of the story.
#[derive(Debug, Args)]
pub struct StoryOptions {
    /// Plays two minutes in which this vendor is down while everybody goes on, and checks that all
    /// of it arrives afterwards.
    #[arg(long, value_name = "VENDOR")]
    pub outage: Option<Vendor>,
    /// Shows the functions' log on standard error: a short line for each event, or JSON when it is
    /// piped.
    #[arg(long)]
    pub log: bool,
    /// Plays with no delay of email and one second before a close.
    #[arg(long, conflicts_with_all = ["email_delay", "close_delay"])]
    pub fast: bool,
}

/// The options of the bridge.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// Port of the HTTP routes [default: 9000; for the story, any free one].
    #[arg(long, global = true)]
    pub port: Option<u16>,
    /// HubSpot's API, instead of the simulated portal, which then does not start.
    #[arg(long, global = true, value_name = "URL", value_parser = url)]
    pub hubspot_url: Option<Url>,
    /// OpenCX's API, instead of the simulated OpenCX, which then does not start.
    #[arg(long, global = true, value_name = "URL", value_parser = url)]
    pub opencx_url: Option<Url>,
    /// Settings of one organisation, or an array of them (JSON), instead of the demo's.
    #[arg(long, global = true, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Seconds that email waits.
    #[arg(long, global = true, value_name = "S", default_value = "5", value_parser = seconds)]
    pub email_delay: Duration,
    /// Seconds that the close of a ticket waits.
    #[arg(long, global = true, value_name = "S", default_value = "15", value_parser = seconds)]
    pub close_delay: Duration,
}

impl RunOptions {
    /// Returns the options of the local environment.
    ///
    /// # Errors
    /// The fault of the settings file, by its name.
    pub fn environment(&self, default_port: u16) -> Result<EnvironmentOptions, String> {
        let settings = match &self.settings {
            Some(file) => read_settings(file)?,
            None => vec![demo::settings()],
        };
        Ok(EnvironmentOptions {
            port: self.port.unwrap_or(default_port),
            hubspot: source(self.hubspot_url.as_ref()),
            opencx: source(self.opencx_url.as_ref()),
            settings,
            email_delay: self.email_delay,
            close_delay: self.close_delay,
            visibility: VISIBILITY,
            dynamodb_url: None,
        })
    }
}

fn source<O: Default>(url: Option<&Url>) -> Source<O> {
    match url {
        Some(url) => Source::At(url.clone()),
        None => Source::Simulated(O::default()),
    }
}

fn url(text: &str) -> Result<Url, String> {
    let wrong = "must be an address that starts with http:// or https://";
    bridge_lambda::parse_url(text).ok_or_else(|| wrong.to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=900.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("must be a number of seconds from 0 to 900".to_owned()),
    }
}

/// Reads a file with one settings document or an array of them.
fn read_settings(file: &Path) -> Result<Vec<Value>, String> {
    let name = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("--settings {name}: {error}"))?;
    match serde_json::from_str(&text) {
        Ok(Value::Array(documents)) if !documents.is_empty() => Ok(documents),
        Ok(document @ Value::Object(_)) => Ok(vec![document]),
        Ok(_) => Err(format!("--settings {name}: must be an object or an array of objects")),
        Err(error) => Err(format!("--settings {name}: not JSON: {error}")),
    }
}
