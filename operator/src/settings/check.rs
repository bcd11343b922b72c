//! `settings check`: tries the settings out where they have to work.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use bridge_domain::actor::UserId;
use bridge_domain::settings::{Secret, Settings};
use bridge_domain::stage::{Pipeline, closed_stage};
use bridge_http::{CallError, Deadline};
use bridge_hubspot::HubSpot;
use secrecy::{ExposeSecret, SecretString};

use super::document;
use super::findings::Findings;
use crate::connect::Operator;
use crate::event::read;
use crate::problem::Problem;

/// How long the whole check may take.
const LONGEST: Duration = Duration::from_mins(2);

/// Where a token is found.
const WHERE_TOKENS_ARE: &str = "in HubSpot: Development → your app → Auth → Access token (legacy private app: Settings → \
     Integrations → Private Apps → your app → Auth → Show token)";

/// Where scopes are given.
const WHERE_SCOPES_ARE: &str = "add it to requiredScopes in the app's app-hsmeta.json and deploy the app (legacy private \
     app: Settings → Integrations → Private Apps → your app → Edit → Scopes)";

/// What the ticketing token must be able to do: for each, the scopes of which one is enough.
const NEEDED: [&[&str]; 6] = [
    &["conversations.read"],
    &["conversations.write"],
    &["crm.objects.contacts.read", "crm.objects.contacts.write"],
    &["crm.objects.contacts.write"],
    &["crm.objects.owners.read"],
    &["tickets", "crm.objects.tickets.write"],
];

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
    let mut checks = Checks { operator, settings: &settings, findings };
    checks.ticketing().await;
    checks.crm().await;
    let url = checks.webhook_url().await;
    checks.findings.write(url.as_deref(), json, out)
}

struct Checks<'a> {
    operator: &'a Operator,
    settings: &'a Settings,
    findings: Findings,
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

    /// All that needs the ticketing token; the rest is in vain if it is not known.
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

    /// Whether the token opens the portal that the settings name.
    async fn portal(&mut self, hubspot: &HubSpot) -> bool {
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

    async fn scopes(&mut self, hubspot: &HubSpot, token: &SecretString) {
        let Ok(info) = hubspot.token_info(token.expose_secret()).await else {
            let text = "HubSpot does not tell those of this token; what lacks shows below";
            self.findings.note("scopes", text);
            return;
        };
        let has = |any: &&[&str]| any.iter().any(|name| info.scopes.iter().any(|has| has == name));
        let lacking: Vec<String> =
            NEEDED.iter().filter(|any| !has(any)).map(|any| any.join(" or ")).collect();
        match lacking.as_slice() {
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

    async fn properties(&mut self, hubspot: &HubSpot) {
        match hubspot.create_ticket_properties().await {
            Ok(()) => self.findings.ok("ticket properties", "the opencx_… properties are there"),
            Err(error) => {
                let text = format!("could not be made ({error}): {}", way_out(&error));
                self.findings.wrong("ticket properties", text);
            }
        }
    }

    async fn users(&mut self, hubspot: &HubSpot) {
        let own = &self.settings.hubspot;
        let mut users: BTreeMap<&UserId, &str> = BTreeMap::new();
        for rule in &self.settings.routing {
            users.insert(&rule.assign_to, "routing");
        }
        users.extend(own.default_user_id.as_ref().map(|user| (user, "hubspot.default_user_id")));
        users.insert(&own.ai_user_id, "hubspot.ai_user_id");
        for (user, key) in users {
            match hubspot.owner_of_user(user).await {
                Ok(Some(owner)) => {
                    let name = owner.name().unwrap_or_default();
                    self.findings.ok("user", format!("{key} {}: {name}", user.actor()));
                }
                Ok(None) => {
                    let text = format!(
                        "{key} names {}, whom the portal does not know, or who has left: in \
                         HubSpot, Settings → Users & Teams has its users; make one, or name another",
                        user.actor()
                    );
                    self.findings.wrong("user", text);
                }
                Err(error) => {
                    let text = format!("{key} could not be read ({error}): {}", way_out(&error));
                    self.findings.wrong("user", text);
                }
            }
        }
        if own.default_user_id.is_none() {
            let text = "none: handoffs that no rule claims stay unassigned";
            self.findings.note("default user", text);
        }
    }

    async fn pipelines(&mut self, hubspot: &HubSpot) {
        match hubspot.ticket_pipelines().await {
            Ok(pipelines) => match self.stages(&pipelines) {
                Ok(text) => self.findings.ok("pipeline", text),
                Err(text) => {
                    let place = "(HubSpot: Settings → Objects → Tickets → Pipelines)";
                    self.findings.wrong("pipeline", format!("{text} {place}"));
                }
            },
            Err(error) => {
                let text = format!("could not be read ({error}): {}", way_out(&error));
                self.findings.wrong("pipeline", text);
            }
        }
    }

    fn stages(&self, pipelines: &[Pipeline]) -> Result<String, String> {
        let own = &self.settings.hubspot;
        let list = |names: Vec<String>| names.join(", ");
        let pipeline = pipelines.iter().find(|one| one.id == own.pipeline).ok_or_else(|| {
            let there = pipelines.iter().map(|one| format!("{} ({})", one.id, one.label)).collect();
            format!("hubspot.pipeline {} is not there; there are {}", own.pipeline, list(there))
        })?;
        let has = |id: &str| pipeline.stages.iter().any(|stage| stage.id == id);
        let no_stage = |key: &str, id: &str| {
            let stages = pipeline.stages.iter();
            let there = stages.map(|stage| format!("{} ({})", stage.id, stage.label)).collect();
            format!("{key} {id} is no stage of {}; its stages are {}", pipeline.label, list(there))
        };
        if !has(&own.open_stage) {
            return Err(no_stage("hubspot.open_stage", &own.open_stage));
        }
        match &own.closed_stage {
            Some(stage) if !has(stage) => return Err(no_stage("hubspot.closed_stage", stage)),
            None if closed_stage(pipelines, &own.pipeline).is_none() => {
                return Err(format!(
                    "{} has no stage whose ticket status is closed: give one that, or set \
                     hubspot.closed_stage",
                    pipeline.label
                ));
            }
            _ => {}
        }
        Ok(format!("{} with its stages", pipeline.label))
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

fn no_token(key: &str, error: &CallError) -> String {
    if error.is_status(401) {
        return format!("HubSpot does not know it: copy it {WHERE_TOKENS_ARE} into {key}");
    }
    format!("could not be tried ({error}): {}", way_out(error))
}

/// What to do about a call that failed.
fn way_out(error: &CallError) -> String {
    if error.is_status(403) {
        return format!("the token lacks a scope: {WHERE_SCOPES_ARE}");
    }
    if error.is_status(401) {
        return format!("HubSpot does not know the token: copy it {WHERE_TOKENS_ARE}");
    }
    "try again later; if it stays so, look at HubSpot's status page".to_owned()
}
