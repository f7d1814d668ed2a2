//! The end of a chain in its two columns, and walking a chain through the log.

use domain::PartnerId;
use domain::log::{Chain, jump_index};
use rusqlite::{Connection, Row, params};

use crate::columns::{damaged, optional_unsigned, position, text, unsigned};
use crate::error::Result;
use crate::query;

/// Reads a chain from its length and the column after it.
pub(crate) fn read(row: &Row<'_>, length_index: usize) -> Result<Chain> {
    let length = unsigned(row, length_index)?;
    let spine = text(row, length_index + 1, |text| {
        let numbers = text.split(',').filter(|part| !part.is_empty());
        numbers
            .map(|part| part.parse().map_err(|_| damaged("chain")))
            .collect()
    })?;
    Ok(Chain::from_parts(length, spine))
}

/// The spine as it is stored.
pub(crate) fn spine_text(chain: &Chain) -> String {
    let numbers: Vec<String> = chain.spine().iter().map(u64::to_string).collect();
    numbers.join(",")
}

/// An entry's back pointers.
#[derive(Clone, Copy, Debug)]
struct Step {
    index: u64,
    seq: u64,
    previous_seq: Option<u64>,
    jump_seq: Option<u64>,
}

fn step(db: &Connection, partner: PartnerId, seq: u64) -> Result<Step> {
    let sql = "SELECT link_index, previous_seq, jump_seq FROM log_entries
         WHERE position = ?1";
    let found = query::one(db, sql, params![position(partner, seq)], |row| {
        Ok(Step {
            index: unsigned(row, 0)?,
            seq,
            previous_seq: optional_unsigned(row, 1)?,
            jump_seq: optional_unsigned(row, 2)?,
        })
    })?;
    found.ok_or_else(|| damaged("link to a log entry"))
}

/// `seq` of the entry with this index, in O(log n) look-ups; `None` where the chain has no such index.
pub(crate) fn seq_of(
    db: &Connection,
    partner: PartnerId,
    chain: &Chain,
    index: u64,
) -> Result<Option<u64>> {
    let Some((nearest, seq)) = chain.nearest(index) else {
        return Ok(None);
    };
    if index == 0 {
        return Ok(None);
    }
    if nearest == index {
        return Ok(Some(seq));
    }
    let mut at = step(db, partner, seq)?;
    while at.index > index {
        let jumps = jump_index(at.index) >= index;
        let next = if jumps { at.jump_seq } else { at.previous_seq };
        at = step(
            db,
            partner,
            next.ok_or_else(|| damaged("link to a log entry"))?,
        )?;
    }
    Ok(Some(at.seq))
}

/// The index of the first entry with a higher `seq`, in O(log n) look-ups; `None` where there is none.
pub(crate) fn first_index_after(
    db: &Connection,
    partner: PartnerId,
    chain: &Chain,
    after: u64,
) -> Result<Option<u64>> {
    let Some(last) = chain.last_seq().filter(|seq| *seq > after) else {
        return Ok(None);
    };
    let mut at = step(db, partner, last)?;
    loop {
        let next = match (at.jump_seq, at.previous_seq) {
            (Some(jump), _) if jump > after => jump,
            (_, Some(previous)) if previous > after => previous,
            _ => return Ok(Some(at.index)),
        };
        at = step(db, partner, next)?;
    }
}
