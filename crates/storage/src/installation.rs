//! The one row that says whose database this is.

use domain::Timestamp;

/// A value derived from the root key, by which a wrong key is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootKeyCheck(pub [u8; 32]);

/// What a database says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Of the root key under which this database's secrets are sealed.
    pub root_key_check: RootKeyCheck,
    /// When the database was first opened.
    pub created_at: Timestamp,
}
