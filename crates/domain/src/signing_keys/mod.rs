//! Signing keys: what a partner's tokens are signed with. The rules carry them and cannot use them.

mod add;

pub use add::{AddSigningKey, AddSigningKeyRefused, SigningKeyRecord};
