//! `settings check`: tries the settings out where they have to work.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use bridge_domain::ids::SessionId;
use bridge_domain::settings::{Secret, Settings, WeakSecret};
use bridge_hubspot::HubSpot;
use bridge_vendor_http::Deadline;
use secrecy::{ExposeSecret, SecretString};

use super::advice::no_token;
use super::document;
use super::findings::Findings;
use super::secret_rules;
use crate::channels::accounts;
use crate::connect::Operator;
use crate::event::read;
use crate::problem::Problem;

/// The time limit of the calls to both vendors, all together.
const LONGEST: Duration = Duration::from_secs(12);

/// A session that OpenCX does not have: asking for it tries the key, and changes nothing.
const NO_SESSION: &str = "00000000-0000-0000-0000-000000000000";

/// Checks the settings of an organisation, or those in a file.
pub(crate) async fn check(
    operator: &Operator,
    what: &str,
    show_secrets: bool,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<(), Problem> {
    let (findings, urls) = findings(operator, what, show_secrets).await?;
    findings.write(&urls, json, out)
}

/// Returns what the settings of an organisation, or those in a file, do and do not, and the
/// addresses for both vendors.
pub(crate) async fn findings(
    operator: &Operator,
    what: &str,
    show_secrets: bool,
) -> Result<(Findings, Vec<(&'static str, String)>), Problem> {
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
    let deadline = Deadline::after(LONGEST);
    let mut checks = Checks { operator, settings: &settings, deadline, findings };
    checks.opencx().await;
    checks.ticketing().await;
    checks.crm().await;
    let urls = checks.webhook_urls(show_secrets).await;
    Ok((checks.findings, urls))
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
    deadline: Deadline,
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
        self.operator.app.hubspot(token, self.deadline)
    }

    async fn opencx(&mut self) {
        let Some(key) = self.secret("OpenCX key", &self.settings.opencx.api_key).await else {
            return;
        };
        let opencx = self.operator.app.opencx(key, self.deadline);
        match opencx.session(&SessionId::new(NO_SESSION)).await {
            Ok(_) => self.findings.ok("OpenCX key", "opens OpenCX's API"),
            Err(error) if error.is_status(401) || error.is_status(403) => {
                let text =
                    "OpenCX does not know it: copy the key of the organisation into opencx.api_key";
                self.findings.wrong("OpenCX key", text);
            }
            // Refused for what was asked, not for who asked.
            Err(error) if error.is_refused() => {
                self.findings.ok("OpenCX key", "opens OpenCX's API");
            }
            Err(error) => {
                let text = format!("could not be tried ({error}): try again later");
                self.findings.wrong("OpenCX key", text);
            }
        }
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
        let Some(token) = self.secret("access token", &own.access_token).await else { return };
        let hubspot = self.hubspot(token.clone());
        if !self.portal(&hubspot).await {
            return;
        }
        self.scopes(&hubspot, &token).await;
        self.properties(&hubspot).await;
        self.users(&hubspot).await;
        self.pipelines(&hubspot).await;
        accounts(&hubspot, self.settings, &mut self.findings).await;
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

    /// Returns the addresses for both vendors; the tokens in them only if they are asked for.
    async fn webhook_urls(&mut self, show_secrets: bool) -> Vec<(&'static str, String)> {
        let base = &self.operator.app.environment.public_url;
        if base.is_empty() {
            let text = "not known without --public-url (the stack's output `WebhookBaseUrl`)";
            self.findings.note("webhook URL", text);
        }
        let settings = self.settings;
        let tokens = [
            ("hubspot", "webhook token", Some(&settings.webhook_token)),
            ("opencx", "OpenCX webhook token", settings.opencx.webhook_token.as_ref()),
        ];
        let mut urls = Vec::new();
        for (vendor, about, token) in tokens {
            let Some(secret) = token else { continue };
            let Some(token) = self.secret(about, secret).await else { continue };
            // Those that stand in the document were looked at with it.
            if matches!(secret, Secret::Named { .. })
                && let Err(weak) = WeakSecret::check_token(token.expose_secret())
            {
                self.findings.note(about, format!("opens nothing in AWS: it {weak}"));
            }
            let shown = if show_secrets { token.expose_secret() } else { "…" };
            if !base.is_empty() {
                urls.push((vendor, format!("{base}/webhooks/{vendor}/{}/{shown}", settings.org)));
            }
        }
        urls
    }
}
