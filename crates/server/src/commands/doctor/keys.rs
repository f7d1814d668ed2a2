//! The root key, and whether it opens what is sealed.

use oauth::RootKey;
use service::signing_keys::unopenable_keys;
use storage::StorageError;

use super::super::restore::is_key_of;
use super::finding::Finding;
use super::sealed::Sealed;
use crate::application::Surroundings;
use crate::root_key::{RootKeySource, RootKeySourceError};

const CHECK: &str = "keys";

const GIVE_IT: &str = "put the right kobling.key beside the database, or name it with --root-key-file; it is not in backups";

/// The database cannot say what is sealed.
pub(super) fn not_read(error: &StorageError) -> Finding {
    Finding::error(CHECK, error.to_string(), "see what is said of the database")
}

pub(super) fn examine(source: &RootKeySource, sealed: &Sealed) -> Finding {
    let Some(installation) = sealed.installation else {
        return alone(source);
    };
    let key = match read(source) {
        Ok(key) => key,
        Err(error) => return Finding::error(CHECK, error.to_string(), GIVE_IT),
    };
    if !is_key_of(&key, installation.root_key_check) {
        let message = "the root key is another one than the database was set up with";
        return Finding::error(CHECK, message, GIVE_IT);
    }
    let (mut unopenable, mut opened) = (Vec::new(), 0);
    for (partner, stream, records) in &sealed.partners {
        let problems = unopenable_keys(&key, *partner, &stream.data_key, records);
        opened += records.len();
        unopenable.extend(problems);
    }
    if !unopenable.is_empty() {
        return Finding::error(
            CHECK,
            unopenable.join("; "),
            "these rows were changed or damaged: restore a backup",
        );
    }
    if let Some(finding) = readable_by_others(source) {
        return finding;
    }
    let message = format!("the root key is the right one; it opens all signing keys ({opened})");
    Finding::ok(CHECK, message)
}

/// The key without a database that it could be held against.
pub(super) fn alone(source: &RootKeySource) -> Finding {
    match read(source) {
        Ok(_) => readable_by_others(source).unwrap_or_else(|| {
            Finding::ok(CHECK, "there is a root key, and nothing to hold it against")
        }),
        Err(RootKeySourceError::Missing(path)) => Finding::ok(
            CHECK,
            format!(
                "no root key yet; kobling serve makes {} at first start",
                path.display()
            ),
        ),
        Err(error) => Finding::error(CHECK, error.to_string(), GIVE_IT),
    }
}

/// Reads the key as for a database that was set up: then none is ever made.
fn read(source: &RootKeySource) -> Result<RootKey, RootKeySourceError> {
    source.read(true, Surroundings::of_the_machine().entropy.as_ref())
}

fn readable_by_others(source: &RootKeySource) -> Option<Finding> {
    let (path, mode) = source.open_to_others()?;
    let path = path.display();
    Some(Finding::warning(
        CHECK,
        format!("the root key {path} has mode {mode:04o}: others than its owner may use it"),
        format!("chmod 600 {path}"),
    ))
}
