//! An answer, and what a test says about it.

use api::shape::{Kind, Strictness, check_answer};
use api::v1::models::error_body::{ERROR_BODY, OAUTH_ERROR};
use serde_json::Value;

/// An answer that was read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        Self {
            status,
            headers,
            body: response.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The body of an error without the id of its request, to be compared with others.
    pub(crate) fn without_id(&self) -> Value {
        let mut body = self.json();
        let id = body["request_id"].take();
        assert_eq!(id.as_str(), self.header("x-request-id"), "{self}");
        body
    }

    /// The text of a member at a JSON pointer.
    pub(crate) fn text_at(&self, pointer: &str) -> String {
        let value = self.json();
        let text = value.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer}: {self}"))
            .to_owned()
    }

    pub(crate) fn list(&self) -> Vec<Value> {
        let value = self.assert_ok().json();
        value
            .as_array()
            .unwrap_or_else(|| panic!("no list: {self}"))
            .clone()
    }

    /// A header that stands once; none where it is missing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(given, _)| given == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} stands twice: {self}");
        value
    }

    #[track_caller]
    pub(crate) fn assert_header(&self, name: &str, value: &str) -> &Self {
        assert_eq!(self.header(name), Some(value), "{name}: {self}");
        self
    }

    #[track_caller]
    pub(crate) fn assert_ok(&self) -> &Self {
        assert_eq!(self.status, 200, "{self}");
        self
    }

    /// The documented error body with this status and code.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.text_at("/error/code"), code, "{self}");
        self.assert_documented_error()
    }

    /// The documented error body, whatever it says.
    #[track_caller]
    pub(crate) fn assert_documented_error(&self) -> &Self {
        let kind = Kind::Object(&ERROR_BODY);
        if let Err(problems) = check_answer(&kind, &self.body, Strictness::Strict) {
            panic!("{problems:?}: {self}");
        }
        let body = self.json();
        assert_eq!(body["status"], self.status, "{self}");
        assert_eq!(body["detail"], body["error"]["message"], "{self}");
        let media_type = self.header("content-type");
        let known = ["application/json", "application/problem+json"];
        assert!(
            media_type.is_some_and(|found| known.contains(&found)),
            "{self}"
        );
        self
    }

    /// One of the problems that the error lists: where, in the words of the answer, and its code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, place: &str, at: &str, code: &str) -> &Self {
        let problems = self.problems();
        let expected = (place.to_owned(), at.to_owned(), code.to_owned());
        assert!(problems.contains(&expected), "{expected:?} in {problems:?}");
        self
    }

    /// The problems that the error lists, as kind of place, place and code.
    pub(crate) fn problems(&self) -> Vec<(String, String, String)> {
        let body = self.json();
        let listed = body["error"]["errors"].as_array().unwrap();
        let place_of = |problem: &Value| {
            let found = ["pointer", "parameter", "header"]
                .into_iter()
                .find_map(|kind| Some((kind.to_owned(), problem[kind].as_str()?.to_owned())));
            found.unwrap_or_else(|| panic!("a problem without a place: {self}"))
        };
        listed
            .iter()
            .map(|problem| {
                assert_eq!(problem["message"], problem["description"]);
                let (kind, place) = place_of(problem);
                (kind, place, problem["code"].as_str().unwrap().to_owned())
            })
            .collect()
    }

    /// An error as RFC 6749 has it.
    #[track_caller]
    pub(crate) fn assert_oauth_error(&self, status: u16, error: &str) -> &Self {
        assert_eq!(self.status, status, "{self}");
        let kind = Kind::Object(&OAUTH_ERROR);
        if let Err(problems) = check_answer(&kind, &self.body, Strictness::Strict) {
            panic!("{problems:?}: {self}");
        }
        assert_eq!(self.text_at("/error"), error, "{self}");
        self.assert_header("cache-control", "no-store");
        self.assert_header("content-type", "application/json")
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {:?}\n{body}", self.status, self.headers)
    }
}
