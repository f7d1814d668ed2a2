//! `cargo xtask bench --postgres`: Kobling on PostgreSQL beside `pgbench`, which runs the same statements on the same server.
//!
//! Two databases are filled alike: one is Kobling's, the other, its copy, is `pgbench`'s.

mod beside;
mod cost;
mod events;
mod load;
mod nodes;
mod over;
mod pgbench;
mod reads;
mod server;
mod store;
mod writers;

use std::path::{Path, PathBuf};

use crate::failure::{Outcome, Result};
use crate::pairs::Pairs;
use crate::report::Section;
use crate::run::Measure;
use crate::wrk::Sample;

use over::Over;
use server::Server;
use store::Store;

/// What the measurements share.
#[derive(Debug)]
pub(crate) struct PostgresBench {
    pub(crate) seconds: u64,
    pub(crate) rounds: usize,
    pub(crate) accounts: u32,
    pub(crate) scratch: PathBuf,
    server: Server,
    store: Store,
}

impl PostgresBench {
    /// Fills both databases.
    pub(crate) fn prepare(
        seconds: u64,
        rounds: usize,
        accounts: u32,
        scratch: PathBuf,
    ) -> Result<Self> {
        let server = Server::from_environment()?;
        let store = Store::fill(&server, &scratch, accounts)?;
        Ok(Self {
            seconds,
            rounds,
            accounts,
            scratch,
            server,
            store,
        })
    }

    /// One measure; it may have several tables.
    pub(crate) fn measure(&self, measure: Measure) -> Result<Vec<Section>> {
        match measure {
            Measure::Events => {
                let mut sections = events::measure(self, Over::OnePartner)?;
                sections.extend(events::measure(self, Over::ManyPartners)?);
                Ok(sections)
            }
            Measure::Reads => Ok(vec![reads::measure(self)?]),
            Measure::Nodes => Ok(vec![nodes::measure(self)?]),
            Measure::Writers => Ok(vec![writers::measure(self)?]),
            Measure::Idle | Measure::Tokens => Ok(Vec::new()),
        }
    }

    /// Another build of Kobling beside the present one; nothing where this is not measured so.
    pub(crate) fn measure_beside(
        &self,
        program: &Path,
        measure: Measure,
    ) -> Result<Option<Section>> {
        match measure {
            Measure::Events => beside::events(self, program).map(Some),
            Measure::Reads => beside::reads(self, program).map(Some),
            _ => Ok(None),
        }
    }

    /// What the run was made with.
    pub(crate) fn facts(&self) -> Result<Vec<(&'static str, String)>> {
        let version = self.server.setting("server_version")?;
        let settings = server::SETTINGS.iter().map(|name| {
            let value = self.server.setting(name)?;
            Ok(format!("{name}={value}"))
        });
        let settings: Result<Vec<String>> = settings.collect();
        Ok(vec![
            ("PostgreSQL", version),
            ("its settings", settings?.join(", ")),
            ("comparison", pgbench::version()),
        ])
    }

    /// Both databases go with the server, unless it is somebody's own.
    pub(crate) fn tidy_up(&self) -> Outcome {
        self.store.drop_databases(&self.server)
    }

    fn pairs(
        &self,
        what: &str,
        names: [&str; 2],
        first: impl Fn(u64) -> Result<Sample>,
        second: impl Fn(u64) -> Result<Sample>,
    ) -> Result<Pairs> {
        Pairs::measure_two(what, names, self.rounds, self.seconds, first, second)
    }
}

/// The headings of [`Pairs::cells`] after both rates; the first is what Kobling, or the newer, is compared with.
const HEAD: [&str; 8] = [
    "ratio",
    "p50 of the first",
    "p50",
    "p99 of the first",
    "p99",
    "ratio of p99",
    "max of the first",
    "max",
];

/// The headings of a table of pairs with the names of both sides.
fn head(
    before: impl IntoIterator<Item = &'static str>,
    names: [&'static str; 2],
) -> Vec<&'static str> {
    before.into_iter().chain(names).chain(HEAD).collect()
}
