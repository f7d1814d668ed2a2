//! Where the root key comes from.
//!
//! With PostgreSQL it must be given. With the embedded engine it lies beside the database, in `kobling.key`, and is made at first start. None is ever
//! made where sealed data exists: a database that was set up wants the key that it was set up with.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use domain::Entropy;
use oauth::{RootKey, RootKeyError};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::config::{DatabaseArgs, DatabaseUrl, Secret};

/// Bytes of a key file, at most.
const FILE_BYTES_MAX: u64 = 4_096;

/// Permissions that others than the owner have.
const GROUP_AND_WORLD: u32 = 0o077;

/// Permissions that everybody has.
const WORLD: u32 = 0o007;

/// The root key cannot be had.
#[derive(Debug, Error)]
pub enum RootKeySourceError {
    /// The text given is no key.
    #[error(
        "the root key in KOBLING_ROOT_KEY: {0}; give the one that the database was set up with"
    )]
    Given(RootKeyError),
    /// The file holds no key.
    #[error(
        "the root key in {path}: {source}; put the key there that the database was set up with, from the place where \
         it is kept apart"
    )]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: RootKeyError,
    },
    /// The file cannot be read or made.
    #[error(
        "the root key file {path} cannot be used: {source}; it must belong to the user that runs this, with mode 0600"
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database was set up and its key is missing.
    #[error(
        "the root key file {0} is missing, and the database holds secrets sealed with it; \
         put the file back, or name another with --root-key-file"
    )]
    Missing(PathBuf),
    /// There is no place where it could be looked for.
    #[error(
        "with PostgreSQL the root key must be given, the same on every node: --root-key-file names a file (mode 0600) with \
         32 random bytes in base64, or KOBLING_ROOT_KEY holds them; openssl rand -base64 32 makes one, once"
    )]
    NotGiven,
}

/// Where the key is looked for.
#[derive(Clone, Debug)]
pub enum RootKeySource {
    /// The key itself.
    Given(Secret),
    /// A file that must be there.
    File(PathBuf),
    /// A file that is made at first start.
    Beside(PathBuf),
    /// Nowhere: none was given, and there is no place where one could lie.
    NotGiven,
}

impl RootKeySource {
    /// Where the settings say that the key is.
    #[must_use]
    pub fn of(args: &DatabaseArgs, database: &DatabaseUrl) -> Self {
        if let Some(key) = &args.root_key {
            return Self::Given(key.clone());
        }
        match (&args.root_key_file, database) {
            (Some(path), _) => Self::File(path.clone()),
            (None, DatabaseUrl::Sqlite(file)) => Self::Beside(file.with_file_name("kobling.key")),
            (None, DatabaseUrl::Postgres(_)) => Self::NotGiven,
        }
    }

    /// The file with the key, where it is in one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Given(_) | Self::NotGiven => None,
            Self::File(path) | Self::Beside(path) => Some(path),
        }
    }

    /// The file with the key and its mode, where others than its owner may use it.
    ///
    /// In a file of another user the bits of the group can be those of an access list that lets this user in, as with
    /// the credentials that systemd hands out; they say nothing then.
    #[must_use]
    pub fn open_to_others(&self) -> Option<(&Path, u32)> {
        let path = self.file()?;
        let file = std::fs::metadata(path).ok()?;
        let mode = file.permissions().mode() & 0o7777;
        let is_own = file.uid() == rustix::process::geteuid().as_raw();
        let others = if is_own { GROUP_AND_WORLD } else { WORLD };
        (mode & others != 0).then_some((path, mode))
    }

    /// Reads the key, or makes one beside a database that holds nothing yet.
    ///
    /// # Errors
    /// There is no key, or what is there is none.
    pub fn read(
        &self,
        is_set_up: bool,
        entropy: &dyn Entropy,
    ) -> Result<RootKey, RootKeySourceError> {
        match self {
            Self::Given(key) => {
                RootKey::from_base64(key.as_str()).map_err(RootKeySourceError::Given)
            }
            Self::File(path) => read_file(path),
            Self::NotGiven => Err(RootKeySourceError::NotGiven),
            Self::Beside(path) => match read_file(path) {
                Err(RootKeySourceError::Unusable { source, .. })
                    if source.kind() == ErrorKind::NotFound =>
                {
                    if is_set_up {
                        return Err(RootKeySourceError::Missing(path.clone()));
                    }
                    make_file(path, entropy)
                }
                read => read,
            },
        }
    }
}

fn read_file(path: &Path) -> Result<RootKey, RootKeySourceError> {
    let mut text = Zeroizing::new(String::new());
    let file = File::open(path).map_err(|source| unusable(path, source))?;
    file.take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|source| unusable(path, source))?;
    RootKey::from_base64(&text).map_err(|source| RootKeySourceError::InFile {
        path: path.to_owned(),
        source,
    })
}

/// Makes a key in a new file that only its owner reads. Where another process was faster, its key is taken.
fn make_file(path: &Path, entropy: &dyn Entropy) -> Result<RootKey, RootKeySourceError> {
    let key = RootKey::generate(entropy);
    let finished = path.with_extension(format!("key.{}", std::process::id()));
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&finished)?;
        file.write_all(key.to_base64().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        let linked = std::fs::hard_link(&finished, path);
        std::fs::remove_file(&finished)?;
        match linked {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => sync_folder(path),
        }
    };
    write().map_err(|source| unusable(path, source))?;
    read_file(path)
}

/// Makes the file's name durable, so that a database never outlives its key.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn unusable(path: &Path, source: std::io::Error) -> RootKeySourceError {
    RootKeySourceError::Unusable {
        path: path.to_owned(),
        source,
    }
}
