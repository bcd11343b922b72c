//! Whether a changed ticket property is news to the session.

use crate::hubspot_event::TicketChange;
use crate::outcome::SkipReason;
use crate::settings::Settings;

/// What is known of a ticket when one of its properties changes.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    /// The value that the bridge itself wrote last, if it did.
    pub written: Option<&'a str>,
    /// When the newest change that was applied to this property had happened
    /// (epoch milliseconds).
    pub applied_at: Option<i64>,
}

/// Why the change is no news, if it is none.
pub fn no_news(
    change: &TicketChange,
    known: &Known<'_>,
    settings: &Settings,
) -> Option<SkipReason> {
    if !settings.ticketing_enabled {
        return Some(SkipReason::TicketingDisabled);
    }
    if by_our_app(change, settings) || known.written == Some(change.value.as_str()) {
        return Some(SkipReason::OwnChange);
    }
    if known.applied_at.is_some_and(|applied| change.occurred_at < applied) {
        return Some(SkipReason::Outdated);
    }
    None
}

/// HubSpot names the source of a change; for an app `sourceId` holds its id,
/// in spellings that are not documented: compare the digits.
fn by_our_app(change: &TicketChange, settings: &Settings) -> bool {
    let Some(app) = settings.hubspot.app_id else { return false };
    let by_app = change.source.as_deref().is_some_and(|source| source.contains("INTEGRATION"));
    let digits = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
    by_app && change.source_id.as_deref().is_some_and(|id| digits(id) == app.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(ticketing: bool) -> Settings {
        let document = r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
            "hubspot":{"portal_id":1,"app_id":500,"access_token":"p","ai_user_id":"A-111"}}"#;
        Settings { ticketing_enabled: ticketing, ..Settings::from_json(document).unwrap() }
    }

    fn change(source: &str, source_id: &str) -> TicketChange {
        TicketChange {
            org: "acme".into(),
            event: "ticket.propertyChange".into(),
            ticket: "77".into(),
            property: "plan".into(),
            value: "gold".into(),
            occurred_at: 1_000,
            source: Some(source.into()),
            source_id: Some(source_id.into()),
            trace: None,
        }
    }

    #[test]
    fn a_change_is_news_unless_it_is_ours_or_old() {
        use SkipReason::{Outdated, OwnChange, TicketingDisabled};
        let rep = || change("CRM_UI", "userId:7");
        let nothing = Known::default;
        let cases = [
            (rep(), nothing(), true, None),
            (rep(), nothing(), false, Some(TicketingDisabled)),
            (change("INTEGRATION", "500"), nothing(), true, Some(OwnChange)),
            (change("INTEGRATION", "appId:500"), nothing(), true, Some(OwnChange)),
            (change("INTEGRATION", "501"), nothing(), true, None),
            (change("CRM_UI", "userId:500"), nothing(), true, None),
            (rep(), Known { written: Some("gold"), ..nothing() }, true, Some(OwnChange)),
            (rep(), Known { written: Some("silver"), ..nothing() }, true, None),
            (rep(), Known { applied_at: Some(1_001), ..nothing() }, true, Some(Outdated)),
            (rep(), Known { applied_at: Some(1_000), ..nothing() }, true, None),
        ];
        for (change, known, ticketing, reason) in cases {
            let found = no_news(&change, &known, &settings(ticketing));
            assert_eq!(found, reason, "{change:?} {known:?}");
        }
    }
}
