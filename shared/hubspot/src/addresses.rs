//! Addresses: of the portal's inboxes, and of a contact.

use std::collections::BTreeMap;

use bridge_domain::email::EmailAddress;
use bridge_domain::hubspot::party::DeliveryIdentifier;
use bridge_domain::ids::ContactId;
use bridge_domain::json::lenient;
use bridge_vendor_http::{Call, CallError, if_accepted};
use serde::Deserialize;

use crate::client::{HubSpot, Results};
use crate::paths::{CHANNEL_ACCOUNTS, OBJECTS, below};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[serde(default, deserialize_with = "lenient::if_known")]
    delivery_identifier: Option<DeliveryIdentifier>,
}

impl Account {
    fn address(self) -> Option<EmailAddress> {
        EmailAddress::parse(&self.delivery_identifier?.value)
    }
}

/// Contact properties that hold email addresses, the second one several of them.
const EMAIL_PROPERTIES: [&str; 2] = ["email", "hs_additional_emails"];

/// Contact properties that hold phone numbers.
const PHONE_PROPERTIES: [&str; 3] = ["phone", "mobilephone", "hs_whatsapp_phone_number"];

impl HubSpot {
    /// The address of an inbox's account on a channel; `None` where it has none, or
    /// HubSpot does not show the account.
    pub async fn account_address(&self, account: &str) -> Result<Option<EmailAddress>, CallError> {
        let call = Call::get("read channel account", &below(&CHANNEL_ACCOUNTS, &[account]));
        let found = if_accepted(self.caller.find::<Account>(call).await)?.flatten();
        Ok(found.and_then(Account::address))
    }

    /// The addresses of all accounts of all inboxes; `None` if the portal does not tell.
    pub async fn account_addresses(&self) -> Result<Option<Vec<EmailAddress>>, CallError> {
        let call = Call::get("list channel accounts", &CHANNEL_ACCOUNTS).query("limit", "100");
        let list = if_accepted(self.caller.send::<Results<Account>>(call).await)?;
        Ok(list.map(|list| list.results.into_iter().filter_map(Account::address).collect()))
    }

    /// All email addresses and phone numbers of a contact; none if HubSpot does not show it.
    pub async fn contact_addresses(
        &self,
        contact: &ContactId,
    ) -> Result<Vec<DeliveryIdentifier>, CallError> {
        #[derive(Deserialize)]
        struct Contact {
            #[serde(default, deserialize_with = "lenient::texts")]
            properties: BTreeMap<String, String>,
        }
        let properties = [EMAIL_PROPERTIES.as_slice(), &PHONE_PROPERTIES].concat().join(",");
        let path = below(&OBJECTS, &["contacts", contact.as_str()]);
        let call = Call::get("read contact addresses", &path).query("properties", properties);
        let found = if_accepted(self.caller.find::<Contact>(call).await)?.flatten();
        let found = found.map(|contact| contact.properties).unwrap_or_default();
        let emails = EMAIL_PROPERTIES.iter().filter_map(|name| found.get(*name));
        let emails = emails.flat_map(|list| list.split(';')).filter_map(EmailAddress::parse);
        let emails = emails.map(|email| DeliveryIdentifier::email(&email));
        let phones = PHONE_PROPERTIES.iter().filter_map(|name| found.get(*name));
        let phones = phones.filter(|phone| !phone.trim().is_empty());
        Ok(emails.chain(phones.map(DeliveryIdentifier::phone)).collect())
    }
}
