//! Every error code: why it happens, and what to do about it.

use maud::{Markup, html};

use crate::error::{ApiError, ErrorCode, Problem, ProblemCode};

use super::{json, text};

pub(super) fn section() -> Markup {
    html! {
        section.tag {
            div.lead.split {
                div.words {
                    h2 #errors { "Errors" }
                    p {
                        "Every error has one body. " code { "error" } " is the published shape; "
                        code { "type" } ", " code { "title" } ", " code { "status" } " and "
                        code { "detail" } " are those of RFC 9457. A request with "
                        code { "Accept: application/problem+json" } " gets that media type."
                    }
                    p {
                        code { "errors" } " lists every problem of the input at once, each with a JSON pointer into \
                        the body, or the name of the " code { "parameter" } " or " code { "header" } "."
                    }
                    p {
                        "Form-encoded token requests are answered as RFC 6749 has it: "
                        code { "{\"error\": \"invalid_client\"}" } "."
                    }
                }
                div.example { (json::block("An error", &example())) }
            }
            div.codes { @for code in ErrorCode::ALL { (row(code)) } }
        }
    }
}

fn row(code: ErrorCode) -> Markup {
    let facts = code.facts();
    html! {
        article.code #(code.anchor()) {
            header {
                (text::status(facts.status))
                h3 { a.anchor href={ "#" (code.anchor()) } { (facts.code) } }
            }
            p.title { (facts.title) }
            p { (facts.cause) }
            p.remedy { b { "What to do" } " " (facts.remedy) }
        }
    }
}

fn example() -> String {
    let message = "status is required; allowed are pending, enabled, failed, declined";
    let problem = Problem::at("/status", ProblemCode::Required, message);
    ApiError::invalid(vec![problem]).body_for_people()
}
