//! Names of all HubSpot properties that the bridge reads or writes.

/// Title of a ticket.
pub const SUBJECT: &str = "subject";
/// Description of a ticket.
pub const CONTENT: &str = "content";
/// Pipeline of a ticket.
pub const PIPELINE: &str = "hs_pipeline";
/// Stage of a ticket.
pub const STAGE: &str = "hs_pipeline_stage";
/// Priority of a ticket.
pub const PRIORITY: &str = "hs_ticket_priority";
/// Moment at which a ticket was closed.
pub const CLOSED_DATE: &str = "closed_date";

/// Owner of a record: an owner id, not a user id.
pub const OWNER: &str = "hubspot_owner_id";
/// Moment at which a record was created.
pub const CREATED: &str = "createdate";

/// Prefix of the bridge's own ticket properties.
pub const OPENCX: &str = "opencx_";
/// Session of a ticket; unique, which keeps a session from getting two tickets.
pub const SESSION: &str = "opencx_session_id";
/// Link to the session of a ticket.
pub const SESSION_URL: &str = "opencx_session_url";
/// Sentiment of the customer.
pub const SENTIMENT: &str = "opencx_sentiment";
/// Language of the customer.
pub const LANGUAGE: &str = "opencx_language";
/// Tags of a ticket.
pub const TAGS: &str = "opencx_tags";
/// Value of [`TAGS`] that marks a ticket as a handoff.
pub const HANDED_OFF_TAG: &str = "opencx_handedoff";

/// Email address of a contact.
pub const EMAIL: &str = "email";
/// First name of a contact.
pub const FIRST_NAME: &str = "firstname";
/// Last name of a contact.
pub const LAST_NAME: &str = "lastname";
/// Phone number of a contact.
pub const PHONE: &str = "phone";
/// Mobile number of a contact.
pub const MOBILE_PHONE: &str = "mobilephone";
/// WhatsApp number of a contact.
const WHATSAPP_PHONE: &str = "hs_whatsapp_phone_number";
/// Phone numbers of a contact, as people typed them.
pub const PHONES: [&str; 3] = [PHONE, MOBILE_PHONE, WHATSAPP_PHONE];
/// Digits of a contact's numbers without the country code, kept by HubSpot for searching.
pub const SEARCHABLE_PHONES: [&str; 2] =
    ["hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number"];

/// Text of a note.
pub const NOTE_BODY: &str = "hs_note_body";
/// The files of a note, by id, with a semicolon between.
pub(crate) const ATTACHMENT_IDS: &str = "hs_attachment_ids";
/// Moment of a note.
pub const TIMESTAMP: &str = "hs_timestamp";

/// Contact properties of the CRM record.
pub const CONTACT_RECORD: [&str; 7] =
    [EMAIL, FIRST_NAME, LAST_NAME, PHONE, MOBILE_PHONE, WHATSAPP_PHONE, OWNER];

/// Name of a company.
pub const COMPANY_NAME: &str = "name";
/// Web domain of a company.
pub const COMPANY_DOMAIN: &str = "domain";
/// Industry of a company.
pub const COMPANY_INDUSTRY: &str = "industry";
/// Number of a company's employees.
pub const COMPANY_SIZE: &str = "numberofemployees";
/// Company properties of the CRM record.
pub const COMPANY_RECORD: [&str; 4] =
    [COMPANY_NAME, COMPANY_DOMAIN, COMPANY_INDUSTRY, COMPANY_SIZE];

/// Name of a deal.
pub const DEAL_NAME: &str = "dealname";
/// Stage of a deal.
pub const DEAL_STAGE: &str = "dealstage";
/// Amount of a deal.
pub const DEAL_AMOUNT: &str = "amount";
/// Currency of a deal's amount.
pub const DEAL_CURRENCY: &str = "deal_currency_code";
/// Moment at which a deal is expected to close.
pub const DEAL_CLOSE_DATE: &str = "closedate";
/// True if a deal is won or lost.
pub const DEAL_IS_CLOSED: &str = "hs_is_closed";
/// Deal properties of the CRM record.
pub const DEAL_RECORD: [&str; 8] = [
    DEAL_NAME,
    DEAL_STAGE,
    "pipeline",
    DEAL_AMOUNT,
    DEAL_CURRENCY,
    DEAL_CLOSE_DATE,
    CREATED,
    DEAL_IS_CLOSED,
];
/// Ticket properties of the CRM record.
pub const TICKET_RECORD: [&str; 5] = [SUBJECT, PIPELINE, STAGE, CREATED, CLOSED_DATE];

/// Returns whether a ticket cannot do without this property.
pub fn is_vital(name: &str) -> bool {
    [SUBJECT, CONTENT, PIPELINE, STAGE].contains(&name)
}

/// Returns whether HubSpot or the bridge manages this ticket property itself.
pub fn is_managed(name: &str) -> bool {
    const MANAGED: [&str; 6] = [
        CREATED,
        CLOSED_DATE,
        OWNER,
        "lastmodifieddate",
        "hubspot_owner_assigneddate",
        "hubspot_team_id",
    ];
    is_vital(name)
        || MANAGED.contains(&name)
        || [
            OPENCX,
            "hs_",
            "hubspot_",
            "num_notes",
            "notes_",
            "first_agent_",
            "last_reply_",
            "time_to_",
        ]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Returns whether an administrator's mapping may name this ticket property, although
/// HubSpot has brought it along: some of those are for people to fill.
pub fn may_be_mapped(name: &str) -> bool {
    const CALCULATED: [&str; 16] = [
        "hs_all_",
        "hs_created",
        "hs_createdate",
        "hs_lastmodified",
        "hs_updated",
        "hs_object_",
        "hs_time_",
        "hs_date_",
        "hs_is_",
        "hs_num_",
        "hs_last_",
        "hs_merged",
        "hs_conversations_",
        "hs_was_",
        "hs_read_only",
        "hs_ticket_id",
    ];
    !is_managed(name)
        || (name.starts_with("hs_")
            && !is_vital(name)
            && !CALCULATED.iter().any(|prefix| name.starts_with(prefix)))
}
