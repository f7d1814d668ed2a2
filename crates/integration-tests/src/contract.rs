//! The contract test: schemathesis makes up requests from the OpenAPI document that the program prints, and the program
//! answers them over a fresh database.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use domain::connections::ConnectionName;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::database::Database;
use crate::process::{PUBLIC_URL, Process, bootstrap};
use crate::target::account;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The program that serves.
    pub program: PathBuf,
    /// `schemathesis`.
    pub schemathesis: PathBuf,
    /// Its settings.
    pub settings: PathBuf,
    /// Test cases made up for each operation.
    pub examples: u32,
    /// Which ones.
    pub seed: u64,
}

/// What schemathesis may use: a token, the client that it is of, and a client and a grant that may be deleted.
struct Prepared {
    token: String,
    client: Value,
    other_client: String,
    other_grant: String,
}

/// Runs the test to its end. Panics where it cannot be prepared, and where the server does not live to its end.
pub async fn contract(asked: &Contract) -> ExitStatus {
    let database = Database::fresh().await;
    let document = database.folder().join("v1.json");
    let printed = Command::new(&asked.program).arg("openapi").output().await;
    std::fs::write(&document, printed.unwrap().stdout).unwrap();
    let client = bootstrap(&asked.program, &database).await;
    let other = bootstrap(&asked.program, &database).await;
    let mut process = Process::start(&asked.program, &database).await;
    let prepared = prepare(&process, client, &other).await;

    let mut schemathesis = command(asked, &prepared);
    schemathesis.arg(&document).current_dir(database.folder());
    schemathesis.args(["--url", &format!("http://{}", process.address)]);
    let status = schemathesis.status().await.unwrap();

    assert!(is_ready(&process).await, "the server is not ready any more");
    process.kill();
    process.wait_until_gone().await;
    status
}

fn command(asked: &Contract, prepared: &Prepared) -> Command {
    let mut command = Command::new(&asked.schemathesis);
    command.arg("--config-file").arg(&asked.settings);
    // With more than one, Python 3.11 now and then takes one thread's reading of source text for another's.
    command.args(["run", "--workers", "1", "--continue-on-failure"]);
    command.args(["--max-examples", &asked.examples.to_string()]);
    command.args(["--seed", &asked.seed.to_string()]);
    let text = |name: &str| prepared.client[name].as_str().unwrap();
    command
        .env("TOKEN", &prepared.token)
        .env("CLIENT_ID", text("client_id"))
        .env("CLIENT_SECRET", text("client_secret"))
        .env("OTHER_CLIENT", &prepared.other_client)
        .env("OTHER_GRANT", &prepared.other_grant)
        .kill_on_drop(true);
    command
}

/// The account that the document's examples speak of and all its connections, so that they are found.
async fn prepare(process: &Process, client: Value, other: &Value) -> Prepared {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let at = |path: &str| format!("http://{}/v1/accounts/T112/{path}", process.address);
    let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();

    let asked = json!({"grant_type": "client_credentials",
                       "audience": format!("{PUBLIC_URL}/v1/accounts/T11200000")});
    let id = text(&client, "client_id");
    let by_client = http
        .post(at("auth/token"))
        .basic_auth(id, Some(text(&client, "client_secret")));
    let answer: Value = send(by_client.json(&asked)).await;
    let token = text(&answer, "access_token");

    let made = http.post(at("management/accounts")).bearer_auth(&token);
    let made: Value = send(made.json(&account())).await;
    assert_eq!(made["account_id"], "T11200001");
    let event = json!({"status": "pending", "event": "started"});
    for name in ConnectionName::all() {
        let events = at(&format!(
            "management/accounts/T11200001/connections/{name}/events"
        ));
        send(http.post(events).bearer_auth(&token).json(&event)).await;
    }

    let other_client = text(other, "id");
    let grants = at(&format!("auth/client-grants?client_id={other_client}"));
    let grants = send(http.get(grants).bearer_auth(&token)).await;
    Prepared {
        token,
        client,
        other_client,
        other_grant: text(&grants[0], "id"),
    }
}

async fn send(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap().error_for_status().unwrap();
    answer.json().await.unwrap()
}

async fn is_ready(process: &Process) -> bool {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = http.get(format!("http://{}/health/ready", process.address));
    asked
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 200)
}

/// Where the settings of schemathesis are.
#[must_use]
pub fn settings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/schemathesis.toml")
}
