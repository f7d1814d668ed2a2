//! Where randomness comes from, and the ids made of it.

use std::fmt;

use uuid::Uuid;

use crate::time::Timestamp;

/// A source of random bytes fit for keys and secrets; a test takes a seeded one.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills the whole buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The random part of an id, drawn before the moment of the id is known.
///
/// A change draws it when it is made; the id follows inside the transaction, with the time recorded there, so that
/// deciding needs no randomness and can be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdSeed([u8; 10]);

impl IdSeed {
    /// Draws a seed.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 10];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The UUIDv7 (RFC 9562) of the seed at that moment.
    #[must_use]
    pub fn id_at(self, moment: Timestamp) -> Uuid {
        uuid::Builder::from_unix_timestamp_millis(moment.millis(), &self.0).into_uuid()
    }
}
