//! The customer whose record is asked for.

use bridge_domain::email::EmailAddress;
use bridge_vendor_http::Url;

use crate::answer::Problem;

/// A customer, by one of their keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Customer {
    Email(EmailAddress),
    Phone(String),
}

impl Customer {
    /// Reads the query of the request: the email wins over the phone.
    pub(crate) fn read(query: &str) -> Result<Self, Problem> {
        // A `+` is what was written: no address holds a blank, many hold a plus.
        let query = query.replace('+', "%2B");
        let url = Url::parse(&format!("http://x/?{query}")).map_err(|_| Problem::NoKey)?;
        if let Some(email) = value(&url, "email") {
            return EmailAddress::parse(&email).map(Self::Email).ok_or(Problem::NoKey);
        }
        let phone = value(&url, "phone").ok_or(Problem::NoKey)?;
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let plausible = (3..=20).contains(&digits) && phone.len() <= 40;
        if plausible { Ok(Self::Phone(phone)) } else { Err(Problem::NoKey) }
    }
}

fn value(url: &Url, key: &str) -> Option<String> {
    let (_, value) = url.query_pairs().find(|(name, _)| name == key)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Customer {
        Customer::Email(EmailAddress::parse(text).unwrap())
    }

    #[test]
    fn a_customer_is_asked_for_by_email_or_phone() {
        assert_eq!(Customer::read("email=ann%2Btag%40x.org").unwrap(), email("ann+tag@x.org"));
        assert_eq!(Customer::read("email=a+b@example.com").unwrap(), email("a+b@example.com"));
        assert_eq!(Customer::read("email=a%2Bb+c%40x.org").unwrap(), email("a+b+c@x.org"));
        assert_eq!(Customer::read("email=%20+ann@x.org").unwrap(), email("+ann@x.org"));
        assert_eq!(Customer::read("phone=+49151").unwrap(), Customer::Phone("+49151".into()));
        assert_eq!(Customer::read("phone=%2B49%20151&email=a@x.org").unwrap(), email("a@x.org"));
        assert_eq!(Customer::read("phone=%2B49151").unwrap(), Customer::Phone("+49151".into()));
        for bad in ["", "email=", "email=ann", "phone=", "phone=abc", "e=a@x.org", "phone=1"] {
            assert!(matches!(Customer::read(bad), Err(Problem::NoKey)), "{bad}");
        }
    }
}
