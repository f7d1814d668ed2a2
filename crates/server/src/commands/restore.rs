//! `kobling restore`: a checked backup in the place of the database.

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use oauth::RootKey;
use serde_json::json;
use storage::RootKeyCheck;
use storage_sqlite::{
    Contents, ServeLock, SqliteOptions, Stage, VerifyError, Watch, beside, look, pages_alone,
    verify,
};
use tempfile::NamedTempFile;

use super::CommandError;
use super::backup::{described, folder_of, summary, sync_folder};
use super::output::Output;
use super::watching::watched;
use crate::application::Surroundings;
use crate::config::{DatabaseArgs, DatabaseUrl};
use crate::logging;
use crate::root_key::{RootKeySource, RootKeySourceError};

/// Bytes that are copied between two looks at whether to stop.
const BYTES_AT_ONCE: usize = 1 << 20;

const EXAMPLES: &str = "\
Examples:
  Into an empty place, on a new machine:
    kobling restore --from /backup/kobling-monday.db --database /var/lib/kobling/kobling.db
  Instead of the database that is there, which is kept beside it under another name:
    kobling restore --from /backup/kobling-monday.db --database /var/lib/kobling/kobling.db --force

Run it as the user that the server runs as, while the server is stopped. The backup is copied beside the database and \
checked whole (every page, every entry's hash, no gap in any log) before anything that is there is touched.

The root key is not in a backup. The server needs the one that the backup's database was set up with: put kobling.key \
beside the database (mode 0600), or name it with --root-key-file. The command says whether the right one is there. Without \
it, client secrets cannot be verified and no token can be issued; the logs can still be read with kobling export.";

/// What is done with a database that is no file.
const INSTEAD: &str = "a backup is a SQLite file and takes the place of one; a database on a server is restored by its own \
                       tools, such as pg_restore";

/// The arguments of `kobling restore`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Restore {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Take the place of a database that is there. It is kept beside it under another name.
    #[arg(long)]
    force: bool,
    /// Print what was restored as a JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// What stands of the root key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum KeyState {
    Right,
    Wrong,
    Missing(String),
    NotNeeded,
}

impl Restore {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let database = self.database.sqlite_path(INSTEAD)?;
        look(&self.from).map_err(refused)?;
        let _lock = ServeLock::take(&SqliteOptions::at(&database))?;
        let is_there = database.exists() || beside(&database, "-wal").exists();
        if is_there && !self.force {
            let database = database.display();
            return Err(format!(
                "{database} is there already; give another --database, or --force to put the backup in its place"
            )
            .into());
        }
        let copy = tempfile::Builder::new()
            .prefix(".kobling-restore-")
            .tempfile_in(folder_of(&database))
            .map_err(|error| format!("beside {}: {error}", database.display()))?;
        let from = self.from.clone();
        let (copy, contents) = watched(move |watch| -> Result<_, CommandError> {
            copy_file(&from, copy.as_file(), watch).map_err(|error| {
                format!("the backup cannot be copied: {error}; nothing was changed")
            })?;
            let contents = verify(copy.path(), watch).map_err(refused)?;
            pages_alone(copy.path()).map_err(refused)?;
            Ok((copy, contents))
        })?;
        let kept = put_in_place(copy, &database)?;
        let key = self.key_state(&database, &contents);
        self.tell(&database, kept.as_deref(), &contents, &key)
    }

    fn key_state(&self, database: &Path, contents: &Contents) -> KeyState {
        let Some(installation) = contents.installation else {
            return KeyState::NotNeeded;
        };
        let source = RootKeySource::of(&self.database, &DatabaseUrl::Sqlite(database.to_owned()));
        let entropy = Surroundings::of_the_machine().entropy;
        // A database that was set up never has a key made for it.
        match source.read(true, entropy.as_ref()) {
            Ok(key) if is_key_of(&key, installation.root_key_check) => KeyState::Right,
            Ok(_) => KeyState::Wrong,
            Err(RootKeySourceError::Missing(path)) => {
                KeyState::Missing(format!("{} is not there", path.display()))
            }
            Err(error) => KeyState::Missing(error.to_string()),
        }
    }

    fn tell(
        &self,
        database: &Path,
        kept: Option<&Path>,
        contents: &Contents,
        key: &KeyState,
    ) -> Result<(), CommandError> {
        let mut out = Output::new();
        if self.json {
            let mut told = described(contents);
            if let Some(told) = told.as_object_mut() {
                told.insert("database".to_owned(), database.display().to_string().into());
                let kept = kept.map(|kept| kept.display().to_string());
                told.insert("kept".to_owned(), json!(kept));
                told.insert("root_key".to_owned(), key.name().into());
            }
            out.line(&told.to_string())?;
        } else {
            let (from, summary) = (self.from.display(), summary(contents));
            let database = database.display();
            out.line(&format!(
                "Restored {database} from {from}: {summary}. Every entry was checked."
            ))?;
            if let Some(kept) = kept {
                out.line(&format!("What was there is kept as {}.", kept.display()))?;
            }
            out.line(&key.advice())?;
        }
        Ok(out.flush()?)
    }
}

impl KeyState {
    fn name(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Missing(_) => "missing",
            Self::NotNeeded => "not_needed",
        }
    }

    fn advice(&self) -> String {
        let which = "kobling serve needs the root key that this database was set up with: put it beside the \
                     database as kobling.key (mode 0600), or name it with --root-key-file";
        match self {
            Self::Right => {
                "The root key is there and is the right one: kobling serve can start.".to_owned()
            }
            Self::Wrong => format!("The root key that is there is another one. {which}."),
            Self::Missing(why) => format!("There is no usable root key: {why}. {which}."),
            Self::NotNeeded => "It was never set up, so it needs no root key yet.".to_owned(),
        }
    }
}

/// Whether this is the key whose check value the database holds.
pub(super) fn is_key_of(key: &RootKey, check: RootKeyCheck) -> bool {
    key.check_value() == check.0
}

fn refused(error: VerifyError) -> CommandError {
    format!("the backup cannot be restored: {error}; nothing was changed").into()
}

fn copy_file(from: &Path, mut to: &File, watch: &mut Watch<'_>) -> Result<(), CommandError> {
    let mut source = File::open(from)?;
    let total = source.metadata()?.len();
    let mut buffer = vec![0; BYTES_AT_ONCE];
    let mut done = 0;
    loop {
        let read = source.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        to.write_all(bytes)?;
        done += u64::try_from(read).unwrap_or(0);
        (watch.show)(Stage::Copying { done, total });
        if watch.is_stopped() {
            return Err("stopped".into());
        }
    }
    Ok(to.sync_all()?)
}

/// Gives the copy the database's name. What is there gets a second name first, so that at each moment one of both is
/// whole; its write-ahead log goes with it and never stands beside the copy.
fn put_in_place(copy: NamedTempFile, database: &Path) -> Result<Option<PathBuf>, CommandError> {
    let kept = keep(database)?;
    if let Some(kept) = &kept {
        let permissions = fs::metadata(kept)?.permissions();
        copy.as_file().set_permissions(permissions)?;
    } else {
        copy.as_file()
            .set_permissions(Permissions::from_mode(0o600))?;
    }
    for suffix in ["", "-wal", "-shm", "-journal"] {
        remove_if_there(&beside(database, suffix))?;
    }
    let folder = folder_of(database);
    sync_folder(folder)?;
    copy.persist_noclobber(database)
        .map_err(|error| format!("{}: {}", database.display(), error.error))?;
    sync_folder(folder)?;
    Ok(kept)
}

/// Gives a database that is there a second name, and its write-ahead log the name that belongs to it.
fn keep(database: &Path) -> Result<Option<PathBuf>, CommandError> {
    if !database.exists() {
        return Ok(None);
    }
    let kept = free_name(database);
    for suffix in ["", "-wal"] {
        let from = beside(database, suffix);
        let linked = fs::hard_link(&from, beside(&kept, suffix));
        match linked {
            Err(error) if error.kind() == ErrorKind::NotFound && !suffix.is_empty() => {}
            linked => linked.map_err(|error| {
                format!(
                    "{} cannot be kept: {error}; nothing was changed",
                    from.display()
                )
            })?,
        }
    }
    sync_folder(folder_of(database))?;
    Ok(Some(kept))
}

fn free_name(database: &Path) -> PathBuf {
    (1_u32..)
        .map(|number| beside(database, &format!(".before-restore-{number}")))
        .find(|name| !name.exists())
        .unwrap_or_else(|| beside(database, ".before-restore"))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
