//! Rows in pages that are bounded by their number and by their bytes.

use super::{CopyError, Row, TakeRows, Value};

/// Rows of a page, at most.
pub const PAGE_ROWS_MAX: usize = 2_000;

/// Bytes of a page from which it takes no further row.
pub const PAGE_BYTES_MAX: usize = 4 << 20;

/// Gathers rows and hands them on, page by page.
pub struct Pages<'a, 'b> {
    take: &'a mut TakeRows<'b>,
    rows: Vec<Row>,
    bytes: usize,
}

impl<'a, 'b> Pages<'a, 'b> {
    /// To be handed to whoever takes them.
    pub fn new(take: &'a mut TakeRows<'b>) -> Self {
        Self {
            take,
            rows: Vec::new(),
            bytes: 0,
        }
    }

    /// One more row.
    ///
    /// # Errors
    /// Those of whoever takes the page, where it was full.
    pub fn add(&mut self, row: Row) -> Result<(), CopyError> {
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        self.rows.push(row);
        if self.rows.len() < PAGE_ROWS_MAX && self.bytes < PAGE_BYTES_MAX {
            return Ok(());
        }
        self.hand_on()
    }

    /// Hands the last page on.
    ///
    /// # Errors
    /// Those of whoever takes it.
    pub fn end(mut self) -> Result<(), CopyError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.hand_on()
    }

    fn hand_on(&mut self) -> Result<(), CopyError> {
        self.bytes = 0;
        (self.take)(std::mem::take(&mut self.rows))
    }
}

impl std::fmt::Debug for Pages<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages_of(rows: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut pages = Vec::new();
        let mut take = |rows: Vec<Row>| {
            pages.push(rows.len());
            Ok(())
        };
        let mut gathered = Pages::new(&mut take);
        for bytes in rows {
            gathered.add(vec![Value::Bytes(vec![0; bytes])]).unwrap();
        }
        gathered.end().unwrap();
        pages
    }

    #[test]
    fn a_page_ends_with_its_rows_or_its_bytes() {
        assert_eq!(pages_of([].into_iter()), Vec::<usize>::new());
        let small = std::iter::repeat_n(1, 2 * PAGE_ROWS_MAX + 1);
        assert_eq!(pages_of(small), [PAGE_ROWS_MAX, PAGE_ROWS_MAX, 1]);
        let large = std::iter::repeat_n(PAGE_BYTES_MAX / 2, 5);
        assert_eq!(pages_of(large), [2, 2, 1]);
    }
}
