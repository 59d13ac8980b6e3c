//! Decisions and the diagrams they belong to, evaluated directly and by a process.

use super::{list, started};
use crate::calls::{Api, text};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let all = list(api, "/decision-definition", "key=fee&withoutTenantId=true").await;
    let fee = text(&all[0]["id"]);
    let pages = json!({"variables": {"pages": {"value": 12, "type": "Integer"}}});
    for (path, place) in [
        ("/decision-definition/{id}", vec![fee.as_str()]),
        ("/decision-definition/key/{key}", vec!["fee"]),
        ("/decision-definition/key/{key}/tenant-id/{tenantId}", vec!["fee", "acme"]),
    ] {
        api.get(path).at(&place).ok().await;
        api.get(&format!("{path}/xml")).at(&place).ok().await;
        api.get(&format!("{path}/diagram")).at(&place).ok().await;
        let result = api.post(&format!("{path}/evaluate")).at(&place).json(pages.clone()).ok().await;
        assert_eq!(result[0]["amount"]["value"], 20, "{result}");
    }
    let level = api.post("/decision-definition/key/{key}/evaluate").at(&["level"]).json(pages).ok().await;
    assert_eq!(level[0]["level"]["value"], "some", "{level}");
    api.get("/decision-definition/{id}").at(&["nope"]).refused(404).await;
    api.post("/decision-definition/key/{key}/evaluate").at(&["nope"]).json(json!({})).refused(404).await;

    let graphs = list(api, "/decision-requirements-definition", "key=fees&withoutTenantId=true").await;
    let graph = text(&graphs[0]["id"]);
    for (path, place) in [
        ("/decision-requirements-definition/{id}", graph.as_str()),
        ("/decision-requirements-definition/key/{key}", "fees"),
    ] {
        api.get(path).at(&[place]).ok().await;
        api.get(&format!("{path}/xml")).at(&[place]).ok().await;
        api.get(&format!("{path}/diagram")).at(&[place]).ok().await;
    }
    started(api, "rated", json!({"variables": {"pages": {"value": 3, "type": "Integer"}}})).await;

    list(api, "/history/decision-instance", "decisionDefinitionKey=fee").await;
    let full = api
        .get("/history/decision-instance")
        .query("decisionDefinitionKey=fee&includeInputs=true&includeOutputs=true&sortBy=evaluationTime&sortOrder=desc")
        .ok()
        .await;
    let place = text(&full[0]["id"]);
    let one = api.get("/history/decision-instance/{id}").at(&[&place]).query("includeInputs=true&includeOutputs=true");
    let one = one.ok().await;
    assert_eq!(one["outputs"][0]["variableName"], "amount", "{one}");
    assert!(one["inputs"][0]["clauseName"].is_string(), "{one}");
    api.get("/history/decision-instance/{id}").at(&["nope"]).refused(404).await;
}
