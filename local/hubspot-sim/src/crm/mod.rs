//! The CRM of the portal: objects of five kinds, the definitions of their properties, and the
//! associations between them. Nothing here knows of HTTP; rejections are HubSpot's nevertheless.

mod associations;
mod builtin;
mod check;
mod computed;
mod find;
mod kind;
mod pipeline;
mod problem;
mod property;
mod record;
mod search;
mod store;
mod validate;

pub use kind::ObjectKind;
pub use pipeline::{Pipeline, Stage};
pub use property::{Choice, DefinedBy, Property, PropertyType};

pub(crate) use associations::type_from;
pub(crate) use record::{Record, Values, owned};
pub(crate) use search::SearchRequest;
pub(crate) use store::{AssociationTo, Crm, Draft};
