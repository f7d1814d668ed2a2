//! A hash over the rows of a table.

use aws_lc_rs::digest::{Context, SHA256};

use super::{Row, Value};

/// Number and hash of rows that come one after another.
#[derive(Clone)]
pub(super) struct RowsDigest {
    rows: u64,
    context: Context,
}

impl RowsDigest {
    pub(super) fn new() -> Self {
        Self {
            rows: 0,
            context: Context::new(&SHA256),
        }
    }

    /// Takes in a row: for each value its kind, and its length where that differs, so that no two rows look the same.
    pub(super) fn add(&mut self, row: &Row) {
        self.rows += 1;
        for value in row {
            match value {
                Value::Null => self.context.update(b"0"),
                Value::Integer(number) => {
                    self.context.update(b"i");
                    self.context.update(&number.to_be_bytes());
                }
                Value::Text(text) => self.add_bytes(b"t", text.as_bytes()),
                Value::Bytes(bytes) => self.add_bytes(b"b", bytes),
            }
        }
        self.context.update(b".");
    }

    fn add_bytes(&mut self, kind: &[u8], bytes: &[u8]) {
        self.context.update(kind);
        self.context.update(&bytes.len().to_be_bytes());
        self.context.update(bytes);
    }

    /// The number of rows, and SHA-256 over them.
    pub(super) fn end(self) -> (u64, [u8; 32]) {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.context.finish().as_ref());
        (self.rows, hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(rows: &[Row]) -> (u64, [u8; 32]) {
        let mut digest = RowsDigest::new();
        for row in rows {
            digest.add(row);
        }
        digest.end()
    }

    #[test]
    fn rows_that_differ_anywhere_have_different_hashes() {
        let text = |text: &str| Value::Text(text.to_owned());
        let all = [
            vec![],
            vec![vec![]],
            vec![vec![Value::Null]],
            vec![vec![Value::Null, Value::Null]],
            vec![vec![Value::Integer(0)]],
            vec![vec![text("ab"), text("c")]],
            vec![vec![text("a"), text("bc")]],
            vec![vec![text("ab")], vec![text("c")]],
            vec![vec![text("c")], vec![text("ab")]],
            vec![vec![Value::Bytes(b"ab".to_vec())], vec![text("c")]],
        ];
        let hashes: std::collections::HashSet<_> = all.iter().map(|rows| hash(rows)).collect();
        assert_eq!(hashes.len(), all.len());
        assert_eq!(hash(&all[7]).0, 2);
    }
}
