//! Processes and decisions: deployed as one would by hand, but nothing that is there is put aside by them.

use super::super::client::Target;
use super::super::refusal::Refusal;
use super::{finding, refusal};
use anyhow::{Context, Result};
use casewright_case_api::wks;
use casewright_engine_expr::DecisionResource;
use casewright_engine_model::model::{Definitions, Implementation, NodeKind};
use casewright_engine_model::{Limits, executable_keys, parse};
use casewright_service::path;
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What deployments of this command are known by.
const SOURCE: &str = "casewright import wks";

/// What a file defines, as far as it can be read; what cannot be is refused by the platform, with places.
enum Model {
    Processes(Box<Definitions>),
    Decisions(Vec<String>),
    Unread,
}

impl Model {
    fn of(name: &str, text: &str) -> Self {
        if name.ends_with(".dmn") {
            let parsed = DecisionResource::parse(text);
            return parsed.map_or(Self::Unread, |resource| {
                Self::Decisions(resource.decisions.iter().map(|decision| decision.key.clone()).collect())
            });
        }
        let parsed = parse(text.as_bytes(), name, &Limits::default());
        parsed.map_or(Self::Unread, |parsed| Self::Processes(Box::new(parsed.definitions)))
    }

    fn keys(&self) -> Vec<String> {
        match self {
            Self::Processes(definitions) => executable_keys(definitions).iter().map(ToString::to_string).collect(),
            Self::Decisions(keys) => keys.clone(),
            Self::Unread => Vec::new(),
        }
    }

    /// Whose deployment the newest of that key is, if there is one.
    async fn source_of(&self, target: &Target, key: &str) -> Result<Option<String>> {
        let newest = match self {
            Self::Decisions(_) => path!("/engine-rest/decision-definition/key/{}", key),
            Self::Processes(_) | Self::Unread => path!("/engine-rest/process-definition/key/{}", key),
        };
        let newest = match target.get(&newest).await {
            Ok(newest) => newest,
            Err(error) => match error.downcast::<Refusal>()? {
                refused if refused.0.status == StatusCode::NOT_FOUND => return Ok(None),
                refused => return Err(refused.into()),
            },
        };
        let deployment = newest["deploymentId"].as_str().context("a definition without deployment")?;
        let deployment = target.get(&path!("/engine-rest/deployment/{}", deployment)).await?;
        Ok(Some(deployment["source"].as_str().unwrap_or_default().to_owned()))
    }
}

/// Deploys the models of a folder, each for itself, and gives the keys of what is there now.
pub(super) async fn deploy(target: &Target, folder: &Path, findings: &mut Vec<Value>) -> Result<Value> {
    let mut there = Vec::new();
    for file in wks::files(folder, &["bpmn", "dmn"])? {
        let name = file.file_name().and_then(|name| name.to_str()).context("a name of a file")?.to_owned();
        let place = format!("process {name}");
        let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        let model = Model::of(&name, &text);
        let keys = model.keys();
        if let Some(key) = taken(target, &model, &keys).await? {
            let detail = format!("`{key}` is there already, of another origin; this one would take its place");
            findings.push(finding(&place, "key-taken", &detail));
            continue;
        }
        let form = Form::new()
            .text("deployment-name", name.clone())
            .text("deployment-source", SOURCE)
            .text("enable-duplicate-filtering", "true")
            .part(name.clone(), Part::bytes(text.into_bytes()).file_name(name));
        match target.upload(&path!("/engine-rest/deployment/create"), form).await {
            Ok(_) => {
                there.extend(keys.into_iter().map(Value::from));
                findings.extend(needs(&model).into_iter().map(|(code, detail)| finding(&place, code, &detail)));
            }
            Err(error) => refusal(&place, error, findings)?,
        }
    }
    Ok(Value::Array(there))
}

/// A key of the file that something of another origin has.
async fn taken(target: &Target, model: &Model, keys: &[String]) -> Result<Option<String>> {
    for key in keys {
        if model.source_of(target, key).await?.is_some_and(|source| source != SOURCE) {
            return Ok(Some(key.clone()));
        }
    }
    Ok(None)
}

/// Whom and what a model counts on that no import brings: workers by their topics, and people by their names.
fn needs(model: &Model) -> Vec<(&'static str, String)> {
    let Model::Processes(definitions) = model else {
        return Vec::new();
    };
    let (mut topics, mut people) = (BTreeSet::new(), BTreeSet::new());
    for node in definitions.processes.iter().flat_map(|process| &process.nodes) {
        match &node.kind {
            NodeKind::ServiceTask(task) | NodeKind::SendTask(task) => {
                if let Implementation::External { topic, .. } = &task.implementation {
                    topics.insert(topic.clone());
                }
            }
            NodeKind::UserTask(task) => people.extend(task.assignee.clone().filter(|name| !name.contains(['$', '#']))),
            _ => {}
        }
    }
    let topics = topics.into_iter().map(|topic| ("worker-needed", format!("the topic `{topic}` needs a worker")));
    let people =
        people.into_iter().map(|person| ("person-needed", format!("tasks are of `{person}`, who must be a user")));
    topics.chain(people).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_tells_whom_it_counts_on() {
        let xml = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="t">
          <process id="permit" isExecutable="true" camunda:historyTimeToLive="P1D">
            <startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="save"/>
            <serviceTask id="save" camunda:type="external" camunda:topic="caseSave"/><sequenceFlow id="f2" sourceRef="save" targetRef="look"/>
            <userTask id="look" camunda:assignee="demo@demo.com"/><sequenceFlow id="f3" sourceRef="look" targetRef="own"/>
            <userTask id="own" camunda:assignee="${initiator}"/>
          </process></definitions>"#;
        let model = Model::of("permit.bpmn", xml);
        assert_eq!(model.keys(), ["permit"]);
        let needs: Vec<&str> = needs(&model).into_iter().map(|(code, _)| code).collect();
        assert_eq!(needs, ["worker-needed", "person-needed"]);
    }
}
