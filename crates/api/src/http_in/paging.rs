//! Paging tokens: where a list goes on. Opaque to callers and fit for a URL.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{AccountId, PartnerId};

use crate::error::{ApiError, Problem, ProblemCode};

/// The token of an event in a history.
#[must_use]
pub fn event_token(version: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("e{version}"))
}

/// The version that an event's token stands for.
///
/// # Errors
/// It is no such token.
pub fn parse_event_token(token: &str) -> Result<u64, ApiError> {
    number(token, "e").ok_or_else(|| malformed("the paging_token of an event"))
}

/// The token of an account in a list.
#[must_use]
pub fn account_token(account: AccountId) -> String {
    URL_SAFE_NO_PAD.encode(format!("a{}", account.number()))
}

/// The number of the partner's account that a token, or an account's id, stands for.
///
/// # Errors
/// It is no such token, and no account of the partner.
pub fn parse_account_token(token: &str, partner: PartnerId) -> Result<u32, ApiError> {
    let number = match token.parse::<AccountId>() {
        Ok(account) => (account.partner() == partner).then(|| account.number()),
        Err(_) => number(token, "a").and_then(|number| u32::try_from(number).ok()),
    };
    number.ok_or_else(|| malformed("the paging_token or the account_id of an account"))
}

fn number(token: &str, letter: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let digits = std::str::from_utf8(&bytes).ok()?.strip_prefix(letter)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

fn malformed(what: &str) -> ApiError {
    let message = format!("starting_after must be {what}, as it stood in a list");
    Problem::parameter("starting_after", ProblemCode::Pattern, message).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_place_and_nowhere_else() {
        assert_eq!(parse_event_token(&event_token(12)).unwrap(), 12);
        let account: AccountId = "T11200042".parse().unwrap();
        let parse = |token: &str| parse_account_token(token, account.partner());
        assert_eq!(parse(&account_token(account)).unwrap(), 42);
        assert_eq!(parse("T11200042").unwrap(), 42);
        for token in ["", "12", "ZTEy=", "%", &event_token(1), "YS0x", "T11300042"] {
            assert!(parse(token).is_err(), "{token}");
        }
        assert!(parse_event_token(&account_token(account)).is_err());
    }
}
