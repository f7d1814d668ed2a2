//! `kobling export`: a partner's log as lines of JSON.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use domain::PartnerId;
use serde::Deserialize;

use super::CommandError;
use super::backup::refuse_database;
use super::database_file::DatabaseFile;
use super::exit::UsageError;
use super::log_reader::LogReader;
use super::output::Output;
use super::progress::Progress;
use super::serve::stop_asked;
use crate::config::DatabaseUrl;
use crate::logging;

/// Bytes that are read at once while the end of a file is looked for.
const CHUNK: u64 = 64 * 1024;

/// Bytes of a line, at most; a longer one is not one of ours.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

const EXAMPLES: &str = "\
Examples:
  The whole log of a partner into a file:
    kobling export --partner T112 --to T112.ndjson
  Go on with that file after it was cut off, or a day later with what is new:
    kobling export --partner T112 --to T112.ndjson --resume
  A part of it, through a pipe:
    kobling export --partner T112 --after 1000 --until 2000 | gzip > part.ndjson.gz

Each line is an entry as GET /v1/accounts/{oid}/log answers it: a CloudEvent 1.0 with seq and actor, in the order of seq. \
It ends with the entry that was the last one when it began. It reads the database's file, beside a running server or \
without one, and changes nothing.";

/// The arguments of `kobling export`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Export {
    /// The partner whose log is exported.
    #[arg(long, value_name = "PARTNER")]
    partner: PartnerId,
    /// Only entries with a higher seq than this.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
    /// Only entries up to this seq.
    #[arg(long, value_name = "SEQ")]
    until: Option<u64>,
    /// The file to write; without it, standard output.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Go on after the last whole line of the file; a torn last line is cut off and written again.
    #[arg(long, requires = "to")]
    resume: bool,
    /// Replace the file where it is there already.
    #[arg(long, requires = "to", conflicts_with = "resume")]
    force: bool,
    #[command(flatten)]
    database: DatabaseFile,
}

/// What of a line is needed to go on after it.
#[derive(Debug, Deserialize)]
struct LastLine {
    source: String,
    seq: u64,
}

/// Where lines go.
enum Target {
    Output(Output),
    File(BufWriter<File>),
}

impl Export {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        if self.until.is_some_and(|until| until < self.after) {
            return Err(UsageError("--until must not be below --after".to_owned()).into());
        }
        let url = self.database.url()?;
        if let (Some(to), DatabaseUrl::Sqlite(file)) = (&self.to, &url) {
            refuse_database(to, file)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.write(&url))
    }

    async fn write(self, url: &DatabaseUrl) -> Result<(), CommandError> {
        let reader = LogReader::open(url, self.partner.into(), "kobling export").await?;
        let last = reader.last_seq().await?;
        let until = self.until.map_or(last, |until| until.min(last));
        let (mut target, after) = self.target()?;
        let total = until.saturating_sub(after);
        let mut progress = Progress::new();
        let stop = stop_asked()?;
        tokio::pin!(stop);
        let mut position = after;
        while position < until {
            for entry in reader.page(position).await? {
                if entry.seq > until {
                    break;
                }
                target.line(&api::log_entry_line(&entry, self.partner)?)?;
                position = entry.seq;
            }
            let done = position - after;
            progress.show(
                "exporting",
                done,
                total,
                &format!("{done} of {total} entries"),
            );
            let is_stopped = tokio::select! {
                biased;
                () = &mut stop => true,
                () = tokio::task::yield_now() => false,
            };
            if is_stopped {
                target.finish()?;
                return Err(stopped(position, self.to.as_deref()).into());
            }
        }
        progress.end();
        target.finish()?;
        self.tell(total, position)
    }

    /// Where lines go, and the `seq` that they begin after.
    fn target(&self) -> Result<(Target, u64), CommandError> {
        let Some(path) = &self.to else {
            return Ok((Target::Output(Output::new()), self.after));
        };
        let unusable = |error: io::Error| format!("--to {}: {error}", path.display());
        if self.resume && path.exists() {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(path)
                .map_err(unusable)?;
            let after = self.go_on_after(&mut file, path)?;
            return Ok((Target::File(BufWriter::new(file)), after));
        }
        let mut options = OpenOptions::new();
        options.write(true);
        if self.force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let file = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let advice = "--resume goes on after its last line, --force replaces it";
                return Err(format!("{} is there already; {advice}", path.display()).into());
            }
            opened => opened.map_err(unusable)?,
        };
        Ok((Target::File(BufWriter::new(file)), self.after))
    }

    /// Cuts off a torn last line, and answers the `seq` of the last whole one.
    fn go_on_after(&self, file: &mut File, path: &Path) -> Result<u64, CommandError> {
        let end = last_line_break(file, file.metadata()?.len())?;
        let Some(end) = end else {
            // Not even one whole line: a file of ours begins like this, and anything else is left alone.
            let is_torn_start = begins_like_an_entry(file)?;
            if !is_torn_start {
                return Err(not_ours(
                    path,
                    "it has no whole line, and does not begin as an entry does",
                )
                .into());
            }
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            return Ok(self.after);
        };
        let start = last_line_break(file, end)?.map_or(0, |at| at + 1);
        if end - start > LINE_BYTES_MAX {
            return Err(not_ours(path, "its last line is too long").into());
        }
        let mut line = String::new();
        file.seek(SeekFrom::Start(start))?;
        BufReader::new(&*file)
            .take(end - start)
            .read_to_string(&mut line)
            .map_err(|_| not_ours(path, "its last line is not UTF-8"))?;
        let last: LastLine = serde_json::from_str(&line)
            .map_err(|_| not_ours(path, "its last whole line is no entry of a log"))?;
        let source = format!("/v1/accounts/{}", self.partner.own_account());
        if last.source != source {
            let why = format!("it holds the log of {}", last.source);
            return Err(not_ours(path, &why).into());
        }
        file.set_len(end + 1)?;
        file.seek(SeekFrom::End(0))?;
        Ok(last.seq.max(self.after))
    }

    fn tell(&self, count: u64, last: u64) -> Result<(), CommandError> {
        let Some(path) = &self.to else { return Ok(()) };
        let text = match count {
            0 => format!(
                "Nothing new for {}; it ends with seq {last}.\n",
                path.display()
            ),
            1 => format!(
                "Exported 1 entry to {}, up to seq {last}.\n",
                path.display()
            ),
            _ => format!(
                "Exported {count} entries to {}, up to seq {last}.\n",
                path.display()
            ),
        };
        Ok(io::stderr().write_all(text.as_bytes())?)
    }
}

impl Target {
    fn line(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Output(out) => out.line(text),
            Self::File(file) => file
                .write_all(text.as_bytes())
                .and_then(|()| file.write_all(b"\n")),
        }
    }

    /// Everything written is on its way; in a file, it is on disk.
    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Output(out) => out.flush(),
            Self::File(file) => file.flush().and_then(|()| file.get_ref().sync_all()),
        }
    }
}

fn stopped(position: u64, to: Option<&Path>) -> String {
    match to {
        Some(_) => format!("stopped after seq {position}; the same with --resume goes on"),
        None => format!("stopped after seq {position}; --after {position} goes on"),
    }
}

fn not_ours(path: &Path, why: &str) -> String {
    format!(
        "--resume cannot go on with {}: {why}; give another file, or --force instead to replace it",
        path.display()
    )
}

fn begins_like_an_entry(file: &mut File) -> io::Result<bool> {
    const START: &[u8] = b"{\"specversion\":";
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    let length = u64::try_from(START.len()).unwrap_or(u64::MAX);
    (&*file).take(length).read_to_end(&mut start)?;
    Ok(START.starts_with(&start))
}

/// Where the last line break before a place is, read from the back.
fn last_line_break(file: &mut File, before: u64) -> io::Result<Option<u64>> {
    let mut end = before;
    let mut chunk = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(CHUNK);
        chunk.clear();
        file.seek(SeekFrom::Start(start))?;
        (&*file).take(end - start).read_to_end(&mut chunk)?;
        if let Some(at) = chunk.iter().rposition(|byte| *byte == b'\n') {
            return Ok(Some(start + u64::try_from(at).unwrap_or(0)));
        }
        end = start;
    }
    Ok(None)
}
