//! Copying every partner, one after another, and comparing at the end.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use domain::PartnerId;

use super::entries::EntriesCheck;
use super::problem::OnSide;
use super::{
    Compared, CopiedTable, CopyError, CopyStage, CopyWatch, Row, Side, Source, Target, Value,
    compare, state,
};

/// Pages that are read ahead while others are written.
const PAGES_AHEAD: usize = 2;

/// Rows after which what was written is made durable.
const COMMIT_ROWS: usize = 2_000;

/// Bytes after which what was written is made durable.
const COMMIT_BYTES: usize = 4 << 20;

/// What the target may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Empty, or an unfinished copy of the same source.
    New,
    /// A finished copy of an earlier state too.
    Update,
}

/// What was copied.
#[derive(Clone, Debug)]
pub struct Copied {
    /// Log entries that were in the target before.
    pub entries_before: u64,
    /// Log entries that were added.
    pub entries_added: u64,
    /// What both hold now.
    pub compared: Compared,
}

/// Copies everything that the source holds into the target, or what is missing there of it, and compares the two.
///
/// The log is added to after its last entry there. All other rows of a partner are written anew. While it is under way, and
/// after it was cut off, the target is marked, so that nobody uses it.
///
/// # Errors
/// The target is no place for it, an entry is damaged, a database fails, or the two differ at the end. The target stays
/// marked then, and the next try goes on with what is there.
pub fn copy(
    source: &mut dyn Source,
    target: &mut dyn Target,
    mode: Mode,
    watch: &CopyWatch<'_>,
) -> Result<Copied, CopyError> {
    if source.identity().on(Side::Source)? == target.side().identity().on(Side::Target)? {
        return Err(CopyError::Same);
    }
    let installation = source.installation().on(Side::Source)?;
    let installation = installation.ok_or(CopyError::NotSetUp(Side::Source))?;
    let partners = source.partners().on(Side::Source)?;
    let reached = state::begin(source, target, &installation, mode, &partners)?;
    let entries_before: u64 = reached.values().sum();
    let mut total = 0;
    for table in CopiedTable::ALL {
        total += source.count(table).on(Side::Source)?;
    }
    let mut copying = Copying {
        source,
        target,
        watch,
        done: entries_before,
        total,
        uncommitted: (0, 0),
    };
    for (partner, last_seq) in &partners {
        let after = reached.get(partner).copied().unwrap_or_default();
        copying.partner(*partner, after, *last_seq)?;
    }
    copying.commit()?;
    let compared = compare(source, target.side(), watch)?;
    target.finish(&installation).on(Side::Target)?;
    Ok(Copied {
        entries_before,
        entries_added: compared.rows(CopiedTable::LogEntries) - entries_before,
        compared,
    })
}

struct Copying<'a> {
    source: &'a mut dyn Source,
    target: &'a mut dyn Target,
    watch: &'a CopyWatch<'a>,
    /// Rows that are in the target, and rows in all.
    done: u64,
    total: u64,
    /// Rows and bytes that were written since the last commit.
    uncommitted: (usize, usize),
}

impl Copying<'_> {
    fn partner(&mut self, partner: PartnerId, after: u64, last_seq: u64) -> Result<(), CopyError> {
        for table in CopiedTable::ALL {
            self.watch.check()?;
            if table == CopiedTable::LogEntries {
                let mut entries = EntriesCheck::after(partner, after);
                self.table(partner, table, after, &mut |rows| entries.look(rows))?;
                entries.end(last_seq)?;
            } else {
                self.target.clear(partner, table).on(Side::Target)?;
                self.table(partner, table, 0, &mut |_| Ok(()))?;
            }
        }
        Ok(())
    }

    /// Copies one table of a partner; the next pages are read and looked at while one is written.
    fn table(
        &mut self,
        partner: PartnerId,
        table: CopiedTable,
        after: u64,
        look: &mut (dyn FnMut(&[Row]) -> Result<(), CopyError> + Send),
    ) -> Result<(), CopyError> {
        let (send, pages) = sync_channel(PAGES_AHEAD);
        let source = &mut *self.source;
        let (target, watch) = (&mut *self.target, self.watch);
        let mut writing = Writing {
            target,
            watch,
            done: &mut self.done,
            total: self.total,
            uncommitted: &mut self.uncommitted,
        };
        thread::scope(|scope| {
            let reading = scope.spawn(move || {
                let mut take = |rows: Vec<Row>| {
                    look(&rows)?;
                    // Where nobody takes it, the one who wrote has a better reason to tell.
                    send.send(rows).map_err(|_| CopyError::Stopped)
                };
                source.rows(partner, table, after, &mut take)
            });
            let written = writing.all(partner, table, pages);
            let read = reading.join().map_err(|_| CopyError::Stopped)?;
            written?;
            read.on(Side::Source)
        })
    }

    fn commit(&mut self) -> Result<(), CopyError> {
        self.uncommitted = (0, 0);
        self.target.commit().on(Side::Target)
    }
}

struct Writing<'a> {
    target: &'a mut dyn Target,
    watch: &'a CopyWatch<'a>,
    done: &'a mut u64,
    total: u64,
    uncommitted: &'a mut (usize, usize),
}

impl Writing<'_> {
    fn all(
        &mut self,
        partner: PartnerId,
        table: CopiedTable,
        pages: Receiver<Vec<Row>>,
    ) -> Result<(), CopyError> {
        for rows in pages {
            self.watch.check()?;
            self.target.write(partner, table, &rows).on(Side::Target)?;
            let bytes: usize = rows.iter().flatten().map(Value::size).sum();
            let (more_rows, more_bytes) = *self.uncommitted;
            *self.uncommitted = (more_rows + rows.len(), more_bytes + bytes);
            if self.uncommitted.0 >= COMMIT_ROWS || self.uncommitted.1 >= COMMIT_BYTES {
                self.target.commit().on(Side::Target)?;
                *self.uncommitted = (0, 0);
            }
            *self.done += u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let (done, total) = (*self.done, self.total);
            (self.watch.show)(CopyStage::Copying { done, total });
        }
        Ok(())
    }
}
