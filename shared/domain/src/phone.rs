//! Phone numbers, which people and programs write in many ways.

/// Fewest digits that two spellings must share behind their country codes.
const FEWEST_SHARED: usize = 7;

/// The digits of a number, without the zero that stands for "within the country":
/// `+49 (0)151 1234-5678` and `0049 151 12345678` are both `4915112345678`.
pub fn digits(number: &str) -> String {
    let whole = number.replace("(0)", "");
    let digits: String =
        whole.chars().filter_map(|c| c.to_digit(10)).map(|d| d.to_string()).collect();
    match digits.trim_start_matches('0') {
        "" => digits,
        number => number.to_owned(),
    }
}

/// Returns whether a number names its country.
fn is_international(number: &str) -> bool {
    let number = number.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    number.starts_with('+') || number.starts_with("00")
}

/// Returns a number as HubSpot takes it (E.164); `None` if it does not name its country. One that
/// begins with neither `+` nor a zero is whole, as messengers write it.
pub fn e164(number: &str) -> Option<String> {
    let is_national = number.trim_start().starts_with('0') && !is_international(number);
    let digits = digits(number);
    (!is_national && (8..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// Returns whether two spellings are the same number, digit by digit.
pub fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    !one.is_empty() && one == other
}

/// Returns whether two spellings may be the same number: one of them leaves the country
/// code out.
pub fn may_be_same(one: &str, other: &str) -> bool {
    if is_same(one, other) {
        return true;
    }
    let (short, long) =
        if digits(one).len() < digits(other).len() { (one, other) } else { (other, one) };
    let (national, whole) = (digits(short), digits(long));
    let shares = national.len() >= FEWEST_SHARED && whole.ends_with(&national);
    shares && whole.len() - national.len() <= 3 && !is_international(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_its_country_is_written_as_hubspot_takes_it() {
        for (number, expected) in [
            ("+49 (0)151 1234-5678", Some("+4915112345678")),
            ("0049 151 12345678", Some("+4915112345678")),
            ("4915112345678", Some("+4915112345678")),
            ("0151 12345678", None),
            ("12345", None),
            ("+1234567890123456", None),
        ] {
            assert_eq!(e164(number).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let number = "+4915112345678";
        for same in [
            "+49 151 1234-5678",
            "0049 151 12345678",
            "4915112345678",
            "+49 (0)151 12 34 56 78",
            "(+49) 151/12345678",
            "+49.151.12345678",
        ] {
            assert!(is_same(number, same) && may_be_same(same, number), "{same}");
        }
        for national in ["0151 12345678", "151 1234 5678", "(0151) 123 456 78"] {
            assert!(!is_same(number, national) && may_be_same(number, national), "{national}");
        }
        for other in ["+43 151 12345678", "+4915112345679", "5678", "", "+1 (0)", "+5112345678"] {
            assert!(!may_be_same(number, other), "{other}");
        }
        assert!(!is_same("", ""));
        assert_eq!(digits("000"), "000");
    }
}
