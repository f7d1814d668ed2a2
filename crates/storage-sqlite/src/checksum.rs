//! The checksum at the end of a backup: SHA-256 over its pages, behind the last of them.
//!
//! SQLite's own checks see pages that do not fit together, and entries of the log carry hashes; a changed letter in a name
//! is seen by neither. SQLite takes the number of pages from the header and does not look at what follows them, so the
//! file stays one that it opens.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

use crate::watch::{Stage, Watch};

/// What stands before the hash.
const MARK: &[u8; 16] = b"Kobling SHA-256\0";

/// Bytes behind the pages.
pub(crate) const CHECKSUM_BYTES: u64 = 16 + 32;

/// Bytes that are read at once.
const BYTES_AT_ONCE: usize = 1 << 20;

/// Appends the checksum of everything that is in the file, and makes all of it durable.
pub(crate) fn append(path: &Path, watch: &mut Watch<'_>) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let hash = hash(&mut file, length, watch)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(MARK)?;
    file.write_all(&hash)?;
    file.sync_all()
}

/// Whether the checksum behind so many bytes is theirs.
pub(crate) fn is_right(path: &Path, bytes: u64, watch: &mut Watch<'_>) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let hash = hash(&mut file, bytes, watch)?;
    let mut found = Vec::new();
    file.take(CHECKSUM_BYTES + 1).read_to_end(&mut found)?;
    Ok(found == [MARK.as_slice(), &hash].concat())
}

fn hash(file: &mut File, length: u64, watch: &mut Watch<'_>) -> io::Result<[u8; 32]> {
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; BYTES_AT_ONCE];
    let (mut done, mut rest) = (0, file.take(length));
    while !watch.is_stopped() {
        let read = rest.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        context.update(bytes);
        done += u64::try_from(read).unwrap_or(0);
        (watch.show)(Stage::CheckingBytes {
            done,
            total: length,
        });
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Ok(hash)
}
