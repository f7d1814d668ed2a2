//! The file: is it there, is it ours, is it whole, can it be written, and is its schema known.

use std::path::Path;

use rustix::fs::{Access, access};
use storage::StorageError;
use storage_sqlite::{Examination, ExistingError, SCHEMA_VERSION, refuse_damaged_wal};

use super::super::backup::folder_of;
use super::super::output::size;
use super::finding::Finding;

const CHECK: &str = "database";
const SCHEMA: &str = "schema";

/// Bytes of the write-ahead log above which something keeps it from being carried into the file.
const WAL_BYTES_MAX: u64 = 768 << 20;

const RESTORE: &str = "stop the server, keep this file aside, and put the newest backup in its place with kobling restore";

pub(super) fn not_opened(path: &Path, error: &ExistingError) -> Finding {
    let remedy = match error {
        ExistingError::Missing(_) if !folder_of(path).is_dir() => {
            "its folder is missing too: name the right file with --database, or make the folder"
        }
        ExistingError::Missing(_) => {
            "name the right file with --database; where there never was one, kobling serve makes it"
        }
        ExistingError::Foreign(_) => "name the right file with --database",
        ExistingError::Unreadable { .. } => {
            "run this as the user that the server runs as, or give that user the file"
        }
        error if error.is_of_disk() => {
            "nothing is known to be wrong with the file: it can be read when its disk has room and its folder can be \
             written by this user"
        }
        ExistingError::NoDatabase(_) | ExistingError::CannotOpen { .. } => RESTORE,
    };
    Finding::error(CHECK, error.to_string(), remedy)
}

pub(super) fn examine(path: &Path, examination: &Examination) -> Vec<Finding> {
    let mut findings = Vec::new();
    match examination.quick_check() {
        Ok(problems) if problems.is_empty() => {}
        Ok(problems) => {
            let message = format!("{} is damaged: {}", path.display(), problems.join("; "));
            findings.push(Finding::error(CHECK, message, RESTORE));
        }
        Err(StorageError::Damaged(why)) => {
            let message = format!("{} is damaged: {why}", path.display());
            findings.push(Finding::error(CHECK, message, RESTORE));
        }
        Err(error) => {
            let message = format!("{}: {error}", path.display());
            findings.push(Finding::error(CHECK, message, RESTORE));
        }
    }
    if let Err(damage) = refuse_damaged_wal(path) {
        findings.push(Finding::error(CHECK, damage.to_string(), RESTORE));
    }
    findings.extend(unwritable(path));
    let wal = examination.wal_bytes();
    if wal > WAL_BYTES_MAX {
        findings.push(Finding::warning(
            CHECK,
            format!("the write-ahead log has grown to {}", size(wal)),
            "something reads an old state for long, such as a backup or another program; when it ends, the log begins \
             anew; a restart of the server helps too",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            CHECK,
            format!(
                "{} is sound ({}, write-ahead log {})",
                path.display(),
                size(examination.bytes()),
                size(wal)
            ),
        ));
    }
    findings
}

fn unwritable(path: &Path) -> Option<Finding> {
    let place = [path, folder_of(path)]
        .into_iter()
        .find(|place| access(*place, Access::WRITE_OK).is_err())?;
    Some(Finding::error(
        CHECK,
        format!("{} cannot be written by this user", place.display()),
        "run this as the user that the server runs as; where it is that user, give it the file and its folder, or mount \
         the disk for writing",
    ))
}

/// The schema, and whether what is in the tables can be read.
pub(super) fn schema(examination: &Examination) -> (Finding, bool) {
    let found = match examination.schema() {
        Ok(found) => found,
        Err(error) => return (Finding::error(SCHEMA, error.to_string(), RESTORE), false),
    };
    let finding = if found == SCHEMA_VERSION {
        Finding::ok(
            SCHEMA,
            format!("schema {found}, which this version works with"),
        )
    } else if found < SCHEMA_VERSION {
        Finding::warning(
            SCHEMA,
            format!("schema {found} is older than {SCHEMA_VERSION}, which this version works with"),
            "make a backup, then start kobling serve: it brings the schema up to date",
        )
    } else {
        Finding::error(
            SCHEMA,
            format!("schema {found} is newer than {SCHEMA_VERSION}, which this version works with"),
            "start the version that wrote it, or restore a backup from before the upgrade",
        )
    };
    (finding, found == SCHEMA_VERSION)
}
