//! What must be on the pages, and what must not.

use super::*;
use crate::operation::samples::ALL;

#[test]
fn every_operation_has_its_place() {
    let page = api_page(ALL, "0.1.0");
    for operation in ALL {
        let anchor = format!("id=\"{}\"", operation.id);
        assert!(page.contains(&anchor), "{}", operation.id);
    }
}

#[test]
fn every_link_within_the_reference_leads_somewhere() {
    let page = api_page(ALL, "0.1.0");
    let targets = page
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    for target in targets {
        assert_eq!(
            page.matches(&format!("id=\"{target}\"")).count(),
            1,
            "{target}"
        );
    }
}

#[test]
fn nothing_comes_from_elsewhere_and_nothing_runs() {
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    for page in PAGES {
        let html = html(page, "0.1.0");
        assert!(
            !html.contains("<script") && !html.contains("src="),
            "{}",
            page.file
        );
        assert!(
            !html.contains("style=\""),
            "{}: the policy forbids it",
            page.file
        );
    }
}

#[test]
fn every_page_is_listed_once_and_has_a_title() {
    for page in PAGES {
        let same = |other: &&Page| other.name() == page.name();
        assert_eq!(PAGES.iter().filter(same).count(), 1, "{}", page.file);
        assert!(!page.title().is_empty(), "{}", page.file);
    }
}

#[test]
fn the_pages_have_a_sensible_size() {
    for page in PAGES {
        let html = html(page, "0.1.0");
        assert!(
            (1_000..400_000).contains(&html.len()),
            "{}: {}",
            page.file,
            html.len()
        );
    }
}
