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

    /// The statuses that are no refusal for good.
    const APART: [(std::ops::RangeInclusive<u16>, Meaning); 8] = [
        (200..=299, Meaning::Success),
        (300..=399, Meaning::NotNow),
        (401..=401, Meaning::Unauthorized),
        (408..=408, Meaning::Unavailable),
        (423..=423, Meaning::NotNow),
        (425..=425, Meaning::NotNow),
        (429..=429, Meaning::RateLimited),
        (477..=477, Meaning::NotNow),
    ];

    /// The fault matrix plays some statuses of each class (`tests/fault_matrix/statuses.rs`):
    /// this says that all others mean the same.
    #[test]
    fn every_status_has_its_meaning() {
        for status in 200..=599 {
            let apart = APART.iter().find(|(range, _)| range.contains(&status));
            let expected = match apart {
                Some((_, meaning)) => *meaning,
                None if status >= 500 => Meaning::Unavailable,
                None => Meaning::Refused,
            };
            assert_eq!(meaning(status), expected, "{status}");
        }
    }
}
