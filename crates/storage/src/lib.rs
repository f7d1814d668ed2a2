//! What can be asked of a database: `write`, reads by noun, pages and errors, and the suite that every engine passes.
//!
//! Also what all engines share: how an entry's payload is written and hashed. This crate must not know SQL or HTTP, and
//! holds no rules: those are in `domain`.

mod durability;
mod error;
mod figures;
mod installation;
mod log_entries;
mod pages;
mod payload;
mod reader;
mod storage;
mod text_list;

pub mod conformance;
pub mod copying;

pub use durability::Durability;
pub use error::{StorageError, WriteError};
pub use figures::{ConnectionFigures, LookUpFigures, ServerFigures, StorageFigures, WalFigures};
pub use installation::{Installation, RootKeyCheck};
pub use log_entries::{SealedEntry, StoredLogEntry};
pub use pages::{AccountsPage, EventsPage, LogPage, Order};
pub use payload::{PayloadError, decode_event, encode};
pub use reader::{
    ClientKey, ClientWithGrants, ConnectionWithEvents, HistoryEvent, NamedConnection, Reader,
};
pub use storage::Storage;
pub use text_list::{decode_list, encode_list};
