//! Files: uploaded, and read under a signed address (docs/vendors/hubspot-channels.md#files,
//! docs/vendors/hubspot-channels.md#signed-addresses).

use axum::extract::{FromRequest, Multipart, Path, Query, Request, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::error::ApiError;
use crate::files::NewBytes;
use crate::portal::Portal;

/// Validity of a signed address that names none.
const VALIDITY: u64 = 3_600;

/// The routes of the API, behind its gate.
pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/files/v3/files", routing::post(upload))
        .route("/files/v3/files/{id}", routing::get(show))
        .route("/files/v3/files/{id}/signed-url", routing::get(sign))
        // The gate has read and bounded the body.
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// The routes that need no token: whoever has a signed address may read the file.
pub(crate) fn signed_routes() -> Router<Portal> {
    Router::new().route("/signed-files/{id}/{signature}", routing::get(read))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    access: String,
    #[serde(default)]
    duplicate_validation_strategy: Option<String>,
}

/// The form of an upload.
#[derive(Default)]
struct Form {
    file: Option<(Option<String>, NewBytes)>,
    file_name: Option<String>,
    folder: Option<String>,
    options: Option<String>,
}

impl Form {
    async fn read(mut parts: Multipart) -> Result<Self, ApiError> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| unreadable(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let mime_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = part.bytes().await.map_err(|error| unreadable(&error))?.to_vec();
            if name == "file" {
                form.file = Some((file_name, NewBytes { mime_type, bytes }));
                continue;
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match name.as_str() {
                "fileName" => form.file_name = Some(text),
                "folderPath" | "folderId" => form.folder = Some(text),
                "options" => form.options = Some(text),
                _ => {}
            }
        }
        Ok(form)
    }
}

fn unreadable(error: &axum::extract::multipart::MultipartError) -> ApiError {
    ApiError::invalid(format!("Unreadable form: {}", error.body_text()))
}

async fn upload(
    Extract(portal): Extract<Portal>,
    request: Request,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let parts = Multipart::from_request(request, &()).await;
    let parts = parts.map_err(|rejected| ApiError::invalid(rejected.body_text()))?;
    let Form { file, file_name, folder, options } = Form::read(parts).await?;
    let (named, file) = file.ok_or_else(|| ApiError::invalid("file is required"))?;
    let folder = folder.filter(|folder| !folder.is_empty());
    let folder = folder.ok_or_else(|| ApiError::invalid("folderPath or folderId is required"))?;
    let options: Options = serde_json::from_str(&options.unwrap_or_default())
        .map_err(|error| ApiError::invalid(format!("options: {error}")))?;
    if !["PRIVATE", "PUBLIC_INDEXABLE", "PUBLIC_NOT_INDEXABLE"].contains(&options.access.as_str()) {
        return Err(ApiError::invalid(format!("{} is not an access", options.access)));
    }
    let name = file_name.or(named).unwrap_or_else(|| "file".to_owned());
    let base = portal.url();
    let stored = portal.with(|state| {
        let returns = options.duplicate_validation_strategy.as_deref() == Some("RETURN_EXISTING");
        let known = state.files.duplicate(&folder, &file.bytes).filter(|_| returns);
        match known {
            Some(known) => known.to_json(&base),
            None => state.files.store(&name, &folder, &options.access, file).to_json(&base),
        }
    });
    Ok((StatusCode::CREATED, Json(stored)))
}

async fn show(
    Extract(portal): Extract<Portal>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let base = portal.url();
    portal.with(|state| Ok(Json(state.files.get(&id)?.to_json(&base))))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signing {
    expiration_seconds: Option<u64>,
}

async fn sign(
    Extract(portal): Extract<Portal>,
    Path(id): Path<String>,
    Query(signing): Query<Signing>,
) -> Result<Json<Value>, ApiError> {
    let base = portal.url();
    portal.with(|state| {
        let seconds = signing.expiration_seconds.unwrap_or(VALIDITY);
        let (signature, until) = state.files.sign(&id, seconds)?;
        let file = state.files.get(&id)?;
        let until = i64::try_from(until / 1_000).unwrap_or_default();
        let until =
            OffsetDateTime::from_unix_timestamp(until).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(Json(json!({
            "url": format!("{base}/signed-files/{id}/{signature}"),
            "name": file.name, "extension": file.extension, "type": file.kind(),
            "size": file.bytes.len(), "expiresAt": sim_kit::clock::iso(until),
        })))
    })
}

async fn read(
    Extract(portal): Extract<Portal>,
    Path((id, signature)): Path<(String, String)>,
) -> Response {
    let file = portal.with(|state| state.files.signed(&id, &signature).cloned());
    match file {
        Some(file) => ([(header::CONTENT_TYPE, file.mime_type)], file.bytes).into_response(),
        None => ApiError::of_status(StatusCode::FORBIDDEN).into_response(),
    }
}
