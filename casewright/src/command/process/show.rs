//! `casewright process show ID`

use super::mistake::Mistake;
use super::output::{Output, items, json, table, text};
use super::selection::Names;
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::{RequestPath, path};
use serde_json::{Value, json};

#[derive(clap::Args)]
pub(super) struct Show {
    /// Id of a process instance, running or ended.
    id: String,
}

impl Show {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let id = &self.id;
        let of = |path: RequestPath| path.with_query([("processInstanceId", id)]);
        let history = target.get(&path!("/engine-rest/history/process-instance?processInstanceIds={}", id)).await?;
        let running = target.get(&path!("/engine-rest/process-instance?processInstanceIds={}", id)).await?;
        let Some(row) = items(&history).first().or_else(|| items(&running).first()) else {
            let mistake = Mistake::UnknownInstances { state: "running or ended", ids: vec![id.clone()] };
            return Err(mistake.into());
        };
        let tree = match items(&running).is_empty() {
            true => Value::Null,
            false => target.get(&path!("/engine-rest/process-instance/{}/activity-instances", id)).await?,
        };
        let variables = match items(&running).is_empty() {
            true => target.get(&of(path!("/engine-rest/history/variable-instance"))).await?,
            false => target.get(&path!("/engine-rest/variable-instance?processInstanceIdIn={}", id)).await?,
        };
        let incidents = target.get(&of(path!("/engine-rest/incident"))).await?;
        let jobs = target.get(&of(path!("/engine-rest/job"))).await?;
        let external = target.get(&of(path!("/engine-rest/external-task"))).await?;
        if output.json {
            return json(&json!({
                "instance": row, "activityInstances": tree, "variables": variables,
                "incidents": incidents, "jobs": jobs, "externalTasks": external,
            }));
        }
        let definition =
            row["definitionId"].as_str().or_else(|| row["processDefinitionId"].as_str()).unwrap_or_default();
        let state = row["state"].as_str().map_or_else(|| "ACTIVE".to_owned(), str::to_owned).to_lowercase();
        println!("Instance      {id}");
        println!("Process       {} ({definition})", Names::default().of(target, definition).await?);
        println!("Business key  {}", text(&row["businessKey"]));
        println!("State         {state}");
        println!("Started       {}    Ended  {}", text(&row["startTime"]), text(&row["endTime"]));
        println!("\nWhere it is");
        let mut places = Vec::new();
        collect(&tree, &mut places);
        table(&["ACTIVITY", "TYPE", "ACTIVITY INSTANCE"], places);
        println!("\nVariables");
        let rows = items(&variables).iter();
        table(&["NAME", "TYPE", "VALUE"], rows.map(|v| vec![text(&v["name"]), text(&v["type"]), short(&v["value"])]));
        println!("\nIncidents");
        let rows = items(&incidents).iter();
        table(
            &["ACTIVITY", "TYPE", "SINCE", "MESSAGE"],
            rows.map(|i| {
                let fields = ["activityId", "incidentType", "incidentTimestamp", "incidentMessage"];
                fields.map(|field| short(&i[field])).to_vec()
            }),
        );
        println!("\nJobs and external tasks");
        let jobs = items(&jobs).iter().map(|job| {
            let due = format!("due {}", text(&job["dueDate"]));
            vec![text(&job["id"]), "job".to_owned(), due, text(&job["retries"]), short(&job["exceptionMessage"])]
        });
        let external = items(&external).iter().map(|task| {
            let topic = format!("topic {}", text(&task["topicName"]));
            vec![
                text(&task["id"]),
                "external task".to_owned(),
                topic,
                text(&task["retries"]),
                short(&task["errorMessage"]),
            ]
        });
        table(&["ID", "KIND", "WHAT", "RETRIES", "FAILURE"], jobs.chain(external).collect::<Vec<_>>());
        Ok(())
    }
}

/// Leaves of the tree of activity instances, and what waits before or after an activity.
fn collect(instance: &Value, out: &mut Vec<Vec<String>>) {
    let children = items(&instance["childActivityInstances"]);
    let waiting = items(&instance["childTransitionInstances"]);
    if children.is_empty() && waiting.is_empty() && !instance["parentActivityInstanceId"].is_null() {
        out.push(vec![text(&instance["activityId"]), text(&instance["activityType"]), text(&instance["id"])]);
    }
    for child in children {
        collect(child, out);
    }
    for one in waiting {
        out.push(vec![text(&one["activityId"]), format!("{} (waiting)", text(&one["activityType"])), text(&one["id"])]);
    }
}

/// One line of it.
fn short(value: &Value) -> String {
    const WIDTH: usize = 100;
    let text = text(value).replace(['\n', '\r'], " ");
    if text.chars().count() <= WIDTH { text } else { text.chars().take(WIDTH - 1).chain(['…']).collect() }
}
