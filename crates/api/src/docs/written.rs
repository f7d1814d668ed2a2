//! A page of `docs/` as HTML, beside the list of all pages.

use maud::{Markup, html};

use super::layout::{self, Title};
use super::markdown::{self, Heading};
use super::pages::Page;
use super::{index, text};

pub(super) fn page(page: &Page, version: &str) -> String {
    let (rendered, headings) = markdown::rendered(page.file, &page.text());
    let address = page.address();
    let markdown = page.markdown_address();
    let about = index::about(&address).unwrap_or_default();
    let content = html! {
        main.prose #content {
            (rendered)
            footer { a href=(markdown) { "This page as Markdown" } }
        }
    };
    let title = page.title();
    let title = Title {
        text: &title,
        about: &about,
        markdown: &markdown,
    };
    layout::page(&title, version, &contents(&address, &headings), &content)
}

/// The index, with the headings of the present page below its own line.
fn contents(address: &str, headings: &[Heading]) -> Markup {
    html! {
        @for section in index::sections() {
            p.group { (section.title) }
            ul {
                @for link in &section.links {
                    @let is_present = link.address == address;
                    li {
                        a href=(link.address) aria-current=[is_present.then_some("page")] { (link.title) }
                        @if is_present { (inside(headings)) }
                    }
                }
            }
        }
    }
}

fn inside(headings: &[Heading]) -> Markup {
    html! {
        @if headings.len() > 1 {
            ul.inside {
                @for heading in headings {
                    li { a href={ "#" (heading.anchor) } { (text::inline(&heading.text)) } }
                }
            }
        }
    }
}
