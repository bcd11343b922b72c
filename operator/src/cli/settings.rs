//! The commands of `settings`.

use std::path::PathBuf;

use clap::Subcommand;

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
        /// Shows the tokens in the webhooks' addresses.
        #[arg(long)]
        show_secrets: bool,
    },
}
