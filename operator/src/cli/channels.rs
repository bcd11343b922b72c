//! The flags of `bridgectl channels`.

use clap::{Args, Subcommand, ValueEnum};

const AFTER_CREATE: &str = "\
The developer's key is read from HUBSPOT_DEVELOPER_KEY (HubSpot: Development → Keys → Developer API key),
so that it shows in no list of processes.";

#[derive(Debug, Subcommand)]
pub(crate) enum ChannelsCommand {
    /// Creates the Custom Channel of the organisation's app: once per app.
    #[command(after_help = AFTER_CREATE)]
    Create {
        /// The organisation, whose settings name app and webhook token.
        org: String,
        /// Name that reps see.
        #[arg(long, default_value = "OpenCX")]
        name: String,
    },
    /// Connects one of OpenCX's channels to an inbox or Help Desk, and tells what the settings need.
    Connect {
        /// The organisation.
        org: String,
        /// OpenCX's channel.
        channel: Kind,
        /// Name of the inbox or Help Desk, as HubSpot shows it.
        #[arg(long, value_name = "NAME")]
        inbox: String,
        #[command(flatten)]
        known: KnownChannel,
    },
    /// Lists the accounts of the Custom Channel in the portal.
    List {
        /// The organisation.
        org: String,
        #[command(flatten)]
        known: KnownChannel,
    },
    /// Checks the channels that the settings name: scopes, accounts, the webhook's address.
    Check {
        /// The organisation.
        org: String,
    },
}

/// Which Custom Channel.
#[derive(Clone, Debug, Args)]
pub(crate) struct KnownChannel {
    /// The id that `channels create` told [default: the one in the settings, else the app's only one].
    #[arg(long, value_name = "ID")]
    pub(crate) channel_id: Option<String>,
}

/// A channel of OpenCX's that can be shown in HubSpot's inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Whatsapp,
    Sms,
    /// `OpenCX`'s web chat.
    Web,
}

impl Kind {
    /// The key in the settings.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Sms => "sms",
            Self::Web => "web",
        }
    }

    /// The name as reps see it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Whatsapp => "WhatsApp",
            Self::Sms => "SMS",
            Self::Web => "Web chat",
        }
    }
}
