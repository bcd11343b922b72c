//! What several functions need to know of a portal, asked once and remembered:
//! who a customer is, who owns records, which stages mean closed.

mod customer;
mod owners;
mod remember;
mod sender;
mod stages;

pub use customer::{Customer, find_or_create};
pub use owners::{crm_owner_name, owner_id};
pub use sender::signature;
pub use stages::{closed_stage, crm_deal_pipelines, crm_ticket_pipelines, is_closed};
