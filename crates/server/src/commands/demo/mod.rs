//! `kobling demo`: everything running on sample data, and the calls to try.
//!
//! It makes each call itself first, over HTTP like anybody else, and shows the answer.

mod calls;
mod samples;
mod terminal;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::{PartnerId, Scopes};
use oauth::Algorithm;
use service::partners::{Bootstrap, Bootstrapped};
use service::{Service, Settings};
use storage_postgres::Migrate;
use storage_sqlite::ServeLock;
use tokio::net::TcpListener;

use super::CommandError;
use super::serve::stop_asked;
use crate::application::{self, Surroundings};
use crate::config::{Config, DatabaseOptions, default_of, help_of};
use crate::http::Server;
use crate::logging;
use crate::observability::Observability;
use crate::observability_args::ObservabilityArgs;
use crate::root_key::RootKeySource;
use calls::Caller;
use terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  kobling demo
  kobling demo --data-dir ./demo --listen 127.0.0.1:9000";

const ALGORITHM: &str = "KOBLING_TOKENS__ALGORITHM";

/// The arguments of `kobling demo`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Demo {
    /// Keep the data in this folder; without it, it is temporary and removed at the end.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// The address to listen on; without it, port 8080, or any free one where that is taken.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The setting `tokens.algorithm`.
    #[arg(long, env = ALGORITHM, value_name = "NAME", help = help_of(ALGORITHM),
          default_value = default_of(ALGORITHM))]
    token_algorithm: Algorithm,
}

/// Where the data is; a temporary folder goes with this value.
struct Data {
    folder: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Demo {
    pub(super) fn run(self, config: &Config, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.show(config))
    }

    async fn show(self, config: &Config) -> Result<(), CommandError> {
        let data = self.data()?;
        let path = data.folder.join("kobling.db");
        let options = config.database.sqlite_options(&path);
        let _lock = ServeLock::take(&options)?;
        let options = DatabaseOptions::Sqlite(options);
        let listener = self.listener().await?;
        let url = format!("http://{}", listener.local_addr()?);
        let settings = Settings {
            token_algorithm: self.token_algorithm,
            token_lifetime: Duration::from_secs(config.tokens.lifetime_seconds),
            tokens_remembered_max: config.tokens.remembered_max,
            queue_max: config.limits.queue_max,
            connections_remembered_bytes: config.limits.connections_remembered_bytes,
            ..Settings::for_public_url(&url)
        };
        let root_key = RootKeySource::Beside(data.folder.join("kobling.key"));
        let surroundings = Surroundings::of_the_machine();
        let service =
            application::start(&options, Migrate::No, &root_key, settings, &surroundings).await?;
        let made = bootstrap(&service).await?;
        let routes = application::routes(Arc::clone(&service), config.limits.of_requests())?;
        let observability = Observability::start(&ObservabilityArgs::default(), &surroundings)?;
        let server = Server::on(listener, routes, config.limits.of_connections());
        let server = server.observed(observability.observer());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(server.run(async move { drop(stopped.await) }));

        let asked = stop_asked()?;
        tokio::pin!(asked);
        let mut terminal = Terminal::new();
        terminal.opening(&url, &data.folder, self.data_dir.is_some())?;
        let shown = tokio::select! {
            shown = tour(&mut terminal, &url, &made) => shown,
            () = &mut asked => Ok(()),
        };
        if shown.is_ok() {
            terminal.waiting()?;
            asked.await;
        }
        drop(stop);
        serving.await?;
        terminal.closing(self.data_dir.as_deref())?;
        shown
    }

    fn data(&self) -> Result<Data, CommandError> {
        match &self.data_dir {
            Some(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|error| format!("--data-dir {}: {error}", folder.display()))?;
                Ok(Data {
                    folder: folder.clone(),
                    _temporary: None,
                })
            }
            None => {
                let temporary = tempfile::Builder::new().prefix("kobling-demo-").tempdir()?;
                Ok(Data {
                    folder: temporary.path().to_owned(),
                    _temporary: Some(temporary),
                })
            }
        }
    }

    async fn listener(&self) -> Result<TcpListener, CommandError> {
        if let Some(address) = self.listen {
            let listener = TcpListener::bind(address).await;
            return Ok(listener.map_err(|error| format!("--listen {address}: {error}"))?);
        }
        match TcpListener::bind("127.0.0.1:8080").await {
            Ok(listener) => Ok(listener),
            Err(_) => Ok(TcpListener::bind("127.0.0.1:0").await?),
        }
    }
}

async fn bootstrap(service: &Service) -> Result<Bootstrapped, CommandError> {
    let partner: PartnerId = "T112".parse()?;
    let scopes = Scopes::for_bootstrap();
    Ok(service
        .bootstrap(Bootstrap {
            partner,
            account: None,
            scopes,
        })
        .await?)
}

/// Gets a token, fills an empty partner with samples, and reports an event.
async fn tour(terminal: &mut Terminal, url: &str, made: &Bootstrapped) -> Result<(), CommandError> {
    let mut caller = Caller::new(url, made)?;
    let answer = caller.get_token().await?;
    terminal.call("1. Get an access token", &caller.token_command(), &answer)?;
    samples::fill(&caller).await?;
    terminal.accounts(&samples::overview(&caller).await?)?;
    let answer = caller.report_event().await?;
    terminal.call(
        "2. Report a connection event",
        &caller.event_command(),
        &answer,
    )?;
    let answer = caller.read_connection().await?;
    terminal.call(
        "3. Read the connection",
        &caller.connection_command(),
        &answer,
    )?;
    Ok(())
}
