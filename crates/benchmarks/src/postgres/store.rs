//! The databases: one of Kobling's with a large partner and 1,000 small ones, and a copy of it for `pgbench`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Actor, Caller, PartnerId, Scopes};
use serde_json::Value;
use server::application::{self, Surroundings};
use server::config::{DatabaseOptions, Secret, postgres_options};
use server::root_key::RootKeySource;
use service::partners::{Bootstrap, Bootstrapped};
use service::{Service, Settings};
use storage_postgres::{Migrate, PostgresOptions, PostgresStorage, PostgresUrl};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::over::Over;
use super::server::Server;
use crate::client;
use crate::failure::{Failure, Outcome, Result, While};
use crate::installation::{PUBLIC_URL, SCOPE};
use crate::loading::Loading;
use crate::process::{Process, free_port};
use crate::target;

/// Kobling's database.
const KOBLING: &str = "bench_kobling";
/// Its copy.
pub(super) const PGBENCH: &str = "bench_pgbench";
/// Another key each time would make no other figures.
const ROOT_KEY: [u8; 32] = *b"a root key of benchmarks, 32 b..";
/// Keys of this kind are made at once, so that 1,000 partners get one each.
const ALGORITHM: &str = "EdDSA";

/// A partner's client with its token.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) partner: PartnerId,
    /// A whole header line.
    pub(super) authorization: String,
}

/// What is in the databases, and who may ask.
#[derive(Debug)]
pub(super) struct Store {
    url: String,
    folder: PathBuf,
    one: Vec<Client>,
    many: Vec<Client>,
}

/// A node of Kobling.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) process: Process,
    metrics_port: u16,
}

impl Store {
    /// Makes both databases.
    pub(super) fn fill(server: &Server, folder: &Path, accounts: u32) -> Result<Self> {
        for name in [KOBLING, PGBENCH] {
            server.sql(
                "postgres",
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )?;
        }
        server.sql("postgres", &format!("CREATE DATABASE {KOBLING}"))?;
        let url = server.url(KOBLING);
        let options = options_of(&url)?;
        println!("setting up {} partners", Over::ManyPartners.partners() + 1);
        let one = bootstrap(&options, Over::OnePartner.all_partners()?)?;
        let many = bootstrap(&options, Over::ManyPartners.all_partners()?)?;
        let actor = one.first().while_doing("a client")?.client.id.to_string();
        for over in [Over::OnePartner, Over::ManyPartners] {
            println!("loading {accounts} accounts of {}", over.name());
            load(&options, &actor, over, accounts)?;
        }
        let mut store = Self {
            url,
            folder: folder.to_owned(),
            one: Vec::new(),
            many: Vec::new(),
        };
        let node = store.serve(&[])?;
        store.one = tokens(&node, &one)?;
        store.many = tokens(&node, &many)?;
        node.process.stop()?;
        server.sql(
            "postgres",
            &format!("CREATE DATABASE {PGBENCH} TEMPLATE {KOBLING}"),
        )?;
        for name in [KOBLING, PGBENCH] {
            server.settle(name)?;
        }
        Ok(store)
    }

    pub(super) fn drop_databases(&self, server: &Server) -> Outcome {
        for name in [KOBLING, PGBENCH] {
            server.sql("postgres", &format!("DROP DATABASE {name}"))?;
        }
        Ok(())
    }

    pub(super) fn clients(&self, over: Over) -> &[Client] {
        match over {
            Over::OnePartner => &self.one,
            Over::ManyPartners => &self.many,
        }
    }

    /// Starts a node of the present build with these settings beside the usual ones, by their names in the environment.
    pub(super) fn serve(&self, settings: &[(&str, &str)]) -> Result<Node> {
        self.serve_with(&target::kobling()?, settings)
    }

    /// Starts a node of whatever build.
    pub(super) fn serve_with(&self, program: &Path, settings: &[(&str, &str)]) -> Result<Node> {
        let (port, metrics_port) = (free_port()?, free_port()?);
        let listen = format!("127.0.0.1:{port}");
        let metrics = format!("127.0.0.1:{metrics_port}");
        let arguments = [
            "serve",
            "--database",
            &self.url,
            "--listen",
            &listen,
            "--metrics-listen",
            &metrics,
            "--public-url",
            PUBLIC_URL,
            "--token-algorithm",
            ALGORITHM,
        ];
        let key = STANDARD.encode(ROOT_KEY);
        let variables = [settings, &[("KOBLING_ROOT_KEY", &key)]].concat();
        let log = self.folder.join(format!("node-{port}.log"));
        let process = Process::start_with(program, &arguments, &variables, port, &log)?;
        Ok(Node {
            process,
            metrics_port,
        })
    }
}

impl Node {
    /// How many batches it has written so far, and how many changes in them.
    pub(super) fn batches(&self) -> Result<(f64, f64)> {
        let page = client::send(self.metrics_port, "GET", "/metrics", "", "")?;
        let number = |name: &str| {
            let line = page.body.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.trim().parse::<f64>().ok());
            number.while_doing(format_args!("{name} among the metrics"))
        };
        let batches = number("kobling_batch_changes_count ")?;
        Ok((batches, number("kobling_batch_changes_sum ")?))
    }
}

fn options_of(url: &str) -> Result<PostgresOptions> {
    let url: PostgresUrl = url.parse().while_doing("the address of the database")?;
    Ok(postgres_options(&url))
}

fn runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().while_doing("the runtime")
}

/// Sets partners up, each with a client, as `kobling bootstrap` does.
fn bootstrap(options: &PostgresOptions, partners: Vec<PartnerId>) -> Result<Vec<Bootstrapped>> {
    let key: Secret = STANDARD.encode(ROOT_KEY).parse().while_doing("a key")?;
    let key = RootKeySource::Given(key);
    let settings = Settings {
        lanes: options.writers_max,
        ..Settings::for_public_url(PUBLIC_URL)
    };
    let options = DatabaseOptions::Postgres(options.clone());
    let runtime = runtime()?;
    runtime.block_on(async {
        let machine = Surroundings::of_the_machine();
        let started = application::start(&options, Migrate::Yes, &key, settings, &machine).await;
        let service = started.while_doing("setting up partners")?;
        let mut under_way = JoinSet::new();
        for partner in partners {
            under_way.spawn(bootstrap_one(Arc::clone(&service), partner));
        }
        let mut made = Vec::new();
        while let Some(ended) = under_way.join_next().await {
            made.push(ended.while_doing("setting up a partner")??);
        }
        // Its threads are waited for, which must not be done inside the runtime.
        tokio::task::spawn_blocking(move || drop(service))
            .await
            .while_doing("setting up partners")?;
        Ok(made)
    })
}

async fn bootstrap_one(service: Arc<Service>, partner: PartnerId) -> Result<Bootstrapped> {
    let wanted = Bootstrap {
        partner,
        account: None,
        scopes: Scopes::from_text(SCOPE).while_doing(SCOPE)?,
    };
    service.bootstrap(wanted).await.while_doing(partner)
}

/// All events are named like those of one client, so that all answers are as long as if it had made them.
fn load(options: &PostgresOptions, actor: &str, over: Over, accounts: u32) -> Outcome {
    let machine = Surroundings::of_the_machine();
    let runtime = runtime()?;
    let opening = PostgresStorage::open(options, Migrate::No, machine.clock, machine.entropy);
    let storage = runtime.block_on(opening).while_doing("the database")?;
    let caller = Caller {
        actor: Actor::named(actor),
        auth_epoch: None,
    };
    let numbers = 1..=over.accounts_each(accounts);
    let partners = over.all_partners()?;
    let accounts = partners
        .iter()
        .flat_map(|partner| numbers.clone().map(|number| (*partner, number)));
    let accounts: Vec<_> = accounts.collect();
    Loading::within(&storage, caller, runtime).load(&accounts)
}

fn tokens(node: &Node, clients: &[Bootstrapped]) -> Result<Vec<Client>> {
    let token = |client: &Bootstrapped| {
        let account = client.account;
        let credentials = format!("{}:{}", client.client.client_id, client.secret.as_str());
        let basic = STANDARD.encode(credentials);
        let headers = format!("Authorization: Basic {basic}\r\nContent-Type: application/json\r\n");
        let audience = &client.audience;
        let body = serde_json::json!({"grant_type": "client_credentials", "audience": audience});
        let path = format!("/v1/accounts/{account}/auth/token");
        let port = node.process.port;
        let answer = client::send(port, "POST", &path, &headers, &body.to_string())?;
        let said: Option<Value> = serde_json::from_str(&answer.body).ok();
        let token = said.as_ref().and_then(|body| body.get("access_token"));
        let token = token.and_then(Value::as_str);
        let missing = || Failure(format!("no token for {account}: {}", answer.body));
        let token = token.ok_or_else(missing)?;
        Ok(Client {
            partner: account.partner(),
            authorization: format!("Authorization: Bearer {token}\r\n"),
        })
    };
    clients.iter().map(token).collect()
}
