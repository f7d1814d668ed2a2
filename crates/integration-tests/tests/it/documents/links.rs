//! The documents as they are served: every page, every link and every anchor.

use std::collections::BTreeSet;

use api::docs::PAGES;

use super::{read, root};
use crate::support::TestApp;

#[test]
fn every_file_is_a_page_and_every_page_is_its_file() {
    let mut files = BTreeSet::new();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root().join("docs")).unwrap();
            let name = name.to_str().unwrap().to_owned();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "md" => drop(files.insert(name)),
                _ => {}
            }
        }
    }
    let pages: BTreeSet<String> = PAGES.iter().map(|page| page.file.to_owned()).collect();
    assert_eq!(pages, files, "crates/api/src/docs/pages.rs lists the pages");
    for page in PAGES {
        let file = format!("docs/{}", page.file);
        assert_eq!(page.text().trim_end(), read(&file).trim_end(), "{file}");
    }
}

#[test]
fn the_index_names_every_page_but_single_decisions() {
    let index = read("docs/README.md");
    for page in PAGES {
        let is_decision = page.file.starts_with("decisions/") && page.file != "decisions/README.md";
        let listed = index.matches(&format!("]({}): ", page.file)).count();
        let expected = usize::from(!is_decision && page.file != "README.md");
        assert_eq!(listed, expected, "{} in docs/README.md", page.file);
    }
}

#[tokio::test]
async fn every_link_of_every_page_leads_somewhere() {
    let app = TestApp::start().await;
    let (mut followed, mut known) = (0, BTreeSet::new());
    for page in PAGES {
        let html = app.get(&page.address()).await.assert_ok().text().to_owned();
        for target in html.split("href=\"").skip(1) {
            let target = target.split('"').next().unwrap().replace("&amp;", "&");
            if target.contains("://") || !known.insert((page.file, target.clone())) {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let text = match path {
                "" => html.clone(),
                path => app.get(path).await.assert_ok().text().to_owned(),
            };
            let id = format!("id=\"{anchor}\"");
            assert!(
                anchor.is_empty() || text.contains(&id),
                "{}: {target}",
                page.file
            );
            followed += 1;
        }
    }
    assert!(followed > 300, "{followed}");
}

#[tokio::test]
async fn every_page_is_there_as_markdown_with_links_that_hold() {
    let app = TestApp::start().await;
    for page in PAGES {
        let markdown = app.get(&page.markdown_address()).await;
        markdown
            .assert_ok()
            .assert_header("content-type", "text/markdown; charset=utf-8");
        assert!(markdown.text().starts_with("# "), "{}", page.file);
    }
    for (path, before) in [
        ("/llms.txt", crate::support::PUBLIC_URL),
        ("/docs/README.md", ""),
    ] {
        let text = app.get(path).await.assert_ok().text().to_owned();
        assert!(text.starts_with("# Kobling\n\n> "), "{text}");
        let mut followed = 0;
        for target in text.split("](").skip(1) {
            let target = target.split(')').next().unwrap();
            let target = target
                .strip_prefix(before)
                .unwrap_or_else(|| panic!("{path}: {target}"));
            let target = target.split('#').next().unwrap();
            let linked = app.get(target).await;
            linked.assert_ok();
            assert!(linked.text().starts_with("# "), "{target}");
            followed += 1;
        }
        assert!(followed > 15, "{followed}");
    }
    let full = app.get("/llms-full.txt").await;
    for title in ["# Quick start", "# Errors", "# API reference", "# Security"] {
        assert!(
            full.assert_ok().text().contains(&format!("\n{title}\n")),
            "{title}"
        );
    }
}

#[tokio::test]
async fn a_page_is_asked_for_again_by_its_etag_and_runs_nothing() {
    let app = TestApp::start().await;
    for path in [
        "/docs",
        "/docs/errors",
        "/docs/errors.md",
        "/docs/style.css",
        "/llms.txt",
    ] {
        let first = app.get(path).await;
        first.assert_ok().assert_header("cache-control", "no-cache");
        let policy = first.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let etag = first.header("etag").unwrap().to_owned();

        let again = app.get(path).header("if-none-match", &etag).await;
        assert_eq!(again.status, 304, "{path}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), Some(etag.as_str()));
        let other = app.get(path).header("if-none-match", "\"other\"").await;
        assert_eq!(other.status, 200, "{path}");
        let head = app.call("HEAD", path).await;
        assert_eq!(
            (head.status, head.header("etag")),
            (200, Some(etag.as_str()))
        );
    }
    for unknown in [
        "/docs/nothing",
        "/docs/operations/nothing.md",
        "/docs/a/b",
        "/docs/..%2fREADME.md",
    ] {
        app.get(unknown).await.assert_error(404, "NOT FOUND");
    }
}
