//! The mark of a database that a copy is being written into.
//!
//! It stands where every database says whose it is: behind the root key's check value. Whatever opens a database looks
//! there first, and a program that does not know the mark finds a value that is too long. So nobody serves from half a
//! copy, and nobody sets it up as a new one; taking the mark away is what finishes the copy.

use crate::RootKeyCheck;

/// What follows the check value while a copy is under way.
const MARK: &[u8; 8] = b"-copying";

/// What is said of a marked database.
pub const UNFINISHED: &str = "a copy into it has begun and is not finished; run that kobling copy again, which goes on where it \
     ended, or begin anew with an empty database";

/// What stands where the root key's check value is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredCheck {
    /// The database is whole.
    Whole(RootKeyCheck),
    /// A copy of a database with this check value is being written.
    Unfinished(RootKeyCheck),
}

impl StoredCheck {
    /// Reads what is stored; nothing where it is neither.
    #[must_use]
    pub fn read(stored: &[u8]) -> Option<Self> {
        let (check, rest) = stored.split_first_chunk()?;
        let check = RootKeyCheck(*check);
        match rest {
            [] => Some(Self::Whole(check)),
            rest if rest == MARK => Some(Self::Unfinished(check)),
            _ => None,
        }
    }
}

/// The check value with the mark behind it.
#[must_use]
pub fn marked(check: &RootKeyCheck) -> Vec<u8> {
    let mut marked = check.0.to_vec();
    marked.extend_from_slice(MARK);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_told_from_a_check_value_and_from_neither() {
        let check = RootKeyCheck([7; 32]);
        assert_eq!(StoredCheck::read(&check.0), Some(StoredCheck::Whole(check)));
        assert_eq!(
            StoredCheck::read(&marked(&check)),
            Some(StoredCheck::Unfinished(check))
        );
        let mut longer = marked(&check);
        longer.push(0);
        for stored in [&[][..], &[7; 31], &[7; 40], &longer] {
            assert_eq!(StoredCheck::read(stored), None, "{stored:?}");
        }
    }
}
