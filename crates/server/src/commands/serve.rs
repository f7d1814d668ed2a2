//! `kobling serve`: the service, until it is told to stop.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use api::Api;
use clap::Args;
use service::Settings;
use storage_postgres::Migrate;
use storage_sqlite::{ServeLock, refuse_damaged_wal};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::CommandError;
use crate::application::{self, Surroundings};
use crate::background::Background;
use crate::config::{Config, DatabaseArgs, DatabaseOptions, PublicUrlArgs, TokenArgs};
use crate::http::Server;
use crate::logging;
use crate::observability::Observability;
use crate::observability_args::ObservabilityArgs;
use crate::root_key::RootKeySource;
use crate::tls::{self, Tls, WatchError};

const EXAMPLES: &str = "\
Examples:
  On this machine alone, with kobling.db in the present folder:
    kobling serve
  Behind a proxy with TLS:
    kobling serve --database /var/lib/kobling/kobling.db --listen 127.0.0.1:8080 \\
      --public-url https://kobling.example.com

  One of several nodes on one PostgreSQL database; all have the same root key and public URL:
    kobling serve --database 'postgres://kobling@db1.example,db2.example/kobling' \
      --root-key-file /etc/kobling/kobling.key --public-url https://kobling.example.com

  With TLS of its own; the files are read again when they change, and on SIGHUP:
    kobling serve --database /var/lib/kobling/kobling.db --listen 0.0.0.0:443 \
      --public-url https://kobling.example.com \
      --tls-certificate-file /etc/kobling/fullchain.pem --tls-key-file /etc/kobling/privkey.pem

Ctrl-C and SIGTERM stop it: what was accepted is finished first. A second one cuts that off.";

/// The arguments of `kobling serve`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Bring an older PostgreSQL schema up to date first, while nodes of the version before may go on. An older SQLite file
    /// always is, after a copy of it was put aside.
    #[arg(long)]
    migrate: bool,
    #[command(flatten)]
    public_url: PublicUrlArgs,
    #[command(flatten)]
    tokens: TokenArgs,
    #[command(flatten)]
    observability: ObservabilityArgs,
}

impl Serve {
    pub(super) fn run(self, config: &Config, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(directives);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(self.serve(config))
    }

    async fn serve(self, config: &Config) -> Result<(), CommandError> {
        // Taken, a write beyond a limit on the size of files is an error like any other; by default it ends the process.
        let _files_too_large =
            signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?;
        let url = self.database.url()?;
        let options = config.database.options(&url).named("kobling serve");
        let _lock = lock(&options)?;
        let root_key = RootKeySource::of(&self.database, &url);
        let settings = self.settings(config, &options)?;
        let surroundings = Surroundings::of_the_machine();
        warn_of_open_key(&root_key);
        let mut signals = StopSignals::listen()?;
        let tls = self.tls(config, &surroundings)?;
        let service =
            application::start(&options, self.migrate(), &root_key, settings, &surroundings)
                .await?;
        let mut observability = Observability::start(&self.observability, &surroundings)?;
        let routes = application::routes(Arc::clone(&service), config.limits.of_requests())?;
        let server = self.bind(config, &routes).await?;
        let server = server.observed(observability.observer());
        let server = match &tls {
            Some((tls, _)) => server.inside_tls(Arc::clone(tls)),
            None => server,
        };
        let connections = server.metrics();
        observability
            .serve_metrics(
                &self.observability,
                &service,
                &routes,
                connections,
                options.file(),
                &surroundings,
            )
            .await?;
        if let Some(address) = observability.metrics_address() {
            tracing::info!(%address, "serving metrics");
        }
        let address = server.address()?;
        let public_url = &service.settings().public_url;
        let is_tls = tls.is_some();
        tracing::info!(%address, tls = is_tls, public_url, database = %url, "serving");
        let background = Background::start(Arc::clone(&service));
        let watching = tls.map(|(_, watching)| tokio::spawn(watching));
        let (stop, stopped) = oneshot::channel::<()>();
        let stopping = observability.stopping();
        let stopped = async move {
            drop(stopped.await);
            stopping.store(true, Ordering::Relaxed);
        };
        let finishing = async {
            server.run(stopped).await;
            service.finish_changes().await;
            background.stop().await;
            observability.stop().await;
        };
        tokio::select! {
            () = finishing => {}
            () = signals.told_twice(stop) => cut_off(),
        }
        if let Some(watching) = watching {
            watching.abort();
        }
        tracing::info!("stopped");
        Ok(())
    }

    fn migrate(&self) -> Migrate {
        if self.migrate {
            Migrate::Yes
        } else {
            Migrate::No
        }
    }

    async fn bind(&self, config: &Config, routes: &Api) -> Result<Server<Api>, CommandError> {
        let (address, limits) = (self.public_url.listen, config.limits.of_connections());
        let server = Server::bind(address, routes.clone(), limits).await;
        Ok(server.map_err(|error| {
            format!("cannot listen on {address}: {error}; choose another with --listen")
        })?)
    }

    fn settings(
        &self,
        config: &Config,
        options: &DatabaseOptions,
    ) -> Result<Settings, CommandError> {
        Ok(Settings {
            lanes: options.lanes(),
            token_algorithm: self.tokens.token_algorithm,
            token_lifetime: self.tokens.lifetime(),
            tokens_remembered_max: config.tokens.remembered_max,
            queue_max: config.limits.queue_max,
            connections_remembered_bytes: config.limits.connections_remembered_bytes,
            ..Settings::for_public_url(self.public_url.public_url()?)
        })
    }

    /// TLS, and what notices new files, where there is a certificate.
    fn tls(
        &self,
        config: &Config,
        surroundings: &Surroundings,
    ) -> Result<Option<(Arc<Tls>, impl Future<Output = ()> + Send + use<>)>, CommandError> {
        let Some(files) = self.public_url.tls.files() else {
            return Ok(None);
        };
        let (every, limits) = (config.tls.reload_every(), config.tls.limits());
        let clock = Arc::clone(&surroundings.clock);
        match tls::watch(files, every, limits, clock) {
            Ok(watched) => Ok(Some(watched)),
            Err(WatchError::Certificate(problem)) => Err(problem.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Only one process serves a file; any number serve a database on a server.
fn lock(options: &DatabaseOptions) -> Result<Option<ServeLock>, CommandError> {
    match options {
        DatabaseOptions::Sqlite(options) => {
            refuse_damaged_wal(&options.path)?;
            Ok(Some(ServeLock::take(options)?))
        }
        DatabaseOptions::Postgres(_) => Ok(None),
    }
}

/// Ends the process with whatever is under way: a batch that waits for its database would keep it. What was acknowledged is
/// safe, and a batch is stored whole or not at all.
fn cut_off() {
    tracing::warn!("told to stop again: what was under way is cut off");
    std::process::exit(0);
}

/// The service can do its work with such a key, so it is said and not refused.
fn warn_of_open_key(root_key: &RootKeySource) {
    if let Some((path, mode)) = root_key.open_to_others() {
        let (path, mode) = (path.display(), format!("{mode:04o}"));
        tracing::warn!(%path, mode, "others than its owner may use the root key; set its mode to 0600");
    }
}

/// The signals with which the process is asked to stop: Ctrl-C, and that of a service manager.
struct StopSignals {
    interrupted: Signal,
    terminated: Signal,
}

impl StopSignals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
        })
    }

    /// Done when two have come; the first drops what keeps the server running.
    async fn told_twice(&mut self, stop: oneshot::Sender<()>) {
        self.next().await;
        tracing::info!("stopping: what was accepted is finished; a second signal cuts it off");
        drop(stop);
        self.next().await;
    }

    /// Done when one has come.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}

/// Done when the process is asked to stop.
pub(super) fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    let mut signals = StopSignals::listen()?;
    Ok(async move { signals.next().await })
}
