//! Which events a command is about.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::values::{age, begin, end, functions, park_reasons, reasons};

/// Which parked events.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Filter {
    /// Of this organisation; `-` for events that name none.
    #[arg(long)]
    pub(crate) org: Option<String>,
    /// Of this function, e.g. handoff.
    #[arg(long, value_parser = functions(), hide_possible_values = true)]
    pub(crate) function: Option<String>,
    /// Parked for this reason, e.g. uncertain.
    #[arg(long, value_parser = park_reasons(), hide_possible_values = true)]
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
    /// Of this organisation [default: all]; `-` for events that named none.
    #[arg(long)]
    pub(crate) org: Option<String>,
    /// From this moment on, in local time: 2026-11-21, "2026-11-21 14:30", 14:30, or an age such
    /// as 2h [default: the beginning of today].
    #[arg(long, value_name = "TIME", value_parser = begin)]
    pub(crate) from: Option<Timestamp>,
    /// Up to this moment; a day counts to its end [default: now].
    #[arg(long, value_name = "TIME", value_parser = end)]
    pub(crate) to: Option<Timestamp>,
    /// Of this function.
    #[arg(long, value_parser = functions(), hide_possible_values = true)]
    pub(crate) function: Option<String>,
    /// applied, skipped or parked.
    #[arg(long, value_parser = ["applied", "skipped", "parked"])]
    pub(crate) outcome: Option<String>,
    /// With this reason, e.g. comment.
    #[arg(long, value_parser = reasons(), hide_possible_values = true)]
    pub(crate) reason: Option<String>,
    /// Of this OpenCX session.
    #[arg(long)]
    pub(crate) session: Option<String>,
    /// Lists the bridge's own echoes, too.
    #[arg(long)]
    pub(crate) echoes: bool,
    /// Goes on with new ones until Ctrl-C.
    #[arg(long, conflicts_with = "to")]
    pub(crate) follow: bool,
}
