//! `GET /process-instance/{id}/activity-instances`: the tree of what is alive.

use crate::error::{RestError, RestResult};
use crate::request::{Reply, Req, ok};
use casewright_engine_core::State;
use casewright_engine_core::entity::{ElementInstance, Phase};
use casewright_engine_core::ids::{Id, activity_instance_id};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

/// `GET /process-instance/{id}/activity-instances`.
pub(crate) async fn get(req: Req) -> Reply {
    let id = req.id();
    let missing = || {
        RestError::new(
            http::StatusCode::NOT_FOUND,
            "InvalidRequestException",
            format!("Process instance with id {id} does not exist"),
            None,
        )
    };
    let state = req.engine.instances().state_of(id).await?.ok_or_else(missing)?;
    let root = state.local(id).ok_or_else(missing)?;
    let element = state.element(root).ok_or_else(missing)?;
    state.instance(root).ok_or_else(missing)?;
    let graph = req.engine.registry().graph(&element.activity.place.definition.id).await?;
    let process_name = graph.as_ref().and_then(|graph| graph.process.name.as_deref());
    let tree = Tree { state: &state, instance: root, root_id: id, process_name };
    ok(tree.activity(element)?)
}

struct Tree<'a> {
    state: &'a State,
    instance: Id,
    root_id: &'a str,
    process_name: Option<&'a str>,
}

impl Tree<'_> {
    fn id_of(&self, element: &ElementInstance) -> SmolStr {
        let text = self.state.text(element.id);
        if element.id == self.instance { text } else { activity_instance_id(element.activity.place.spelled(), &text) }
    }

    fn parent_of(&self, element: &ElementInstance) -> Json {
        let Some(parent) = element.scope else {
            return Json::Null;
        };
        self.state.element(parent).map_or(Json::Null, |parent| json!(self.id_of(parent).as_str()))
    }

    fn activity(&self, element: &ElementInstance) -> RestResult<Json> {
        let mut activities = Vec::new();
        let mut transitions = Vec::new();
        for child in self.state.children(element.id) {
            let Some(child) = self.state.element(child) else {
                continue;
            };
            match child.phase {
                Phase::Arriving | Phase::Leaving => transitions.push(self.transition(child)),
                Phase::Active | Phase::Compensating => activities.push(self.activity(child)?),
            }
        }
        let place = &element.activity.place;
        let is_process = element.id == self.instance;
        let activity_id = if is_process { place.definition.id.as_str() } else { place.activity_id.as_str() };
        let activity_type = if is_process { "processDefinition" } else { element.activity.activity_type.as_str() };
        let name = match is_process {
            true => self.process_name,
            // A multi-instance body has no name of its own.
            false => element.activity.activity_name.as_deref().filter(|_| element.body.is_none()),
        };
        let incidents = self.incidents(element, is_process);
        Ok(json!({
            "id": self.id_of(element).as_str(),
            "parentActivityInstanceId": self.parent_of(element),
            "activityId": activity_id,
            "activityType": activity_type,
            "processInstanceId": self.root_id,
            "processDefinitionId": place.definition.id.as_str(),
            "childActivityInstances": activities,
            "childTransitionInstances": transitions,
            "executionIds": self.executions(element),
            "activityName": name,
            "incidentIds": incidents.iter().map(|i| i["id"].clone()).collect::<Vec<_>>(),
            "incidents": incidents,
            "name": name,
        }))
    }

    fn executions(&self, element: &ElementInstance) -> Vec<String> {
        let own = element.activity.place.execution;
        let mut ids = vec![self.state.text(own).to_string()];
        // Executions that only hold a concurrent branch of this scope belong to it.
        // The last branch that is left runs on the scope's own.
        let is_concurrent = self.state.child_count(element.id) > 1;
        for child in
            self.state.children(element.id).filter(|_| is_concurrent).filter_map(|child| self.state.element(child))
        {
            let branch = child.branch.filter(|branch| *branch != child.activity.place.execution && *branch != own);
            ids.extend(branch.map(|branch| self.state.text(branch).to_string()));
        }
        ids
    }

    fn transition(&self, element: &ElementInstance) -> Json {
        let place = &element.activity.place;
        let incidents = self.incidents(element, false);
        json!({
            // A transition instance is known by its execution.
            "id": self.state.text(place.execution).as_str(),
            "parentActivityInstanceId": self.parent_of(element),
            "processInstanceId": self.root_id,
            "processDefinitionId": place.definition.id.as_str(),
            "activityId": place.activity_id.as_str(),
            "activityName": element.activity.activity_name.as_deref(),
            "activityType": element.activity.activity_type.as_str(),
            "executionId": self.state.text(place.execution).as_str(),
            "targetActivityId": place.activity_id.as_str(),
            "incidentIds": incidents.iter().map(|i| i["id"].clone()).collect::<Vec<_>>(),
            "incidents": incidents,
        })
    }

    fn incidents(&self, element: &ElementInstance, is_process: bool) -> Vec<Json> {
        self.state
            .incidents()
            .filter(|incident| incident.place.instance == self.instance)
            .filter(|incident| {
                incident.place.element == element.id
                    || (is_process && self.state.element(incident.place.element).is_none())
            })
            .map(|incident| {
                json!({
                    "id": self.state.text(incident.id).as_str(),
                    "activityId": incident.place.activity_id.as_str(),
                })
            })
            .collect()
    }
}
