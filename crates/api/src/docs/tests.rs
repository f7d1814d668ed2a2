//! What must be on the page, and what must not.

use super::*;
use crate::operation::samples::ALL;

#[test]
fn every_operation_and_error_has_its_place() {
    let page = page(ALL, "0.1.0");
    for operation in ALL {
        assert!(
            page.contains(&format!("id=\"{}\"", operation.id)),
            "{}",
            operation.id
        );
    }
    for code in ErrorCode::ALL {
        assert!(
            page.contains(&format!("id=\"{}\"", code.anchor())),
            "{code:?}"
        );
    }
}

#[test]
fn every_link_leads_somewhere() {
    let page = page(ALL, "0.1.0");
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
    let page = page(ALL, "0.1.0");
    assert!(!page.contains("<script") && !page.contains("src="));
    assert!(!page.contains("href=\"http") && !STYLE.contains("url("));
    assert!(!STYLE.contains("@import"));
}

#[test]
fn the_page_has_a_sensible_size() {
    let page = page(ALL, "0.1.0");
    assert!((10_000..400_000).contains(&page.len()), "{}", page.len());
}
