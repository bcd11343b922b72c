//! The CRM of the portal: objects of five kinds, their properties' definitions, and the
//! associations between them. Nothing here knows of HTTP; refusals are HubSpot's nevertheless.

mod builtin;
mod check;
mod complete;
mod filter;
mod find;
mod kind;
mod link_types;
mod links;
mod pipeline;
mod problem;
mod property;
mod record;
mod schema;
mod search;
mod store;
mod validate;

pub use kind::ObjectKind;
pub use pipeline::{Pipeline, Stage};
pub use property::{Choice, DefinedBy, Property, PropertyType};

pub(crate) use link_types::{TypeSpec, default_type, type_known};
pub(crate) use links::Links;
pub(crate) use property::PropertyPatch;
pub(crate) use record::Record;
pub(crate) use schema::{Group, Schema, no_property};
pub(crate) use search::SearchRequest;
pub(crate) use store::{Crm, Draft, LinkTo};
