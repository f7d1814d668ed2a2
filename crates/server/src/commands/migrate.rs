//! `kobling migrate`: the schema of a database brought up to date.

use std::sync::Arc;

use clap::Args;
use storage_sqlite::{Examination, SqliteStorage, refuse_damaged_wal};

use super::CommandError;
use super::database_file::DatabaseFile;
use super::output::Output;
use crate::application::Surroundings;
use crate::config::{Config, DatabaseOptions};
use crate::logging;

const EXAMPLES: &str = "\
Examples:
  Before the nodes are replaced one by one by those of a new version:
    kobling migrate --database 'postgres://kobling@db.example/kobling'

Each step runs in a transaction of its own, under a lock, and waits a few seconds at most for a table that others use: \
where that is not enough it fails, changes nothing, and can be run again. Steps only add, so that nodes of the version \
before go on working until they are replaced. An empty database gets its tables. kobling serve --migrate does the same at \
its start. A SQLite file is migrated by whatever opens it for writing, after a copy of it was put aside.";

/// The arguments of `kobling migrate`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Migrate {
    #[command(flatten)]
    database: DatabaseFile,
}

impl Migrate {
    pub(super) fn run(self, config: &Config, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let url = self.database.url()?;
        let (before, after) = match config.database.options(&url).named("kobling migrate") {
            DatabaseOptions::Sqlite(options) => {
                refuse_damaged_wal(&options.path)?;
                let before = if options.path.exists() {
                    Examination::begin(&options.path)?.schema()?
                } else {
                    0
                };
                let machine = Surroundings::of_the_machine();
                let (clock, entropy) = (Arc::clone(&machine.clock), Arc::clone(&machine.entropy));
                drop(SqliteStorage::open(&options, clock, entropy)?);
                (before, storage_sqlite::SCHEMA_VERSION)
            }
            DatabaseOptions::Postgres(options) => {
                runtime.block_on(storage_postgres::migrate(&options))?
            }
        };
        let mut out = Output::new();
        out.line(&match (before, after) {
            (0, after) => format!("{url} was empty and has schema {after} now."),
            (before, after) if before == after => format!("{url} has schema {after} already."),
            (before, after) => format!("{url} had schema {before} and has schema {after} now."),
        })?;
        Ok(out.flush()?)
    }
}
