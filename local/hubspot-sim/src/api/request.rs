//! A request of the API: caller, query and body, rejected in HubSpot's shape.

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::access::Caller;
use crate::error::ApiError;
use crate::origin::Origin;

/// A request of the API.
pub(super) struct Request {
    pub(super) caller: Caller,
    query: Vec<(String, String)>,
    body: Value,
}

impl Request {
    pub(super) fn new(
        caller: Caller,
        uri: &Uri,
        headers: &HeaderMap,
        body: Option<Value>,
    ) -> Result<Self, ApiError> {
        let Query(query) =
            Query::try_from_uri(uri).map_err(|error| ApiError::invalid(error.body_text()))?;
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.map_or("", |kind| kind.to_str().unwrap_or_default());
        if body.is_some() && !kind.starts_with("application/json") {
            let message = format!("Unsupported media type \"{kind}\": send application/json");
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        Ok(Self { caller, query, body: body.unwrap_or_default() })
    }

    /// Reads the body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let read = serde_json::from_value(self.body.clone());
        read.map_err(|error| ApiError::invalid(format!("Invalid input JSON: {error}")))
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::App(self.caller.app_id)
    }

    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the items of a list, which are separated by commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let items = self.one(name).unwrap_or_default().split(',').map(str::trim);
        items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// Returns the page size, which must be between 1 and `max`.
    pub(super) fn limit(&self, default: usize, max: usize) -> Result<usize, ApiError> {
        let Some(text) = self.one("limit") else { return Ok(default) };
        let limit = text.parse().ok().filter(|limit| (1..=max).contains(limit));
        limit.ok_or_else(|| ApiError::invalid(format!("limit must be between 1 and {max}")))
    }

    /// Returns the cursor.
    pub(super) fn after(&self) -> Option<u64> {
        self.one("after")?.parse().ok()
    }
}

/// Decodes a segment of a path.
pub(super) fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Makes a page of results, with `paging` only while there is more.
pub(super) fn page(results: Vec<Value>, next: Option<String>) -> Value {
    let paging = next.map(|after| json!({"next": {"after": after}}));
    let mut answer = json!({});
    answer["results"] = Value::Array(results);
    if let Some(paging) = paging {
        answer["paging"] = paging;
    }
    answer
}
