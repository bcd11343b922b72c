use super::*;
use crate::time::Timestamp;

fn settings(ticketing: bool) -> Settings {
    let document = r#"{"org":"acme","webhook_token":"t","opencx":{"api_key":"k"},
        "hubspot":{"portal_id":1,"app_id":500,"access_token":"p","ai_user_id":"A-111"}}"#;
    Settings { ticketing_enabled: ticketing, ..Settings::from_json(document).unwrap() }
}

const NOW: i64 = 1_700_000_000_000;

fn change(source: &str, source_id: &str) -> TicketChange {
    TicketChange {
        org: "acme".into(),
        event: "ticket.propertyChange".into(),
        ticket: "77".into(),
        property: "plan".into(),
        value: "gold".into(),
        occurred_at: Timestamp::from_millis(NOW),
        told: None,
        source: Some(source.into()),
        source_id: Some(source_id.into()),
        trace: None,
    }
}

fn rep() -> TicketChange {
    change("CRM_UI", "userId:7")
}

#[test]
fn a_change_is_news_unless_it_is_ours_or_old() {
    use SkipReason::{Outdated, OwnChange, OwnProperty, TicketingDisabled};
    let nothing = Known::default;
    let applied = |at| Known { applied_at: Some(at), ..nothing() };
    let of = |property: &str| TicketChange { property: property.into(), ..rep() };
    let cases = [
        (rep(), nothing(), true, None),
        (rep(), nothing(), false, Some(TicketingDisabled)),
        (change("INTEGRATION", "500"), nothing(), true, Some(OwnChange)),
        (change("INTEGRATION", "appId:500"), nothing(), true, Some(OwnChange)),
        (change("INTEGRATION", "501"), nothing(), true, None),
        (change("CRM_UI", "userId:500"), nothing(), true, None),
        (of("opencx_tags"), nothing(), true, Some(OwnProperty)),
        (of("content"), nothing(), true, Some(OwnProperty)),
        (of("subject"), nothing(), true, None),
        (rep(), applied(NOW + 1), true, Some(Outdated)),
        (rep(), applied(NOW), true, None),
        (rep(), applied(NOW - 1), true, None),
    ];
    for (change, known, ticketing, reason) in cases {
        let found = no_news(&change, &known, &settings(ticketing));
        assert_eq!(found, reason, "{change:?} {known:?}");
    }
}

#[test]
fn the_value_that_we_wrote_is_an_echo_only_about_then_and_only_until_it_changed() {
    let cases = [
        ("gold", NOW, None, true),
        ("silver", NOW, None, false),
        ("gold", NOW - ECHO_WINDOW, None, true),
        ("gold", NOW - ECHO_WINDOW - 1, None, false),
        ("gold", NOW + ECHO_WINDOW, None, true),
        ("gold", NOW + ECHO_WINDOW + 1, None, false),
        ("gold", NOW - 2, Some(NOW - 3), true),
        // A rep changed it since, and now changes it back: that is news.
        ("gold", NOW - 2, Some(NOW - 1), false),
    ];
    for (value, at, applied_at, echo) in cases {
        let known = Known { written: Some((value, at)), applied_at };
        let reason = no_news(&rep(), &known, &settings(true));
        assert_eq!(reason == Some(SkipReason::OwnChange), echo, "{known:?}");
    }
}

#[test]
fn a_number_is_recognised_however_hubspot_writes_it() {
    for (written, told, is_same) in [
        ("7.0", "7", true),
        ("7", "7.00", true),
        ("7", "8", false),
        ("x", "y", false),
        ("", "0", false),
    ] {
        assert_eq!(same(written, told), is_same, "{written} {told}");
    }
}
