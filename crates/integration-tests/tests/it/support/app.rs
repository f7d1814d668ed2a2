//! The whole application in this process, on a database of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use integration_tests::SeededEntropy;
use integration_tests::database::{Database, Engine, Held};
use oauth::Algorithm;
use server::application::{self, Surroundings};
use server::config::DatabaseOptions;
use server::http::{HttpLimits, Server};
use server::observability::Observability;
use server::observability_args::ObservabilityArgs;
use service::{Service, Settings};
use storage_postgres::Migrate;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Call, Metrics, Partner, SetClock};

/// Where callers are told that the service is. Requests go to the address that it listens on.
pub(crate) const PUBLIC_URL: &str = "https://kobling.test";

/// When the clock of every test stands at first.
pub(crate) const START: &str = "2026-05-12T08:30:00.000Z";

/// An application that listens on a port of its own.
#[derive(Debug)]
pub(crate) struct TestApp {
    pub(crate) clock: SetClock,
    pub(crate) settings: Settings,
    args: ObservabilityArgs,
    limits: AppLimits,
    database: Arc<Database>,
    seed: u64,
    running: Running,
    http: reqwest::Client,
}

/// Limits that are not among the settings of the use cases.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AppLimits {
    pub(crate) requests: api::Limits,
    pub(crate) connections: HttpLimits,
    /// How long the database waits for another process that writes; none for the usual time.
    pub(crate) busy_timeout: Option<Duration>,
    /// PostgreSQL: batches at the same time, and partners in one; none for the usual numbers.
    pub(crate) writers_max: Option<usize>,
    pub(crate) partners_per_batch_max: Option<usize>,
}

#[derive(Debug)]
struct Running {
    service: Arc<Service>,
    observability: Observability,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl TestApp {
    /// With the usual settings, and keys that are made quickly.
    pub(crate) async fn start() -> Self {
        Self::start_with(|settings| settings.token_algorithm = Algorithm::EdDsa).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::for_public_url(PUBLIC_URL);
        change(&mut settings);
        Self::start_watched(settings, usual_args()).await
    }

    /// With these settings, and watched like this.
    pub(crate) async fn start_watched(settings: Settings, args: ObservabilityArgs) -> Self {
        Self::start_new(settings, (args, AppLimits::default())).await
    }

    /// Sends its traces to a collector at this address.
    pub(crate) async fn start_traced(endpoint: &str, kept: f64) -> Self {
        let mut settings = Settings::for_public_url(PUBLIC_URL);
        settings.token_algorithm = Algorithm::EdDsa;
        let args = ObservabilityArgs {
            trace_otlp_endpoint: Some(endpoint.to_owned()),
            trace_kept_ratio: kept,
            ..usual_args()
        };
        Self::start_watched(settings, args).await
    }

    /// With keys that are made quickly, and these limits.
    pub(crate) async fn start_limited(limits: AppLimits) -> Self {
        let mut settings = Settings::for_public_url(PUBLIC_URL);
        settings.token_algorithm = Algorithm::EdDsa;
        Self::start_new(settings, (usual_args(), limits)).await
    }

    async fn start_new(settings: Settings, around: (ObservabilityArgs, AppLimits)) -> Self {
        let database = Arc::new(Database::fresh().await);
        let clock = SetClock::at(START.parse::<Timestamp>().unwrap());
        Self::run(database, settings, around, clock, 1).await
    }

    /// On PostgreSQL, whatever the engine of the tests is.
    pub(crate) async fn start_on_postgres() -> Self {
        Self::start_on_postgres_limited(AppLimits::default()).await
    }

    /// The same with these limits.
    pub(crate) async fn start_on_postgres_limited(limits: AppLimits) -> Self {
        let mut settings = Settings::for_public_url(PUBLIC_URL);
        settings.token_algorithm = Algorithm::EdDsa;
        let database = Arc::new(Database::of(Engine::Postgres).await);
        let clock = SetClock::at(START.parse::<Timestamp>().unwrap());
        let around = (usual_args(), limits);
        Self::run(database, settings, around, clock, 1).await
    }

    /// Another process on the same database, as far as one can have it in one process.
    pub(crate) async fn beside(&self) -> Self {
        self.beside_with(|_| ()).await
    }

    /// The same with other settings.
    pub(crate) async fn beside_with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let (database, mut settings) = (Arc::clone(&self.database), self.settings.clone());
        change(&mut settings);
        let (around, clock) = ((self.args.clone(), self.limits), self.clock.clone());
        Self::run(database, settings, around, clock, self.seed + 1_000).await
    }

    /// Stops, and starts again on the same database.
    pub(crate) async fn restart(self) -> Self {
        let (settings, clock) = (self.settings.clone(), self.clock.clone());
        let around = (self.args.clone(), self.limits);
        let (database, seed) = (Arc::clone(&self.database), self.seed + 1);
        self.stop().await;
        Self::run(database, settings, around, clock, seed).await
    }

    /// Stops as the process does, and makes sure that nothing is still under way.
    pub(crate) async fn stop(self) {
        let Self { running, http, .. } = self;
        drop(http);
        running.stop.send(()).unwrap();
        running.ended.await.unwrap();
        running.observability.stop().await;
        let others = Arc::strong_count(&running.service) - 1;
        assert_eq!(others, 0, "requests are still under way");
    }

    /// Tells it to stop. Answers what ends when it has stopped, and the database, which must be kept until then.
    pub(crate) fn tell_to_stop(self) -> (JoinHandle<()>, Arc<Database>) {
        self.running.stop.send(()).unwrap();
        (self.running.ended, self.database)
    }

    async fn run(
        database: Arc<Database>,
        settings: Settings,
        (args, limits): (ObservabilityArgs, AppLimits),
        clock: SetClock,
        seed: u64,
    ) -> Self {
        let surroundings = Surroundings {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SeededEntropy::new(seed)),
        };
        let options = limits.of_the_database(database.options());
        let serving = Settings {
            lanes: options.lanes(),
            ..settings.clone()
        };
        let service = application::start(
            &options,
            Migrate::No,
            &database.root_key(),
            serving,
            &surroundings,
        )
        .await
        .unwrap();
        let routes = application::routes(Arc::clone(&service), limits.requests).unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let server = Server::bind(any, routes.clone(), limits.connections)
            .await
            .unwrap();
        let mut observability = Observability::start(&args, &surroundings).unwrap();
        let server = server.observed(observability.observer());
        let connections = server.metrics();
        observability
            .serve_metrics(
                &args,
                &service,
                &routes,
                connections,
                options.file(),
                &surroundings,
            )
            .await
            .unwrap();
        let address = server.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(async {
            stopped.await.unwrap_or_default();
        }));
        let running = Running {
            service,
            observability,
            address,
            stop,
            ended,
        };
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            clock,
            settings,
            args,
            limits,
            database,
            seed,
            running,
            http,
        }
    }

    /// The metrics as they are read.
    pub(crate) async fn metrics(&self) -> Metrics {
        let response = self.metrics_listener("GET", "/metrics").await;
        let text = response.assert_ok().text().to_owned();
        response.assert_header("content-type", "text/plain; version=0.0.4; charset=utf-8");
        Metrics::read(&text)
    }

    /// A request to the listener of the metrics.
    pub(crate) fn metrics_listener(&self, method: &str, path: &str) -> Call {
        let address = self.running.observability.metrics_address().unwrap();
        let url = format!("http://{address}{path}");
        Call::new(self.http.request(method.parse().unwrap(), url))
    }

    /// A partner that `bootstrap` has set up, with a client that may do everything.
    pub(crate) async fn partner(&self, partner: &str) -> Partner<'_> {
        Partner::bootstrap(self, partner).await
    }

    /// A request to a path, without a token.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        let method = method.parse().unwrap();
        let url = format!("http://{}{path}", self.address());
        Call::new(self.http.request(method, url))
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    /// The path of an address that an answer names.
    pub(crate) fn path_of(url: &str) -> &str {
        url.strip_prefix(PUBLIC_URL)
            .unwrap_or_else(|| panic!("{url} is not under {PUBLIC_URL}"))
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.running.address
    }

    pub(crate) fn service(&self) -> &Service {
        &self.running.service
    }

    /// Runs the jobs until nothing is left for them.
    pub(crate) async fn drain_jobs(&self) {
        while self.service().forget_old_answers().await.unwrap() {}
    }

    /// The database itself, for what no answer tells.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The number in the first row of the database's answer.
    pub(crate) async fn count(&self, query: &str) -> i64 {
        self.database.count(query).await
    }

    /// Whoever writes waits from now on.
    pub(crate) async fn hold(&self) -> Held {
        self.database.hold().await
    }

    pub(crate) fn folder(&self) -> &Path {
        self.database.folder()
    }
}

/// Metrics are served on a port of their own, and traces are not kept.
fn usual_args() -> ObservabilityArgs {
    ObservabilityArgs {
        metrics_listen: Some("127.0.0.1:0".parse().unwrap()),
        ..ObservabilityArgs::default()
    }
}

impl AppLimits {
    fn of_the_database(self, mut usual: DatabaseOptions) -> DatabaseOptions {
        if let Some(timeout) = self.busy_timeout {
            match &mut usual {
                DatabaseOptions::Sqlite(options) => options.busy_timeout = timeout,
                DatabaseOptions::Postgres(options) => options.lock_timeout = timeout,
            }
        }
        if let DatabaseOptions::Postgres(options) = &mut usual {
            options.writers_max = self.writers_max.unwrap_or(options.writers_max);
            let partners = self.partners_per_batch_max;
            options.partners_per_batch_max = partners.unwrap_or(options.partners_per_batch_max);
        }
        usual
    }
}
