//! A running server, and in whose name it is asked.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::process::{PUBLIC_URL, Process};

/// Where requests go, and in whose name.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) http: reqwest::Client,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) accounts: Vec<String>,
}

impl Target {
    /// A token and so many new accounts to report about. The token outlives every restart.
    pub(crate) async fn set_up(process: &Process, client: &Value, accounts: usize) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let text = |name: &str| client[name].as_str().unwrap();
        let path = text("token_url").strip_prefix(PUBLIC_URL).unwrap();
        let asked = http
            .post(format!("http://{}{path}", process.address))
            .basic_auth(text("client_id"), Some(text("client_secret")))
            .json(&json!({"grant_type": "client_credentials", "audience": text("audience")}));
        let answer: Value = asked.send().await.unwrap().json().await.unwrap();
        let mut target = Self {
            http,
            address: process.address,
            token: answer["access_token"].as_str().unwrap().to_owned(),
            accounts: Vec::new(),
        };
        for _ in 0..accounts {
            let made = target.post("/v1/accounts/T112/management/accounts");
            let made = made.json(&account()).send().await.unwrap();
            let made: Value = made.json().await.unwrap();
            let id = made["account_id"].as_str().unwrap().to_owned();
            target.accounts.push(id);
        }
        target
    }

    /// The same, where the server listens now.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        // A new client, so that no connection of the killed process is tried again.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            address,
            ..self.clone()
        }
    }

    pub(crate) fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.http
            .post(format!("http://{}{path}", self.address))
            .bearer_auth(&self.token)
    }

    /// Reads the partner's log from its begin, entry by entry, and makes sure that `seq` has no gap.
    pub(crate) async fn read_log(&self, mut each: impl FnMut(&Value)) {
        let mut seq = 0;
        loop {
            let path = format!("/v1/accounts/T112/log?limit=1000&after={seq}");
            let page = self.get(&path).await.unwrap();
            let page = page.as_array().unwrap();
            if page.is_empty() {
                return;
            }
            for entry in page {
                seq += 1;
                assert_eq!(entry["seq"], seq, "the log has a gap");
                each(entry);
            }
        }
    }

    /// Reads; none where there is nothing.
    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        let call = self
            .http
            .get(format!("http://{}{path}", self.address))
            .bearer_auth(&self.token);
        let response = call.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap();
        match status {
            200 => Some(serde_json::from_slice(&body).unwrap()),
            404 => None,
            _ => panic!("{path}: {status}: {}", String::from_utf8_lossy(&body)),
        }
    }
}

/// An account that can be made.
pub(crate) fn account() -> Value {
    let address = json!({"address_line": "Bryggen 7", "postal_place": "Bergen", "country": "NO"});
    let company = json!({"business_name": "Fjord Kaffe AS", "address": address});
    json!({
        "applicant": {"email": "kari@fjordkaffe.example", "agreement": {}},
        "company": company,
        "billing": company,
    })
}
