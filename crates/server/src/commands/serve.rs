//! `kobling serve`: the service, until it is told to stop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Args;
use service::{Service, Settings};
use storage_sqlite::ServeLock;
use tokio::signal::unix::{SignalKind, signal};

use super::CommandError;
use crate::application::{self, Surroundings};
use crate::config::{Config, DatabaseArgs, PublicUrlArgs, TokenArgs};
use crate::http::Server;
use crate::logging;
use crate::observability::Observability;
use crate::observability_args::ObservabilityArgs;
use crate::root_key::RootKeySource;

/// How often old answers are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(60);

const EXAMPLES: &str = "\
Examples:
  On this machine alone, with kobling.db in the present folder:
    kobling serve
  Behind a proxy with TLS:
    kobling serve --database /var/lib/kobling/kobling.db --listen 127.0.0.1:8080 \\
      --public-url https://kobling.example.com

Ctrl-C and SIGTERM stop it: what was accepted is finished first.";

/// The arguments of `kobling serve`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    #[command(flatten)]
    database: DatabaseArgs,
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
        let path = self.database.sqlite_path()?;
        let options = config.database.sqlite_options(&path);
        let _lock = ServeLock::take(&options)?;
        let root_key = RootKeySource::of(&self.database, &path);
        let settings = Settings {
            token_algorithm: self.tokens.token_algorithm,
            token_lifetime: self.tokens.lifetime(),
            tokens_remembered_max: config.tokens.remembered_max,
            queue_max: config.limits.queue_max,
            connections_remembered_bytes: config.limits.connections_remembered_bytes,
            ..Settings::for_public_url(self.public_url.public_url()?)
        };
        let surroundings = Surroundings::of_the_machine();
        let service = application::start(&options, &root_key, settings, &surroundings).await?;
        let mut observability = Observability::start(&self.observability, &surroundings)?;
        let routes = application::routes(Arc::clone(&service), config.limits.of_requests())?;
        let limits = config.limits.of_connections();
        let server = Server::bind(self.public_url.listen, routes, limits).await;
        let server = server.map_err(|error| {
            format!(
                "cannot listen on {}: {error}; choose another with --listen",
                self.public_url.listen
            )
        })?;
        let server = server.observed(observability.observer());
        let connections = server.metrics();
        observability
            .serve_metrics(
                &self.observability,
                &service,
                connections,
                &path,
                &surroundings,
            )
            .await?;
        if let Some(address) = observability.metrics_address() {
            tracing::info!(%address, "serving metrics");
        }
        let address = server.address()?;
        let public_url = &service.settings().public_url;
        tracing::info!(%address, public_url, database = %path.display(), "serving");
        let sweeping = tokio::spawn(forget_old_answers(Arc::clone(&service)));
        let (stop, stopping) = (stop_asked()?, observability.stopping());
        let stop = async move {
            stop.await;
            stopping.store(true, Ordering::Relaxed);
        };
        server.run(stop).await;
        sweeping.abort();
        observability.stop().await;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Forgets answers whose idempotency keys have run out, as long as the process runs.
pub(super) async fn forget_old_answers(service: Arc<Service>) {
    let mut ticks = tokio::time::interval(FORGET_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        loop {
            match service.forget_old_answers().await {
                Ok(true) => tokio::task::yield_now().await,
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "old answers could not be forgotten");
                    break;
                }
            }
        }
    }
}

/// Done when the process is asked to stop: Ctrl-C, or the signal of a service manager.
pub(super) fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}
