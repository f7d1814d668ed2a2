//! One operation on the page: words on one side, the call and its answer on the other.

use maud::{Markup, html};

use crate::operation::{Access, Answer, BodyDescription, Operation, Parameter, Place};
use crate::shape::Kind;

use super::{curl, json, markdown, models, text};

pub(super) fn section(operation: &Operation) -> Markup {
    html! {
        article.split #(operation.id) {
            div.words {
                h3 #(markdown::anchor(operation.summary)) {
                    a.anchor href={ "#" (operation.id) } { (operation.summary) }
                }
                p.address { (text::method(operation.method)) code { (path(operation.path)) } }
                (text::paragraphs(operation.description))
                (access(operation.access))
                (parameters("Path", operation, Place::Path))
                (parameters("Query", operation, Place::Query))
                (parameters("Headers", operation, Place::Header))
                @if let Some(body) = operation.body { (body_fields(body)) }
                (answers(operation))
                (errors(operation))
            }
            div.example { (examples(operation)) }
        }
    }
}

/// The path with its parameters set apart, and places where it may be broken.
fn path(path: &str) -> Markup {
    html! {
        @for (index, part) in path.split(['{', '}']).enumerate() {
            @if index.is_multiple_of(2) {
                @for piece in part.split_inclusive('/') { (piece) wbr; }
            } @else {
                span.parameter { "{" (part) "}" }
            }
        }
    }
}

fn access(access: Access) -> Markup {
    html! {
        p.access {
            @match access {
                Access::Anonymous => span.label { "Open to anybody" },
                Access::ClientCredentials => {
                    span.label { "Client credentials" }
                    " by HTTP Basic: " code { "client_id:client_secret" }
                },
                Access::AnyOf(scopes) => {
                    span.label { "Access token" }
                    @if scopes.len() > 1 { " with any of the scopes " } @else { " with the scope " }
                    @for scope in scopes { code { (scope.as_str()) } " " }
                },
            }
        }
    }
}

fn parameters(title: &str, operation: &Operation, place: Place) -> Markup {
    let found: Vec<_> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == place)
        .collect();
    html! {
        @if !found.is_empty() {
            h4 { (title) }
            div.fields { @for parameter in found { (parameter_row(parameter)) } }
        }
    }
}

fn parameter_row(parameter: &Parameter) -> Markup {
    html! {
        div.field {
            div.head {
                code.name { (parameter.name) }
                @if parameter.is_required { span.flag.required { "required" } }
                span.kind { (text::kind(&parameter.kind)) }
                @if let Some(default) = parameter.default {
                    span.flag { "default " code { (default) } }
                }
            }
            p { (text::inline(parameter.about)) }
        }
    }
}

fn body_fields(body: &BodyDescription) -> Markup {
    html! {
        h4 { "Body" span.media { @for media in body.media { code { (media.media_type) } " " } } }
        (models::writable_fields(body.shape))
    }
}

fn answers(operation: &Operation) -> Markup {
    html! {
        h4 { "Answers" }
        div.fields {
            @for answer in operation.answers { (answer_row(answer)) }
        }
    }
}

fn answer_row(answer: &Answer) -> Markup {
    let shape = answer.shape.filter(|kind| !matches!(kind, Kind::Free));
    html! {
        div.field {
            div.head {
                (text::status(answer.status))
                @if let Some(shape) = shape { span.kind { (text::kind(&shape)) } }
                @else if !answer.media_type.is_empty() { span.kind { code { (answer.media_type) } } }
                @else { span.kind { "no body" } }
            }
            p { (text::inline(answer.about)) }
            @for header in answer.headers {
                p.header { code { (header.name) } " " (text::inline(header.about)) }
            }
        }
    }
}

fn errors(operation: &Operation) -> Markup {
    html! {
        @if !operation.errors.is_empty() {
            h4 { "Errors" }
            ul.errors {
                @for code in operation.errors {
                    li {
                        a href=(code.address()) {
                            (text::status(code.facts().status)) span { (code.as_str()) }
                        }
                    }
                }
            }
        }
    }
}

fn examples(operation: &Operation) -> Markup {
    html! {
        (json::block("Request", &curl::command(operation)))
        @for answer in operation.answers {
            @if let Some(example) = answer.example {
                (json::block_with(&html! { "Answer " (text::status(answer.status)) }, example))
            }
        }
    }
}
