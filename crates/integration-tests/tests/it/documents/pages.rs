//! The reference and the document that the service carries about itself.

use std::path::Path;

use crate::support::TestApp;

#[tokio::test]
async fn the_documentation_needs_no_other_host() {
    let app = TestApp::start().await;

    let page = app.get("/docs/api").await;
    let style = app.get("/docs/style.css").await;

    page.assert_ok()
        .assert_header("content-type", "text/html; charset=utf-8");
    style
        .assert_ok()
        .assert_header("content-type", "text/css; charset=utf-8");
    let (page, style) = (page.text(), style.text());
    let mut followed = 0;
    for attribute in [
        "href=\"",
        "src=\"",
        "srcset=\"",
        "action=\"",
        "data=\"",
        "poster=\"",
    ] {
        for rest in page.split(attribute).skip(1) {
            let target = rest.split('"').next().unwrap();
            let is_ours =
                target.starts_with('#') || (target.starts_with('/') && !target.starts_with("//"));
            let target = target
                .split_once("/docs/errors#")
                .map_or(target, |_| "/docs/errors");
            assert!(is_ours, "{attribute}{target}");
            if let Some(anchor) = target.strip_prefix('#') {
                assert!(
                    page.contains(&format!("id=\"{anchor}\"")),
                    "{anchor} leads nowhere"
                );
            } else {
                app.get(target).await.assert_ok();
            }
            followed += 1;
        }
    }
    assert!(followed > 50, "{followed}");
    for text in [
        "<script",
        "<iframe",
        "<object",
        "@import",
        "javascript:",
        "<base",
    ] {
        assert!(!page.contains(text) && !style.contains(text), "{text}");
    }
    for rest in style.split("url(").skip(1) {
        let target = rest.trim_start_matches(['"', '\'']);
        assert!(
            target.starts_with("data:") || target.starts_with('#'),
            "url({target:.40}"
        );
    }
    assert!(!style.contains("http://") && !style.contains("https://"));
}

#[tokio::test]
async fn every_operation_stands_on_the_page() {
    let app = TestApp::start().await;
    let page = app.get("/docs/api").await;
    for operation in api::operations() {
        let anchor = format!("id=\"{}\"", operation.id);
        assert!(page.text().contains(&anchor), "{anchor}");
    }
}

#[tokio::test]
async fn the_document_served_is_the_document_committed() {
    let app = TestApp::start().await;

    let served = app.get("/openapi.json").await.assert_ok().json();

    assert_eq!(served, api::openapi_document());
    assert_eq!(served["openapi"], "3.1.0");
    // The file is written by `cargo xtask generate`; until it is committed there is nothing to compare with.
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/v1.json");
    if committed.exists() {
        let committed = std::fs::read_to_string(committed).unwrap();
        let committed: serde_json::Value = serde_json::from_str(&committed).unwrap();
        assert_eq!(
            served, committed,
            "accept the change with: cargo xtask generate"
        );
    }
}
