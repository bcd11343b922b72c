//! Reads that HubSpot or OpenCX refuses.

use bridge_engine::{EventContext, Failure};
use bridge_vendor_http::CallError;

/// Returns the answer; `None` for a refusal, which is remarked: the customer must not wait for
/// a rep because HubSpot does not show a contact or an earlier ticket (`what`).
pub fn unless_refused<T>(
    context: &EventContext<'_>,
    what: &str,
    answer: Result<T, CallError>,
) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_refused() => {
            context.remark(format!("{what} could not be read: {error}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
