//! What is held against what. A check says what it finds; none that could be made finds nothing for want of a tool.

mod chart;
mod compose;
mod image;
mod platform;
mod prometheus;
mod unit;

use super::generate;
use super::metrics::{self, List};
use super::tools::Tools;
use super::{files, promql};
use crate::build;
use crate::process::root;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that says for how many seconds a process serves on after it was asked to stop.
const DRAIN: &str = "CASEWRIGHT_SERVER__DRAIN_SECONDS";
/// Seconds from there to its end, at most: `LIMIT` of `casewright/src/serve/watchdog.rs`.
const LONGEST_END: u64 = 25;
/// How a process is asked for its health by what can ask nothing itself.
const HEALTH: [&str; 2] = ["/usr/local/bin/casewright", "health"];

/// What checks stand on.
pub(super) struct Inputs {
    tools: Tools,
    /// The platform itself.
    binary: PathBuf,
    list: List,
}

impl Inputs {
    /// Gets the tools, and builds the binary unless `CASEWRIGHT_BINARY` names one.
    pub(super) fn gather() -> Result<Self> {
        let binary = match std::env::var_os("CASEWRIGHT_BINARY") {
            Some(named) => root().join(named),
            None => build::tested_binary()?,
        };
        Ok(Self { tools: Tools::get()?, binary, list: List::read()? })
    }
}

pub(super) struct Check {
    pub(super) what: &'static str,
    pub(super) run: fn(&Inputs) -> Result<Vec<String>>,
}

/// In the order in which a failure is cheapest to find.
pub(super) const ALL: &[Check] = &[
    Check { what: "YAML files", run: |_| yaml() },
    Check { what: "what is written from lists", run: |inputs| written(&inputs.list) },
    Check { what: "metrics, against the code", run: |inputs| metrics(&inputs.list) },
    Check { what: "alerts, dashboards and scrape configurations, by promtool", run: prometheus::check },
    Check { what: "the image, by hadolint", run: image::check },
    Check { what: "the unit, by systemd-analyze", run: unit::check },
    Check { what: "compose files, by the specification's schema", run: compose::check },
    Check { what: "the chart, by Helm and the schemas of Kubernetes", run: chart::check },
    Check { what: "keys and variables that files and pages name, by the binary", run: platform::named },
    Check { what: "roles and routes, by the binary", run: platform::routes },
];

/// Every file that is YAML is; templates of the chart are once they are rendered.
fn yaml() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in files::below("deploy", ".yaml")? {
        if path.contains("/templates/") {
            continue;
        }
        if let Err(error) = files::documents(&files::text(&path)?) {
            found.push(format!("{path}: {error:#}"));
        }
    }
    Ok(found)
}

/// What is committed is what would be written.
fn written(list: &List) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let would_be = generate::all(list)?;
    for file in &would_be {
        if fs::read_to_string(root().join(&file.path)).unwrap_or_default() != file.text {
            found.push(format!("{} is not what the lists say; write it with: cargo xtask deploy generate", file.path));
        }
    }
    for folder in ["deploy/observability/dashboards", "deploy/helm/casewright/files/dashboards"] {
        let orphans = files::below(folder, ".json")?;
        let orphans = orphans.iter().filter(|path| !would_be.iter().any(|file| file.path == **path));
        found.extend(orphans.map(|path| format!("{path} is in no list; delete it")));
    }
    Ok(found)
}

/// The list is what the code tells, and panels and alerts ask for nothing else.
pub(super) fn metrics(list: &List) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let told = metrics::told()?;
    for one in &told {
        let Some(listed) = list.metrics.iter().find(|metric| metric.name == one.name) else {
            found.push(format!("{}: {} is not in {}", one.place, one.name, metrics::PLACE));
            continue;
        };
        if listed.kind != one.kind {
            found.push(format!("{}: {} is a {}, not a {}", one.place, one.name, one.kind.name(), listed.kind.name()));
        }
        if one.labels.as_ref().is_some_and(|labels| *labels != listed.labels) {
            found.push(format!("{}: {} has other labels than {:?}", one.place, one.name, listed.labels));
        }
    }
    let series = list.series();
    let expressions = list.expressions();
    for metric in &list.metrics {
        if !told.iter().any(|one| one.name == metric.name) {
            found.push(format!("{}: {} is told nowhere in the code", metrics::PLACE, metric.name));
        }
        let is_shown = expressions.iter().any(|(place, text)| {
            place.starts_with("panel") && promql::selected(text).iter().any(|one| one.name.starts_with(&metric.name))
        });
        if !is_shown {
            found.push(format!("{}: no panel shows {}", metrics::PLACE, metric.name));
        }
    }
    for (place, expression) in expressions {
        for selected in promql::selected(expression) {
            match series.get(&selected.name) {
                None => found.push(format!("{place}: nobody tells {}", selected.name)),
                Some(Some(known)) => {
                    let unknown = selected.labels.iter().filter(|label| !known.contains(&label.as_str()));
                    found.extend(unknown.map(|label| format!("{place}: {} has no label {label}", selected.name)));
                }
                Some(None) => {}
            }
        }
    }
    Ok(found)
}

/// The schema of a JSON file.
fn schema(path: &Path) -> Result<serde_json::Value> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

/// What a schema finds in a document.
fn judged(validator: &jsonschema::Validator, document: &serde_json::Value, place: &str) -> Vec<String> {
    let told = validator.iter_errors(document).map(|error| {
        let mut text = error.to_string();
        if text.chars().count() > 300 {
            text = text.chars().take(300).chain("...".chars()).collect();
        }
        format!("{place} at '{}': {text}", error.instance_path())
    });
    told.collect()
}

/// A version that stays what it is: a tag with a number in it, or a digest.
fn is_pinned(image: &str) -> bool {
    if image.contains("@sha256:") {
        return true;
    }
    let name = image.rsplit('/').next().unwrap_or_default();
    name.split_once(':').is_some_and(|(_, tag)| tag != "latest" && tag.contains(|next: char| next.is_ascii_digit()))
}
