//! The directory of a portal, asked once and remembered for several functions:
//! who a customer is, who owns records, which stages mean closed.

mod channel_thread;
mod contact_query;
mod contacts;
mod crm;
mod customer_lock;
mod files;
mod inboxes;
mod new_contact;
mod notes;
mod owners;
mod pending_handoff;
mod pipelines;
mod refused_reads;
mod thread_assignment;
mod ttl_cache;

pub use channel_thread::{ChannelSession, Said, close_thread, digest_of, lock_thread_begin};
pub use contact_query::{ContactQuery, Customer, FoundBy};
pub use contacts::{CONTACT_LEASE, find_or_create_contact, forget, known_contact, refresh_contact};
pub use crm::{crm_contact_of_phone, crm_currency};
pub use customer_lock::{CUSTOMER_LEASE, lock_customer};
pub use files::{KeptFiles, keep_files, keep_files_once, sign_files, sign_reply};
pub use inboxes::{is_help_desk, is_help_desk_channel, own_addresses, signature};
pub use notes::{COMMENT_STEP, add_comment, add_note, add_notes};
pub use owners::{
    UserOwner, actor_name, crm_owner_name, forget_user, owner_of_user, user_of_owner,
};
pub use pending_handoff::wait_for_handoff;
pub use pipelines::{closed_stage, crm_deal_pipelines, crm_ticket_pipelines, is_closed};
pub use refused_reads::unless_refused;
pub use thread_assignment::assign_thread;
