//! Which instances a command is about: by id, business key, definition key and version, or definition id.

use super::mistake::Mistake;
use super::output::{items, text};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::{RequestPath, path};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows asked for at once.
const PAGE: usize = 1000;

#[derive(clap::Args)]
pub(super) struct Selection {
    /// Ids of process instances.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Instances with this business key.
    #[arg(long)]
    business_key: Option<String>,
    /// Instances of this process, all versions.
    #[arg(long)]
    definition_key: Option<String>,
    /// Of `--definition-key`: only this version.
    #[arg(long, requires = "definition_key")]
    version: Option<u64>,
    /// Instances of this process definition, by its id.
    #[arg(long, conflicts_with = "definition_key")]
    definition: Option<String>,
    /// Only instances with open incidents.
    #[arg(long)]
    with_incidents: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    Running,
    Ended,
}

/// A selected instance.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) definition: String,
    pub(super) business_key: String,
    pub(super) state: String,
}

impl Instance {
    fn of(row: &Value) -> Self {
        let state = match row["state"].as_str() {
            Some(state) => state.to_lowercase(),
            None if row["suspended"] == json!(true) => "suspended".to_owned(),
            None => "active".to_owned(),
        };
        let definition = if row["definitionId"].is_null() { &row["processDefinitionId"] } else { &row["definitionId"] };
        Self { id: text(&row["id"]), definition: text(definition), business_key: text(&row["businessKey"]), state }
    }
}

impl Selection {
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
            && self.business_key.is_none()
            && self.definition_key.is_none()
            && self.definition.is_none()
            && !self.with_incidents
    }

    /// The selected instances, in order of their ids; at least one.
    ///
    /// # Errors
    /// Nothing was selected, an id is of no such instance, or nothing fits.
    pub(super) async fn resolve(&self, target: &Target, among: Among) -> Result<Vec<Instance>> {
        if self.is_empty() {
            return Err(Mistake::NothingSelected.into());
        }
        let found = self.rows(target, among, usize::MAX).await?;
        let known: BTreeSet<&str> = found.iter().filter_map(|row| row["id"].as_str()).collect();
        let unknown: Vec<String> = self.ids.iter().filter(|id| !known.contains(id.as_str())).cloned().collect();
        let state = if among == Among::Running { "running" } else { "ended" };
        if !unknown.is_empty() {
            return Err(Mistake::UnknownInstances { state, ids: unknown }.into());
        }
        if found.is_empty() {
            return Err(Mistake::NothingToDo("no process instance fits the selection").into());
        }
        Ok(found.iter().map(Instance::of).collect())
    }

    /// Rows as the contract has them.
    pub(super) async fn rows(&self, target: &Target, among: Among, limit: usize) -> Result<Vec<Value>> {
        let (path, criteria) = match among {
            Among::Running => {
                (path!("/engine-rest/process-instance"), self.criteria(target, "businessKey", "withIncident").await?)
            }
            Among::Ended => {
                let mut criteria = self.criteria(target, "processInstanceBusinessKey", "withIncidents").await?;
                criteria.insert("finished".into(), json!(true));
                (path!("/engine-rest/history/process-instance"), criteria)
            }
        };
        query(target, path, criteria, limit).await
    }

    async fn criteria(&self, target: &Target, business_key: &str, with_incidents: &str) -> Result<Map<String, Value>> {
        let mut criteria = Map::new();
        let mut set = |name: &str, value: Value| drop(criteria.insert(name.to_owned(), value));
        set("sorting", json!([{"sortBy": "instanceId", "sortOrder": "asc"}]));
        if !self.ids.is_empty() {
            set("processInstanceIds", json!(self.ids));
        }
        if let Some(key) = &self.business_key {
            set(business_key, json!(key));
        }
        if self.with_incidents {
            set(with_incidents, json!(true));
        }
        match (&self.definition, &self.definition_key, self.version) {
            (Some(id), _, _) => set("processDefinitionId", json!(id)),
            (None, Some(key), Some(version)) => {
                set("processDefinitionId", json!(definition(target, key, version).await?))
            }
            (None, Some(key), None) => set("processDefinitionKey", json!(key)),
            (None, None, _) => {}
        }
        Ok(criteria)
    }
}

/// All rows of a query, page by page.
async fn query(target: &Target, path: RequestPath, criteria: Map<String, Value>, limit: usize) -> Result<Vec<Value>> {
    let criteria = Value::Object(criteria);
    let mut found = Vec::new();
    while found.len() < limit {
        let max = PAGE.min(limit - found.len());
        let bounds = [("firstResult", found.len().to_string()), ("maxResults", max.to_string())];
        let path = path.clone().with_query(bounds);
        let page = target.call(Method::POST, &path, Some(&criteria)).await?;
        found.extend_from_slice(items(&page));
        if items(&page).len() < max {
            break;
        }
    }
    Ok(found)
}

/// Id of a version of a process.
pub(super) async fn definition(target: &Target, key: &str, version: u64) -> Result<String> {
    let path = path!("/engine-rest/process-definition?key={}&version={}", key, version.to_string());
    let found = target.get(&path).await?;
    let id = items(&found).first().and_then(|row| row["id"].as_str());
    Ok(id.ok_or_else(|| Mistake::UnknownDefinition { key: key.to_owned(), version })?.to_owned())
}

/// The only definition of the instances.
pub(super) fn only_definition(instances: &[Instance]) -> Result<&str, Mistake> {
    let definitions: BTreeSet<&str> = instances.iter().map(|instance| instance.definition.as_str()).collect();
    match definitions.first() {
        Some(only) if definitions.len() == 1 => Ok(only),
        _ => Err(Mistake::SeveralDefinitions(definitions.into_iter().map(str::to_owned).collect())),
    }
}

/// `key v3` of definitions, asked for once each.
#[derive(Default)]
pub(super) struct Names {
    known: BTreeMap<String, String>,
}

impl Names {
    pub(super) async fn of(&mut self, target: &Target, definition: &str) -> Result<String> {
        if let Some(name) = self.known.get(definition) {
            return Ok(name.clone());
        }
        let row = target.get(&path!("/engine-rest/process-definition/{}", definition)).await?;
        let name = format!("{} v{}", text(&row["key"]), row["version"]);
        self.known.insert(definition.to_owned(), name.clone());
        Ok(name)
    }
}
