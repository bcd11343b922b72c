//! What several functions need to know of a portal, asked once and remembered:
//! who a customer is, who owns records, which stages mean closed.

mod crm;
mod customer;
mod customer_lock;
mod owners;
mod remember;
mod sender;
mod stages;

pub use crm::{crm_contact_of_phone, crm_currency};
pub use customer::{CONTACT_LEASE, Customer, Who, find_or_create, find_or_create_who, forget};
pub use customer_lock::{CUSTOMER_LEASE, lock_customer};
pub use owners::{UserOwner, crm_owner_name, forget_user, owner_of_user, user_of_owner};
pub use sender::signature;
pub use stages::{closed_stage, crm_deal_pipelines, crm_ticket_pipelines, is_closed};
