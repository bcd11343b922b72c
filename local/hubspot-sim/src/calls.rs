//! The log of calls to the portal's API.

use serde::Serialize;

use crate::clock;

/// A call to the API.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Query, as it was sent.
    pub query: String,
    /// Status of the answer; `None` while there is none, or when the connection was dropped.
    pub status: Option<u16>,
    /// When it arrived, in milliseconds since the epoch.
    pub at: u64,
    /// The bearer token that it carried, known or not.
    pub authorized_as: Option<String>,
    #[serde(skip)]
    number: u64,
}

/// All calls so far.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    calls: Vec<Call>,
    next: u64,
}

impl CallLog {
    /// Notes the arrival of a call and returns its number in the log.
    pub(crate) fn arrived(
        &mut self,
        method: &str,
        path: &str,
        query: &str,
        token: Option<&str>,
    ) -> u64 {
        let number = self.next;
        self.next += 1;
        self.calls.push(Call {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            status: None,
            at: clock::now_ms(),
            authorized_as: token.map(str::to_owned),
            number,
        });
        number
    }

    /// Notes the answer of a call, unless the log was emptied in between.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.number == number) {
            call.status = Some(status);
        }
    }

    pub(crate) fn all(&self) -> &[Call] {
        &self.calls
    }

    pub(crate) fn clear(&mut self) {
        self.calls.clear();
    }
}
