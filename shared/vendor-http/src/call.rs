//! A call to be made.

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use crate::budget::Meter;
use crate::upload::Upload;

/// True if a call may be made again when its first try may have had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It only reads, or a second time changes nothing more (PUT, DELETE, PATCH
    /// with absolute values).
    Safe,
    /// A second time would do it twice.
    Unsafe,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    Upload(Upload),
}

/// A call to a vendor's API.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) method: Method,
    /// Percent-encoded segments.
    pub(crate) path: Vec<String>,
    /// The name in logs and errors instead of the path, which may hold an address.
    pub(crate) name: &'static str,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    /// True if the caller's token goes along.
    pub(crate) with_token: bool,
    pub(crate) repeat: Repeat,
    pub(crate) meter: Meter,
}

impl Call {
    fn new(method: Method, name: &'static str, path: &[&str], repeat: Repeat) -> Self {
        let path = path.iter().map(|&segment| segment.to_owned()).collect();
        let meter = Meter::Calls;
        let (query, body) = (Vec::new(), Body::None);
        Self { method, path, name, query, body, with_token: true, repeat, meter }
    }

    /// A read. `name` stands for it in logs and errors; `path` are its segments,
    /// which are encoded here.
    pub fn get(name: &'static str, path: &[&str]) -> Self {
        Self::new(Method::GET, name, path, Repeat::Safe)
    }

    /// A write that makes something new each time.
    pub fn post(name: &'static str, path: &[&str]) -> Self {
        Self::new(Method::POST, name, path, Repeat::Unsafe)
    }

    /// A write that makes something with a name of its own: whoever makes it a second time
    /// is refused, and changes nothing more.
    pub fn create_named(name: &'static str, path: &[&str]) -> Self {
        Self::new(Method::POST, name, path, Repeat::Safe)
    }

    /// A POST that only reads, such as a batch read.
    pub fn query_by_post(name: &'static str, path: &[&str]) -> Self {
        Self::new(Method::POST, name, path, Repeat::Safe)
    }

    /// A search: a POST that only reads, with a rate limit of its own.
    pub fn search(name: &'static str, path: &[&str]) -> Self {
        Self { meter: Meter::Search, ..Self::query_by_post(name, path) }
    }

    /// A change to absolute values.
    pub fn patch(name: &'static str, path: &[&str]) -> Self {
        Self::new(Method::PATCH, name, path, Repeat::Safe)
    }

    /// A replacement.
    pub fn put(name: &'static str, path: &[&str]) -> Self {
        Self::new(Method::PUT, name, path, Repeat::Safe)
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Sets the JSON body.
    #[must_use]
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.body = Body::Json(serde_json::to_value(body).unwrap_or_default());
        self
    }

    /// Sends a file as a form.
    #[must_use]
    pub fn upload(mut self, upload: Upload) -> Self {
        self.body = Body::Upload(upload);
        self
    }

    /// Leaves the token out: the credentials of this call are in its query.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.with_token = false;
        self
    }

    /// Returns whether it can be made now: a file that was streamed is not there any more.
    pub(crate) fn is_ready(&self) -> bool {
        match &self.body {
            Body::Upload(upload) => upload.is_ready(),
            Body::None | Body::Json(_) => true,
        }
    }

    /// Returns whether it sends a file, which takes its time.
    pub(crate) fn is_upload(&self) -> bool {
        matches!(self.body, Body::Upload(_))
    }
}
