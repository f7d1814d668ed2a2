//! Looking at the entries of a log on their way.

use domain::PartnerId;

use super::{CopyError, Row};
use crate::log_entries::content_hash;

/// Where the values that are looked at stand in a row of the log.
const SEQ: usize = 0;
const SALT: usize = 9;
const CONTENT_HASH: usize = 10;
const PAYLOAD: usize = 11;

/// Makes sure that a log has no gap and that every entry is what was written.
#[derive(Debug)]
pub(super) struct EntriesCheck {
    partner: PartnerId,
    last_seq: u64,
}

impl EntriesCheck {
    /// For entries that follow a `seq`.
    pub(super) fn after(partner: PartnerId, last_seq: u64) -> Self {
        Self { partner, last_seq }
    }

    /// Looks at the next ones.
    pub(super) fn look(&mut self, rows: &[Row]) -> Result<(), CopyError> {
        for row in rows {
            let (partner, seq) = (self.partner, self.last_seq + 1);
            let found = row.get(SEQ).and_then(super::Value::integer);
            if found.and_then(|found| u64::try_from(found).ok()) != Some(seq) {
                return Err(CopyError::EntryMissing { partner, seq });
            }
            if !is_intact(row) {
                return Err(CopyError::EntryChanged { partner, seq });
            }
            self.last_seq = seq;
        }
        Ok(())
    }

    /// Makes sure that the last one was the log's last.
    pub(super) fn end(self, last_seq: u64) -> Result<(), CopyError> {
        let partner = self.partner;
        if self.last_seq < last_seq {
            let seq = self.last_seq + 1;
            return Err(CopyError::EntryMissing { partner, seq });
        }
        Ok(())
    }
}

fn is_intact(row: &Row) -> bool {
    let bytes = |index: usize| row.get(index).and_then(super::Value::bytes);
    let salt: Option<&[u8; 16]> = bytes(SALT).and_then(|salt| salt.try_into().ok());
    let payload = row.get(PAYLOAD).and_then(super::Value::text);
    match (salt, payload, bytes(CONTENT_HASH)) {
        (Some(salt), Some(payload), Some(hash)) => content_hash(salt, payload) == hash,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copying::CopiedTable;

    #[test]
    fn the_places_are_those_of_the_columns() {
        let columns = CopiedTable::LogEntries.columns();
        let places = [
            (SEQ, "seq"),
            (SALT, "salt"),
            (CONTENT_HASH, "content_hash"),
            (PAYLOAD, "payload"),
        ];
        for (place, name) in places {
            assert_eq!(columns[place].name, name);
        }
    }
}
