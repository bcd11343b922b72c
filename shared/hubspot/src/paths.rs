//! The paths of HubSpot's APIs: the versions, in one place
//! (docs/vendors/hubspot.md#api-versions).

/// Threads and messages. v3 has no assignee: that is [`ASSIGNEE`].
pub(crate) const THREADS: [&str; 4] = ["conversations", "v3", "conversations", "threads"];

/// An inbox's accounts on its channels.
pub(crate) const CHANNEL_ACCOUNTS: [&str; 4] =
    ["conversations", "v3", "conversations", "channel-accounts"];

/// Inboxes.
pub(crate) const INBOXES: [&str; 4] = ["conversations", "v3", "conversations", "inboxes"];

/// People of conversations.
pub(crate) const ACTORS: [&str; 4] = ["conversations", "v3", "conversations", "actors"];

/// Threads in the version that can assign them.
pub(crate) const ASSIGNEE: [&str; 4] = ["conversations", "conversations", "2026-09", "threads"];

/// Custom channels. Of the three versions with the same schemas only this one admits the tokens of
/// private apps to a channel's accounts, and has its channels and their messages below one path
/// (docs/vendors/hubspot-channels.md#custom-channels).
pub(crate) const CUSTOM_CHANNELS: [&str; 3] = ["conversations", "custom-channels", "2026-09"];

/// Files. 2026-09 has no upload and no signed addresses (docs/vendors/hubspot-channels.md#files).
pub(crate) const FILES: [&str; 3] = ["files", "v3", "files"];

/// CRM objects: contacts, tickets, notes, …
pub(crate) const OBJECTS: [&str; 3] = ["crm", "v3", "objects"];

/// The associations of an object; v3 has no list of all.
pub(crate) const ASSOCIATIONS: [&str; 3] = ["crm", "v4", "objects"];

/// The portal itself.
pub(crate) const ACCOUNT: [&str; 3] = ["account-info", "v3", "details"];

/// Owners. The list ends in a slash in the documentation; single ones do not.
pub(crate) const OWNERS: [&str; 3] = ["crm", "v3", "owners"];

/// The description of a token.
pub(crate) const TOKEN_INFO: [&str; 5] =
    ["oauth", "v2", "private-apps", "get", "access-token-info"];

/// Ticket pipelines.
pub(crate) const TICKET_PIPELINES: [&str; 4] = ["crm", "v3", "pipelines", "tickets"];

/// Deal pipelines.
pub(crate) const DEAL_PIPELINES: [&str; 4] = ["crm", "v3", "pipelines", "deals"];

/// Definitions of ticket properties.
pub(crate) const TICKET_PROPERTIES: [&str; 4] = ["crm", "v3", "properties", "tickets"];

/// A path below one of these.
pub(crate) fn below<'a>(base: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [base, rest].concat()
}
