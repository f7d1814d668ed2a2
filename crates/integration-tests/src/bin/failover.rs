//! The failover test: `cargo xtask failover` brings what it needs, builds this and the program, and runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command prints by trade"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use integration_tests::failover::{Asked, Found, User, end_all, failover, guard, markdown};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

/// Where the document holds what was found.
const BEGIN: &str = "<!-- measured -->";
const END: &str = "<!-- /measured -->";
/// With fewer kills nothing is written.
const KILLS_FOR_THE_DOCUMENT: usize = 10;

/// Kills leaders under load, and compares what was acknowledged with what is stored.
#[derive(Debug, Parser)]
struct Failover {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// All of it
    Run(Run),
    /// Start a program and stay until all that it left behind is gone
    #[command(hide = true)]
    Guard(Guard),
}

#[derive(Debug, Args)]
struct Run {
    /// The program that serves.
    #[arg(long)]
    program: PathBuf,
    /// The folder with PostgreSQL's programs.
    #[arg(long)]
    postgres: PathBuf,
    /// The folder with packages of what is not installed.
    #[arg(long)]
    packages: PathBuf,
    /// How many leaders are killed.
    #[arg(long)]
    kills: usize,
    /// Other moments for another seed.
    #[arg(long)]
    seed: u64,
    /// Leave the folder with logs and data.
    #[arg(long)]
    keep: bool,
    /// The document that holds what was found.
    #[arg(long)]
    document: PathBuf,
}

#[derive(Debug, Args)]
struct Guard {
    #[arg(long, requires = "gid")]
    uid: Option<u32>,
    #[arg(long, requires = "uid")]
    gid: Option<u32>,
    #[arg(last = true, required = true)]
    words: Vec<String>,
}

fn main() -> std::io::Result<ExitCode> {
    match Failover::parse().step {
        Step::Guard(Guard { uid, gid, words }) => {
            let user = uid.zip(gid).map(|(uid, gid)| User { uid, gid });
            guard(user, &words)?;
            Ok(ExitCode::SUCCESS)
        }
        Step::Run(run) => {
            let runtime = tokio::runtime::Runtime::new()?;
            let code = runtime.block_on(run.ended());
            runtime.shutdown_background();
            code
        }
    }
}

impl Run {
    /// Whatever happens, what was started is ended.
    async fn ended(self) -> std::io::Result<ExitCode> {
        let document = Document::read(&self.document)?;
        let folder = tempfile::Builder::new()
            .prefix("kobling-failover-")
            .tempdir()?;
        let asked = Asked {
            program: self.program.clone(),
            postgres: self.postgres.clone(),
            packages: self.packages.clone(),
            kills: self.kills,
            seed: self.seed,
        };
        let path = folder.path().to_owned();
        let mut running =
            tokio::spawn(async move { failover(&asked, &path, |step| eprintln!("{step}")).await });
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let found = tokio::select! {
            found = &mut running => found.ok(),
            _ = interrupt.recv() => abandoned(running).await,
            _ = terminate.recv() => abandoned(running).await,
        };
        tokio::task::spawn_blocking(end_all).await?;
        if self.keep {
            eprintln!("kept {}", folder.keep().display());
        } else {
            folder.close()?;
        }
        let Some(found) = found else {
            eprintln!("it did not come to its end; everything that was started is ended");
            return Ok(ExitCode::FAILURE);
        };
        self.tell(&found, &document)?;
        Ok(if found.is_right() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn tell(&self, found: &Found, document: &Document) -> std::io::Result<()> {
        println!("{found}");
        let (kills, seed) = (self.kills, self.seed);
        if kills < KILLS_FOR_THE_DOCUMENT {
            println!("with fewer than {KILLS_FOR_THE_DOCUMENT} kills nothing is written");
            return Ok(());
        }
        let command = format!("cargo xtask failover --kills {kills} --seed {seed}");
        document.write(&markdown(found, &command))
    }
}

/// Waits for the end of what was begun: it must not start anything after everything was ended.
async fn abandoned(running: JoinHandle<Found>) -> Option<Found> {
    running.abort();
    running.await.ok()
}

/// The document, and what people wrote in it before and after what was found.
struct Document {
    path: PathBuf,
    before: String,
    after: String,
}

impl Document {
    fn read(path: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let parts = text.split_once(BEGIN);
        let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        let (before, after) = parts.ok_or_else(|| {
            let path = path.display();
            std::io::Error::other(format!("{path} has no `{BEGIN}` followed by `{END}`"))
        })?;
        Ok(Self {
            path: path.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    fn write(&self, found: &str) -> std::io::Result<()> {
        let Self {
            path,
            before,
            after,
        } = self;
        let found = found.trim();
        std::fs::write(path, format!("{before}{BEGIN}\n\n{found}\n\n{END}{after}"))?;
        println!("wrote {}", path.display());
        Ok(())
    }
}
