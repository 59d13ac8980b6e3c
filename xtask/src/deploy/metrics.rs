//! The one list of metrics, and what the code says of them.

use super::files;
use crate::process::root;
use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the list is.
pub(super) const PLACE: &str = "deploy/observability/metrics.toml";
/// Labels that a scrape adds.
const ADDED: [&str; 5] = ["job", "instance", "role", "namespace", "pod"];

/// `deploy/observability/metrics.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    #[serde(rename = "metric")]
    pub(super) metrics: Vec<Metric>,
    pub(super) foreign: Vec<Foreign>,
    #[serde(rename = "absent")]
    pub(super) absents: Vec<Absent>,
    #[serde(rename = "dashboard")]
    pub(super) dashboards: Vec<Dashboard>,
    #[serde(rename = "alert")]
    pub(super) alerts: Vec<Alert>,
}

/// What the platform tells.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) labels: Vec<String>,
    pub(super) about: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Counter,
    Gauge,
    /// With buckets.
    Histogram,
    /// With quantiles of each process.
    Summary,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
        }
    }
}

/// What somebody else tells.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Foreign {
    pub(super) name: String,
    pub(super) from: String,
    pub(super) about: String,
}

/// What nobody tells yet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Absent {
    pub(super) what: String,
    pub(super) instead: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dashboard {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) about: String,
    #[serde(rename = "row")]
    pub(super) rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) title: String,
    #[serde(rename = "panel")]
    pub(super) panels: Vec<Panel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) unit: String,
    pub(super) queries: Vec<Query>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Query {
    pub(super) expr: String,
    pub(super) legend: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alert {
    pub(super) name: String,
    pub(super) expr: String,
    /// How long it must hold.
    #[serde(rename = "for")]
    pub(super) lasting: String,
    pub(super) severity: Severity,
    pub(super) summary: String,
    /// What to do first.
    pub(super) runbook: String,
    /// Series under which it fires, as promtool's tests write them.
    pub(super) fires: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// Somebody is woken.
    Critical,
    /// It waits for the morning.
    Warning,
}

impl Severity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

impl List {
    pub(super) fn read() -> Result<Self> {
        toml::from_str(&files::text(PLACE)?).with_context(|| PLACE.to_owned())
    }

    /// All expressions of panels and alerts, with where they stand.
    pub(super) fn expressions(&self) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        for dashboard in &self.dashboards {
            for panel in dashboard.rows.iter().flat_map(|row| &row.panels) {
                let place = format!("panel '{}' of {}", panel.title, dashboard.uid);
                found.extend(panel.queries.iter().map(|query| (place.clone(), query.expr.as_str())));
            }
        }
        found.extend(self.alerts.iter().map(|alert| (format!("alert {}", alert.name), alert.expr.as_str())));
        found
    }

    /// The series of all metrics: their names as a query writes them, with the labels they have; none: somebody else's, which are not known.
    pub(super) fn series(&self) -> BTreeMap<String, Option<Vec<&str>>> {
        let mut found = BTreeMap::new();
        for metric in &self.metrics {
            let (endings, own): (&[&str], _) = match metric.kind {
                Kind::Counter | Kind::Gauge => (&[""], None),
                Kind::Histogram => (&["_bucket", "_sum", "_count"], Some("le")),
                Kind::Summary => (&["", "_sum", "_count"], Some("quantile")),
            };
            let labels: Vec<&str> = metric.labels.iter().map(String::as_str).chain(ADDED).chain(own).collect();
            found.extend(endings.iter().map(|ending| (format!("{}{ending}", metric.name), Some(labels.clone()))));
        }
        found.extend(self.foreign.iter().map(|foreign| (foreign.name.clone(), None)));
        found
    }
}

/// A metric as the code tells it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// None: they are made elsewhere than where it is told.
    pub(super) labels: Option<Vec<String>>,
    /// File and line.
    pub(super) place: String,
}

/// All metrics of the product's code, which is what is neither a test nor a tool.
pub(super) fn told() -> Result<Vec<Told>> {
    let folders = [
        "platform",
        "engine",
        "case-api",
        "email-to-case",
        "storage-api",
        "publishers",
        "external-tasks",
        "casewright",
    ];
    let mut found = Vec::new();
    for folder in folders {
        for path in sources(&root().join(folder))? {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            found.extend(told_in(&text, &shown)?);
        }
    }
    Ok(found)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["tests", "target", "node_modules"].contains(&name.as_str()) {
            found.extend(sources(&path)?);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Metrics that a text of Rust tells, up to its tests.
fn told_in(text: &str, place: &str) -> Result<Vec<Told>> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    for (macro_name, kind) in [("counter!(", Kind::Counter), ("gauge!(", Kind::Gauge), ("histogram!(", Kind::Histogram)]
    {
        let call = format!("metrics::{macro_name}");
        for (at, _) in text.match_indices(&call) {
            let place = format!("{place}:{}", text[..at].matches('\n').count() + 1);
            let arguments = arguments(&text[at + call.len()..]);
            let name = arguments.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let name =
                name.with_context(|| format!("{place}: a metric whose name is no text where it is told"))?.to_owned();
            let rest = &arguments[arguments.find(&name).map_or(0, |begin| begin + name.len() + 1)..];
            let kind = match kind {
                Kind::Histogram if !name.ends_with("_seconds") => Kind::Summary,
                kind => kind,
            };
            let labels = (!rest.contains('&')).then(|| labels(rest));
            found.push(Told { name, kind, labels, place });
        }
    }
    Ok(found)
}

/// Up to the parenthesis that closes the call.
fn arguments(text: &str) -> &str {
    let mut depth = 0;
    for (at, next) in text.char_indices() {
        match next {
            '(' => depth += 1,
            ')' if depth == 0 => return &text[..at],
            ')' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// `"group" => group.name, "tenant" => tenant`
fn labels(arguments: &str) -> Vec<String> {
    let Some((names, _)) = arguments.rsplit_once("=>") else { return Vec::new() };
    let names = names.split("=>").filter_map(|before| {
        let name = before.trim_end().strip_suffix('"')?;
        Some(name.rsplit('"').next()?.to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_found_with_their_kinds_and_labels_and_not_those_of_tests() {
        let text = "fn a() {\n    metrics::counter!(\"a_total\", \"group\" => of(x), \"quota\" => \"q\").increment(1);\n\
                    metrics::histogram!(\n \"b_seconds\").record(1);\n metrics::histogram!(\"c\", &labels[..2]).record(1);\n}\n\
                    #[cfg(test)]\nmod tests {\n metrics::gauge!(\"d\");\n}\n";
        let told = told_in(text, "a.rs").unwrap();
        let rows: Vec<_> = told.iter().map(|one| (one.name.as_str(), one.kind, one.labels.clone())).collect();
        let labels = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            rows,
            [
                ("a_total", Kind::Counter, labels(&["group", "quota"])),
                ("b_seconds", Kind::Histogram, labels(&[])),
                ("c", Kind::Summary, None)
            ]
        );
        assert_eq!(told[0].place, "a.rs:2");
    }

    #[test]
    fn a_name_that_is_made_elsewhere_is_refused() {
        assert!(told_in("metrics::counter!(NAME).increment(1)", "a.rs").is_err());
    }

    #[test]
    fn the_list_says_what_the_code_says() {
        assert_eq!(crate::deploy::check::metrics(&List::read().unwrap()).unwrap(), Vec::<String>::new());
    }
}
