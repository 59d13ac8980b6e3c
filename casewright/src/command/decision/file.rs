//! A DMN file with those beside it that it may import, made ready to be evaluated.

use anyhow::{Context, Result, anyhow, bail};
use casewright_engine_expr::{
    DecisionDeployment, DecisionDiagnostic, DecisionResource, Explained, Expressions, value_from_json, value_to_json,
};
use casewright_engine_value::{DecisionOutcome, Instant};
use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) struct File {
    expressions: Expressions,
    resource: Arc<DecisionResource>,
}

pub(super) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// What was read, or all that is wrong with it.
pub(super) fn parse(path: &Path, text: &str) -> Result<DecisionResource, Vec<DecisionDiagnostic>> {
    DecisionResource::parse_among(text, || beside(path))
}

/// Texts of the other DMN files of the folder; what cannot be read is not imported.
fn beside(path: &Path) -> Vec<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut others: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|other| other.extension().is_some_and(|extension| extension == "dmn"))
        .filter(|other| other.file_name() != path.file_name())
        .collect();
    others.sort();
    others.iter().filter_map(|other| std::fs::read_to_string(other).ok()).collect()
}

/// A finding as compilers write theirs.
pub(super) fn line(path: &Path, finding: &DecisionDiagnostic) -> String {
    let level = if finding.is_error { "error" } else { "warning" };
    let DecisionDiagnostic { line, column, code, message, .. } = finding;
    format!("{}:{line}:{column}: {level} {code}: {message}", path.display())
}

impl File {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let text = read(path)?;
        let resource = parse(path, &text).map_err(|findings| {
            let lines: Vec<String> =
                findings.iter().filter(|finding| finding.is_error).map(|finding| line(path, finding)).collect();
            anyhow!("{} cannot be evaluated\n{}", path.display(), lines.join("\n"))
        })?;
        let (expressions, resource) = (Expressions::new(), Arc::new(resource));
        for decision in &resource.decisions {
            let about = DecisionDeployment {
                definition_id: decision.key.as_str().into(),
                key: decision.key.as_str().into(),
                version: 1,
                version_tag: None,
                tenant: None,
                deployment: "file".into(),
            };
            expressions.decisions().deploy_parsed(about, Arc::clone(&resource));
        }
        Ok(Self { expressions, resource })
    }

    /// A decision by its key or its name; the only one where none is named.
    pub(super) fn key(&self, wanted: Option<&str>) -> Result<&str> {
        let decisions = &self.resource.decisions;
        let keys = || decisions.iter().map(|decision| decision.key.as_str()).collect::<Vec<_>>().join(", ");
        match (wanted, decisions.as_slice()) {
            (None, [single]) => Ok(&single.key),
            (None, _) => bail!("the file has several decisions: name one of {}", keys()),
            (Some(wanted), all) => all
                .iter()
                .find(|decision| decision.key == wanted || decision.name.as_deref() == Some(wanted))
                .map(|decision| decision.key.as_str())
                .ok_or_else(|| anyhow!("the file has no decision '{wanted}': there are {}", keys())),
        }
    }

    pub(super) fn explain(&self, key: &str, inputs: &Map<String, Json>, now: Timestamp) -> Result<Explained> {
        let variables = inputs.iter().map(|(name, value)| (name.as_str().into(), value_from_json(value))).collect();
        Ok(self.expressions.decisions().explain(key, variables, Instant(now.as_millisecond()))?)
    }

    pub(super) fn tables(&self) -> Vec<(String, usize)> {
        self.resource.tables()
    }
}

/// The value of a decision, the outputs of its one rule, or of each.
pub(super) fn result(outcome: &DecisionOutcome) -> Json {
    let mut rules = outcome.rules.iter().map(|outputs| {
        let entries = outputs.iter().map(|(name, value)| (name.to_string(), value_to_json(value)));
        entries.collect::<Map<String, Json>>()
    });
    match (rules.next(), outcome.rules.len()) {
        (None, _) => Json::Null,
        (Some(single), 1) if outcome.is_literal => single.into_iter().next().map_or(Json::Null, |(_, value)| value),
        (Some(single), 1) => Json::Object(single),
        (Some(first), _) => Json::Array(std::iter::once(first).chain(rules).map(Json::Object).collect()),
    }
}
