use serde_json::{Value, json};

use super::*;
use crate::opencx::events::Channel;

fn document() -> Value {
    json!({
        "org": "acme", "webhook_token": "wt-1",
        "hubspot": { "portal_id": 12_345_678, "access_token": "pat-1", "ai_user_id": "A-111" },
        "opencx": { "api_key": { "secret": "acme/opencx" } }
    })
}

fn read(change: impl FnOnce(&mut Value)) -> Result<Settings, Unreadable> {
    let mut value = document();
    change(&mut value);
    Settings::from_json(&value.to_string())
}

#[test]
fn a_short_document_gets_sane_defaults() {
    let settings = read(|_| {}).unwrap();
    assert!(settings.active && settings.ticketing_enabled && !settings.priority_from_sentiment);
    assert!(
        settings.keep_cc && !settings.paused && !settings.unsigned && !settings.opencx.unsigned
    );
    assert_eq!(settings.other_senders, OtherSenders::HandToRep);
    assert_eq!(settings.unverified_identity, UnverifiedIdentity::Append);
    assert_eq!((settings.max_ai_replies, settings.park_after()), (8, Duration::from_hours(24)));
    assert_eq!(settings.assist_mode, AssistMode::Everywhere(false));
    assert_eq!(settings.closed_lifetime(), Duration::from_hours(90 * 24));
    let longest = read(|s| s["forget_closed_after_days"] = 400.into()).unwrap();
    assert_eq!(longest.closed_lifetime(), Duration::from_hours(400 * 24));
    assert_eq!((&*settings.hubspot.pipeline, &*settings.hubspot.open_stage), ("0", "1"));
    assert!(
        matches!(settings.opencx.api_key, Secret::Named { ref secret } if secret == "acme/opencx")
    );
}

#[test]
fn links_lead_to_the_session_and_the_ticket() {
    let settings =
        read(|s| s["opencx"]["session_url"] = "https://x.example/s/{session}".into()).unwrap();
    assert_eq!(settings.session_url(&"s-1".into()), "https://x.example/s/s-1");
    let ticket = settings.ticket_url(&"77".into());
    assert_eq!(ticket, "https://app.hubspot.com/contacts/12345678/record/0-5/77");
}

type Change = fn(&mut Value);

#[test]
fn an_error_names_the_key_and_never_shows_a_secret() {
    let cases: [(&str, Change); 23] = [
        ("other_senders", |s| s["other_senders"] = "pat-secret".into()),
        ("unverified_identity", |s| s["unverified_identity"] = true.into()),
        ("max_ai_replies", |s| s["max_ai_replies"] = 0.into()),
        ("park_after_hours", |s| s["park_after_hours"] = 0.into()),
        ("park_after_hours", |s| s["park_after_hours"] = 313.into()),
        ("keep_cc", |s| s["keep_cc"] = "pat-secret".into()),
        ("`whatsap`", |s| s["channels"] = json!({ "whatsap": {} })),
        ("channels.sms", |s| s["channels"] = json!({ "sms": { "channel_id": "1" } })),
        ("account_id", |s| {
            s["channels"] = json!({ "web": { "channel_id": "1", "account_id": " " } });
        }),
        ("channels.mirror", |s| s["channels"] = json!({ "mirror": "pat-secret" })),
        ("`webhook_tokens`", |s| s["opencx"]["webhook_tokens"] = "pat-secret".into()),
        ("portal_id", |s| s["hubspot"]["portal_id"] = "pat-secret".into()),
        ("hubspot.ai_user_id", |s| s["hubspot"]["ai_user_id"] = "pat-secret".into()),
        ("`acces_token`", |s| s["hubspot"]["acces_token"] = "pat-secret".into()),
        ("`tickets`", |s| s["tickets"] = true.into()),
        ("access_token", |s| s["hubspot"]["access_token"] = json!({ "secrets": "pat-secret" })),
        ("assist_mode", |s| s["assist_mode"] = "sometimes".into()),
        ("org", |s| s["org"] = "a/b".into()),
        ("webhook_token", |s| s["webhook_token"] = "".into()),
        ("forget_closed_after_days", |s| s["forget_closed_after_days"] = 29.into()),
        ("forget_closed_after_days", |s| s["forget_closed_after_days"] = 401.into()),
        ("forget_closed_after_days", |s| s["forget_closed_after_days"] = (-1).into()),
        ("forget_closed_after_days", |s| s["forget_closed_after_days"] = "pat-secret".into()),
    ];
    for (key, change) in cases {
        let error = read(change).unwrap_err().to_string();
        assert!(error.contains(key), "{key} is not named in: {error}");
        assert!(!error.contains("pat-secret"), "{error}");
    }
}

#[test]
fn assist_mode_may_be_per_channel() {
    let settings = read(|s| s["assist_mode"] = json!(["email", "whatsapp"])).unwrap();
    assert!(settings.assist_mode.covers(Some(Channel::Email)));
    assert!(!settings.assist_mode.covers(Some(Channel::Web)));
    assert!(settings.assist_mode.covers(None), "an unknown channel is drafted, to be safe");
    let off = AssistMode::default();
    assert!(!off.covers(None) && !off.covers(Some(Channel::Email)));
}

#[test]
fn every_key_of_the_reference_is_read() {
    let settings = read(|s| {
        s["paused"] = true.into();
        s["unsigned"] = true.into();
        s["other_senders"] = "forward_to_ai".into();
        s["unverified_identity"] = "separate".into();
        s["keep_cc"] = false.into();
        s["max_ai_replies"] = 12.into();
        s["park_after_hours"] = 72.into();
        s["hubspot"]["client_secret"] = "new".into();
        s["hubspot"]["previous_client_secret"] = json!({ "secret": "old" });
        s["opencx"]["webhook_token"] = "wt-2".into();
        s["opencx"]["webhook_secret"] = "whsec_c2VjcmV0".into();
        s["opencx"]["unsigned"] = true.into();
    });
    let settings = settings.unwrap();
    assert!(settings.paused && settings.unsigned && settings.opencx.unsigned && !settings.keep_cc);
    assert_eq!(settings.other_senders, OtherSenders::ForwardToAi);
    assert_eq!(settings.unverified_identity, UnverifiedIdentity::Separate);
    assert_eq!((settings.max_ai_replies, settings.park_after()), (12, Duration::from_hours(72)));
    assert!(settings.hubspot.previous_client_secret.is_some());
    assert!(settings.opencx.webhook_token.is_some() && settings.opencx.webhook_secret.is_some());
}

#[test]
fn a_channel_that_is_not_listed_has_no_account() {
    assert!(read(|_| {}).unwrap().channels.is_empty());
    let channels =
        json!({ "whatsapp": { "channel_id": 1, "account_id": "10" }, "mirror": "always" });
    let channels = read(|s| s["channels"] = channels).unwrap().channels;
    let account = channels.account(Some(Channel::WhatsApp)).unwrap();
    assert_eq!((&*account.channel_id, &*account.account_id), ("1", "10"));
    assert_eq!(channels.mirror, Mirror::Always);
    assert!(channels.has("1") && !channels.has("10"));
    for other in [None, Some(Channel::Sms), Some(Channel::Email), Channel::from_name("instagram")] {
        assert_eq!(channels.account(other), None, "{other:?}");
    }
}
