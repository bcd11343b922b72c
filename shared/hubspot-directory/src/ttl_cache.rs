//! Facts about a portal that are asked once and kept for a day.

use std::time::Duration;

use bridge_domain::ids::OrgId;
use bridge_engine::Failure;
use bridge_store::{Key, Table, ttl_after};
use bridge_vendor_http::CallError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const KEPT_FOR: Duration = Duration::from_hours(24);

#[derive(Serialize, Deserialize)]
struct Fact<T> {
    fact: T,
    ttl: u64,
}

/// The fact as it is remembered, else as `ask` tells it.
pub(crate) async fn remember<T: Serialize + DeserializeOwned>(
    table: &Table,
    org: &OrgId,
    name: &str,
    ask: impl Future<Output = Result<T, CallError>>,
) -> Result<T, Failure> {
    match remembered(table, org, name).await? {
        Some(known) => Ok(known),
        None => anew(table, org, name, ask).await,
    }
}

/// The fact as it is remembered, if it is.
pub(crate) async fn remembered<T: DeserializeOwned>(
    table: &Table,
    org: &OrgId,
    name: &str,
) -> Result<Option<T>, Failure> {
    let known = table.get::<Fact<T>>(&Key::portal(org, name)).await?;
    Ok(known.map(|known| known.fact))
}

/// The fact as `ask` tells it now: for when what is remembered proves too old.
pub(crate) async fn anew<T: Serialize>(
    table: &Table,
    org: &OrgId,
    name: &str,
    ask: impl Future<Output = Result<T, CallError>>,
) -> Result<T, Failure> {
    let key = Key::portal(org, name);
    let fact = Fact { fact: ask.await?, ttl: ttl_after(KEPT_FOR) };
    table.merge(&key, &fact).await?;
    Ok(fact.fact)
}
