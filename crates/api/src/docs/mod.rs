//! The reference page for people, made from the descriptions of the operations.
//!
//! One page of plain HTML and one style sheet: no script, nothing from another host, readable on a phone and in the
//! dark. Everything on it comes from the same values as the OpenAPI document.

mod curl;
mod errors;
mod intro;
mod json;
mod models;
mod operation;
mod text;

use maud::{DOCTYPE, Markup, html};

use crate::error::ErrorCode;
use crate::operation::{Operation, Tag};

/// The style sheet, to be served at [`STYLE_PATH`] as `text/css`.
pub const STYLE: &str = include_str!("../../assets/style.css");
/// Where the page looks for its style sheet.
pub const STYLE_PATH: &str = "/docs/style.css";
/// Where the page says that the OpenAPI document is.
pub const OPENAPI_PATH: &str = "/openapi.json";

/// The whole page.
#[must_use]
pub fn page(operations: &[&Operation], version: &str) -> String {
    let tags = Operation::tags(operations);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Kobling API" }
                link rel="stylesheet" href={ (STYLE_PATH) "?" (version) };
            }
            body {
                a.skip href="#content" { "Skip to content" }
                (sidebar(operations, &tags, version))
                main #content {
                    (intro::section(version))
                    @for tag in &tags { (tag_section(operations, tag)) }
                    (models::section(operations))
                    (errors::section())
                }
            }
        }
    };
    page.into_string()
}

fn sidebar(operations: &[&Operation], tags: &[Tag], version: &str) -> Markup {
    html! {
        header.sidebar {
            div.brand {
                a.name href="#top" { span.mark aria-hidden="true" {} "Kobling" }
                span.version { (version) }
                input.toggle #menu type="checkbox" aria-label="Show the contents";
                label.menu for="menu" { "Contents" }
            }
            nav aria-label="Contents" {
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
                ul {
                    li { a href="#models" { "Models" } }
                    li { a href="#errors" { "Errors" span.count { (ErrorCode::ALL.len()) } } }
                    li { a href=(OPENAPI_PATH) { "OpenAPI document" } }
                }
            }
        }
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
