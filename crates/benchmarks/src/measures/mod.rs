//! What is measured, a file each.

pub(crate) mod events;
pub(crate) mod idle;
pub(crate) mod reads;
pub(crate) mod tokens;

use crate::pairs;

/// How many connections the load generator holds open.
pub(crate) const CONNECTIONS: [usize; 4] = [1, 16, 64, 256];
/// The number that the figures are for.
pub(crate) const DECISIVE: usize = 64;

/// The headings of a table of pairs, whose first column is the measurement's own.
fn head(first: &'static str) -> Vec<&'static str> {
    std::iter::once(first).chain(pairs::HEAD).collect()
}
