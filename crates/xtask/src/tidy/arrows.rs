//! Which crate may depend on which: the borders that the crates exist for.
//!
//! Normal and build dependencies count. Tests may reach further: what they use is not part of the product.

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::shell::{Failure, root};

/// A crate of the workspace: what it may use of ours, and what it must not use of others.
struct Border {
    name: &'static str,
    ours: Ours,
    forbidden: &'static [&'static str],
}

enum Ours {
    Any,
    Only(&'static [&'static str]),
}

const HTTP_AND_SQL: &[&str] = &[
    "axum",
    "http",
    "hyper",
    "reqwest",
    "rusqlite",
    "tokio-postgres",
    "tower-http",
];
const HTTP: &[&str] = &["axum", "http", "hyper", "reqwest", "tower-http"];
const SQL: &[&str] = &["rusqlite", "tokio-postgres"];
const NOTHING_BUT_RULES: &[&str] = &[
    "async-trait",
    "axum",
    "futures",
    "http",
    "hyper",
    "reqwest",
    "rusqlite",
    "serde",
    "serde_json",
    "tokio",
    "tokio-postgres",
];

/// A new arrow is a line here, and a matter for review.
const BORDERS: &[Border] = &[
    Border {
        name: "domain",
        ours: Ours::Only(&[]),
        forbidden: NOTHING_BUT_RULES,
    },
    Border {
        name: "storage",
        ours: Ours::Only(&["domain"]),
        forbidden: HTTP_AND_SQL,
    },
    Border {
        name: "storage-sqlite",
        ours: Ours::Only(&["storage", "domain"]),
        forbidden: HTTP,
    },
    Border {
        name: "storage-postgres",
        ours: Ours::Only(&["storage", "domain"]),
        forbidden: HTTP,
    },
    Border {
        name: "oauth",
        ours: Ours::Only(&["domain"]),
        forbidden: HTTP_AND_SQL,
    },
    Border {
        name: "service",
        ours: Ours::Only(&["storage", "oauth", "domain"]),
        forbidden: HTTP_AND_SQL,
    },
    Border {
        name: "api",
        ours: Ours::Only(&["service", "domain"]),
        forbidden: SQL,
    },
    Border {
        name: "server",
        ours: Ours::Only(&[
            "api",
            "service",
            "oauth",
            "storage-postgres",
            "storage-sqlite",
            "storage",
            "domain",
        ]),
        forbidden: &[],
    },
    Border {
        name: "fuzz-targets",
        ours: Ours::Only(&["api", "oauth", "storage", "domain"]),
        forbidden: SQL,
    },
    Border {
        name: "integration-tests",
        ours: Ours::Any,
        forbidden: &[],
    },
    Border {
        name: "benchmarks",
        ours: Ours::Any,
        forbidden: &[],
    },
    Border {
        name: "xtask",
        ours: Ours::Only(&[]),
        forbidden: &[],
    },
];

/// A dependency of one of our crates.
pub(super) struct Arrow {
    from: String,
    to: String,
    to_ours: bool,
}

pub(super) fn read() -> Result<Vec<Arrow>, Failure> {
    let manifest = root().join("Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .map_err(|error| Failure(format!("`cargo metadata` failed: {error}")))?;
    let mut arrows = Vec::new();
    for package in metadata.packages {
        for dependency in package.dependencies {
            if dependency.kind != DependencyKind::Development {
                arrows.push(Arrow {
                    from: package.name.to_string(),
                    to_ours: dependency.path.is_some(),
                    to: dependency.name,
                });
            }
        }
    }
    Ok(arrows)
}

pub(super) fn check(arrows: &[Arrow]) -> Vec<String> {
    arrows.iter().filter_map(crosses).collect()
}

fn crosses(arrow: &Arrow) -> Option<String> {
    let Arrow { from, to, to_ours } = arrow;
    let Some(border) = BORDERS.iter().find(|border| border.name == from) else {
        return Some(format!(
            "crate {from} has no line in the table of tidy/arrows.rs"
        ));
    };
    let allowed = match border.ours {
        _ if !to_ours => !border.forbidden.contains(&to.as_str()),
        Ours::Any => true,
        Ours::Only(ours) => ours.contains(&to.as_str()),
    };
    (!allowed).then(|| format!("crates/{from}/Cargo.toml: {from} must not depend on {to}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(from: &str, to: &str) -> Arrow {
        Arrow {
            from: from.to_owned(),
            to: to.to_owned(),
            to_ours: true,
        }
    }

    fn theirs(from: &str, to: &str) -> Arrow {
        Arrow {
            from: from.to_owned(),
            to: to.to_owned(),
            to_ours: false,
        }
    }

    #[test]
    fn the_crates_keep_their_borders() {
        let arrows = read().unwrap();
        assert!(!arrows.is_empty());
        assert_eq!(check(&arrows), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_refused() {
        let upwards = [
            ours("domain", "storage"),
            ours("api", "storage"),
            ours("server", "xtask"),
        ];
        assert_eq!(
            check(&upwards),
            [
                "crates/domain/Cargo.toml: domain must not depend on storage",
                "crates/api/Cargo.toml: api must not depend on storage",
                "crates/server/Cargo.toml: server must not depend on xtask",
            ]
        );
    }

    #[test]
    fn a_forbidden_crate_of_others_is_refused() {
        let arrows = [
            theirs("domain", "serde"),
            theirs("service", "http"),
            theirs("api", "rusqlite"),
        ];
        assert_eq!(check(&arrows).len(), 3);
    }

    #[test]
    fn what_is_allowed_passes() {
        let arrows = [
            ours("service", "storage"),
            ours("integration-tests", "server"),
            theirs("storage-sqlite", "rusqlite"),
            theirs("api", "axum"),
        ];
        assert_eq!(check(&arrows), Vec::<String>::new());
    }

    #[test]
    fn a_crate_without_a_line_in_the_table_is_refused() {
        assert_eq!(check(&[ours("console", "service")]).len(), 1);
    }
}
