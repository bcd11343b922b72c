//! `bridgectl channels`: Custom Channels, by which WhatsApp, SMS and web chat become threads of
//! HubSpot's inbox (docs/vendors/hubspot-channels.md#custom-channels).

mod check;
mod connect;
mod create;

use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_domain::settings::Settings;
use bridge_hubspot::{ChannelAccount, DeveloperKey, HubSpot};
use bridge_vendor_http::{CallError, Deadline};
use secrecy::{ExposeSecret, SecretString};

use crate::connect::{DEVELOPER_KEY, Operator};
use crate::problem::Problem;

pub(crate) use check::{accounts, check};
pub(crate) use connect::{connect, list};
pub(crate) use create::create;

/// The time limit of a command's calls.
const LONGEST: Duration = Duration::from_secs(30);

/// An organisation whose channels are looked after.
struct Portal {
    settings: Settings,
    hubspot: HubSpot,
}

impl Portal {
    async fn open(operator: &Operator, org: &str) -> Result<Self, Problem> {
        let document = operator.app.table.settings(&OrgId::new(org)).await?;
        let document = document
            .ok_or_else(|| Problem::NothingMatched(format!("there are no settings for {org}")))?;
        let settings = Settings::from_json(&document)
            .map_err(|error| Problem::Failed(format!("{org}: {error}")))?;
        let token = operator.app.secret(&settings.hubspot.access_token).await?;
        let hubspot = operator.app.hubspot(token, Deadline::after(LONGEST));
        Ok(Self { settings, hubspot })
    }

    /// The app, to which channels belong.
    fn app_id(&self) -> Result<u64, Problem> {
        let missing = "the settings have no hubspot.app_id: `settings check` tells it";
        self.settings.hubspot.app_id.ok_or_else(|| Problem::Usage(missing.to_owned()))
    }

    /// The address to which HubSpot sends what reps write.
    async fn webhook_url(&self, operator: &Operator) -> Result<String, Problem> {
        let base = &operator.app.environment.public_url;
        if base.is_empty() {
            let text = "the bridge's address is not known: give --stack, or --public-url (the \
                        stack's output `WebhookBaseUrl`)";
            return Err(Problem::Usage(text.to_owned()));
        }
        let token = operator.app.secret(&self.settings.webhook_token).await?;
        let org = &self.settings.org;
        Ok(format!("{base}/webhooks/hubspot/{org}/{}/channel", token.expose_secret()))
    }

    /// The accounts of a channel.
    async fn accounts(&self, channel: &str) -> Result<Vec<ChannelAccount>, Problem> {
        accounts_of(&self.hubspot, channel).await
    }

    /// The Custom Channel: the one that was asked for, else that of the settings, else the only
    /// one of the app.
    async fn channel_id(
        &self,
        operator: &Operator,
        asked: Option<&str>,
    ) -> Result<String, Problem> {
        if let Some(id) = asked {
            return Ok(id.to_owned());
        }
        if let Some((_, account)) = self.settings.channels.list().next() {
            return Ok(account.channel_id.clone());
        }
        let Ok(key) = developer_key(operator) else {
            let text = format!(
                "which Custom Channel? give --channel-id (`channels create` told it), or set {DEVELOPER_KEY}"
            );
            return Err(Problem::Usage(text));
        };
        let channels = self.channels(key).await?;
        match channels.as_slice() {
            [one] => Ok(one.id.clone()),
            [] => Err(Problem::NothingMatched("the app has none yet: `channels create`".into())),
            several => {
                let ids: Vec<&str> = several.iter().map(|channel| channel.id.as_str()).collect();
                let text = format!("the app has {}: choose one by --channel-id", ids.join(", "));
                Err(Problem::Usage(text))
            }
        }
    }

    /// The channels of the app.
    async fn channels(
        &self,
        key: &SecretString,
    ) -> Result<Vec<bridge_hubspot::CustomChannel>, Problem> {
        let key = DeveloperKey { key: key.expose_secret(), app_id: self.app_id()? };
        self.hubspot.channels(key).await.map_err(|error| refused_key(&error))
    }
}

/// The accounts of a channel in a portal.
async fn accounts_of(hubspot: &HubSpot, channel: &str) -> Result<Vec<ChannelAccount>, Problem> {
    hubspot.channel_accounts(channel).await.map_err(|error| refused_token(&error))
}

/// The developer's key, or the way to one.
fn developer_key(operator: &Operator) -> Result<&SecretString, Problem> {
    operator.developer_key.as_ref().ok_or_else(|| {
        let text = format!(
            "set {DEVELOPER_KEY} to the developer's key (HubSpot: Development → Keys → Developer API key)"
        );
        Problem::Usage(text)
    })
}

/// Explains a refusal of a call by the developer's key.
fn refused_key(error: &CallError) -> Problem {
    Problem::Failed(if error.is_status(401) || error.is_status(403) {
        format!(
            "HubSpot does not take {DEVELOPER_KEY} for this app: copy the key of the developer account \
             that owns the app, and check hubspot.app_id"
        )
    } else {
        format!("HubSpot does not do it ({error})")
    })
}

/// Explains a refusal of a call by the portal's token.
fn refused_token(error: &CallError) -> Problem {
    Problem::Failed(if error.is_status(403) {
        "the token lacks conversations.custom_channels.read or .write, or the portal has neither Sales \
         nor Service Hub Professional: add the scopes to the app's app-hsmeta.json and deploy it"
            .to_owned()
    } else if error.is_status(404) {
        "HubSpot knows no such Custom Channel: is --channel-id the one that `channels create` told?"
            .to_owned()
    } else {
        format!("HubSpot does not do it ({error})")
    })
}
