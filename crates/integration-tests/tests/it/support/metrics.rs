//! Metrics as a scraper reads them: the text format of Prometheus, strictly.

use std::collections::{BTreeMap, BTreeSet};

/// What stood on the page.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    /// By series, labels and all: `name{label="value"}`.
    series: BTreeMap<String, f64>,
    /// Names of series, without labels, with those of families that have none yet.
    names: BTreeSet<String>,
}

impl Metrics {
    pub(crate) fn read(text: &str) -> Self {
        let mut metrics = Self {
            series: BTreeMap::new(),
            names: BTreeSet::new(),
        };
        for line in text.lines() {
            if let Some(family) = line.strip_prefix("# TYPE ") {
                let (name, kind) = family.split_once(' ').unwrap();
                metrics.add_family(name, kind);
            } else if !line.starts_with("# HELP ") {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let name = series.split('{').next().unwrap();
                assert!(metrics.names.contains(name), "no TYPE before {line}");
                let value = value
                    .parse()
                    .unwrap_or_else(|_| panic!("no number: {line}"));
                let twice = metrics.series.insert(series.to_owned(), value);
                assert_eq!(twice, None, "{series} stands twice");
            }
        }
        metrics
    }

    fn add_family(&mut self, name: &str, kind: &str) {
        let names = match kind {
            "histogram" => ["_bucket", "_sum", "_count"]
                .map(|suffix| format!("{name}{suffix}"))
                .to_vec(),
            "counter" | "gauge" => vec![name.to_owned()],
            other => panic!("{name} is a {other}"),
        };
        for name in names {
            assert!(self.names.insert(name.clone()), "{name} is described twice");
        }
    }

    /// The same, and the names that another has.
    pub(crate) fn and_names_of(mut self, other: &Self) -> Self {
        self.names.extend(other.names.iter().cloned());
        self
    }

    /// The value of a series; 0 for one that is not there, as a query sees it.
    pub(crate) fn get(&self, series: &str) -> f64 {
        self.series.get(series).copied().unwrap_or(0.0)
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(crate) fn series(&self) -> impl Iterator<Item = (&str, f64)> {
        self.series
            .iter()
            .map(|(series, value)| (series.as_str(), *value))
    }
}
