//! A request under way: what it carries is said word by word, and awaiting it sends it.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::Response;

/// A request that is not sent yet.
#[derive(Debug)]
pub(crate) struct Call(reqwest::RequestBuilder);

impl Call {
    pub(crate) fn new(builder: reqwest::RequestBuilder) -> Self {
        Self(builder)
    }

    pub(crate) fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        Self(self.0.header(name, value.as_ref()))
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn basic(self, name: &str, secret: &str) -> Self {
        Self(self.0.basic_auth(name, Some(secret)))
    }

    pub(crate) fn if_match(self, value: impl AsRef<[u8]>) -> Self {
        self.header("if-match", value)
    }

    pub(crate) fn idempotency_key(self, key: impl AsRef<[u8]>) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn strict(self) -> Self {
        self.header("prefer", "handling=strict")
    }

    /// A body of JSON, byte for byte.
    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.body("application/json", body)
    }

    pub(crate) fn form(self, body: impl Into<Vec<u8>>) -> Self {
        self.body("application/x-www-form-urlencoded", body)
    }

    pub(crate) fn body(self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", media_type).bytes(body)
    }

    /// A body that no header describes.
    pub(crate) fn bytes(self, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.body(body.into()))
    }

    async fn send(self) -> Response {
        Response::read(self.0.send().await.unwrap()).await
    }
}

impl IntoFuture for Call {
    type Output = Response;
    type IntoFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Sends all at the same time and answers in their order.
pub(crate) async fn together(calls: impl IntoIterator<Item = Call>) -> Vec<Response> {
    let sent: Vec<_> = calls
        .into_iter()
        .map(|call| tokio::spawn(call.into_future()))
        .collect();
    let mut responses = Vec::new();
    for call in sent {
        responses.push(call.await.unwrap());
    }
    responses
}
