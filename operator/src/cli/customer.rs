//! The flags of `bridgectl customer`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum CustomerCommand {
    /// Shows what is stored about a customer: ids alone.
    Show(Person),
    /// Erases what is stored about a customer, parked events included. Without --yes it only
    /// says what it would do.
    Forget {
        #[command(flatten)]
        person: Person,
        /// Does it, instead of only saying what would be done.
        #[arg(long)]
        yes: bool,
    },
}

/// Which customer.
#[derive(Clone, Debug, Args)]
#[command(group(clap::ArgGroup::new("who").required(true).args(["email", "phone", "contact"])))]
pub(crate) struct Person {
    /// Of this organisation [default: the only one].
    #[arg(long)]
    pub(crate) org: Option<String>,
    /// By an email address.
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// By a phone number, with its country code.
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// By the id of their HubSpot contact.
    #[arg(long, value_name = "ID")]
    pub(crate) contact: Option<String>,
}
