//! The query of a request.

use crate::error::{ApiError, Problem, ProblemCode};
use crate::operation::{Operation, Place};

/// The parameters of a query that the operation has.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) given: Vec<(&'static str, String)>,
}

impl Query {
    /// Reads and checks a query. Parameters that the operation does not have are ignored, like unknown members of a
    /// body; one that may stand once and stands twice is refused.
    pub(crate) fn read(text: &str, operation: &'static Operation) -> Result<Self, ApiError> {
        let mut given: Vec<(&'static str, String)> = Vec::new();
        let mut problems = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let parameters = operation.parameters.iter();
            let known = parameters.filter(|parameter| parameter.place == Place::Query);
            let Some(parameter) = known.into_iter().find(|parameter| parameter.name == name) else {
                continue;
            };
            if given.iter().any(|(earlier, _)| *earlier == parameter.name) {
                let message = format!("{name} may be given once");
                problems.push(Problem::parameter(
                    &name,
                    ProblemCode::TooManyItems,
                    message,
                ));
            } else if let Err(problem) = parameter.check(&value) {
                problems.push(problem);
            } else {
                given.push((parameter.name, value.into_owned()));
            }
        }
        if problems.is_empty() {
            Ok(Self { given })
        } else {
            Err(ApiError::invalid(problems))
        }
    }

    /// The value of a parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given
            .iter()
            .find(|(given, _)| *given == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a whole number, or another where it is left out. Its range was checked.
    pub(crate) fn number(&self, name: &str, otherwise: u64) -> u64 {
        self.text(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    }

    /// The size of a page.
    pub(crate) fn limit(&self, otherwise: usize) -> usize {
        self.text("limit")
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    }
}
