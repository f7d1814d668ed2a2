//! The account that a token is for, read from the audience URL.

use domain::AccountId;

/// Characters of the longest audience that is looked at.
const LENGTH_MAX: usize = 512;

/// An account named by a URL such as `https://api.dintero.com/v1/accounts/T11200000`.
///
/// Only the account id in the path counts. The host may be any, because clients carry the published
/// one along when they move here, and user-info before it is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audience {
    account: AccountId,
}

impl Audience {
    /// Reads `http[s]://[user-info@]host[:port]/v1/accounts/{account id}[/]`, at most 512
    /// characters; nothing else is an audience.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let (authority, path) = rest.split_once('/')?;
        if !is_authority(authority) {
            return None;
        }
        let id = path.strip_prefix("v1/accounts/")?;
        let account = id.strip_suffix('/').unwrap_or(id).parse().ok()?;
        Some(Self { account })
    }

    /// The account.
    #[must_use]
    pub fn account(self) -> AccountId {
        self.account
    }
}

/// `[user-info@]host[:port]` (RFC 3986, 3.2).
fn is_authority(authority: &str) -> bool {
    let (user_info, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user_info_byte = |byte| is_unreserved(byte) || b"%!$&'()*+,;=:".contains(&byte);
    user_info.bytes().all(user_info_byte) && is_host_and_port(host_and_port)
}

fn is_host_and_port(text: &str) -> bool {
    let (host_ok, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let address_byte = |byte: u8| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.';
            (
                !address.is_empty() && address.bytes().all(address_byte),
                port,
            )
        }
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (!host.is_empty() && host.bytes().all(is_unreserved), port)
        }
    };
    let port_ok = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
    host_ok && port_ok
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(text: &str) -> Option<String> {
        Audience::parse(text).map(|audience| audience.account().to_string())
    }

    #[test]
    fn the_account_is_the_one_in_the_path() {
        for (text, expected) in [
            ("https://api.dintero.com/v1/accounts/T11200000", "T11200000"),
            (
                "https://T11200000@api.dintero.com/v1/accounts/T11200000",
                "T11200000",
            ),
            (
                "https://P11200009@api.dintero.com/v1/accounts/T11200001",
                "T11200001",
            ),
            (
                "https://id:pass@api.dintero.com/v1/accounts/T11200001",
                "T11200001",
            ),
            ("http://127.0.0.1:8080/v1/accounts/T11200001", "T11200001"),
            ("http://localhost:8080/v1/accounts/P11200001/", "P11200001"),
            ("http://[::1]:8080/v1/accounts/T11200001", "T11200001"),
            ("http://[::1]/v1/accounts/T11200001", "T11200001"),
        ] {
            assert_eq!(account(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_audience() {
        for text in [
            "",
            "T11200000",
            "/v1/accounts/T11200000",
            "https://api.dintero.com",
            "https://api.dintero.com/v1/accounts",
            "https://api.dintero.com/v1/accounts/",
            "https://api.dintero.com/v1/accounts/T112",
            "https://api.dintero.com/v1/accounts/t11200000",
            "https://api.dintero.com/v1/accounts/T11200000//",
            "https://api.dintero.com/v1/accounts/T11200000/auth",
            "https://api.dintero.com/v1/accounts/T11200000?a=b",
            "https://api.dintero.com/v1/accounts/T11200000/?",
            "https://api.dintero.com/v1/accounts/T11200000#a",
            "https://api.dintero.com/v1/accounts/%5411200000",
            "https://api.dintero.com/v1//accounts/T11200000",
            "https://api.dintero.com//v1/accounts/T11200000",
            "https://api.dintero.com/v2/accounts/T11200000",
            "https://api.dintero.com/x/v1/accounts/T11200000",
            "ftp://api.dintero.com/v1/accounts/T11200000",
            "https:///v1/accounts/T11200000",
            "https://@/v1/accounts/T11200000",
            "https://:80/v1/accounts/T11200000",
            "https://api.dintero.com:/v1/accounts/T11200000",
            "https://api.dintero.com:port/v1/accounts/T11200000",
            "https://a@b@c/v1/accounts/T11200000",
            "https://[::1/v1/accounts/T11200000",
            "https://[]/v1/accounts/T11200000",
            "https://a b/v1/accounts/T11200000",
            "https://a\\b/v1/accounts/T11200000",
            "https://a?b/v1/accounts/T11200000",
            "https://a#b/v1/accounts/T11200000",
            "https://æ.no/v1/accounts/T11200000",
            " https://api.dintero.com/v1/accounts/T11200000",
            "https://api.dintero.com/v1/accounts/T11200000\n",
        ] {
            assert_eq!(account(text), None, "{text}");
        }
    }

    #[test]
    fn an_audience_has_at_most_512_characters() {
        let of_length = |length: usize| {
            let path = "/v1/accounts/T11200000";
            format!(
                "http://{}{path}",
                "a".repeat(length - "http://".len() - path.len())
            )
        };
        assert!(Audience::parse(&of_length(512)).is_some());
        assert!(Audience::parse(&of_length(513)).is_none());
    }
}
