//! What an engine says of itself, for whoever watches it.

/// Figures of a database as this process knows them; nothing is asked of the database for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageFigures {
    /// Entries that this process has written to logs since it opened the database.
    pub log_entries_written: u64,
    /// What the embedded engine says of its write-ahead log; none for an engine that keeps its own.
    pub wal: Option<WalFigures>,
}

/// Figures of the embedded engine's write-ahead log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WalFigures {
    /// Pages in it after the last commit.
    pub pages: u64,
    /// Pages at which the writer stops to carry them into the file itself.
    pub pages_max: u64,
    /// How often its pages were carried into the file.
    pub checkpoints: u64,
    /// How often that failed.
    pub checkpoints_failed: u64,
    /// How often it began anew, after all of its pages were carried over.
    pub rounds: u64,
}
