//! The rate limit of a vendor, shared by all functions.
//!
//! One item says when the next call may leave; who takes some calls moves it on by
//! as many intervals. A few calls are taken at a time, so that most calls need no
//! write.

use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use bridge_domain::rate_limit::RateLimit;
use serde::Deserialize;

use crate::claims::number;
use crate::error::StoreError;
use crate::key::Key;
use crate::table::{TTL, Table, is_condition, item_of, now_us, read, ttl_after};

/// The time for which a budget that nobody uses is remembered; its limit is learned anew.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// The result of asking for calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The first of them may leave at `first` (epoch microseconds), the others one
    /// interval after another.
    Calls {
        /// When the first may leave.
        first: u64,
        /// The limit, as somebody learned it.
        limit: Option<RateLimit>,
    },
    /// None for now.
    NotYet {
        /// The calls before this are taken (epoch microseconds).
        next_at: u64,
        /// Until then somebody will want more, and who gives way waits.
        more_by: u64,
    },
}

/// Calls that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The number of calls.
    pub calls: u32,
    /// The limit at whose pace they are taken.
    pub limit: RateLimit,
    /// When the first of them has to leave at the latest (epoch microseconds).
    pub latest: u64,
    /// The contention with the calls of others.
    pub manners: Manners,
}

/// The contention with the calls of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// In turn.
    InTurn,
    /// In turn, and more will be wanted by this moment (epoch microseconds): until then
    /// the background gives way.
    MoreBy(u64),
    /// Only if nobody said that more will be wanted.
    GivesWay,
}

#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    next_at: u64,
    #[serde(default)]
    more_by: u64,
    #[serde(default)]
    calls: Option<u32>,
    #[serde(default)]
    window_ms: Option<u32>,
}

impl Stored {
    fn limit(&self) -> Option<RateLimit> {
        Some(RateLimit { calls: self.calls?, window_ms: self.window_ms? })
    }

    fn taken(&self, cost: u64) -> Taken {
        Taken::Calls { first: self.next_at.saturating_sub(cost), limit: self.limit() }
    }
}

impl Stored {
    fn not_yet(&self) -> Taken {
        Taken::NotYet { next_at: self.next_at, more_by: self.more_by }
    }
}

enum Moved {
    To(Stored),
    Not(Stored),
}

impl Table {
    /// Takes calls, if the first of them may leave in time.
    pub async fn take_calls(&self, key: &Key, wanted: Wanted) -> Result<Taken, StoreError> {
        let Wanted { calls, limit, latest, manners } = wanted;
        let now = now_us();
        let cost = u64::from(calls) * limit.interval_us();
        let earliest = now.saturating_sub(limit.credit_us());
        let (more, alone, more_by) = match manners {
            Manners::InTurn => ("", "", now),
            Manners::MoreBy(at) => (", more_by = :more_by", "", at),
            Manners::GivesWay => {
                ("", " AND (attribute_not_exists(more_by) OR more_by < :more_by)", now)
            }
        };
        let values = [(":cost", cost), (":earliest", earliest), (":latest", latest)];
        let values = values.into_iter().chain([(":more_by", more_by)]);
        // Most often somebody has called a moment ago, and the next slot is known.
        let change = format!("next_at = next_at + :cost{more}");
        let next = format!("next_at >= :earliest AND next_at <= :latest{alone}");
        let seen = match self.move_on(key, &change, &next, values.clone()).await? {
            Moved::To(now) => return Ok(now.taken(cost)),
            Moved::Not(seen) => seen,
        };
        let gives_way = manners == Manners::GivesWay && seen.more_by >= now;
        if seen.next_at.max(earliest) > latest || gives_way {
            return Ok(seen.not_yet());
        }
        // After a pause, the slots begin where its credit does.
        let change = format!("next_at = :earliest + :cost{more}");
        let paused = format!("(attribute_not_exists(next_at) OR next_at < :earliest){alone}");
        match self.move_on(key, &change, &paused, values).await? {
            Moved::To(now) => Ok(now.taken(cost)),
            // Somebody was quicker: the next slot is known again.
            Moved::Not(seen) => Ok(seen.not_yet()),
        }
    }

    async fn move_on(
        &self,
        key: &Key,
        change: &str,
        condition: &str,
        values: impl IntoIterator<Item = (&'static str, u64)>,
    ) -> Result<Moved, StoreError> {
        let mut request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(item_of(key)))
            .update_expression(format!("SET {change}, #ttl = :ttl"))
            .condition_expression(condition)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":ttl", number(ttl_after(KEPT_FOR)))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        // `DynamoDB` refuses values that no expression mentions.
        for (name, value) in values {
            if change.contains(name) || condition.contains(name) {
                request = request.expression_attribute_values(name, number(value));
            }
        }
        match request.send().await {
            Ok(answer) => Ok(Moved::To(read(answer.attributes.unwrap_or_default())?)),
            Err(error) if is_condition(error.as_service_error()) => {
                let refused = match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                        refused.item()
                    }
                    _ => None,
                };
                Ok(Moved::Not(read(refused.cloned().unwrap_or_default())?))
            }
            Err(error) => Err(StoreError::aws("taking a share of the rate limit", &error)),
        }
    }

    /// The limit, as somebody learned it.
    pub async fn known_limit(&self, key: &Key) -> Result<Option<RateLimit>, StoreError> {
        let stored: Option<Stored> = self.get(key).await?;
        Ok(stored.and_then(|stored| stored.limit()))
    }

    /// Writes down a limit that an answer told.
    pub async fn learn_limit(&self, key: &Key, limit: RateLimit) -> Result<(), StoreError> {
        #[derive(serde::Serialize)]
        struct Learned {
            calls: u32,
            window_ms: u32,
            ttl: u64,
        }
        let RateLimit { calls, window_ms } = limit;
        self.merge(key, &Learned { calls, window_ms, ttl: ttl_after(KEPT_FOR) }).await
    }

    /// Lets nobody call before a moment (epoch microseconds).
    pub async fn hold_calls(&self, key: &Key, until: u64) -> Result<(), StoreError> {
        let earlier = "attribute_not_exists(next_at) OR next_at < :until";
        self.move_on(key, "next_at = :until", earlier, [(":until", until)]).await.map(|_| ())
    }
}
