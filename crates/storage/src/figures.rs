//! What an engine says of itself, for whoever watches it.

/// Figures of a database as this process knows them; nothing is asked of the database for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageFigures {
    /// Entries that this process has written to logs since it opened the database.
    pub log_entries_written: u64,
    /// What the embedded engine says of its write-ahead log; none for an engine that keeps its own.
    pub wal: Option<WalFigures>,
    /// What an engine on a server says of its connections there; none for the embedded one.
    pub server: Option<ServerFigures>,
}

/// Figures of connections to a database server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerFigures {
    /// Those that write.
    pub writing: ConnectionFigures,
    /// Those that read.
    pub reading: ConnectionFigures,
    /// Those on which nodes tell each other which logs have grown. Nobody waits for one.
    pub waking: ConnectionFigures,
    /// Commits whose answer was lost.
    pub look_ups: LookUpFigures,
}

/// Figures of connections of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionFigures {
    /// Connections that are open.
    pub open: u64,
    /// Connections on which something is being done.
    pub in_use: u64,
    /// Connections that may be open.
    pub max: u64,
    /// Callers who wait for a connection, or behind another one on it.
    pub waiting: u64,
    /// Connections that were ever opened.
    pub opened: u64,
    /// Connections that ended, or were given up, while they were wanted.
    pub lost: u64,
}

/// Figures of commits whose answer was lost, and that were looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookUpFigures {
    /// Commits that turned out to be stored.
    pub stored: u64,
    /// Commits that turned out not to be.
    pub not_stored: u64,
    /// Commits of which that could not be learned.
    pub unknown: u64,
    /// How long all of it took.
    pub nanos: u64,
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
