//! `settings check`: tries the settings out where they have to work.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use bridge_domain::settings::{Secret, Settings};
use bridge_hubspot::HubSpot;
use bridge_vendor_http::Deadline;
use secrecy::{ExposeSecret, SecretString};

use super::advice::no_token;
use super::document;
use super::findings::Findings;
use super::secret_rules;
use crate::connect::Operator;
use crate::event::read;
use crate::problem::Problem;

/// The time limit of the whole check.
const LONGEST: Duration = Duration::from_mins(2);

/// Checks the settings of an organisation, or those in a file.
pub(crate) async fn check(
    operator: &Operator,
    what: &str,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let text = match Path::new(what) {
        file if file.exists() => match read(file)?.as_slice() {
            [one] => one.to_string(),
            _ => return Err(Problem::Usage(format!("{what}: must hold one document"))),
        },
        _ => document(operator, what).await?,
    };
    let settings =
        Settings::from_json(&text).map_err(|error| Problem::Failed(format!("{what}: {error}")))?;
    let mut findings = Findings::default();
    findings.ok("document", format!("settings of {}", settings.org));
    if !settings.active {
        findings.note("active", "is false: the organisation's events are skipped");
    }
    trust(&text, &settings, &mut findings);
    let mut checks = Checks { operator, settings: &settings, findings };
    checks.ticketing().await;
    checks.crm().await;
    let url = checks.webhook_url().await;
    checks.findings.write(url.as_deref(), json, out)
}

/// Notes what is weak in the settings: whoever guesses a token, or learns the URL of an
/// organisation whose webhooks are not signed, speaks in the name of the vendor.
fn trust(text: &str, settings: &Settings, findings: &mut Findings) {
    let document = serde_json::from_str(text).unwrap_or_default();
    if let Err(problem) = secret_rules::check(&document) {
        findings.note("weak secret", problem);
    }
    if settings.unsigned {
        findings.note("unsigned", "is true: HubSpot's webhooks are believed by their URL alone");
    }
    if settings.opencx.unsigned {
        let text =
            "is true: OpenCX's webhooks are believed by their URL alone; set opencx.webhook_secret";
        findings.note("opencx.unsigned", text);
    }
}

/// The checks of one document, and what they found so far.
pub(super) struct Checks<'a> {
    operator: &'a Operator,
    pub(super) settings: &'a Settings,
    pub(super) findings: Findings,
}

impl Checks<'_> {
    async fn secret(&mut self, about: &'static str, secret: &Secret) -> Option<SecretString> {
        match self.operator.app.secret(secret).await {
            Ok(text) => Some(text),
            Err(problem) => {
                self.findings.wrong(about, format!("{problem}; make it there, or mend its name"));
                None
            }
        }
    }

    fn hubspot(&self, token: SecretString) -> HubSpot {
        self.operator.app.hubspot(token, Deadline::after(LONGEST))
    }

    /// Makes the checks that need the ticketing token; they are in vain if it is not known.
    async fn ticketing(&mut self) {
        let own = &self.settings.hubspot;
        if let Some(secret) = &own.client_secret {
            self.secret("client secret", secret).await;
        } else {
            let text = "none: webhooks are let in by their URL alone; set hubspot.client_secret";
            self.findings.note("client secret", text);
        }
        self.secret("OpenCX key", &self.settings.opencx.api_key).await;
        let Some(token) = self.secret("access token", &own.access_token).await else { return };
        let hubspot = self.hubspot(token.clone());
        if !self.portal(&hubspot).await {
            return;
        }
        self.scopes(&hubspot, &token).await;
        self.properties(&hubspot).await;
        self.users(&hubspot).await;
        self.pipelines(&hubspot).await;
    }

    async fn crm(&mut self) {
        let Some(crm) = &self.settings.crm else {
            self.findings.note("CRM token", "none: there is no CRM record beside the session");
            return;
        };
        let Some(token) = self.secret("CRM token", &crm.access_token).await else { return };
        match self.hubspot(token).account().await {
            Ok(account) => {
                self.findings.ok("CRM token", format!("opens portal {}", account.portal_id));
            }
            Err(error) => self.findings.wrong("CRM token", no_token("crm.access_token", &error)),
        }
    }

    async fn webhook_url(&mut self) -> Option<String> {
        let secret = &self.settings.webhook_token;
        let token = self.secret("webhook token", secret).await?;
        let base = &self.operator.app.environment.public_url;
        if base.is_empty() {
            let text = "not known without --public-url (the stack's output `WebhookBaseUrl`)";
            self.findings.note("webhook URL", text);
            return None;
        }
        let org = &self.settings.org;
        Some(format!("{base}/webhooks/hubspot/{org}/{}", token.expose_secret()))
    }
}
