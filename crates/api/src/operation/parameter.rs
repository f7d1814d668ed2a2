//! Parameters of path, query and headers, and those that many operations share.

use std::str::FromStr;

use domain::connections::ACCEPTED_NAMES;

use crate::error::Problem;
use crate::shape::{Kind, Rule, Text, check_text};

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Whether it must be given.
    pub is_required: bool,
    /// What may stand there.
    pub kind: Kind,
    /// What it means.
    pub about: &'static str,
    /// An example, as JSON text.
    pub example: Option<&'static str>,
    /// What is taken when it is left out, as JSON text.
    pub default: Option<&'static str>,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query; a list is given by repeating the name.
    Query,
    /// In a header.
    Header,
}

impl Parameter {
    /// A parameter of the path, which must always be given.
    #[must_use]
    pub const fn path(name: &'static str, kind: Kind) -> Self {
        Self {
            is_required: true,
            ..Self::new(name, Place::Path, kind)
        }
    }

    /// A parameter of the query that may be left out.
    #[must_use]
    pub const fn query(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Query, kind)
    }

    /// A header that may be left out.
    #[must_use]
    pub const fn header(name: &'static str, kind: Kind) -> Self {
        Self::new(name, Place::Header, kind)
    }

    const fn new(name: &'static str, place: Place, kind: Kind) -> Self {
        Self {
            name,
            place,
            is_required: false,
            kind,
            about: "",
            example: None,
            default: None,
        }
    }

    /// What it means.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// An example, as JSON text.
    #[must_use]
    pub const fn example(mut self, json: &'static str) -> Self {
        self.example = Some(json);
        self
    }

    /// What is taken when it is left out, as JSON text.
    #[must_use]
    pub const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    /// The example as it stands in a path, a query or a header.
    #[must_use]
    pub fn example_text(&self) -> Option<String> {
        let value: serde_json::Value = serde_json::from_str(self.example?).ok()?;
        let text = value.as_str().map(str::to_owned);
        Some(text.unwrap_or_else(|| value.to_string()))
    }

    /// Checks a text that was given for it; for a list, one of its items.
    ///
    /// # Errors
    ///
    /// The problem, in the words of a request body's.
    pub fn check(&self, text: &str) -> Result<(), Problem> {
        check_text(self.name, &self.kind, text).map_err(|(code, message)| match self.place {
            Place::Path | Place::Query => Problem::parameter(self.name, code, message),
            Place::Header => Problem::header(self.name, code, message),
        })
    }
}

/// `{oid}` of the published paths.
pub const OID: Parameter = Parameter::path("oid", Kind::Text(Text::between(4, 9).rule(OWNER)))
    .about(
        "The account or its owner (partner): a partner is T or P and 3 digits, an account has 8. \
         A partner's own account ends in 00000 and means the same as the partner.",
    )
    .example("\"T112\"");

/// `{aid}` of the published paths.
pub const AID: Parameter = Parameter::path("aid", Kind::Text(Text::between(9, 9).rule(ACCOUNT)))
    .about("The account: T (test) or P (production) and 8 digits.")
    .example("\"T11200001\"");

/// `{connection}` of the published paths.
pub const CONNECTION: Parameter = Parameter::path("connection", Kind::OneOf(&ACCEPTED_NAMES))
    .about("The connection. payex.creditcard is deprecated and means payex.")
    .example("\"vipps\"");

/// `{id}` of clients and grants.
pub const ID: Parameter = Parameter::path("id", Kind::Text(Text::between(1, 255)))
    .about("The id, a UUID.")
    .example("\"0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f\"");

/// The condition of a change.
pub const IF_MATCH: Parameter = Parameter::header("If-Match", Kind::Text(Text::at_most(1_024).rule(ENTITY_TAGS)))
    .about(
        "The ETag of the connection as it was read. If it has changed since, or does not exist, nothing is \
         written and the answer is 412.",
    )
    .example("\"\\\"3\\\"\"");

/// The key under which a success is kept and repeated.
pub const IDEMPOTENCY_KEY: Parameter =
    Parameter::header("Idempotency-Key", Kind::Text(Text::between(1, 255).rule(VISIBLE)))
        .about(
            "A key of your own making. The same key with the same body gets the first answer again and writes \
             nothing; with another body the answer is 422. Successes are kept for 24 hours.",
        )
        .example("\"8c2f6a0e-signature\"");

/// How many items a list has at most.
pub const LIMIT: Parameter = Parameter::query("limit", Kind::Integer { min: 1, max: 100 })
    .about("How many items to answer at most.")
    .default("10")
    .example("10");

/// Where a list goes on.
pub const STARTING_AFTER: Parameter = Parameter::query("starting_after", Kind::text(512))
    .about("The paging_token of the last item seen: the list goes on after it.");

const OWNER: Rule = Rule {
    regex: Some(r"^[PT]{1}(?=(?:.{3}|.{8})$)[0-9]*$"),
    holds: |text| domain::OwnerId::from_str(text).is_ok(),
    words: "T or P and 3 digits (a partner) or 8 digits (an account), such as T112 or T11200001",
};

const ACCOUNT: Rule = Rule {
    regex: Some(r"^[PT]{1}\d{8}$"),
    holds: |text| domain::AccountId::from_str(text).is_ok(),
    words: "T or P and 8 digits, such as T11200001",
};

const ENTITY_TAGS: Rule = Rule {
    regex: Some(r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#),
    holds: |text| crate::http_in::parse_if_match(text).is_some(),
    words: "* or a list of entity tags, such as \"3\" with its quotes",
};

const VISIBLE: Rule = Rule {
    regex: Some(r"^[!-~]+$"),
    holds: |text| text.bytes().all(|byte| byte.is_ascii_graphic()),
    words: "visible ASCII characters without spaces",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Place as ProblemPlace, ProblemCode};

    #[test]
    fn ids_keep_the_published_patterns() {
        for id in ["T112", "P11200001"] {
            OID.check(id).unwrap();
        }
        let problem = AID.check("T112").unwrap_err();
        assert_eq!(problem.place, ProblemPlace::Parameter("aid".to_owned()));
        assert_eq!(problem.code, ProblemCode::Pattern);
        let message = "aid is \"T112\"; it must be T or P and 8 digits, such as T11200001";
        assert_eq!(problem.message, message);
    }

    #[test]
    fn headers_and_queries_are_told_apart() {
        let problem = IDEMPOTENCY_KEY.check("a b").unwrap_err();
        assert_eq!(
            problem.place,
            ProblemPlace::Header("Idempotency-Key".to_owned())
        );
        assert_eq!(
            LIMIT.check("101").unwrap_err().message,
            "limit is 101; 1 to 100 is allowed"
        );
        assert!(
            CONNECTION
                .check("paypal")
                .unwrap_err()
                .message
                .contains("allowed are instabank, vipps")
        );
    }
}
