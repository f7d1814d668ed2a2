//! Who calls: partners, their clients, and the accounts and connections that they act on.

use serde_json::{Value, json};
use service::partners::Bootstrap;

use super::{Call, Response, TestApp};
use domain::Scopes;

/// What every account is made with, unless a test says otherwise.
pub(crate) const ACCOUNT: &str = api::v1::models::account::EXAMPLE_BODY;

/// An audience, as the published API's clients write it.
pub(crate) fn audience(account: &str) -> String {
    format!("https://api.dintero.com/v1/accounts/{account}")
}

/// A client with its secret.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// The account that it belongs to.
    pub(crate) account: String,
}

/// A partner, in the name of a client that may do everything.
#[derive(Clone, Debug)]
pub(crate) struct Partner<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) id: String,
    pub(crate) client: Client,
    pub(crate) token: String,
}

/// An account, in the name of whoever holds the token.
#[derive(Clone, Debug)]
pub(crate) struct Account<'a> {
    pub(crate) app: &'a TestApp,
    /// The owner in the path.
    pub(crate) owner: String,
    pub(crate) id: String,
    pub(crate) token: String,
}

/// A connection of an account.
#[derive(Clone, Debug)]
pub(crate) struct Connection<'a> {
    pub(crate) account: Account<'a>,
    pub(crate) name: String,
}

impl Client {
    /// Of an answer that shows the secret.
    pub(crate) fn of(account: &str, answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Self {
            id: text("id"),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            account: account.to_owned(),
        }
    }

    /// A token request as the contract has it.
    pub(crate) fn ask(&self, app: &TestApp, account: &str) -> Call {
        let body = json!({"grant_type": "client_credentials", "audience": audience(account)});
        app.post(&format!("/v1/accounts/{}/auth/token", self.account))
            .basic(&self.client_id, &self.client_secret)
            .json(body.to_string())
    }

    /// A token for an account.
    pub(crate) async fn token_for(&self, app: &TestApp, account: &str) -> String {
        let response = self.ask(app, account).await;
        response.assert_ok().text_at("/access_token")
    }

    /// A token for the client's own account.
    pub(crate) async fn token(&self, app: &TestApp) -> String {
        self.token_for(app, &self.account).await
    }
}

impl<'a> Partner<'a> {
    pub(crate) async fn bootstrap(app: &'a TestApp, id: &str) -> Self {
        let wanted = Bootstrap {
            partner: id.parse().unwrap(),
            account: None,
            scopes: Scopes::for_bootstrap(),
        };
        let made = app.service().bootstrap(wanted).await.unwrap();
        let client = Client {
            id: made.client.id.to_string(),
            client_id: made.client.client_id.clone(),
            client_secret: made.secret.as_str().to_owned(),
            account: made.account.to_string(),
        };
        let token = client.token(app).await;
        Self {
            app,
            id: id.to_owned(),
            client,
            token,
        }
    }

    /// The partner's own account.
    pub(crate) fn own_account(&self) -> String {
        format!("{}00000", self.id)
    }

    /// The same partner with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// The same partner through another node.
    pub(crate) fn at<'b>(&self, node: &'b TestApp) -> Partner<'b> {
        Partner {
            app: node,
            id: self.id.clone(),
            client: self.client.clone(),
            token: self.token.clone(),
        }
    }

    /// The connection `vipps` of an account.
    pub(crate) fn connection_of(&self, account: &str) -> Connection<'a> {
        self.account_named(account).connection("vipps")
    }

    /// A request under the partner's path: `/log`, `/auth/clients`.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        let path = format!("/v1/accounts/{}{path}", self.id);
        self.app.call(method, &path).token(&self.token)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }

    pub(crate) fn add_account(&self, body: impl Into<Vec<u8>>) -> Call {
        self.call("POST", "/management/accounts").json(body)
    }

    /// A new account, in the partner's name.
    pub(crate) async fn account(&self) -> Account<'a> {
        let response = self.add_account(ACCOUNT).await;
        self.account_named(&response.assert_ok().text_at("/account_id"))
    }

    /// An account that may or may not exist, in the partner's name.
    pub(crate) fn account_named(&self, id: &str) -> Account<'a> {
        Account {
            app: self.app,
            owner: self.id.clone(),
            id: id.to_owned(),
            token: self.token.clone(),
        }
    }

    pub(crate) fn add_client(&self, body: &Value) -> Call {
        self.call("POST", "/auth/clients").json(body.to_string())
    }

    pub(crate) fn add_grant(&self, client: &Client, account: &str, scopes: &[&str]) -> Call {
        let body = json!({"client_id": client.id, "audience": audience(account), "scope": scopes});
        let path = format!("/v1/accounts/{}/auth/client-grants", client.account);
        self.app
            .post(&path)
            .token(&self.token)
            .json(body.to_string())
    }

    /// A client of an account, with these scopes on that account.
    pub(crate) async fn client_of(&self, account: &str, scopes: &[&str]) -> Client {
        let path = format!("/v1/accounts/{account}/auth/clients");
        let made = self.app.post(&path).token(&self.token).await;
        let client = Client::of(account, &made.assert_ok().json());
        if !scopes.is_empty() {
            self.add_grant(&client, account, scopes).await.assert_ok();
        }
        client
    }

    /// A client of the partner's own account, with these scopes on it.
    pub(crate) async fn client(&self, scopes: &[&str]) -> Client {
        self.client_of(&self.own_account(), scopes).await
    }

    /// The log from its beginning.
    pub(crate) async fn log(&self) -> Vec<Value> {
        self.get("/log?limit=1000").await.list()
    }
}

impl<'a> Account<'a> {
    /// The same account in the name of another caller, under the account's own id.
    pub(crate) fn as_itself(&self, token: &str) -> Self {
        Self {
            owner: self.id.clone(),
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// The same account under another owner in the path.
    pub(crate) fn under(&self, owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            ..self.clone()
        }
    }

    /// Another account in the same name.
    pub(crate) fn renamed(&self, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..self.clone()
        }
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    pub(crate) fn path(&self) -> String {
        let Self { owner, id, .. } = self;
        format!("/v1/accounts/{owner}/management/accounts/{id}")
    }

    pub(crate) fn read(&self) -> Call {
        self.app.get(&self.path()).token(&self.token)
    }

    pub(crate) fn connections(&self) -> Call {
        let path = format!("{}/connections", self.path());
        self.app.get(&path).token(&self.token)
    }

    pub(crate) fn connection(&self, name: &str) -> Connection<'a> {
        Connection {
            account: self.clone(),
            name: name.to_owned(),
        }
    }
}

impl Connection<'_> {
    pub(crate) fn path(&self) -> String {
        format!("{}/connections/{}", self.account.path(), self.name)
    }

    /// Reports a step.
    pub(crate) fn record(&self, status: &str, event: &str) -> Call {
        self.record_body(json!({"status": status, "event": event}).to_string())
    }

    /// The same with a body of any bytes.
    pub(crate) fn record_body(&self, body: impl Into<Vec<u8>>) -> Call {
        self.post().json(body)
    }

    /// The same before it has a body.
    pub(crate) fn post(&self) -> Call {
        let path = format!("{}/events", self.path());
        self.account.app.post(&path).token(&self.account.token)
    }

    pub(crate) fn read(&self) -> Call {
        self.account
            .app
            .get(&self.path())
            .token(&self.account.token)
    }

    /// A page of the history; `query` begins with `?` or is empty.
    pub(crate) fn events(&self, query: &str) -> Call {
        let path = format!("{}/events{query}", self.path());
        self.account.app.get(&path).token(&self.account.token)
    }

    /// The history, at most 100 events of it; empty where there is no connection.
    pub(crate) async fn history(&self) -> Vec<Value> {
        let response: Response = self.events("?limit=100").await;
        if response.status == 404 {
            return Vec::new();
        }
        response.list()
    }
}
