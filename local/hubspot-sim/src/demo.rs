//! The demo portal, which is the default of [`PortalOptions`].

use std::time::Duration;

use crate::crm::Pipeline;
use crate::options::{AssigneeApi, PortalOptions, Signature, Token, User, ValidationForm};

const SUPPORT_SCOPES: [&str; 13] = [
    "conversations.read",
    "conversations.write",
    "conversations.custom_channels.read",
    "conversations.custom_channels.write",
    "files",
    "tickets",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "oauth",
];

const CRM_SCOPES: [&str; 5] = [
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
    "crm.objects.tickets.read",
    "crm.objects.owners.read",
];

impl Default for PortalOptions {
    /// A demo portal: the token `pat-na1-demo-support` for conversations and tickets, the token
    /// `pat-na1-demo-crm` (another app) that only reads, users 111 (the AI), 222 and 333 (reps)
    /// and 444 (has left), 100 calls in 10 s, signed webhooks to nowhere yet.
    fn default() -> Self {
        Self {
            port: 0,
            portal_id: 12_345_678,
            app_id: 2_345_678,
            client_secret: Some("demo-client-secret".to_owned()),
            developer_key: "demo-developer-key".to_owned(),
            tokens: demo_tokens(),
            users: demo_users(),
            inbox_address: "support@acme.com".to_owned(),
            ticket_pipelines: vec![Pipeline::default_tickets()],
            webhook_url: None,
            rate_limit: 100,
            rate_window: Duration::from_secs(10),
            search_limit: 5,
            search_lag: Duration::from_secs(3),
            signature: Signature::V3AndV1,
            repeat_every: None,
            also_message_created: false,
            subscribed_properties: None,
            batch_wait: Duration::from_millis(20),
            retry_base: Duration::from_secs(1),
            assignee: AssigneeApi::Current,
            validation_form: ValidationForm::Message,
            merged_ids_are_gone: false,
        }
    }
}

fn demo_tokens() -> Vec<Token> {
    let scopes = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    vec![
        Token {
            token: "pat-na1-demo-support".to_owned(),
            scopes: scopes(&SUPPORT_SCOPES),
            app_id: None,
        },
        Token {
            token: "pat-na1-demo-crm".to_owned(),
            scopes: scopes(&CRM_SCOPES),
            app_id: Some(2_345_679),
        },
    ]
}

fn demo_users() -> Vec<User> {
    let user = |user_id, owner_id, first_name: &str, last_name: &str, email: &str, archived| User {
        user_id,
        owner_id,
        email: email.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        archived,
    };
    vec![
        user(111, 70_111, "Acme", "Assistant", "assistant@acme.com", false),
        user(222, 70_222, "Riley", "Stone", "riley@acme.com", false),
        user(333, 70_333, "Greta", "Vogel", "greta@acme.com", false),
        user(444, 70_444, "Paul", "Gone", "paul@acme.com", true),
    ]
}
