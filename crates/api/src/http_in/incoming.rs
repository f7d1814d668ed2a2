//! A request on its way to its handler.

use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use domain::connections::{ConnectionName, ConnectionNameError, SIGNUP_FORMS};
use domain::{AccountId, OwnerId, Scope};
use http::header::HeaderName;
use http::request::Parts;

use crate::endpoint::App;
use crate::error::{ApiError, Problem, ProblemCode};
use crate::http_in::body;
use crate::http_in::query::Query;
use crate::operation::{Access, Operation};
use crate::shape::Strictness;

/// The texts of a path by the names of its parameters.
pub(crate) type PathTexts = Vec<(&'static str, String)>;

/// A request, its operation, and what its path says.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) app: App,
    pub(crate) operation: &'static Operation,
    pub(crate) parts: Parts,
    path: PathTexts,
    /// A body can be sent between threads and not shared; the lock is never contended.
    body: Mutex<Body>,
}

impl Incoming {
    pub(crate) fn new(
        app: App,
        operation: &'static Operation,
        path: PathTexts,
        parts: Parts,
        body: Body,
    ) -> Self {
        Self {
            app,
            operation,
            parts,
            path,
            body: Mutex::new(body),
        }
    }

    /// Checks every id in the path at once.
    pub(crate) fn check_path(&self) -> Result<(), ApiError> {
        let problems: Vec<Problem> = self
            .operation
            .path_parameters()
            .filter_map(|parameter| {
                let text = self.path_text(parameter.name);
                let problem = parameter.check(text).err()?;
                Some(with_hint(parameter.name, text, problem))
            })
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ApiError::invalid(problems))
        }
    }

    /// The text of a path parameter.
    pub(crate) fn path_text(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(given, _)| *given == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// `{oid}`.
    pub(crate) fn owner(&self) -> Result<OwnerId, ApiError> {
        self.parsed("oid")
    }

    /// `{aid}`.
    pub(crate) fn account(&self) -> Result<AccountId, ApiError> {
        self.parsed("aid")
    }

    /// `{id}` of a client or a grant; an id that cannot exist is not found.
    pub(crate) fn id(&self) -> Option<uuid::Uuid> {
        uuid::Uuid::try_parse(self.path_text("id")).ok()
    }

    /// `{connection}`.
    pub(crate) fn connection(&self) -> Result<ConnectionName, ApiError> {
        ConnectionName::parse(self.path_text("connection")).map_err(|error| {
            Problem::parameter("connection", ProblemCode::NotAllowed, error.to_string()).into()
        })
    }

    /// The scopes of which any one suffices.
    pub(crate) fn scopes(&self) -> &'static [Scope] {
        match self.operation.access {
            Access::AnyOf(scopes) => scopes,
            Access::Anonymous | Access::ClientCredentials => &[],
        }
    }

    /// The query, each of the operation's parameters checked.
    pub(crate) fn query(&self) -> Result<Query, ApiError> {
        Query::read(self.parts.uri.query().unwrap_or_default(), self.operation)
    }

    /// A header as text; several of the same name are one list (RFC 9110 section 5.3).
    pub(crate) fn header(&self, name: &HeaderName) -> Result<Option<String>, ApiError> {
        let values: Vec<_> = self.parts.headers.get_all(name).iter().collect();
        if values.is_empty() {
            return Ok(None);
        }
        let texts: Option<Vec<&str>> = values.iter().map(|value| value.to_str().ok()).collect();
        let unreadable = || {
            let message = format!("{name} may hold visible ASCII characters only");
            ApiError::from(Problem::header(
                name.as_str(),
                ProblemCode::Pattern,
                message,
            ))
        };
        Ok(Some(texts.ok_or_else(unreadable)?.join(", ")))
    }

    /// Whether the caller wants unknown members refused: `Prefer: handling=strict` (RFC 7240).
    pub(crate) fn strictness(&self) -> Strictness {
        let values = self.parts.headers.get_all("prefer").iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        let mut preferences = texts.flat_map(|text| text.split([',', ';'])).map(str::trim);
        if preferences.any(|preference| preference.eq_ignore_ascii_case("handling=strict")) {
            Strictness::Strict
        } else {
            Strictness::Lenient
        }
    }

    /// The media type of the body, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        body::media_type(&self.parts.headers)
    }

    /// The bytes of a JSON body.
    pub(crate) async fn json_bytes(&mut self) -> Result<Bytes, ApiError> {
        let bytes = self.bytes().await?;
        match self.media_type() {
            Some(media_type) if is_json(&media_type) => Ok(bytes),
            given => Err(body::unsupported(given.as_deref(), &["application/json"])),
        }
    }

    /// The bytes of a JSON body, or none where there is no body. No body needs no type.
    pub(crate) async fn optional_json_bytes(&mut self) -> Result<Option<Bytes>, ApiError> {
        let bytes = self.bytes().await?;
        match self.media_type() {
            _ if bytes.is_empty() => Ok(None),
            Some(media_type) if is_json(&media_type) => Ok(Some(bytes)),
            given => Err(body::unsupported(given.as_deref(), &["application/json"])),
        }
    }

    /// The bytes of the body, of any type.
    pub(crate) async fn bytes(&mut self) -> Result<Bytes, ApiError> {
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        let body = std::mem::take(body);
        body::read(&self.parts.headers, body, self.app.limits).await
    }

    /// 415 for a body that is none of these types.
    pub(crate) fn unsupported(&self, read: &[&str]) -> ApiError {
        body::unsupported(self.media_type().as_deref(), read)
    }

    /// Says in the answer which preference was followed (RFC 7240 section 3).
    pub(crate) fn applied(&self, mut response: Response) -> Response {
        if self.strictness() == Strictness::Strict {
            let applied = http::HeaderValue::from_static("handling=strict");
            response.headers_mut().insert("preference-applied", applied);
        }
        response
    }

    fn parsed<T: std::str::FromStr<Err = domain::IdError>>(
        &self,
        name: &str,
    ) -> Result<T, ApiError> {
        self.path_text(name)
            .parse()
            .map_err(|error: domain::IdError| {
                Problem::parameter(name, ProblemCode::Pattern, error.to_string()).into()
            })
    }
}

/// Says of a signup form's name more than that it is not in the list.
fn with_hint(parameter: &str, text: &str, mut problem: Problem) -> Problem {
    if parameter == "connection" && SIGNUP_FORMS.contains(&text) {
        problem.message = format!("{}; {}", ConnectionNameError::SignupForm, problem.message);
    }
    problem
}

/// `application/json`, or a type of the same structure such as `application/cloudevents+json`.
fn is_json(media_type: &str) -> bool {
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}
