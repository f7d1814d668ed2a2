//! Whether the write-ahead log that a killed process left is damaged in its midst.
//!
//! SQLite takes the log up to the first frame that is not what its checksum says, and drops the rest without a word. That
//! is right for the batch that was being written when the power failed: nobody was told that it is stored. But a batch is
//! begun only when the one before it is on disk, so where frames of a further batch follow, what is damaged had been
//! acknowledged (SQLite, "WAL-mode File Format").

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::existing::beside;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// The first bytes of a log; its last bit says in which order the bytes of a word are summed.
const MAGIC: u32 = 0x377f_0682;

/// The write-ahead log is damaged, and changes that were acknowledged are behind the damage.
#[derive(Debug, Error)]
#[error(
    "{wal} is damaged at byte {at}, and changes that were acknowledged lie behind that; keep it and {database} aside, and \
     put the newest backup in their place with kobling restore --force. To go on with what lies before the damage, and \
     without the rest: sqlite3 {database} 'PRAGMA wal_checkpoint(TRUNCATE)'"
)]
pub struct WalDamage {
    wal: PathBuf,
    database: PathBuf,
    at: u64,
}

/// Looks at the log beside a database, before SQLite does. One that is missing or cannot be read is not this function's
/// business: whoever opens the database says so.
///
/// # Errors
/// It is damaged in its midst.
pub fn refuse_damaged_wal(database: &Path) -> Result<(), WalDamage> {
    let wal = beside(database, "-wal");
    // A server may be writing just now. What is being written looks whole the next time; what is damaged stays as it is.
    let found = damage(&wal);
    let damaged = found.filter(|at| damage(&wal) == Some(*at));
    match damaged {
        Some(at) => Err(WalDamage {
            wal,
            database: database.to_owned(),
            at,
        }),
        None => Ok(()),
    }
}

/// At which byte it is damaged.
fn damage(wal: &Path) -> Option<u64> {
    let file = File::open(wal).ok()?;
    scan(BufReader::new(file)).ok().flatten()
}

/// What is known of the log while it is read from its beginning.
struct Scan {
    salts: [u8; 8],
    is_big_endian: bool,
    sums: (u32, u32),
    /// Where the first frame is that is not what its checksum says.
    damaged_at: Option<u64>,
    /// Whether a transaction has ended at that frame or behind it.
    has_ended: bool,
}

fn scan(mut wal: impl Read) -> io::Result<Option<u64>> {
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut wal, &mut header)? {
        return Ok(None);
    }
    let [magic, _, page_bytes, _, _, _, sum, other_sum] = words(&header);
    let is_big_endian = magic & 1 == 1;
    let sums = summed((0, 0), header.get(..24).unwrap_or_default(), is_big_endian);
    let page_bytes = usize::try_from(page_bytes).unwrap_or(usize::MAX);
    let is_header = magic & !1 == MAGIC && sums == (sum, other_sum) && page_bytes <= 65_536;
    if !is_header {
        // It is made durable before the first frame is written.
        let has_frame = fill(&mut wal, &mut [0; FRAME_HEADER_BYTES + 512])?;
        return Ok(has_frame.then_some(0));
    }
    let mut scan = Scan {
        salts: part(&header, 16),
        is_big_endian,
        sums,
        damaged_at: None,
        has_ended: false,
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + page_bytes];
    let mut at = u64::try_from(HEADER_BYTES).unwrap_or_default();
    while fill(&mut wal, &mut frame)? {
        if scan.takes(&frame, at) {
            return Ok(scan.damaged_at);
        }
        at += u64::try_from(frame.len()).unwrap_or_default();
    }
    Ok(None)
}

impl Scan {
    /// Looks at the next frame; answers whether a batch begins with it that could begin only when what is damaged was
    /// durable.
    fn takes(&mut self, frame: &[u8], at: u64) -> bool {
        let is_of_this_round = part::<8>(frame, 8) == self.salts;
        if self.damaged_at.is_none() {
            let sums = summed(self.sums, &part::<8>(frame, 0), self.is_big_endian);
            let page = frame.get(FRAME_HEADER_BYTES..).unwrap_or_default();
            self.sums = summed(sums, page, self.is_big_endian);
            let said = (word(frame, 16), word(frame, 20));
            if is_of_this_round && self.sums == said {
                return false;
            }
            self.damaged_at = Some(at);
        }
        if !is_of_this_round {
            return false;
        }
        if self.has_ended {
            return true;
        }
        // The size of the database, which stands in the last frame of a transaction alone.
        self.has_ended = word(frame, 4) != 0;
        false
    }
}

/// Fills the whole buffer, or answers that there was too little for it.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let found = bytes.get(from..from + N);
    found
        .and_then(|found| found.try_into().ok())
        .unwrap_or([0; N])
}

fn word(bytes: &[u8], from: usize) -> u32 {
    u32::from_be_bytes(part(bytes, from))
}

fn words(header: &[u8; HEADER_BYTES]) -> [u32; 8] {
    std::array::from_fn(|number| word(header, number * 4))
}

/// The checksum of the format, gone on with over further bytes.
fn summed((mut first, mut second): (u32, u32), bytes: &[u8], is_big_endian: bool) -> (u32, u32) {
    let read = |word: &[u8]| {
        let word = part(word, 0);
        if is_big_endian {
            u32::from_be_bytes(word)
        } else {
            u32::from_le_bytes(word)
        }
    };
    for pair in bytes.chunks_exact(8) {
        let (left, right) = pair.split_at(4);
        first = first.wrapping_add(read(left)).wrapping_add(second);
        second = second.wrapping_add(read(right)).wrapping_add(first);
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    const FRAME: usize = FRAME_HEADER_BYTES + 4_096;

    /// The log of three transactions of one page each, after one that made the table.
    fn log() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.execute_batch("CREATE TABLE a (b INTEGER)").unwrap();
        db.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
            .unwrap();
        for number in 0..3 {
            db.execute("INSERT INTO a VALUES (?1)", [number]).unwrap();
        }
        std::fs::read(beside(&path, "-wal")).unwrap()
    }

    fn with_change(at: usize) -> Option<u64> {
        let mut log = log();
        log[at] ^= 1;
        scan(log.as_slice()).unwrap()
    }

    #[test]
    fn what_was_acknowledged_is_told_from_what_was_not() {
        let log = log();
        assert_eq!(log.len(), HEADER_BYTES + 3 * FRAME);
        assert_eq!(scan(log.as_slice()).unwrap(), None);
        let start = |frame: usize| HEADER_BYTES + frame * FRAME;
        let told = |at: usize| Some(u64::try_from(at).unwrap());
        assert_eq!(with_change(start(0) + 100), told(start(0)));
        assert_eq!(with_change(start(1) + 100), told(start(1)));
        // The last batch may have been under way.
        assert_eq!(with_change(start(2) + 100), None);
        assert_eq!(scan(&log[..start(2) + 100]).unwrap(), None);
        assert_eq!(with_change(20), Some(0), "its head");
        assert_eq!(scan(&log[..10]).unwrap(), None);
        assert_eq!(scan([].as_slice()).unwrap(), None);
    }

    #[test]
    fn frames_of_an_earlier_round_are_not_missed() {
        let mut log = log();
        let older = HEADER_BYTES + FRAME;
        for frame in 1..3 {
            log[HEADER_BYTES + frame * FRAME + 8] ^= 1;
        }
        assert!(log.len() > older);
        assert_eq!(scan(log.as_slice()).unwrap(), None);
    }
}
