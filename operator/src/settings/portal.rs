//! Checks that the token opens the right portal and has the scopes that are needed.

use bridge_hubspot::HubSpot;
use secrecy::{ExposeSecret, SecretString};

use super::advice::{WHERE_SCOPES_ARE, WHERE_TOKENS_ARE, no_token, way_out};
use super::check::Checks;

/// The abilities that the ticketing token needs, each with the scopes of which one is enough.
const NEEDED: [&[&str]; 6] = [
    &["conversations.read"],
    &["conversations.write"],
    &["crm.objects.contacts.read", "crm.objects.contacts.write"],
    &["crm.objects.contacts.write"],
    &["crm.objects.owners.read"],
    &["tickets", "crm.objects.tickets.write"],
];

/// The scopes that files need, for their upload and for the addresses of reps' files.
const FOR_FILES: [&[&str]; 2] = [&["files", "files.write"], &["files", "files.read"]];

/// Further scopes that Custom Channels need.
const FOR_CHANNELS: [&[&str]; 2] =
    [&["conversations.custom_channels.read"], &["conversations.custom_channels.write"]];

impl Checks<'_> {
    /// Checks that the token opens the portal that the settings name.
    pub(super) async fn portal(&mut self, hubspot: &HubSpot) -> bool {
        let account = match hubspot.account().await {
            Ok(account) => account,
            Err(error) => {
                self.findings.wrong("access token", no_token("hubspot.access_token", &error));
                return false;
            }
        };
        let named = self.settings.hubspot.portal_id;
        if account.portal_id != named {
            let found = account.portal_id;
            let text = format!(
                "the token opens portal {found}, the settings name {named}: set hubspot.portal_id \
                 to {found}, or take the token of portal {named} {WHERE_TOKENS_ARE}"
            );
            self.findings.wrong("portal", text);
            return false;
        }
        self.findings.ok("portal", format!("the token opens portal {named}"));
        let domain = account.ui_domain.filter(|domain| *domain != self.settings.hubspot.ui_domain);
        if let Some(domain) = domain {
            let text = format!("links lead elsewhere: set hubspot.ui_domain to {domain}");
            self.findings.note("pages", text);
        }
        true
    }

    pub(super) async fn scopes(&mut self, hubspot: &HubSpot, token: &SecretString) {
        let Ok(info) = hubspot.token_info(token.expose_secret()).await else {
            let text = "HubSpot does not tell those of this token; what lacks shows below";
            self.findings.note("scopes", text);
            return;
        };
        let mut needed = NEEDED.to_vec();
        if self.settings.channels.is_empty() {
            if let [lacking, ..] = lacking(&FOR_FILES, &info.scopes).as_slice() {
                let text = format!(
                    "lacks {lacking}: customers' files are shown as links, and reps' files do not \
                     reach them; {WHERE_SCOPES_ARE}"
                );
                self.findings.note("files", text);
            }
        } else {
            needed.extend(FOR_CHANNELS);
            needed.extend(FOR_FILES);
        }
        match lacking(&needed, &info.scopes).as_slice() {
            [] => self.findings.ok("scopes", "all that are needed"),
            lacking => {
                let text = format!("lacks {}: {WHERE_SCOPES_ARE}", lacking.join(", "));
                self.findings.wrong("scopes", text);
            }
        }
        match (info.app_id, self.settings.hubspot.app_id) {
            (Some(found), Some(named)) if found != named => {
                let text = format!("the token is of app {found}: set hubspot.app_id to {found}");
                self.findings.wrong("app", text);
            }
            (Some(found), None) => {
                self.findings.note("app", format!("set hubspot.app_id to {found}"));
            }
            _ => {}
        }
    }

    pub(super) async fn properties(&mut self, hubspot: &HubSpot) {
        match hubspot.create_ticket_properties().await {
            Ok(()) => self.findings.ok("ticket properties", "the opencx_… properties are there"),
            Err(error) => {
                let text = format!("could not be made ({error}): {}", way_out(&error));
                self.findings.wrong("ticket properties", text);
            }
        }
    }
}

/// The needs of which no scope is granted.
fn lacking(needed: &[&[&str]], granted: &[String]) -> Vec<String> {
    let mut lacking = Vec::new();
    for any in needed {
        if !any.iter().any(|name| granted.iter().any(|one| one == name)) {
            lacking.push(any.join(" or "));
        }
    }
    lacking
}
