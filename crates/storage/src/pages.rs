//! Which part of a list is wanted.

/// From the oldest on, or from the newest back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    #[default]
    Ascending,
    /// Newest first.
    Descending,
}

/// A page of one connection's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventsPage {
    /// In which direction.
    pub order: Order,
    /// The version of the last event of the page before.
    pub after: Option<u64>,
    /// Events, at most.
    pub limit: usize,
}

/// A page of a partner's accounts, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountsPage {
    /// The number of the last account of the page before.
    pub after: Option<u32>,
    /// Accounts, at most.
    pub limit: usize,
}

/// A page of a partner's log, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// Entries with a higher `seq` than this.
    pub after: u64,
    /// Entries, at most.
    pub limit: usize,
}
