//! The rules for texts that many models share.

use super::kind::Rule;

pub(super) const DATE_TIME: Rule = Rule {
    regex: None,
    holds: is_date_time,
    words: "a date-time such as 2023-11-07T05:31:56Z",
};

pub(super) const URI: Rule = Rule {
    regex: None,
    holds: is_uri,
    words: "an absolute address such as https://example.com/path",
};

pub(super) const UUID: Rule = Rule {
    regex: None,
    holds: is_uuid,
    words: "a UUID such as 0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
};

pub(super) const PHONE: Rule = Rule {
    regex: Some(r"^\+?\d{5,15}$"),
    holds: is_phone,
    words: "5 to 15 digits with or without a + in front, such as +4799999999",
};

/// RFC 3339, with leap seconds and any offset.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    let Some(clock) = without_offset(time) else {
        return false;
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    is_date(date) && is_clock(clock) && !fraction.is_empty() && all_digits(fraction)
}

fn without_offset(time: &str) -> Option<&str> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some(clock);
    }
    let (clock, offset) = time.split_at_checked(time.len().checked_sub(6)?)?;
    let (hour, minute) = offset.strip_prefix(['+', '-'])?.split_once(':')?;
    (number(hour, 2)? <= 23 && number(minute, 2)? <= 59).then_some(clock)
}

fn is_date(date: &str) -> bool {
    let mut parts = date.split('-');
    let year = parts.next().and_then(|part| number(part, 4));
    let month = parts.next().and_then(|part| number(part, 2));
    let day = parts.next().and_then(|part| number(part, 2));
    match (year, month, day, parts.next()) {
        (Some(year), Some(month), Some(day), None) => day >= 1 && day <= days_in(year, month),
        _ => false,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_clock(clock: &str) -> bool {
    let parts: Vec<_> = clock.split(':').map(|part| number(part, 2)).collect();
    matches!(parts.as_slice(), [Some(0..=23), Some(0..=59), Some(0..=60)])
}

fn number(text: &str, digits: usize) -> Option<u32> {
    if text.len() == digits && all_digits(text) {
        text.parse().ok()
    } else {
        None
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A scheme, a colon and something after it, in the characters of RFC 3986.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    is_scheme && !rest.is_empty() && rest.bytes().all(is_allowed)
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (5..=15).contains(&digits.len()) && all_digits(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(rule: Rule, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!((rule.holds)(text), "{text}");
        }
        for text in no {
            assert!(!(rule.holds)(text), "{text}");
        }
    }

    #[test]
    fn a_date_time_is_written_as_in_rfc_3339() {
        let yes = [
            "2023-11-07T05:31:56Z",
            "2024-02-29T23:59:60.123456+02:00",
            "2023-11-07t05:31:56z",
        ];
        let no = [
            "",
            "2023-11-07",
            "2023-11-07T05:31:56",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-11-07T24:00:00Z",
            "2023-11-07T05:31:56.Z",
            "2023-11-07 05:31:56Z",
            "2023-11-07T05:31Z",
            "2023-11-07T05:31:56+24:00",
            "2023-11-00T05:31:56Z",
            "2023-11-07T05:31:5éZ",
        ];
        holds(DATE_TIME, &yes, &no);
    }

    #[test]
    fn an_address_has_a_scheme_and_no_spaces() {
        let yes = [
            "https://example.com",
            "app.kobling:/callback?x=1#y",
            "urn:example:1",
        ];
        holds(
            URI,
            &yes,
            &[
                "",
                "example.com",
                "/path",
                "https:",
                "1a:b",
                "https://exa mple",
                "h://é",
            ],
        );
    }

    #[test]
    fn uuids_and_phone_numbers() {
        let uuid = "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f";
        holds(
            UUID,
            &[uuid],
            &["", "0198c0de", "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3g"],
        );
        holds(
            PHONE,
            &["+4799999999", "99999"],
            &["", "+47 99", "9999", "1234567890123456", "++47999"],
        );
    }
}
