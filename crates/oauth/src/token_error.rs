//! Why a token is refused.

use thiserror::Error;

/// A refusal of a token. It never holds any part of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Not a compact JWS with the header and claims of an access token, above 8 KiB, or with
    /// `crit`.
    #[error("malformed token")]
    Malformed,
    /// `typ` is not `at+jwt`: a token made for something else (RFC 9068, 4).
    #[error("the token's typ is not at+jwt")]
    UnsupportedType,
    /// `alg` is none of ours, or not that of the key.
    #[error("unsupported signature algorithm")]
    UnsupportedAlgorithm,
    /// No key of the issuer has the token's `kid`.
    #[error("unknown signing key")]
    UnknownKey,
    /// The signature was not made with the key over these bytes.
    #[error("bad signature")]
    BadSignature,
    /// `iss` is another one than expected.
    #[error("issued by another issuer")]
    WrongIssuer,
    /// `exp` has come.
    #[error("expired")]
    Expired,
    /// `iat` lies too far in the future.
    #[error("not yet valid")]
    NotYetValid,
}
