//! `PATCH /contacts/{id}`.

use super::body;
use crate::contact::Contact;
use crate::refusal::Refusal;
use crate::server::OpenCx;
use crate::session::CustomData;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
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

/// Changes what is named, keeps the rest; the answer is the contact.
pub(super) async fn change(
    State(sim): State<OpenCx>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Contact>, Refusal> {
    let Fields { email, phone, name, custom_data } = body::read::<Change>(&body)?.contact;
    body::check_email(email.as_deref())?;
    let custom_data = body::strings(custom_data)?;
    let mut state = sim.state();
    let contact = state.contacts.get_mut(&id);
    let contact = contact.ok_or_else(|| Refusal::not_found("Contact", &id))?;
    contact.update(Contact { id: None, name, email, phone_number: phone, custom_data });
    Ok(Json(contact.clone()))
}
