//! What the system says of the process and of the disk. What it does not say is left out.

use std::fs;
use std::path::Path;

/// Figures of this process.
pub(super) struct Own {
    pub(super) resident_bytes: u64,
    pub(super) open_fds: u64,
    pub(super) max_fds: u64,
}

/// A disk, in bytes.
pub(super) struct Disk {
    pub(super) size: u64,
    pub(super) free: u64,
}

/// Of this process; nothing where there is no `/proc`.
pub(super) fn own() -> Option<Own> {
    let pages = fs::read_to_string("/proc/self/statm").ok()?;
    let resident: u64 = pages.split(' ').nth(1)?.parse().ok()?;
    let page = u64::try_from(rustix::param::page_size()).ok()?;
    let open_fds = fs::read_dir("/proc/self/fd").ok()?.count();
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    Some(Own {
        resident_bytes: resident.saturating_mul(page),
        // The look itself has one open.
        open_fds: u64::try_from(open_fds.saturating_sub(1)).ok()?,
        max_fds: limit.current.unwrap_or(u64::MAX),
    })
}

/// The disk that holds a file.
pub(super) fn disk(file: &Path) -> Option<Disk> {
    let figures = rustix::fs::statvfs(file).ok()?;
    Some(Disk {
        size: figures.f_blocks.saturating_mul(figures.f_frsize),
        free: figures.f_bavail.saturating_mul(figures.f_frsize),
    })
}

/// The size of a file.
pub(super) fn file_bytes(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().map(|file| file.len())
}
