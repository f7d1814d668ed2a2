//! How an entry is kept: its payload as text, and a hash over it that can be proved later.

use aws_lc_rs::digest::{Context, SHA256};
use domain::log::{FactKind, LogEntry, Subject};
use domain::{Actor, Entropy, JsonText, Timestamp};

use crate::payload::{self, PayloadError};

/// What is stored of an entry's content: the payload, and a hash over a random salt and the payload's bytes.
///
/// Erasing payload and salt leaves a hash that nothing can be guessed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEntry {
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// SHA-256 over the salt and the payload's bytes.
    pub content_hash: [u8; 32],
    /// JSON.
    pub payload: String,
}

/// An entry as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLogEntry {
    /// Place in the partner's log.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What kind of thing happened.
    pub kind: FactKind,
    /// Who says so.
    pub actor: Actor,
    /// What it is about.
    pub subject: Subject,
    /// What happened, as JSON.
    pub payload: JsonText,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// SHA-256 over the salt and the payload's bytes.
    pub content_hash: [u8; 32],
}

impl SealedEntry {
    /// Writes an entry's payload and hashes it over a fresh salt.
    ///
    /// # Errors
    /// A text of the entry that should be JSON is not.
    pub fn seal(entry: &LogEntry, entropy: &dyn Entropy) -> Result<Self, PayloadError> {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        let payload = payload::encode(entry)?;
        Ok(Self {
            salt,
            content_hash: content_hash(&salt, &payload),
            payload,
        })
    }
}

impl StoredLogEntry {
    /// Whether the payload is the one that was hashed when the entry was written.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        content_hash(&self.salt, self.payload.as_str()) == self.content_hash
    }
}

pub(crate) fn content_hash(salt: &[u8; 16], payload: &str) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(salt);
    context.update(payload.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
