//! The calls of the demo: each as it is made, and as it can be pasted.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use service::partners::Bootstrapped;

use super::super::http_client::client_for;
use super::CommandError;

/// The event of the published page.
const EVENT: &str = r#"{"status": "pending", "event": "signature_required", "description": "Vipps awaiting signature", "metadata": {"signature_link": "https://sig.example.com/K34K244"}}"#;
const EVENTS_PATH: &str =
    "/v1/accounts/T112/management/accounts/T11200001/connections/vipps/events";
const CONNECTION_PATH: &str = "/v1/accounts/T112/management/accounts/T11200001/connections/vipps";

/// An answer: its status and its body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// A client of the demo's own server.
pub(super) struct Caller<'a> {
    http: Client,
    url: &'a str,
    made: &'a Bootstrapped,
    token: String,
}

impl<'a> Caller<'a> {
    pub(super) fn new(url: &'a str, made: &'a Bootstrapped) -> Result<Self, CommandError> {
        Ok(Self {
            http: client_for(url)?,
            url,
            made,
            token: String::new(),
        })
    }

    pub(super) async fn get_token(&mut self) -> Result<Answer, CommandError> {
        let request = self
            .http
            .post(format!("{}{}", self.url, self.token_path()))
            .basic_auth(&self.made.client.client_id, Some(self.made.secret.as_str()))
            .json(&json!({"grant_type": "client_credentials", "audience": self.made.audience}));
        let answer = send(request).await?;
        self.token = text(&answer.body, "/access_token").to_owned();
        Ok(answer)
    }

    pub(super) async fn report_event(&self) -> Result<Answer, CommandError> {
        self.post(EVENTS_PATH, serde_json::from_str(EVENT)?).await
    }

    pub(super) async fn read_connection(&self) -> Result<Answer, CommandError> {
        self.get(CONNECTION_PATH).await
    }

    pub(super) async fn get(&self, path: &str) -> Result<Answer, CommandError> {
        send(self.request(Method::GET, path)).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Answer, CommandError> {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(super) fn token_command(&self) -> String {
        format!(
            "TOKEN=$(curl --silent --user '{}:{}' \\\n  --header 'Content-Type: application/json' \\\n  \
             --data '{{\"grant_type\": \"client_credentials\", \"audience\": \"{}\"}}' \\\n  {}{} \\\n  \
             | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')",
            self.made.client.client_id,
            self.made.secret.as_str(),
            self.made.audience,
            self.url,
            self.token_path(),
        )
    }

    pub(super) fn event_command(&self) -> String {
        format!(
            "curl --include --header \"Authorization: Bearer $TOKEN\" \\\n  \
             --header 'Content-Type: application/json' \\\n  --data '{EVENT}' \\\n  {}{EVENTS_PATH}",
            self.url
        )
    }

    pub(super) fn connection_command(&self) -> String {
        format!(
            "curl --include --header \"Authorization: Bearer $TOKEN\" \\\n  {}{CONNECTION_PATH}",
            self.url
        )
    }

    fn token_path(&self) -> String {
        format!("/v1/accounts/{}/auth/token", self.made.account)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
    }
}

async fn send(request: RequestBuilder) -> Result<Answer, CommandError> {
    let response = request.send().await?;
    let status = response.status();
    let body: Value = response.json().await?;
    if !status.is_success() {
        return Err(format!("the demo's own call was refused with {status}: {body}").into());
    }
    Ok(Answer {
        status: status.as_u16(),
        body,
    })
}

/// The text at a JSON pointer; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
