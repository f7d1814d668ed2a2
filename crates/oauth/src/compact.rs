//! The compact form of a token (RFC 7515, 7.1) taken apart, with everything refused that needs no
//! key to be refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::algorithm::Algorithm;
use crate::token_error::TokenError;

/// Bytes of the longest token that is looked at.
const LENGTH_MAX: usize = 8 * 1024;

/// A token whose header is in order; nothing else of it was checked.
pub(crate) struct CompactToken<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: String,
    /// What the signature is over.
    pub(crate) message: &'a str,
    pub(crate) signature: &'a str,
    claims: &'a str,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
}

impl<'a> CompactToken<'a> {
    pub(crate) fn parse(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > LENGTH_MAX {
            return Err(TokenError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Header = decode_object(header)?;
        if !header.typ.is_some_and(|typ| is_access_token_type(&typ)) {
            return Err(TokenError::UnsupportedType);
        }
        let algorithm = header
            .alg
            .parse()
            .map_err(|_| TokenError::UnsupportedAlgorithm)?;
        // Extensions that must be understood (RFC 7515, 4.1.11); we understand none.
        if header.crit {
            return Err(TokenError::Malformed);
        }
        let kid = header.kid.ok_or(TokenError::Malformed)?;
        Ok(Self {
            algorithm,
            kid,
            message,
            signature,
            claims,
        })
    }

    /// Reads claims. Only after the signature was verified do they mean anything.
    pub(crate) fn claims<T: DeserializeOwned>(&self) -> Result<T, TokenError> {
        decode_object(self.claims)
    }
}

/// Media types are compared without case, and `application/` may be left out (RFC 7515, 4.1.9).
fn is_access_token_type(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("at+jwt") || typ.eq_ignore_ascii_case("application/at+jwt")
}

fn decode_object<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let json = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)?;
    // serde would take an array for a struct as well.
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(TokenError::Malformed);
    }
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

/// True for any value, `null` too.
fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &str) -> Result<Algorithm, TokenError> {
        let token = format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header));
        CompactToken::parse(&token).map(|token| token.algorithm)
    }

    #[test]
    fn the_type_is_that_of_an_access_token() {
        for typ in [
            "at+jwt",
            "AT+JWT",
            "application/at+jwt",
            "Application/At+Jwt",
        ] {
            let header = format!(r#"{{"alg":"ES256","typ":"{typ}","kid":"k"}}"#);
            assert_eq!(parse(&header), Ok(Algorithm::Es256), "{typ}");
        }
        for typ in [
            "",
            "JWT",
            "jwt",
            "at+jwt ",
            "text/at+jwt",
            "application/application/at+jwt",
        ] {
            let header = format!(r#"{{"alg":"ES256","typ":"{typ}","kid":"k"}}"#);
            assert_eq!(parse(&header), Err(TokenError::UnsupportedType), "{typ}");
        }
        assert_eq!(
            parse(r#"{"alg":"ES256","kid":"k"}"#),
            Err(TokenError::UnsupportedType)
        );
    }

    #[test]
    fn unsigned_and_shared_key_algorithms_are_unknown() {
        for alg in [
            "none", "None", "NONE", "HS256", "HS384", "HS512", "PS256", "RS384", "",
        ] {
            let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"k"}}"#);
            assert_eq!(
                parse(&header),
                Err(TokenError::UnsupportedAlgorithm),
                "{alg}"
            );
        }
    }

    #[test]
    fn a_header_out_of_order_is_malformed() {
        for header in [
            r#"{"alg":"ES256","typ":"at+jwt"}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":null}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":1}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":"k","kid":"k"}"#,
            r#"{"alg":"ES256","alg":"RS256","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":"k","crit":["exp"]}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":"k","crit":null}"#,
            r#"{"typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"ES256","typ":"at+jwt","kid":"k"} {}"#,
            r#"["ES256","at+jwt","k",false]"#,
            "",
        ] {
            assert_eq!(parse(header), Err(TokenError::Malformed), "{header}");
        }
    }

    #[test]
    fn the_parts_must_be_unpadded_base64url() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"at+jwt","kid":"key"}"#);
        let token = |header: &str| CompactToken::parse(&format!("{header}.e30.AA")).map(|_| ());
        assert_eq!(token(&header), Ok(()));
        for header in [
            format!("{header}="),
            format!(" {header}"),
            format!("{header}\n"),
        ] {
            assert_eq!(token(&header), Err(TokenError::Malformed));
        }
    }
}
