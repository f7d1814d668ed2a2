//! Whether there is room for more than a page.
//!
//! A batch that fails on a full disk leaves the write-ahead log a few pages longer than it needs to be, so the smallest of
//! commits would succeed there, and the next batch fail again.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// As much as a batch of some hundred changes.
const BYTES: usize = 1 << 20;

/// Writes a file of that size, and removes it.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    let written = write(path);
    let removed = match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    written.and(removed)
}

fn write(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)?;
    file.write_all(&vec![0; BYTES])?;
    file.sync_data()
}
