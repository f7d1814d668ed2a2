//! The dashboard and the alerts in `deploy/` ask for metrics that are really there, and lead to advice.

use std::path::Path;

use serde_json::Value;

use crate::support::{Metrics, TestApp};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What is served from a file, and what is served from a server: each has figures of its own.
async fn metrics_of_both_engines() -> Metrics {
    let on_file = TestApp::start().await.metrics().await;
    let on_server = TestApp::start_on_postgres().await.metrics().await;
    on_file.and_names_of(&on_server)
}

/// Every name in a query that is a metric's.
fn names(query: &str) -> Vec<&str> {
    let words = query.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let is_metric = |word: &&str| word.starts_with("kobling_") || word.starts_with("process_");
    words.filter(is_metric).collect()
}

#[track_caller]
fn assert_known(metrics: &Metrics, query: &str) {
    let names = names(query);
    assert!(!names.is_empty(), "no metric in {query}");
    for name in names {
        assert!(metrics.has_name(name), "{name} is not served: {query}");
    }
}

/// The queries of all panels, at any depth.
fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(query) if name == "expr" => found.push(query.to_owned()),
                    _ => expressions(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_dashboard_asks_for_metrics_that_are_served() {
    let metrics = metrics_of_both_engines().await;
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/kobling.json")).unwrap();
    let mut queries = Vec::new();
    expressions(&dashboard, &mut queries);
    assert!(queries.len() >= 15, "{}", queries.len());
    for query in &queries {
        assert_known(&metrics, query);
    }
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: std::collections::BTreeSet<_> =
        panels.iter().map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), panels.len(), "each panel has an id of its own");
    assert!(
        panels
            .iter()
            .all(|panel| panel["description"].is_string() || panel["type"] == "row")
    );
}

#[tokio::test]
async fn each_alert_asks_for_metrics_that_are_served_and_leads_to_advice() {
    let metrics = metrics_of_both_engines().await;
    let rules = read("deploy/prometheus/alerts.yml");
    let page = read("docs/operations/monitoring.md");
    let alerts: Vec<&str> = rules.split("- alert: ").skip(1).collect();
    assert!(alerts.len() >= 8, "{}", alerts.len());
    for alert in alerts {
        let name = alert.lines().next().unwrap();
        let line = |key: &str| {
            let mut lines = alert.lines().map(str::trim);
            let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
            found
                .unwrap_or_else(|| panic!("{name} has no {key}"))
                .trim()
        };
        assert_known(&metrics, line("expr"));
        assert!(["page", "ticket"].contains(&line("severity")), "{name}");
        assert!(line("summary").len() > 20, "{name} says nothing");
        let anchor = line("runbook").strip_prefix("docs/operations/monitoring.md#");
        let anchor = anchor.unwrap_or_else(|| panic!("{name} leads elsewhere"));
        assert_eq!(anchor, name.to_ascii_lowercase());
        assert!(
            page.contains(&format!("\n### {name}\n")),
            "no advice on {name}"
        );
    }
}

#[tokio::test]
async fn every_metric_is_explained() {
    let metrics = metrics_of_both_engines().await;
    let page = read("docs/operations/monitoring.md");
    for name in metrics.names() {
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(name);
        assert!(
            page.contains(&format!("| `{family}` |")),
            "{family} is not explained"
        );
    }
    for name in page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
    {
        let is_served = metrics.has_name(name) || metrics.has_name(&format!("{name}_count"));
        assert!(is_served, "{name} is explained and not served");
    }
}
