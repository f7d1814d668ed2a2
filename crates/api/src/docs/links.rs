//! Where the links of a page lead, once it is served.

use super::pages::Page;

/// Where files are that are not served.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Which form the pages that are linked to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Html,
    Markdown,
}

/// The target of a link in a file below `docs/`, as it must stand in the served page.
pub(super) fn served(file: &str, target: &str, form: Form) -> String {
    if target.starts_with('#') || target.starts_with('/') || target.contains("://") {
        return target.to_owned();
    }
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, String::new()), |(path, anchor)| {
            (path, format!("#{anchor}"))
        });
    let path = resolved(&format!("docs/{file}"), path);
    let page = path
        .strip_prefix("docs/")
        .and_then(|below| Page::of_file(below).or_else(|| Page::at(below)));
    match (page, form) {
        (Some(page), Form::Html) => format!("{}{anchor}", page.address()),
        (Some(page), Form::Markdown) => format!("{}{anchor}", page.markdown_address()),
        (None, _) => format!("{REPOSITORY}/blob/main/{path}{anchor}"),
    }
}

/// The Markdown of a page with its links as they must be when it is served.
pub(super) fn in_markdown(page: &Page, before: &str) -> String {
    let text = page.text();
    let mut served_text = String::with_capacity(text.len());
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        let mut rest = line;
        while let (false, Some((head, tail))) = (is_code, rest.split_once("](")) {
            let Some((target, after)) = tail.split_once(')') else {
                break;
            };
            let target = served(page.file, target, Form::Markdown);
            let before = if target.starts_with('/') { before } else { "" };
            served_text.push_str(&format!("{head}]({before}{target})"));
            rest = after;
        }
        served_text.push_str(rest);
        served_text.push('\n');
    }
    served_text
}

/// A path from the root of the repository; `from` is that of the file with the link.
fn resolved(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_or_to_the_repository() {
        let html = |target| served("operations/running.md", target, Form::Html);
        assert_eq!(
            html("monitoring.md#alerts"),
            "/docs/operations/monitoring#alerts"
        );
        assert_eq!(html("../errors.md"), "/docs/errors");
        assert_eq!(html("../README.md"), "/docs");
        assert_eq!(html("../decisions"), "/docs/decisions");
        assert_eq!(html("#here"), "#here");
        assert_eq!(html("https://example.com/a.md"), "https://example.com/a.md");
        let outside = format!("{REPOSITORY}/blob/main/ARCHITECTURE.md");
        assert_eq!(html("../../ARCHITECTURE.md"), outside);
        let markdown = served("README.md", "decisions/README.md", Form::Markdown);
        assert_eq!(markdown, "/docs/decisions/README.md");
    }
}
