//! What is shown of the database, a file or one on a server.

use std::fmt::Result;

use storage::ServerFigures;

use super::families::Families;
use super::{Sources, process};

impl Sources {
    pub(super) fn database(&self, to: &mut Families<'_>) -> Result {
        let figures = self.service.storage_figures();
        to.counter(
            "kobling_log_entries_written",
            "Entries written to the logs of all partners.",
            figures.log_entries_written,
        )?;
        if let Some(wal) = figures.wal {
            to.gauge(
                "kobling_wal_pages",
                "Pages in the write-ahead log after the last commit.",
                wal.pages,
            )?;
            to.gauge(
                "kobling_wal_pages_max",
                "Pages at which the writer stops to shorten the write-ahead log itself.",
                wal.pages_max,
            )?;
            let checkpoints = [
                ("carried", wal.checkpoints),
                ("failed", wal.checkpoints_failed),
            ];
            to.counters(
                "kobling_wal_checkpoints",
                "Times that pages of the write-ahead log were carried into the file, or could not be.",
                checkpoints.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
            )?;
            to.counter(
                "kobling_wal_rounds",
                "Times that the write-ahead log began anew.",
                wal.rounds,
            )?;
        }
        if let Some(server) = &figures.server {
            server_figures(to, server)?;
        }
        let Some(file) = &self.database else {
            return Ok(());
        };
        if let Some(bytes) = process::file_bytes(file) {
            to.gauge(
                "kobling_database_bytes",
                "Size of the database file.",
                bytes,
            )?;
        }
        if let Some(disk) = process::disk(file) {
            to.gauge(
                "kobling_disk_free_bytes",
                "Bytes that the process may still use on the disk of the database.",
                disk.free,
            )?;
            to.gauge(
                "kobling_disk_bytes",
                "Size of the disk of the database.",
                disk.size,
            )?;
        }
        Ok(())
    }
}

/// What there is only where the database is on a server.
fn server_figures(to: &mut Families<'_>, server: &ServerFigures) -> Result {
    let (writing, reading) = (("writing", &server.writing), ("reading", &server.reading));
    let all = [writing, reading, ("waking", &server.waking)];
    let shared = [writing, reading];
    to.gauges(
        "kobling_database_connections_open",
        "Connections to the database server that are open, by what they are for.",
        all.map(|(kind, figures)| (vec![("kind", kind)], figures.open)),
    )?;
    to.gauges(
        "kobling_database_connections_in_use",
        "Connections to the database server on which something is being done.",
        shared.map(|(kind, figures)| (vec![("kind", kind)], figures.in_use)),
    )?;
    to.gauges(
        "kobling_database_connections_max",
        "Connections to the database server that may be open.",
        shared.map(|(kind, figures)| (vec![("kind", kind)], figures.max)),
    )?;
    to.gauges(
        "kobling_database_callers_waiting",
        "Callers who wait for a connection that writes, or behind another one on a connection that reads.",
        shared.map(|(kind, figures)| (vec![("kind", kind)], figures.waiting)),
    )?;
    to.counters(
        "kobling_database_connections_opened",
        "Connections to the database server that were opened.",
        all.map(|(kind, figures)| (vec![("kind", kind)], figures.opened)),
    )?;
    to.counters(
        "kobling_database_connections_lost",
        "Connections to the database server that broke off, or were given up because nothing was answered.",
        all.map(|(kind, figures)| (vec![("kind", kind)], figures.lost)),
    )?;
    let look_ups = &server.look_ups;
    let outcomes = [
        ("stored", look_ups.stored),
        ("not_stored", look_ups.not_stored),
        ("unknown", look_ups.unknown),
    ];
    to.counters(
        "kobling_commit_lookups",
        "Commits whose answer was lost, by what was found out about them afterwards.",
        outcomes.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
    )?;
    to.nanos_counter(
        "kobling_commit_lookup_seconds",
        "How long it took to find that out, all together.",
        look_ups.nanos,
    )
}
