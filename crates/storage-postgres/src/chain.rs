//! The end of a chain in its two columns. A chain is walked by the server, in one statement.

use domain::log::Chain;
use tokio_postgres::Row;

use crate::columns::{column, damaged, unsigned};
use crate::error::Result;

/// Reads a chain from its length and the column after it.
pub(crate) fn read(row: &Row, length_index: usize) -> Result<Chain> {
    let length = unsigned(row, length_index)?;
    let spine: &str = column(row, length_index + 1)?;
    let numbers = spine.split(',').filter(|part| !part.is_empty());
    let spine: Result<Vec<u64>> = numbers
        .map(|part| part.parse().map_err(|_| damaged("chain")))
        .collect();
    Ok(Chain::from_parts(length, spine?))
}

/// The spine as it is stored.
pub(crate) fn spine_text(chain: &Chain) -> String {
    let numbers: Vec<String> = chain.spine().iter().map(u64::to_string).collect();
    numbers.join(",")
}
