//! `kobling events`: what was reported, from the database itself, without a token.

mod filter;
mod follow;
mod table;

use clap::{ArgGroup, Args, ValueEnum};
use domain::connections::{ConnectionName, ConnectionStatus};
use domain::{AccountId, OwnerId, PartnerId, Timestamp};
use storage::StoredLogEntry;

use super::CommandError;
use super::database_file::DatabaseFile;
use super::log_reader::LogReader;
use super::output::Output;
use crate::config::DatabaseUrl;
use crate::logging;
use filter::Filter;

/// Events that are listed unless something else is asked for.
const LIMIT_DEFAULT: u32 = 20;

/// Entries that are looked at in one go when reading backwards.
const WINDOW: u64 = 1_000;

const EXAMPLES: &str = "\
Examples:
  The newest 20 events of a partner:
    kobling events --partner T112
  What one merchant's vipps connection went through, oldest first:
    kobling events --account T11200001 --connection vipps --order asc
  Everything that failed since the morning, for a program:
    kobling events --partner T112 --status failed --since 2026-05-12T06:00:00Z --limit 1000 --json
  New events as they are committed, until Ctrl-C:
    kobling events --partner T112 --follow

It reads the database's file, beside a running server or without one, and changes nothing. With --json each line is an \
entry as GET /v1/accounts/{oid}/log answers it.";

/// The arguments of `kobling events`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("owner").args(["partner", "account"]).required(true)))]
pub(super) struct Events {
    /// The partner whose events are listed.
    #[arg(long, value_name = "PARTNER")]
    partner: Option<PartnerId>,
    /// The account whose events are listed, instead of all of a partner's.
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountId>,
    /// Only events of this connection, such as vipps.
    #[arg(long, value_name = "NAME", value_parser = connection_name)]
    connection: Option<ConnectionName>,
    /// Only events with this status: pending, enabled, failed or declined.
    #[arg(long, value_name = "STATUS", value_parser = ConnectionStatus::parse)]
    status: Option<ConnectionStatus>,
    /// Only events with a higher seq than this.
    #[arg(long, value_name = "SEQ")]
    after: Option<u64>,
    /// Only events recorded at this time or later, such as 2026-05-12T08:30:00Z.
    #[arg(long, value_name = "TIME", conflicts_with = "after")]
    since: Option<Timestamp>,
    /// Events at most; with --follow the command ends after so many. Default: 20, and no end with --follow.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    limit: Option<u32>,
    /// Oldest first (asc) or newest first (desc). Default: desc, and asc with --after or --since.
    #[arg(long, value_name = "ORDER", conflicts_with = "follow")]
    order: Option<Order>,
    /// Every entry of the log, not only connection events.
    #[arg(long, conflicts_with_all = ["connection", "status"])]
    all: bool,
    /// Go on with new events as they are committed. Begins at the end of the log, or where --after or --since says. The
    /// database is asked every 250 milliseconds.
    #[arg(long, short)]
    follow: bool,
    /// Print each event as a line of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseFile,
}

/// In which order events are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

/// Where events are printed, and how many still may be.
struct Printer {
    out: Output,
    partner: PartnerId,
    filter: Filter,
    is_json: bool,
    left: u64,
}

impl Events {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let url = self.database.url()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.list(url))
    }

    async fn list(self, url: DatabaseUrl) -> Result<(), CommandError> {
        let reader = LogReader::open(&url, self.owner()?, "kobling events").await?;
        let mut printer = Printer {
            out: Output::new(),
            partner: reader.partner(),
            filter: Filter {
                connection: self.connection,
                status: self.status,
                all: self.all,
            },
            is_json: self.json,
            left: self.limit_or_default(),
        };
        let after = match (self.after, self.since) {
            (Some(after), _) => Some(after),
            (None, Some(since)) => Some(reader.last_before(since).await?),
            (None, None) => None,
        };
        if !self.json {
            printer.out.line(&table::heading(&printer.out))?;
        }
        let order = self.order.unwrap_or(match after {
            Some(_) => Order::Asc,
            None => Order::Desc,
        });
        if self.follow {
            let after = match after {
                Some(after) => after,
                None => reader.last_seq().await?,
            };
            follow::follow(&reader, &mut printer, after).await?;
        } else if order == Order::Asc {
            printer.print_from(&reader, after.unwrap_or(0)).await?;
        } else {
            print_backwards(&reader, &mut printer, after.unwrap_or(0)).await?;
        }
        Ok(printer.out.flush()?)
    }

    fn owner(&self) -> Result<OwnerId, CommandError> {
        match (self.account, self.partner) {
            (Some(account), _) => Ok(account.into()),
            (None, Some(partner)) => Ok(partner.into()),
            (None, None) => Err("give --partner or --account".into()),
        }
    }

    fn limit_or_default(&self) -> u64 {
        match self.limit {
            Some(limit) => limit.into(),
            None if self.follow => u64::MAX,
            None => LIMIT_DEFAULT.into(),
        }
    }
}

impl Printer {
    /// Prints what there is after a `seq`, oldest first; answers the last `seq` that was looked at.
    async fn print_from(&mut self, reader: &LogReader, after: u64) -> Result<u64, CommandError> {
        let mut after = after;
        while self.left > 0 {
            let page = reader.page(after).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for entry in &page {
                self.print(entry)?;
            }
            // Lets a signal come in between two pages.
            tokio::task::yield_now().await;
        }
        Ok(after)
    }

    /// Prints an entry if it is wanted and may still be printed.
    fn print(&mut self, entry: &StoredLogEntry) -> Result<(), CommandError> {
        if self.left == 0 {
            return Ok(());
        }
        let Some(event) = self.filter.wanted(entry)? else {
            return Ok(());
        };
        self.left -= 1;
        let line = if self.is_json {
            api::log_entry_line(entry, self.partner)?
        } else {
            table::row(&self.out, entry, event.as_ref())
        };
        Ok(self.out.line(&line)?)
    }
}

/// Prints the newest entries first, down to a `seq`.
async fn print_backwards(
    reader: &LogReader,
    printer: &mut Printer,
    after: u64,
) -> Result<(), CommandError> {
    let mut until = reader.last_seq().await?;
    while until > after && printer.left > 0 {
        let from = until.saturating_sub(WINDOW).max(after);
        for entry in reader.between(from, until).await?.iter().rev() {
            printer.print(entry)?;
        }
        until = from;
    }
    Ok(())
}

fn connection_name(text: &str) -> Result<ConnectionName, String> {
    ConnectionName::parse(text).map_err(|_| {
        let names: Vec<&str> = ConnectionName::all().map(ConnectionName::as_str).collect();
        format!("a connection is one of: {}", names.join(", "))
    })
}
