//! Whether a copy may be written into a database, or go on there.

use std::collections::BTreeMap;

use domain::PartnerId;

use super::problem::OnSide;
use super::{CopyError, Found, Mode, Side, Source, Target};
use crate::Installation;

/// Makes sure that the target is empty, or an earlier state of the source, and answers how far its logs go.
///
/// Every entry has a random salt, so two logs with the same last entry have the same entries before it too.
pub(super) fn begin(
    source: &mut dyn Source,
    target: &mut dyn Target,
    installation: &Installation,
    mode: Mode,
    partners: &[(PartnerId, u64)],
) -> Result<BTreeMap<PartnerId, u64>, CopyError> {
    let wanted = installation.root_key_check;
    match target.found().on(Side::Target)? {
        Found::Empty => {}
        Found::Strangers => return Err(CopyError::NotEmpty),
        Found::Unfinished(check) | Found::Whole(check) if check != wanted => {
            return Err(CopyError::OtherInstallation);
        }
        Found::Unfinished(_) => {}
        Found::Whole(_) if mode == Mode::Update => {}
        Found::Whole(_) => return Err(CopyError::Finished),
    }
    for (partner, _) in target.side().partners().on(Side::Target)? {
        if !partners.iter().any(|(known, _)| *known == partner) {
            return Err(CopyError::OtherPartner(partner));
        }
    }
    let mut reached = BTreeMap::new();
    for (partner, last_seq) in partners {
        let (partner, seq) = (*partner, target.last_seq(*partner).on(Side::Target)?);
        let is_beginning = seq == 0
            || seq <= *last_seq && {
                let there = target.side().content_hash(partner, seq).on(Side::Target)?;
                there == source.content_hash(partner, seq).on(Side::Source)?
            };
        if !is_beginning {
            return Err(CopyError::OtherLog { partner, seq });
        }
        reached.insert(partner, seq);
    }
    if !target.begin(installation).on(Side::Target)? {
        return Err(CopyError::OtherInstallation);
    }
    Ok(reached)
}
