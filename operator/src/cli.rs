//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use time::Date;
use time::macros::format_description;

const AFTER_HELP: &str = "\
Which stack: TABLE_NAME, PUBLIC_URL and …_QUEUE_URL, as the functions have them (the outputs of
the CloudFormation stack; `cargo run` prints those of the local one), and AWS's own variables for
region, credentials and endpoints.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing matched, 4 done in part.";

/// Looks after a bridge: parked events, outcomes, settings.
#[derive(Debug, Parser)]
#[command(name = "bridgectl", version, after_help = AFTER_HELP)]
pub struct Cli {
    /// JSON for programs instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
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
    /// Events by hand.
    #[command(subcommand)]
    Event(EventCommand),
    /// The organisations' settings.
    #[command(subcommand)]
    Settings(SettingsCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ParkedCommand {
    /// Lists what is parked, oldest first.
    List(Filter),
    /// Shows all that is known of one event.
    Show {
        /// Its id in the list, or the beginning of it.
        id: String,
        /// Shows the message too, which may hold customers' words.
        #[arg(long)]
        body: bool,
    },
    /// Puts events back on the queue they came by. What was done stays done. Without
    /// --yes it only says what it would do.
    Redrive(Choice),
    /// Gives events up for good. Without --yes it only says what it would do.
    Discard(Choice),
}

/// Which parked events.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Filter {
    /// Of this organisation; `-` for events that name none.
    #[arg(long)]
    pub(crate) org: Option<String>,
    /// Of this function, e.g. handoff.
    #[arg(long)]
    pub(crate) function: Option<String>,
    /// Parked for this reason, e.g. uncertain.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Parked at least this long ago: 90s, 15m, 2h, 3d.
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) older_than: Option<Duration>,
    /// Parked at most this long ago.
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) newer_than: Option<Duration>,
}

/// Which parked events, and whether it is meant.
#[derive(Clone, Debug, Args)]
pub(crate) struct Choice {
    /// Ids in the list, or the beginnings of them.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) ids: Vec<String>,
    /// Every event that the filters leave.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Does it, instead of only saying what would be done.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Time that an uncertain effect may take to show: events that were parked as
    /// uncertain more recently are not redriven.
    #[arg(long, value_name = "AGE", default_value = "60s", value_parser = age)]
    pub(crate) settle: Duration,
}

/// Which outcomes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Wanted {
    /// Of this organisation; `-` for events that named none.
    #[arg(long)]
    pub(crate) org: String,
    /// From this day on, e.g. 2026-11-21 (UTC) [default: today].
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) from: Option<Date>,
    /// Up to and with this day [default: today].
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) to: Option<Date>,
    /// Of this function.
    #[arg(long)]
    pub(crate) function: Option<String>,
    /// applied, skipped or parked.
    #[arg(long, value_parser = ["applied", "skipped", "parked"])]
    pub(crate) outcome: Option<String>,
    /// With this reason, e.g. comment.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Of this OpenCX session.
    #[arg(long)]
    pub(crate) session: Option<String>,
    /// Goes on with new ones until Ctrl-C.
    #[arg(long, conflicts_with = "to")]
    pub(crate) follow: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Puts an OpenCX event, or an array of them, on the queues they belong on.
    Send {
        /// JSON.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Stores one settings document, or an array of them, once they are found right.
    Put {
        /// JSON.
        file: PathBuf,
    },
    /// Shows the settings of an organisation.
    Get {
        /// The organisation.
        org: String,
        /// Shows secrets that stand in the document.
        #[arg(long)]
        show_secrets: bool,
    },
    /// Lists the organisations that have settings.
    List,
    /// Tries the settings out in HubSpot, makes the ticket properties, and tells the
    /// webhook's address.
    Check {
        /// An organisation, or a file with a settings document.
        #[arg(value_name = "FILE|ORG")]
        what: String,
    },
}

fn age(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a number with s, m, h or d behind it, e.g. 15m".to_owned();
    let number = text.get(..text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => return Err(wrong()),
    };
    Ok(Duration::from_secs(u64::from(number) * unit))
}

fn day(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| "must be a day such as 2026-11-21".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn an_age_has_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)));
        }
        for wrong in ["", "m", "15", "-1m", "1.5h", "3ü", "99999999999d"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
