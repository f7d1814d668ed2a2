//! `kobling backup`: the whole database of one moment as one file, checked entry by entry.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use storage::StorageError;
use storage_sqlite::{Contents, VerifyError, beside, copy_to, refuse_damaged_wal, verify};

use super::CommandError;
use super::database_file::DatabaseFile;
use super::exit::UsageError;
use super::output::{Output, size};
use super::watching::watched;
use crate::logging;

const EXAMPLES: &str = "\
Examples:
  A backup beside the running server:
    kobling backup --database /var/lib/kobling/kobling.db --to /backup/kobling-monday.db
  Over the one of last week, for a program:
    kobling backup --to /backup/kobling.db --force --json

The copy is of the moment that the command began at. The server goes on; what is written meanwhile stays in the \
write-ahead log, which grows by that much until the copy is there. The copy is written under another name, synced, \
checked (every page; every entry's hash; no gap in any log; the same rows as the database had), and only then given its \
name. It is one ordinary SQLite file, with a checksum behind its last page.

The root key (kobling.key) is NOT in it. The secrets in a backup can be read with that key alone, and without it no token \
can be issued any more. Keep the key in another place than the backups: whoever has both has everything.";

/// What is done with a database that is no file.
const INSTEAD: &str =
    "a database on a server is backed up by its own tools, such as pg_basebackup and pg_dump";

/// The arguments of `kobling backup`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Backup {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Replace the file where it is there already.
    #[arg(long)]
    force: bool,
    /// Print what was written as a JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseFile,
}

impl Backup {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let database = self.database.path(INSTEAD)?;
        refuse_database(&self.to, &database)?;
        self.refuse_to_overwrite()?;
        let folder = folder_of(&self.to);
        // Gone again at the end of this function, unless it is given its name.
        let unfinished = tempfile::Builder::new()
            .prefix(".kobling-backup-")
            .tempfile_in(folder)
            .map_err(|error| format!("--to {}: {error}", self.to.display()))?;
        let copy = unfinished.path().to_owned();
        let contents = watched(move |watch| -> Result<Contents, CommandError> {
            refuse_damaged_wal(&database)?;
            let copied = copy_to(&database, &copy, watch)?;
            let verified = verify(&copy, watch).map_err(damaged)?;
            if copied == verified {
                Ok(verified)
            } else {
                Err("the copy does not hold what the database held; nothing was kept of it".into())
            }
        })?;
        let kept = if self.force {
            unfinished.persist(&self.to)
        } else {
            unfinished.persist_noclobber(&self.to)
        };
        kept.map_err(|error| format!("--to {}: {}", self.to.display(), error.error))?;
        sync_folder(folder)?;
        self.tell(&contents)
    }

    fn refuse_to_overwrite(&self) -> Result<(), CommandError> {
        if self.force || !self.to.exists() {
            return Ok(());
        }
        let file = self.to.display();
        Err(format!("{file} is there already; give another name, or --force to replace it").into())
    }

    fn tell(&self, contents: &Contents) -> Result<(), CommandError> {
        let bytes = fs::metadata(&self.to)?.len();
        let mut out = Output::new();
        if self.json {
            let mut told = described(contents);
            if let Some(told) = told.as_object_mut() {
                told.insert("file".to_owned(), self.to.display().to_string().into());
                told.insert("bytes".to_owned(), bytes.into());
            }
            out.line(&told.to_string())?;
        } else {
            out.line(&format!(
                "Backed up to {}: {}, {}. Every entry was checked.",
                self.to.display(),
                size(bytes),
                summary(contents)
            ))?;
            out.line(
                "The root key is not in it; keep it apart, a backup is of no use without it.",
            )?;
        }
        Ok(out.flush()?)
    }
}

/// The copy is what the database is: where it does not pass its checks, the database would not either.
fn damaged(error: VerifyError) -> CommandError {
    match error {
        VerifyError::Stopped | VerifyError::Storage(StorageError::Unavailable(_)) => error.into(),
        error => format!(
            "{error}. The database itself is damaged, so nothing was kept of the copy; an older backup is what to put in \
             its place with kobling restore"
        )
        .into(),
    }
}

/// What a database holds, in words.
pub(super) fn summary(contents: &Contents) -> String {
    let partners = match contents.logs.len() {
        1 => "1 partner".to_owned(),
        count => format!("{count} partners"),
    };
    let entries = match contents.entries() {
        1 => "1 log entry".to_owned(),
        count => format!("{count} log entries"),
    };
    format!("{partners}, {entries}")
}

/// What a database holds, for programs.
pub(super) fn described(contents: &Contents) -> serde_json::Value {
    let logs: Vec<_> = contents
        .logs
        .iter()
        .map(|log| {
            json!({
                "partner": log.partner.to_string(),
                "last_seq": log.last_seq,
                "last_at": log.last_at.to_string(),
            })
        })
        .collect();
    let rows: serde_json::Map<String, serde_json::Value> = contents
        .rows
        .iter()
        .map(|(table, count)| (table.clone(), (*count).into()))
        .collect();
    json!({"schema": contents.schema, "entries": contents.entries(), "logs": logs, "rows": rows})
}

/// Refuses to write over the database, or over a file that SQLite keeps beside it.
///
/// # Errors
/// It is one of them, under whatever name.
pub(super) fn refuse_database(to: &Path, database: &Path) -> Result<(), UsageError> {
    let is_same = |other: &Path| match (fs::metadata(to), fs::metadata(other)) {
        (Ok(to), Ok(other)) => (to.dev(), to.ino()) == (other.dev(), other.ino()),
        _ => false,
    };
    let mut of_database = ["", "-wal", "-shm"]
        .map(|suffix| beside(database, suffix))
        .into_iter();
    if of_database.any(|file| is_same(&file)) {
        let to = to.display();
        return Err(UsageError(format!(
            "--to {to} is the database itself; give another name"
        )));
    }
    Ok(())
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Makes names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
