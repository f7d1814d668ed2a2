//! The fields that every stored thing has.

use crate::shape::{Field, Kind};

/// Id, times and authors; only the server sets them.
pub static ENTITY: &[Field] = &[
    Field::read_only("id", Kind::UUID)
        .about("The id of the resource.")
        .example("\"0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f\""),
    Field::read_only("created_at", Kind::DATE_TIME)
        .about("When it was made.")
        .example("\"2026-05-12T08:30:00.000Z\""),
    Field::read_only("created_by", Kind::TEXT).about("The id of the user or client that made it."),
    Field::read_only("updated_at", Kind::DATE_TIME).about("When it was last changed."),
    Field::read_only("deleted_by", Kind::TEXT)
        .about("The id of the user or client that deleted it."),
    Field::read_only("deleted_at", Kind::DATE_TIME).about("When it was deleted."),
];
