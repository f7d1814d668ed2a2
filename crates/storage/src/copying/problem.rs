//! Why a store cannot be copied, or is not what it was copied from.

use std::fmt;

use domain::PartnerId;
use thiserror::Error;

use super::CopiedTable;
use crate::error::StorageError;

/// One of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// That which is copied from.
    Source,
    /// That which is copied to.
    Target,
}

/// A copy was not made, or the databases differ.
#[derive(Debug, Error)]
pub enum CopyError {
    /// A database cannot be asked or written.
    #[error("{side}: {source}")]
    Storage {
        /// Which.
        side: Side,
        /// What it says.
        source: StorageError,
    },
    /// A database cannot be asked or written; which, is known to the caller.
    #[error(transparent)]
    Unplaced(#[from] StorageError),
    /// Both names lead to one database.
    #[error(
        "--from and --to are the same database, or one is a clone of the other's server; a copy needs a database of its own"
    )]
    Same,
    /// Nothing was ever set up in it.
    #[error(
        "{0}: nothing was ever set up in this database, so there is nothing to copy; name another"
    )]
    NotSetUp(Side),
    /// The target has rows, and nothing that says whose.
    #[error("--to: the database is not empty; give an empty one")]
    NotEmpty,
    /// The target belongs to another installation.
    #[error(
        "--to: the database was set up with another root key than that of --from, so it is no copy of it; give an empty one"
    )]
    OtherInstallation,
    /// The target is finished.
    #[error(
        "--to: the database is set up already, with the root key of --from; give an empty one, or --update to bring a copy \
         up to date that nobody has written to"
    )]
    Finished,
    /// The target has a partner that the source does not have.
    #[error(
        "--to: the database has a partner {0} that is not in --from, so it is no earlier state of it; give an empty one"
    )]
    OtherPartner(PartnerId),
    /// The target's log is no beginning of the source's.
    #[error(
        "--to: entry {seq} of the log of {partner} is not that of --from: the database was written to after it was copied, or \
         --from is an older state; give an empty one"
    )]
    OtherLog {
        /// Whose log.
        partner: PartnerId,
        /// Its last entry in the target.
        seq: u64,
    },
    /// An entry of the source's log is missing.
    #[error(
        "--from: the log of {partner} is damaged: entry {seq} is missing. What was copied stays unfinished; an older backup \
         is what to copy from"
    )]
    EntryMissing {
        /// Whose log.
        partner: PartnerId,
        /// Which entry.
        seq: u64,
    },
    /// An entry of the source's log is not what was written.
    #[error(
        "--from: the log of {partner} is damaged: entry {seq} is not what was written, by its hash. What was copied stays \
         unfinished; an older backup is what to copy from"
    )]
    EntryChanged {
        /// Whose log.
        partner: PartnerId,
        /// Which entry.
        seq: u64,
    },
    /// A table of a partner is not the same in both.
    #[error(
        "{table} of {partner} differ: --from has {in_source} rows, --to has {in_target}{}",
        same_number(in_source, in_target)
    )]
    Different {
        /// Whose.
        partner: PartnerId,
        /// Which table.
        table: CopiedTable,
        /// Rows of the source.
        in_source: u64,
        /// Rows of the target.
        in_target: u64,
    },
    /// One has partners that the other does not have.
    #[error("the partner {partner} is in {side} alone")]
    Missing {
        /// Who.
        partner: PartnerId,
        /// Where it is.
        side: Side,
    },
    /// A table has rows that belong to no partner that is there.
    #[error(
        "{side}: {table} has {rows} rows, and those of its partners are {expected}; look with kobling doctor"
    )]
    Strays {
        /// Where.
        side: Side,
        /// Which table.
        table: CopiedTable,
        /// Rows in all.
        rows: u64,
        /// Rows of partners.
        expected: u64,
    },
    /// Whoever watches wants no more of it.
    #[error("stopped; what was copied is there, and the same command goes on with it")]
    Stopped,
}

fn same_number(source: &u64, target: &u64) -> &'static str {
    if source == target {
        ", with other content"
    } else {
        ""
    }
}

impl CopyError {
    /// The same, saying which database it is about.
    pub(super) fn of(self, side: Side) -> Self {
        match self {
            Self::Unplaced(source) => Self::Storage { side, source },
            error => error,
        }
    }
}

/// Says which database an error is about.
pub(super) trait OnSide<T> {
    /// The value, or the error of this side.
    fn on(self, side: Side) -> Result<T, CopyError>;
}

impl<T, E: Into<CopyError>> OnSide<T> for Result<T, E> {
    fn on(self, side: Side) -> Result<T, CopyError> {
        self.map_err(|error| error.into().of(side))
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "--from",
            Self::Target => "--to",
        })
    }
}
