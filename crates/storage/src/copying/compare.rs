//! Two stores read whole and held against each other, partner by partner and table by table.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use domain::PartnerId;

use super::digest::RowsDigest;
use super::problem::OnSide;
use super::{CopiedTable, CopyError, CopyStage, CopyWatch, Row, Side, Source};

/// What both databases hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The partners, in order.
    pub partners: Vec<ComparedPartner>,
}

/// What both databases hold of a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedPartner {
    /// Who.
    pub partner: PartnerId,
    /// Each table with its rows, and SHA-256 over them in the order of their key.
    pub tables: Vec<(CopiedTable, u64, [u8; 32])>,
}

impl Compared {
    /// Rows of a table, those of all partners together.
    #[must_use]
    pub fn rows(&self, table: CopiedTable) -> u64 {
        let all = self.partners.iter().flat_map(|partner| &partner.tables);
        all.filter(|(of, _, _)| *of == table)
            .map(|(_, rows, _)| rows)
            .sum()
    }
}

/// Reads both whole, at the same time, and says what is the same in both.
///
/// # Errors
/// The first table of a partner that differs; rows that belong to no partner; a database fails.
pub fn compare(
    source: &mut dyn Source,
    target: &mut dyn Source,
    watch: &CopyWatch<'_>,
) -> Result<Compared, CopyError> {
    let mut total = 0;
    for table in CopiedTable::ALL {
        total += source.count(table).on(Side::Source)?;
    }
    let (in_source, in_target) = (AtomicU64::new(0), AtomicU64::new(0));
    let show = || {
        let behind = in_source.load(Ordering::Relaxed);
        let done = behind.min(in_target.load(Ordering::Relaxed));
        (watch.show)(CopyStage::Comparing { done, total });
    };
    let counted = |count: &AtomicU64, rows: usize| {
        count.fetch_add(u64::try_from(rows).unwrap_or(u64::MAX), Ordering::Relaxed);
        show();
        watch.check()
    };
    let (source, target) = thread::scope(|scope| {
        let other = scope.spawn(|| {
            let read = read(target, &mut |rows| counted(&in_target, rows));
            read.map_err(|error| error.of(Side::Target))
        });
        let read = read(source, &mut |rows| counted(&in_source, rows));
        let read = read.map_err(|error| error.of(Side::Source));
        let other = other.join().map_err(|_| CopyError::Stopped);
        (read, other.and_then(|read| read))
    });
    let (source, target) = (source?, target?);
    check(&source.compared, &target.compared)?;
    check_strays(&source, Side::Source)?;
    check_strays(&target, Side::Target)?;
    Ok(source.compared)
}

/// What one database holds.
struct Whole {
    compared: Compared,
    /// Rows of each table, whoever they belong to.
    counts: Vec<(CopiedTable, u64)>,
}

fn read(
    side: &mut dyn Source,
    counted: &mut dyn FnMut(usize) -> Result<(), CopyError>,
) -> Result<Whole, CopyError> {
    let mut partners = Vec::new();
    for (partner, _) in side.partners()? {
        let mut tables = Vec::new();
        for table in CopiedTable::ALL {
            let mut digest = RowsDigest::new();
            let mut take = |rows: Vec<Row>| {
                for row in &rows {
                    digest.add(row);
                }
                counted(rows.len())
            };
            side.rows(partner, table, 0, &mut take)?;
            let (rows, hash) = digest.end();
            tables.push((table, rows, hash));
        }
        partners.push(ComparedPartner { partner, tables });
    }
    let mut counts = Vec::new();
    for table in CopiedTable::ALL {
        counts.push((table, side.count(table)?));
    }
    let compared = Compared { partners };
    Ok(Whole { compared, counts })
}

fn check(source: &Compared, target: &Compared) -> Result<(), CopyError> {
    let find = |of: &Compared, partner: PartnerId| -> Option<ComparedPartner> {
        let mut found = of.partners.iter().filter(|found| found.partner == partner);
        found.next().cloned()
    };
    for one in &target.partners {
        let partner = one.partner;
        if find(source, partner).is_none() {
            let side = Side::Target;
            return Err(CopyError::Missing { partner, side });
        }
    }
    for one in &source.partners {
        let partner = one.partner;
        let other = find(target, partner).ok_or(CopyError::Missing {
            partner,
            side: Side::Source,
        })?;
        for (mine, theirs) in one.tables.iter().zip(&other.tables) {
            if mine != theirs {
                return Err(CopyError::Different {
                    partner,
                    table: mine.0,
                    in_source: mine.1,
                    in_target: theirs.1,
                });
            }
        }
    }
    Ok(())
}

fn check_strays(whole: &Whole, side: Side) -> Result<(), CopyError> {
    for (table, rows) in &whole.counts {
        let (table, rows, expected) = (*table, *rows, whole.compared.rows(*table));
        if rows != expected {
            return Err(CopyError::Strays {
                side,
                table,
                rows,
                expected,
            });
        }
    }
    Ok(())
}
