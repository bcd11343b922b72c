//! The commands of `parked`.

use clap::Subcommand;

use super::filters::{Choice, Filter};

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
