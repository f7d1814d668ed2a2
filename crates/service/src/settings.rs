//! What the service must be told.

use std::time::Duration;

use domain::PartnerId;
use oauth::Algorithm;

/// The settings of the use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where callers reach the service: scheme, host and port, without a slash at the end. Part of every issuer, so it
    /// must be the same on all nodes.
    pub public_url: String,
    /// How long a token lives.
    pub token_lifetime: Duration,
    /// What new tokens are signed with.
    pub token_algorithm: Algorithm,
    /// Verified tokens that are remembered, at most.
    pub tokens_remembered_max: usize,
    /// Bytes of answers about connections that are remembered, at most.
    pub connections_remembered_bytes: u64,
    /// Batches that may be under way at the same time; a partner's changes are always in the same lane.
    pub lanes: usize,
    /// Changes that may wait in one lane.
    pub queue_max: usize,
}

impl Settings {
    /// The usual settings for a public URL.
    pub fn for_public_url(public_url: impl Into<String>) -> Self {
        let public_url: String = public_url.into();
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            token_lifetime: Duration::from_secs(14_400),
            token_algorithm: Algorithm::Rs256,
            tokens_remembered_max: 100_000,
            connections_remembered_bytes: 128 * 1024 * 1024,
            lanes: 1,
            queue_max: 4_096,
        }
    }

    /// The issuer of a partner's tokens (RFC 8414: the URL that metadata is found from).
    #[must_use]
    pub fn issuer(&self, partner: PartnerId) -> String {
        format!("{}/v1/accounts/{}", self.public_url, partner.own_account())
    }

    /// The partner whose tokens have this issuer.
    #[must_use]
    pub fn partner_of_issuer(&self, issuer: &str) -> Option<PartnerId> {
        let account = issuer
            .strip_prefix(&self.public_url)?
            .strip_prefix("/v1/accounts/")?;
        let account: domain::AccountId = account.parse().ok()?;
        account.is_partner_account().then(|| account.partner())
    }
}
