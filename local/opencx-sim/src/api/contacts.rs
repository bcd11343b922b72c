//! `PATCH /contacts/{id}`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;

use super::body;
use crate::contact::Contact;
use crate::error::ApiError;
use crate::session::CustomData;
use crate::sim::OpenCxSim;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactUpdate {
    contact: Fields,
}

/// Here the number is called `phone`, elsewhere in the API `phone_number`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    custom_data: Option<CustomData>,
}

/// Changes the fields that are given; the answer is the contact.
pub(super) async fn change(
    State(sim): State<OpenCxSim>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Contact>, ApiError> {
    let fields = body::read::<ContactUpdate>(&body)?.contact;
    body::validate_email(fields.email.as_deref())?;
    let custom_data = body::text_values(fields.custom_data)?;
    let mut state = sim.state();
    let contact = state.contacts.get_mut(&id);
    let contact = contact.ok_or_else(|| ApiError::not_found("Contact", &id))?;
    contact.update(Contact {
        name: fields.name,
        email: fields.email,
        phone_number: fields.phone,
        custom_data,
        ..Contact::default()
    });
    Ok(Json(contact.clone()))
}
