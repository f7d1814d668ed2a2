//! The documents that the service carries: the pages of `docs/`, and the references made from the operations.
//!
//! Plain HTML and one style sheet: no script, nothing from another host, readable on a phone and in the dark. What is
//! said of operations and errors comes from the same values as the OpenAPI document.

mod api_text;
mod curl;
mod errors_text;
mod index;
mod intro;
mod json;
mod kinds;
mod layout;
mod links;
mod markdown;
mod models;
mod operation;
mod pages;
mod text;
mod written;

use maud::{Markup, html};

use crate::error::ErrorCode;
use crate::operation::{Operation, Tag};

pub use index::{llms, llms_full};
pub use pages::{PAGES, Page};

use layout::Title;
use models::models_of;

/// The style sheet, to be served at [`STYLE_PATH`] as `text/css`.
pub const STYLE: &str = include_str!("../../assets/style.css");
/// Where the page looks for its style sheet.
pub const STYLE_PATH: &str = "/docs/style.css";
/// Where the page says that the OpenAPI document is.
pub const OPENAPI_PATH: &str = "/openapi.json";
/// The page of all operations.
const API_FILE: &str = "api.md";
/// The page of all errors.
const ERRORS_FILE: &str = "errors.md";

/// The reference of all operations, in the form of a page for people.
#[must_use]
pub fn api_page(operations: &[&Operation], version: &str) -> String {
    let tags = Operation::tags(operations);
    let content = html! {
        main #content {
            (intro::section(version))
            @for tag in &tags { (tag_section(operations, tag)) }
            (models::section(operations))
        }
    };
    let title = Title {
        text: "API reference",
        about: "Every operation of Kobling: requests, answers, errors.",
        markdown: "/docs/api.md",
    };
    layout::page(&title, version, &contents(operations, &tags), &content)
}

/// A page of `docs/`, in the form for people.
#[must_use]
pub fn html(page: &Page, version: &str) -> String {
    if page.file == API_FILE {
        return api_page(&crate::operations(), version);
    }
    written::page(page, version)
}

/// A page of `docs/` as Markdown, with links that hold where it is served.
#[must_use]
pub fn markdown(page: &Page) -> String {
    links::in_markdown(page, "")
}

fn contents(operations: &[&Operation], tags: &[Tag]) -> Markup {
    html! {
        p.group { "Documents" }
        ul {
            li { a href="/docs" { "All documents" } }
            li { a href="/docs/errors" { "Errors" span.count { (ErrorCode::ALL.len()) } } }
            li { a href=(OPENAPI_PATH) { "OpenAPI document" } }
        }
        p.group { "Start" }
        ul {
            li { a href="#top" { "Overview" } }
            li { a href="#access" { "Getting a token" } }
            li { a href="#conventions" { "Conventions" } }
        }
        @for tag in tags {
            p.group { (tag.name) }
            ul {
                @for operation in of_tag(operations, tag) {
                    li {
                        a href={ "#" (operation.id) } {
                            span { (operation.summary) }
                            (text::method(operation.method))
                        }
                    }
                }
            }
        }
        p.group { "Reference" }
        ul { li { a href="#models" { "Models" } } }
    }
}

fn tag_section(operations: &[&Operation], tag: &Tag) -> Markup {
    html! {
        section.tag {
            div.lead {
                h2 #(text::slug("tag", tag.name)) { (tag.name) }
                p { (tag.about) }
            }
            @for operation in of_tag(operations, tag) { (operation::section(operation)) }
        }
    }
}

fn of_tag<'a>(operations: &'a [&Operation], tag: &Tag) -> impl Iterator<Item = &'a Operation> {
    operations
        .iter()
        .copied()
        .filter(move |operation| operation.tag.name == tag.name)
}

#[cfg(test)]
mod tests;
