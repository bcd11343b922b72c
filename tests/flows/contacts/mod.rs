//! First contacts and the CRM record.

mod crm_record;
mod first_contact;
