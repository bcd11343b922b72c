//! The one table of statuses and what they mean for a call
//! (docs/vendors/hubspot.md#transient-errors, docs/vendors/opencx.md#errors).

/// The meaning of an answer's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The answer is the result.
    Success,
    /// The credentials are not known, perhaps no longer: nothing was done.
    Unauthorized,
    /// Too many calls: nothing was done.
    RateLimited,
    /// Nothing was done for now: a redirect, which no documented call answers with, or an
    /// object, an account or a request that is not ready.
    NotNow,
    /// The vendor is in trouble, and the effect may have happened.
    Unavailable,
    /// Refused for good. Whether a 404 or a 409 passes, only the caller knows.
    Refused,
}

/// Returns what a status means.
pub(crate) fn meaning(status: u16) -> Meaning {
    match status {
        200..=299 => Meaning::Success,
        401 => Meaning::Unauthorized,
        429 => Meaning::RateLimited,
        300..=399 | 423 | 425 | 477 => Meaning::NotNow,
        408 | 500..=599 => Meaning::Unavailable,
        _ => Meaning::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_meaning() {
        let table = [
            (200, Meaning::Success),
            (201, Meaning::Success),
            (204, Meaning::Success),
            (301, Meaning::NotNow),
            (302, Meaning::NotNow),
            (400, Meaning::Refused),
            (401, Meaning::Unauthorized),
            (403, Meaning::Refused),
            (404, Meaning::Refused),
            (408, Meaning::Unavailable),
            (409, Meaning::Refused),
            (410, Meaning::Refused),
            (422, Meaning::Refused),
            (423, Meaning::NotNow),
            (425, Meaning::NotNow),
            (429, Meaning::RateLimited),
            (477, Meaning::NotNow),
            (500, Meaning::Unavailable),
            (503, Meaning::Unavailable),
            (521, Meaning::Unavailable),
            (599, Meaning::Unavailable),
        ];
        for (status, expected) in table {
            assert_eq!(meaning(status), expected, "{status}");
        }
    }
}
