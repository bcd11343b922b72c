//! The health of an organisation's integration.

use bridge_domain::hubspot::channel_event::AccountState;
use bridge_domain::ids::OrgId;
use bridge_domain::queue::Queue;
use bridge_domain::settings::Settings;
use bridge_domain::time::Timestamp;
use bridge_engine::App;
use bridge_store::{BreakerState, ChannelAccountState, Key, now_ms};
use futures::future::try_join_all;
use serde_json::json;

use crate::answer::{Answer, Problem};

/// The queues whose waiting messages are counted.
pub(crate) const COUNTED: &[Queue] = &[
    Queue::Messages,
    Queue::EmailMessages,
    Queue::Properties,
    Queue::Handoffs,
    Queue::AiReplies,
    Queue::Contacts,
    Queue::Closes,
    Queue::ChannelMessages,
    Queue::ChannelReplies,
];

/// Returns whether it is switched on, whether HubSpot reaches it, what waits for an operator.
///
/// The address is told without its last part: that is the organisation's secret.
pub(crate) async fn of(app: &App, settings: &Settings) -> Answer {
    let org = &settings.org;
    let heard = app.table.activity(org).await?;
    let deferred = app.table.deferred(org).await?;
    let parked = app.table.parked_count(org).await?;
    let mut status = json!({
        "org": org,
        "active": settings.active,
        "paused": settings.paused,
        "webhook_url": format!("{}/webhooks/hubspot/{org}/…", app.environment.public_url),
        // HubSpot has called it at least once, and was let in.
        "webhook_url_configured": heard.last_hubspot_delivery_at.is_some(),
        "last_hubspot_delivery_at": heard.last_hubspot_delivery_at.and_then(rfc3339),
        "last_event_at": heard.last_event_at.and_then(rfc3339),
        "waiting": waiting(app).await?,
        "deferred": deferred.count,
        "parked": parked,
        "breakers": {
            "hubspot": breaker(app, org, "hubspot").await?,
            "opencx": breaker(app, org, "opencx").await?,
        },
    });
    if !settings.channels.is_empty() {
        status["channels"] = channels(app, settings).await?;
    }
    Ok(status)
}

/// Returns the state of each Custom Channel's account, as HubSpot told it last: connected,
/// unauthorized or purged.
async fn channels(app: &App, settings: &Settings) -> Answer {
    let mut states = json!({});
    for (name, account) in settings.channels.list() {
        let key = Key::channel_account(&settings.org, &account.account_id);
        let known: Option<ChannelAccountState> = app.table.get(&key).await?;
        let (state, since) =
            known.map_or((AccountState::Connected, None), |known| (known.state, known.since));
        states[name] = json!({ "account_id": account.account_id, "state": state, "since": since });
    }
    Ok(states)
}

/// Returns the number of messages that wait on the queues: of all organisations, since SQS does
/// not count by organisation.
async fn waiting(app: &App) -> Result<u64, Problem> {
    let depths = COUNTED.iter().map(|queue| app.queues.depth(*queue));
    let depths = try_join_all(depths).await?;
    Ok(depths.iter().map(|depth| depth.waiting + depth.delayed).sum())
}

/// Returns the state of a circuit breaker: closed, open or probing.
async fn breaker(app: &App, org: &OrgId, vendor: &str) -> Answer {
    let state = app.table.breaker(&Key::breaker(org, vendor)).await?;
    Ok(match state.filter(BreakerState::is_open) {
        None => json!({ "state": "closed" }),
        Some(open) => json!({
            "state": if open.probing_until > now_ms() { "probing" } else { "open" },
            "since": rfc3339(open.opened_at),
            "next_probe_at": rfc3339(open.next_probe),
            "credentials_refused": open.unauthorized,
        }),
    })
}

fn rfc3339(millis: u64) -> Option<String> {
    Some(Timestamp::from_millis(i64::try_from(millis).ok()?).to_rfc3339())
}
