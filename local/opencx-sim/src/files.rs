//! Files that customers and agents attach, served as bytes to whoever has the address.

use axum::Router;
use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use uuid::Uuid;

use crate::history::Attachment;
use crate::sim::OpenCxSim;
use crate::state::State;

/// A file of a customer or of an agent: at an address of its own, or with its bytes, which OpenCX
/// then keeps.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewFile {
    pub name: String,
    pub mime_type: String,
    pub url: String,
    /// The bytes in base64.
    pub base64: Option<String>,
}

/// A file that OpenCX keeps.
#[derive(Clone, Debug)]
pub(crate) struct KeptFile {
    mime_type: String,
    bytes: Vec<u8>,
}

pub(crate) fn routes() -> Router<OpenCxSim> {
    Router::new().route("/files/{id}/{name}", get(show))
}

async fn show(Extract(sim): Extract<OpenCxSim>, Path((id, _)): Path<(String, String)>) -> Response {
    match sim.state().files.get(&id).cloned() {
        Some(file) => ([(header::CONTENT_TYPE, file.mime_type)], file.bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl OpenCxSim {
    /// Keeps the bytes of files, and returns them as the API shows them.
    pub(crate) fn keep(&self, state: &mut State, files: Vec<NewFile>) -> Vec<Attachment> {
        files.into_iter().map(|file| self.keep_one(state, file)).collect()
    }

    fn keep_one(&self, state: &mut State, file: NewFile) -> Attachment {
        let NewFile { name, mime_type, url, base64 } = file;
        let bytes = base64.and_then(|text| STANDARD.decode(text).ok());
        let Some(bytes) = bytes else { return Attachment { name, url, mime_type } };
        let id = Uuid::new_v4().simple().to_string();
        let url = format!("{}/files/{id}/{}", self.url(), name.replace([' ', '/', '?', '#'], "_"));
        state.files.insert(id, KeptFile { mime_type: mime_type.clone(), bytes });
        Attachment { name, url, mime_type }
    }
}
