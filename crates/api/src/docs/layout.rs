//! What all pages have around their content.

use maud::{DOCTYPE, Markup, html};

use super::STYLE_PATH;

/// What is said of a page in its head.
pub(super) struct Title<'a> {
    pub(super) text: &'a str,
    pub(super) about: &'a str,
    /// Where it is as Markdown.
    pub(super) markdown: &'a str,
}

pub(super) fn page(
    title: &Title<'_>,
    version: &str,
    contents: &Markup,
    content: &Markup,
) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title.text) " · Kobling" }
                meta name="description" content=(title.about);
                link rel="stylesheet" href={ (STYLE_PATH) "?" (version) };
                link rel="alternate" type="text/markdown" href=(title.markdown);
            }
            body {
                a.skip href="#content" { "Skip to content" }
                header.sidebar {
                    div.brand {
                        a.name href="/docs" { span.mark aria-hidden="true" {} "Kobling" }
                        span.version { (version) }
                        input.toggle #menu type="checkbox" aria-label="Show the contents";
                        label.menu for="menu" { "Contents" }
                    }
                    nav aria-label="Contents" { (contents) }
                }
                (content)
            }
        }
    };
    page.into_string()
}
