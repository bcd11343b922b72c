//! The command line.

mod channels;
mod customer;
mod filters;
mod parked;
mod settings;
mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use channels::{ChannelsCommand, Kind};
pub(crate) use customer::{CustomerCommand, Person};
pub(crate) use filters::{Choice, Filter, Wanted};
pub(crate) use parked::ParkedCommand;
pub(crate) use settings::SettingsCommand;

const AFTER_HELP: &str = "\
Which bridge: --stack NAME reads the outputs of a CloudFormation stack, --local those of `cargo run`;
without either, TABLE_NAME, PUBLIC_URL and …_QUEUE_URL as the functions have them. Region and
credentials are AWS's own: AWS_REGION, AWS_PROFILE.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing matched, 4 done in part.";

/// Looks after a bridge: parked events, outcomes, settings.
#[derive(Debug, Parser)]
#[command(name = "bridgectl", version, after_help = AFTER_HELP)]
pub struct Cli {
    /// JSON for programs instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
    /// The `CloudFormation` stack of the bridge, whose outputs are read.
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "local")]
    pub stack: Option<String>,
    /// The local stack that `cargo run` started.
    #[arg(long, global = true, value_name = "URL", num_args = 0..=1, require_equals = true,
          default_missing_value = "http://127.0.0.1:9000")]
    pub local: Option<String>,
    /// The table [default: `TABLE_NAME`].
    #[arg(long, global = true, value_name = "NAME")]
    pub table: Option<String>,
    /// The address by which HubSpot reaches the bridge [default: `PUBLIC_URL`].
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Events that could not be applied.
    #[command(subcommand)]
    Parked(ParkedCommand),
    /// Tells how the organisations and queues are doing.
    Status {
        /// Tells it again every two seconds, until Ctrl-C.
        #[arg(long, conflicts_with = "json")]
        watch: bool,
    },
    /// Lists the outcomes of events.
    Outcomes(Wanted),
    /// Finds a session, thread, ticket, event, email address or phone number in all organisations.
    Find(Search),
    /// Tells all that happened in the conversation of a session, thread or ticket.
    Timeline(Search),
    /// Prints events as they end, a short line each, until Ctrl-C.
    Listen {
        /// Of this organisation only.
        #[arg(long)]
        org: Option<String>,
        /// Prints the bridge's own echoes, too.
        #[arg(long)]
        echoes: bool,
    },
    /// Sends a sample event to the bridge's webhook, signed as the vendor does.
    Trigger {
        /// Sample to send; without one they are listed.
        #[arg(value_parser = crate::samples::names())]
        name: Option<String>,
        /// The organisation [default: the only one].
        #[arg(long)]
        org: Option<String>,
    },
    /// Sends an OpenCX event a second time, under a new id, after a question.
    Replay {
        /// A JSON file, or the id of a parked event (which stays parked).
        what: String,
        /// Does it without the question.
        #[arg(long)]
        yes: bool,
    },
    /// Serves the console in the browser, on this machine only.
    Console {
        /// Port [default: any free one].
        #[arg(long, default_value = "0", hide_default_value = true)]
        port: u16,
        /// Offers no redrive and no discard.
        #[arg(long)]
        read_only: bool,
        /// Shows the messages of parked events, which may hold customers' words.
        #[arg(long)]
        bodies: bool,
    },
    /// Prints the completions of a shell.
    Completions {
        /// Shell.
        shell: Shell,
    },
    /// Prints the man page.
    Man,
    /// Events by hand.
    #[command(subcommand)]
    Event(EventCommand),
    /// The organisations' settings.
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// The traces of a customer, and their erasure.
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// Custom Channels: WhatsApp, SMS and web chat in `HubSpot`'s inbox.
    #[command(subcommand)]
    Channels(ChannelsCommand),
}

/// A search by one word.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Search {
    /// Id, as HubSpot, OpenCX or the bridge names it; email address or phone number.
    pub(crate) word: String,
    /// Days of events that are read, today included.
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u16).range(1..=90))]
    pub(crate) days: u16,
    /// Lists the bridge's own echoes, too.
    #[arg(long)]
    pub(crate) echoes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Puts an OpenCX event, or an array of them, on the queues they belong on.
    Send {
        /// JSON.
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
