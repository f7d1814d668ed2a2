//! The page `docs/errors.md`: every error code, why it happens, what to do about it, and what answers it.

use crate::error::{ApiError, ErrorCode, Problem, ProblemCode};
use crate::operation::{Access, Operation};

use super::{API_FILE, markdown};

const OPENING: &str = "\
# Errors

Written by `cargo xtask generate` from the list that the program itself answers from.

Every error has one body. `error` is the published shape; `type`, `title`, `status` and `detail` are those of RFC 9457. A
request with `Accept: application/problem+json` gets that media type. `type` leads to the section of this page.
";

const AFTER_EXAMPLE: &str = "\
`error.code` is for programs, `error.message` for people. `errors` lists every problem of the input at once, each with a
JSON pointer into the body, or the name of the `parameter` or `header`. `request_id` is in the server's log too.

Token requests in a form are answered as RFC 6749 has it, see [authentication](authentication.md#errors).
";

/// The page.
pub(super) fn page() -> String {
    let operations = crate::operations();
    let mut page = OPENING.to_owned();
    page.push_str(&format!("\n```json\n{}\n```\n\n{AFTER_EXAMPLE}", example()));
    page.push_str("\n## All codes\n\n| status | code | |\n| --- | --- | --- |\n");
    for code in ErrorCode::ALL {
        let facts = code.facts();
        page.push_str(&format!(
            "| {} | [{}](#{}) | {} |\n",
            facts.status,
            facts.code,
            code.anchor(),
            facts.title
        ));
    }
    for code in ErrorCode::ALL {
        page.push_str(&section(code, &operations));
    }
    page.push_str("\n## Problems of the input\n\nThe `code` of an entry in `errors`:\n\n");
    page.push_str("| code | meaning |\n| --- | --- |\n");
    for (code, meaning) in ProblemCode::ALL {
        page.push_str(&format!("| `{}` | {meaning} |\n", code.as_str()));
    }
    page
}

fn section(code: ErrorCode, operations: &[&Operation]) -> String {
    let facts = code.facts();
    format!(
        "\n## {}\n\n**{} {}.** {}\n\n**What to do:** {}\n\n**Answered by:** {}.\n",
        facts.code,
        facts.status,
        facts.title,
        facts.cause,
        facts.remedy,
        answered_by(code, operations)
    )
}

/// Which operations answer it, in as few words as say it all.
fn answered_by(code: ErrorCode, operations: &[&Operation]) -> String {
    if let Some(everywhere) = code.answered_by() {
        return everywhere.to_owned();
    }
    let lists = |operation: &&Operation| operation.errors.contains(&code);
    let of = |is_one: fn(&&Operation) -> bool| {
        let (those, others): (Vec<_>, Vec<_>) = operations.iter().copied().partition(is_one);
        those.iter().all(lists) && !others.iter().any(lists)
    };
    if of(|operation| matches!(operation.access, Access::AnyOf(_))) {
        return "every operation that asks for an access token".to_owned();
    }
    if of(|operation| operation.body.is_some()) {
        return "every operation that reads a body".to_owned();
    }
    if of(|operation| !operation.parameters.is_empty() || operation.body.is_some()) {
        return "every operation that has parameters or a body".to_owned();
    }
    let links = operations
        .iter()
        .filter(|operation| operation.errors.contains(&code));
    let links: Vec<String> = links
        .map(|operation| {
            let anchor = markdown::anchor(operation.summary);
            format!("[{}]({API_FILE}#{anchor})", operation.summary)
        })
        .collect();
    links.join(", ")
}

fn example() -> String {
    let message = "status is required; allowed are pending, enabled, failed, declined";
    let problem = Problem::at("/status", ProblemCode::Required, message);
    ApiError::invalid(vec![problem]).body_for_people()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_section_and_somebody_who_answers_it() {
        let page = page();
        let operations = crate::operations();
        for code in ErrorCode::ALL {
            let facts = code.facts();
            assert!(page.contains(&format!("\n## {}\n", facts.code)), "{code:?}");
            assert!(
                page.contains(facts.cause) && page.contains(facts.remedy),
                "{code:?}"
            );
            let listed = operations
                .iter()
                .any(|operation| operation.errors.contains(&code));
            let everywhere = code.answered_by().is_some();
            assert!(listed || everywhere, "nothing answers {code:?}");
        }
    }

    #[test]
    fn every_problem_is_explained() {
        let page = page();
        for (code, _) in ProblemCode::ALL {
            assert!(
                page.contains(&format!("| `{}` |", code.as_str())),
                "{code:?}"
            );
        }
    }
}
