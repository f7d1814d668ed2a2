//! Everything that the API can answer instead of what was asked for.
//!
//! One list of codes with status, cause and remedy; one type that becomes an answer; one list of what is wrong with a
//! request. The docs page and the OpenAPI document read the same list. What is only for the log never leaves here.

mod answer;
mod body;
mod code;
mod facts;
pub(crate) mod negotiate;
mod oauth;
mod problem;

pub use answer::{ApiError, TokenFault};
pub use body::ErrorReport;
pub use code::{ErrorCode, Facts};
pub use oauth::OAuthError;
pub use problem::{PROBLEMS_MAX, Place, Problem, ProblemCode, Problems};

/// The realm that a client is asked to authenticate for.
pub const REALM: &str = "kobling";
