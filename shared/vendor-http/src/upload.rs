//! A file to be sent as a form.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::Stream;
use reqwest::Body;
use reqwest::multipart::{Form, Part};

/// The type of bytes of which nothing is known.
const BYTES: &str = "application/octet-stream";

/// The bytes of a file.
pub struct FileBody(Source);

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

enum Source {
    Bytes(Bytes),
    /// Bytes that arrive while they are sent on, and their number if that is known.
    Stream(Chunks, Option<u64>),
}

impl FileBody {
    /// Bytes that are there.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(bytes.into()))
    }

    /// Bytes that are read while they are sent. An error ends the request.
    pub fn stream(
        chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
        length: Option<u64>,
    ) -> Self {
        Self(Source::Stream(Box::pin(chunks), length))
    }
}

impl fmt::Debug for FileBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Bytes(bytes) => write!(f, "FileBody({} bytes)", bytes.len()),
            Source::Stream(_, length) => write!(f, "FileBody(stream of {length:?} bytes)"),
        }
    }
}

/// A form with one file and some fields. Bytes that are streamed are sent once: what fails then
/// is handed up, and whoever has them tries again.
#[derive(Clone, Debug)]
pub struct Upload {
    name: String,
    mime_type: String,
    fields: Vec<(&'static str, String)>,
    body: Arc<Mutex<Option<FileBody>>>,
}

impl Upload {
    /// A form with a file under `file`.
    pub fn new(name: impl Into<String>, mime_type: impl Into<String>, body: FileBody) -> Self {
        let body = Arc::new(Mutex::new(Some(body)));
        Self { name: name.into(), mime_type: mime_type.into(), fields: Vec::new(), body }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Returns whether its bytes are still there to be sent.
    pub(crate) fn is_ready(&self) -> bool {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The form, and none if its bytes were sent before.
    pub(crate) fn form(&self) -> Option<Form> {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        let part = match body.take()?.0 {
            Source::Bytes(bytes) => {
                *body = Some(FileBody::bytes(bytes.clone()));
                Part::stream_with_length(Body::from(bytes.clone()), bytes.len() as u64)
            }
            Source::Stream(chunks, None) => Part::stream(Body::wrap_stream(chunks)),
            Source::Stream(chunks, Some(length)) => {
                Part::stream_with_length(Body::wrap_stream(chunks), length)
            }
        };
        let kind = if is_type(&self.mime_type) { &self.mime_type } else { BYTES };
        let part = part.file_name(self.name.clone()).mime_str(kind).ok()?;
        let fields = self
            .fields
            .iter()
            .fold(Form::new(), |form, (name, value)| form.text(*name, value.clone()));
        Some(fields.part("file", part))
    }
}

/// Returns whether a text has the form of a type: `image/png`.
fn is_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, form)| is_token(kind) && is_token(form))
}

fn is_token(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-+._".contains(c))
}
