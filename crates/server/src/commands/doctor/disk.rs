//! Free space where the database is.

use std::path::Path;

use rustix::fs::statvfs;

use super::super::backup::folder_of;
use super::super::output::size;
use super::finding::Finding;

const CHECK: &str = "disk";

/// Free bytes below which the write-ahead log may soon find no room.
const LOW: u64 = 1 << 30;

/// Free bytes below which writes are about to be refused.
const FULL: u64 = 200 << 20;

pub(super) fn examine(database: &Path) -> Finding {
    let folder = folder_of(database);
    match statvfs(folder) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let used = std::fs::metadata(database).map_or(0, |file| file.len());
            judged(folder, free, used)
        }
        Err(error) => Finding::error(
            CHECK,
            format!("{}: {error}", folder.display()),
            "the folder must exist; name the right database with --database",
        ),
    }
}

fn judged(folder: &Path, free: u64, database: u64) -> Finding {
    let message = format!("{} is free in {}", size(free), folder.display());
    let remedy = "make room or use a larger disk; when it is full, writes are refused and nothing that was \
                  acknowledged is lost";
    if free < FULL {
        return Finding::error(CHECK, message, remedy);
    }
    if free < LOW {
        return Finding::warning(CHECK, message, remedy);
    }
    if free < database {
        let message = format!("{message}, and the database takes {}", size(database));
        let remedy = "there is no room for a second copy: write backups to another disk, and make room before a restore";
        return Finding::warning(CHECK, message, remedy);
    }
    Finding::ok(CHECK, message)
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn little_space_is_told_before_it_is_gone() {
        let level = |free, database| judged(Path::new("/data"), free, database).level;
        assert_eq!(level(0, 0), Level::Error);
        assert_eq!(level(FULL - 1, 0), Level::Error);
        assert_eq!(level(FULL, 0), Level::Warning);
        assert_eq!(level(LOW, 0), Level::Ok);
        assert_eq!(level(5 * LOW, 6 * LOW), Level::Warning);
        assert_eq!(level(6 * LOW, 6 * LOW), Level::Ok);
    }
}
