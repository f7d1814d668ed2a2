//! What is copied: every table that belongs to partners, with its columns.

use std::fmt;

/// A table that belongs to partners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopiedTable {
    /// The log: appended to, never altered.
    LogEntries,
    /// Accounts.
    Accounts,
    /// What accounts consist of.
    AccountDocuments,
    /// Connections.
    Connections,
    /// Answers kept for idempotency keys.
    Answers,
    /// Clients.
    Clients,
    /// Grants.
    Grants,
    /// Signing keys.
    SigningKeys,
    /// The stream row of the partner. It is the last to be written, since it says that the partner is there.
    Streams,
}

/// What values a column has. Each may also be nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Integer,
    /// Texts.
    Text,
    /// Bytes.
    Bytes,
}

/// A column beside the partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, the same in every engine.
    pub name: &'static str,
    /// Its values.
    pub kind: ColumnKind,
}

const fn integer(name: &'static str) -> Column {
    let kind = ColumnKind::Integer;
    Column { name, kind }
}

const fn text(name: &'static str) -> Column {
    let kind = ColumnKind::Text;
    Column { name, kind }
}

const fn bytes(name: &'static str) -> Column {
    let kind = ColumnKind::Bytes;
    Column { name, kind }
}

const LOG_ENTRIES: &[Column] = &[
    integer("seq"),
    integer("at"),
    text("kind"),
    text("actor"),
    integer("account"),
    text("connection"),
    integer("link_index"),
    integer("previous_seq"),
    integer("jump_seq"),
    bytes("salt"),
    bytes("content_hash"),
    text("payload"),
];

const ACCOUNTS: &[Column] = &[
    integer("account"),
    text("id"),
    integer("active"),
    integer("created_at"),
    text("created_by"),
    integer("updated_at"),
    integer("deleted_at"),
    text("deleted_by"),
    integer("chain_length"),
    text("chain_spine"),
];

const ACCOUNT_DOCUMENTS: &[Column] = &[integer("account"), text("document")];

const CONNECTIONS: &[Column] = &[
    integer("account"),
    text("connection"),
    text("status"),
    integer("created_at"),
    text("created_by"),
    integer("updated_at"),
    integer("chain_length"),
    text("chain_spine"),
];

const ANSWERS: &[Column] = &[
    bytes("key"),
    bytes("request"),
    integer("seq"),
    integer("version"),
    integer("at"),
];

const CLIENTS: &[Column] = &[
    text("id"),
    integer("account"),
    text("client_id"),
    text("name"),
    text("description"),
    text("callbacks"),
    bytes("secret"),
    integer("created_at"),
    text("created_by"),
];

const GRANTS: &[Column] = &[
    text("id"),
    text("client"),
    integer("account"),
    text("audience"),
    integer("audience_account"),
    text("scope"),
    text("type"),
    integer("created_at"),
    text("created_by"),
];

const SIGNING_KEYS: &[Column] = &[
    text("kid"),
    text("algorithm"),
    text("public_jwk"),
    bytes("private_key"),
    integer("created_at"),
    text("created_by"),
];

const STREAMS: &[Column] = &[
    integer("last_seq"),
    integer("last_at"),
    integer("auth_epoch"),
    integer("last_account_number"),
    bytes("data_key"),
];

impl CopiedTable {
    /// All of them, in the order in which a partner's are written.
    pub const ALL: [Self; 9] = [
        Self::LogEntries,
        Self::Accounts,
        Self::AccountDocuments,
        Self::Connections,
        Self::Answers,
        Self::Clients,
        Self::Grants,
        Self::SigningKeys,
        Self::Streams,
    ];

    /// Its name, the same in every engine.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LogEntries => "log_entries",
            Self::Accounts => "accounts",
            Self::AccountDocuments => "account_documents",
            Self::Connections => "connections",
            Self::Answers => "answers",
            Self::Clients => "clients",
            Self::Grants => "grants",
            Self::SigningKeys => "signing_keys",
            Self::Streams => "streams",
        }
    }

    /// Its columns beside the partner, in the order of a row's values.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::LogEntries => LOG_ENTRIES,
            Self::Accounts => ACCOUNTS,
            Self::AccountDocuments => ACCOUNT_DOCUMENTS,
            Self::Connections => CONNECTIONS,
            Self::Answers => ANSWERS,
            Self::Clients => CLIENTS,
            Self::Grants => GRANTS,
            Self::SigningKeys => SIGNING_KEYS,
            Self::Streams => STREAMS,
        }
    }
}

impl fmt::Display for CopiedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
