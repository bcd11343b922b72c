//! Faults of a call, and the words in which each service reports them.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;
use sim_kit::FaultKind;

use crate::call::{Call, Service};

/// Longer than any invocation lasts.
const FOREVER: Duration = Duration::from_hours(1);

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Refused,
    TimeoutBefore,
    TimeoutAfter,
    Throttled,
    Error500,
    Error502,
    Malformed,
    KilledBefore,
    KilledAfter,
    /// An answer with this status, without effect.
    Status(u16),
}

/// The time for which a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    Once,
    /// It hits the call's repeats, too, until the end of the delivery.
    Delivery,
    /// It hits the call's repeats in all deliveries.
    Forever,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Refused,
        Self::TimeoutBefore,
        Self::TimeoutAfter,
        Self::Throttled,
        Self::Error500,
        Self::Error502,
        Self::Malformed,
        Self::KilledBefore,
        Self::KilledAfter,
    ];

    /// Returns the lengths that are tried: a process dies once, and a refused connection means that the
    /// service is away. A vendor's single 429 or 500 is walked with the other statuses.
    pub fn lengths(self, service: Service) -> &'static [Lasts] {
        match self {
            Self::Refused => &[Lasts::Delivery],
            Self::Throttled | Self::Error500 if service.is_vendor() => &[Lasts::Delivery],
            Self::KilledBefore | Self::KilledAfter | Self::Status(_) => &[Lasts::Once],
            _ => &[Lasts::Once, Lasts::Delivery],
        }
    }

    /// Returns whether it is played at a call. A vendor's 502 means the same as its 500, known by
    /// the status alone (shared/vendor-http/src/status.rs); AWS's SDK reads the body, too. A file
    /// has no form: whatever is answered is the file.
    pub fn is_played_at(self, call: &Call) -> bool {
        match self {
            Self::Error502 => !call.service.is_vendor(),
            Self::Malformed => !call.name.starts_with("GET /files/"),
            _ => true,
        }
    }

    /// Returns the fault to inject; none for a refused connection, which the listener makes.
    pub fn injected(self) -> Option<FaultKind> {
        let status = |status| Some(FaultKind::Status { status, retry_after: None });
        match self {
            Self::Refused => None,
            Self::TimeoutBefore | Self::KilledBefore => Some(FaultKind::HangBeforeEffect(FOREVER)),
            Self::TimeoutAfter | Self::KilledAfter => Some(FaultKind::HangAfterEffect(FOREVER)),
            Self::Throttled => status(429),
            Self::Error500 => status(500),
            Self::Error502 => status(502),
            Self::Malformed => Some(FaultKind::Malformed),
            Self::Status(one) => status(one),
        }
    }

    /// Returns whether the call has its effect all the same.
    pub fn lets_through(self) -> bool {
        matches!(self, Self::TimeoutAfter | Self::Malformed | Self::KilledAfter)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused connection",
            Self::TimeoutBefore => "time-out before",
            Self::TimeoutAfter => "time-out after",
            Self::Throttled => "429",
            Self::Error500 => "500",
            Self::Error502 => "502",
            Self::Malformed => "malformed answer",
            Self::KilledBefore => "killed before",
            Self::KilledAfter => "killed after",
            Self::Status(status) => return write!(f, "status {status}"),
        })
    }
}

/// A fault that a run is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    /// The call that it hits.
    pub call: Call,
    pub lasts: Lasts,
    /// The call before it, in the same delivery: from that one on its service refuses
    /// connections. Without one it does so from the beginning.
    pub before: Option<Call>,
}

impl Fault {
    /// The calls that have to be made for it to happen.
    pub fn needs(&self) -> impl Iterator<Item = &Call> {
        let before = self.before.as_ref().filter(|_| self.kind == Kind::Refused);
        before.into_iter().chain([&self.call])
    }
}

/// Returns the error answer of a service in trouble.
pub fn answer(service: Service, status: StatusCode) -> Response<Body> {
    if status == StatusCode::BAD_GATEWAY {
        return page(status);
    }
    let throttled = status == StatusCode::TOO_MANY_REQUESTS;
    let status = match service {
        // DynamoDB and SQS throttle with 400 and a name.
        Service::Table | Service::Queue if throttled => StatusCode::BAD_REQUEST,
        _ => status,
    };
    let (body, code) = match service {
        Service::Table => {
            let name = if throttled { "ThrottlingException" } else { "InternalServerError" };
            let kind = format!("com.amazonaws.dynamodb.v20120810#{name}");
            (json!({ "__type": kind, "message": "trouble" }), None)
        }
        Service::Queue => {
            let (name, blame) = if throttled {
                ("RequestThrottled", "Sender")
            } else {
                ("InternalError", "Server")
            };
            let body =
                json!({ "__type": format!("com.amazonaws.sqs#{name}"), "message": "trouble" });
            (body, Some(format!("{name};{blame}")))
        }
        Service::HubSpot if throttled => {
            let body = json!({ "status": "error", "message": "You have reached your ten_secondly_rolling limit.",
                               "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING" });
            (body, None)
        }
        Service::HubSpot => (json!({ "status": "error", "message": "internal error" }), None),
        Service::OpenCx => {
            let error = if throttled { "Too Many Requests" } else { "Internal Server Error" };
            let status = status.as_u16();
            (json!({ "statusCode": status, "message": error, "error": error }), None)
        }
    };
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = status;
    let code = code.and_then(|code| HeaderValue::from_str(&code).ok());
    code.map(|code| answer.headers_mut().insert("x-amzn-query-error", code));
    answer
}

/// The answer of something between us and a service.
pub fn page(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::from("<html><body>Something went wrong</body></html>"));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    answer
}
