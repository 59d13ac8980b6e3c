//! What is written from the lists. Each file says so in its first line, and the step `deploy` holds what is committed against what would be written.

mod alerts;
mod dashboards;
mod page;
mod scrape;
mod traefik;

use super::metrics::List;
use super::routes::ROUTES;
use anyhow::Result;
use std::fmt::Write as _;

/// A file of the repository.
pub(super) struct Written {
    pub(super) path: String,
    pub(super) text: String,
}

impl Written {
    fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), text }
    }
}

/// The first line of what has comments.
const MADE: &str = "# Written by `cargo xtask deploy generate`; what it is made of is in deploy/observability/metrics.toml and xtask/src/deploy/routes.rs.\n";

/// Everything that follows from the lists. The chart cannot reach what is outside of it, so it has copies.
pub(super) fn all(list: &List) -> Result<Vec<Written>> {
    let alerts = alerts::rules(list);
    let mut files = vec![
        Written::new("deploy/observability/alerts.yaml", alerts.clone()),
        Written::new("deploy/helm/casewright/files/alerts.yaml", alerts),
        Written::new("deploy/observability/alerts.test.yaml", alerts::tests(list)),
        Written::new("deploy/compose/prometheus/split.yaml", scrape::split()),
        Written::new("deploy/compose/prometheus/together.yaml", scrape::together()),
        Written::new("deploy/compose/traefik/routes.yaml", traefik::routes()),
        Written::new("deploy/helm/casewright/files/routes.yaml", routes_of_the_chart()),
        Written::new("docs/metrics.md", page::text(list)),
    ];
    for dashboard in &list.dashboards {
        let text = dashboards::text(dashboard)?;
        for folder in ["deploy/observability/dashboards", "deploy/helm/casewright/files/dashboards"] {
            files.push(Written::new(format!("{folder}/{}.json", dashboard.uid), text.clone()));
        }
    }
    Ok(files)
}

fn routes_of_the_chart() -> String {
    let mut text = format!("{MADE}routes:\n");
    for route in ROUTES {
        let _ = writeln!(text, "  - {{ path: {}, role: {} }}", route.path, route.role);
    }
    text
}

/// A text as YAML takes it, whatever is in it: JSON's texts are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
