//! `kobling copy`: a whole store from one database into another, of whichever engines.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Map, Value, json};
use storage::copying::{
    Compared, Copied, CopiedTable, CopyStage, CopyWatch, Mode, Source, Target, compare, copy,
};
use storage_postgres::{PostgresSource, PostgresTarget};
use storage_sqlite::{SqliteOptions, SqliteSource, SqliteTarget, Watch};

use super::CommandError;
use super::exit::UsageError;
use super::output::Output;
use super::progress::Progress;
use super::watching::watched;
use crate::config::{DatabaseUrl, postgres_options};
use crate::logging;

const EXAMPLES: &str = "\
Examples:
  From a file to a PostgreSQL database; the server is stopped, or this is done once more after it was:
    kobling copy --from /var/lib/kobling/kobling.db --to 'postgres://kobling@db.example/kobling'
  What was written to the file since then:
    kobling copy --from /var/lib/kobling/kobling.db --to 'postgres://kobling@db.example/kobling' --update
  And back:
    kobling copy --from 'postgres://kobling@db.example/kobling' --to /var/lib/kobling/again.db

What is copied is one moment of --from, the one at which the command begins; whoever serves from it goes on. Nobody may \
serve from --to meanwhile: who does is found, and nothing is copied. Every entry's hash is checked on its way, and a \
damaged one stops the copy. At the end both databases are read whole and compared, \
partner by partner and table by table. A copy that was cut off goes on with the same command; until it is finished, no \
other command opens its database.

Ids, seq, times, hashes, salts and sealed secrets stay what they are. The root key is in neither database: the new \
installation needs that of the old one. What was issued before, tokens too, is valid there then.";

/// The arguments of `kobling copy`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct CopyStore {
    /// The database to copy: a path or sqlite:///absolute/path, or postgres://user@host:5432/database.
    #[arg(long, value_name = "URL")]
    from: String,
    /// The database to copy to, of either kind: an empty one, or one that a copy of the same was begun in.
    #[arg(long, value_name = "URL")]
    to: String,
    /// Bring a finished copy up to date, to which nobody has written since.
    #[arg(long)]
    update: bool,
    /// Copy nothing; compare what both hold.
    #[arg(long, conflicts_with = "update")]
    compare_only: bool,
    /// Print what was copied and compared as a JSON object.
    #[arg(long)]
    json: bool,
}

/// What was done, and how long it took.
struct Done {
    compared: Compared,
    /// Entries that were there before and entries that were added, where something was copied.
    entries: Option<(u64, u64)>,
    copying: Duration,
    comparing: Duration,
}

impl CopyStore {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let from = database("--from", &self.from)?;
        let to = database("--to", &self.to)?;
        let task = self.clone();
        let (source, target) = (from.clone(), to.clone());
        let done = watched(move |watch| task.work(&source, &target, watch))?;
        let mut out = Output::new();
        if self.json {
            out.line(&described(&from, &to, &done).to_string())?;
        } else {
            for line in told(&from, &to, &done) {
                out.line(&line)?;
            }
        }
        Ok(out.flush()?)
    }

    fn work(
        &self,
        from: &DatabaseUrl,
        to: &DatabaseUrl,
        watch: &Watch<'_>,
    ) -> Result<Done, CommandError> {
        let progress = Mutex::new(Progress::new());
        let comparing = OnceLock::new();
        let show = |stage: CopyStage| {
            let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            match stage {
                CopyStage::Copying { done, total } => {
                    progress.show("copying", done, total, &format!("{done} of {total} rows"));
                }
                CopyStage::Comparing { done, total } => {
                    comparing.get_or_init(Instant::now);
                    progress.show("comparing", done, total, &format!("{done} of {total} rows"));
                }
            }
        };
        let watch = CopyWatch {
            stop: &watch.stop,
            show: &show,
        };
        let mut source = open_source("--from", from)?;
        let begun = Instant::now();
        let (compared, entries) = if self.compare_only {
            let mut target = open_source("--to", to)?;
            (compare(source.as_mut(), target.as_mut(), &watch)?, None)
        } else {
            let mut target = open_target(to)?;
            let mode = if self.update { Mode::Update } else { Mode::New };
            let Copied {
                compared,
                entries_before,
                entries_added,
            } = copy(source.as_mut(), target.as_mut(), mode, &watch)?;
            (compared, Some((entries_before, entries_added)))
        };
        let copied = comparing.get().copied().unwrap_or(begun);
        Ok(Done {
            compared,
            entries,
            copying: copied - begun,
            comparing: copied.elapsed(),
        })
    }
}

/// Which database a flag means. The text is not repeated, since it may hold a password.
fn database(flag: &str, text: &str) -> Result<DatabaseUrl, UsageError> {
    let read = text.parse::<DatabaseUrl>();
    read.map_err(|error| UsageError(format!("{flag}: {error}")))
}

fn open_source(flag: &str, url: &DatabaseUrl) -> Result<Box<dyn Source>, CommandError> {
    let opened: Result<Box<dyn Source>, CommandError> = match url {
        DatabaseUrl::Sqlite(path) => match SqliteSource::open(path) {
            Ok(source) => Ok(Box::new(source)),
            Err(error) => Err(error.into()),
        },
        DatabaseUrl::Postgres(url) => {
            match PostgresSource::open(&postgres_options(url).named("kobling copy")) {
                Ok(source) => Ok(Box::new(source)),
                Err(error) => Err(error.into()),
            }
        }
    };
    opened.map_err(|error| format!("{flag}: {error}").into())
}

fn open_target(url: &DatabaseUrl) -> Result<Box<dyn Target>, CommandError> {
    let opened: Result<Box<dyn Target>, CommandError> = match url {
        DatabaseUrl::Sqlite(path) => match SqliteTarget::open(&SqliteOptions::at(path)) {
            Ok(target) => Ok(Box::new(target)),
            Err(error) => Err(error.into()),
        },
        DatabaseUrl::Postgres(url) => {
            match PostgresTarget::open(&postgres_options(url).named("kobling copy")) {
                Ok(target) => Ok(Box::new(target)),
                Err(error) => Err(error.into()),
            }
        }
    };
    opened.map_err(|error| format!("--to: {error}").into())
}

impl Done {
    fn all_rows(&self) -> u64 {
        let tables = CopiedTable::ALL.iter();
        tables.map(|table| self.compared.rows(*table)).sum()
    }

    /// Rows written in a second.
    fn rate(&self) -> u64 {
        let before = self.entries.map_or(0, |(before, _)| before);
        let rows = u128::from(self.all_rows() - before);
        let millis = self.copying.as_millis().max(1);
        u64::try_from(rows * 1_000 / millis).unwrap_or(u64::MAX)
    }
}

/// For people.
fn told(from: &DatabaseUrl, to: &DatabaseUrl, done: &Done) -> Vec<String> {
    let partners = match done.compared.partners.len() {
        1 => "1 partner".to_owned(),
        count => format!("{count} partners"),
    };
    let entries = done.compared.rows(CopiedTable::LogEntries);
    let rows = done.all_rows();
    let compared = format!(
        "Compared in {}: both hold the same {partners}, {entries} log entries and {rows} rows in all.",
        seconds(done.comparing)
    );
    let Some((before, added)) = done.entries else {
        return vec![compared];
    };
    let already = match before {
        0 => String::new(),
        before => format!(", {before} were there already"),
    };
    vec![
        format!(
            "Copied {from} to {to}: {added} log entries{already}; in {}, {} rows a second.",
            seconds(done.copying),
            done.rate()
        ),
        compared,
        root_key(to).to_owned(),
    ]
}

/// Where the new installation takes the root key from.
fn root_key(to: &DatabaseUrl) -> &'static str {
    match to {
        DatabaseUrl::Sqlite(_) => {
            "The root key is not in it: put that of the old installation into kobling.key beside the file (mode 0600), or give \
             it by --root-key-file or KOBLING_ROOT_KEY."
        }
        DatabaseUrl::Postgres(_) => {
            "The root key is not in it: give every node that of the old installation, by --root-key-file or KOBLING_ROOT_KEY."
        }
    }
}

/// For programs.
fn described(from: &DatabaseUrl, to: &DatabaseUrl, done: &Done) -> Value {
    let partners = done.compared.partners.iter().map(|partner| {
        let tables = partner.tables.iter().map(|(table, rows, hash)| {
            let about = json!({"rows": rows, "sha256": hex(hash)});
            (table.name().to_owned(), about)
        });
        let tables: Map<String, Value> = tables.collect();
        json!({"partner": partner.partner.to_string(), "tables": tables})
    });
    let partners: Vec<Value> = partners.collect();
    let mut told = json!({
        "from": from.to_string(),
        "to": to.to_string(),
        "entries": done.compared.rows(CopiedTable::LogEntries),
        "rows": done.all_rows(),
        "compare_seconds": done.comparing.as_secs_f64(),
        "partners": partners,
    });
    if let (Some((before, added)), Some(told)) = (done.entries, told.as_object_mut()) {
        told.insert("entries_before".to_owned(), before.into());
        told.insert("entries_added".to_owned(), added.into());
        told.insert("copy_seconds".to_owned(), done.copying.as_secs_f64().into());
        told.insert("rows_per_second".to_owned(), done.rate().into());
    }
    told
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
