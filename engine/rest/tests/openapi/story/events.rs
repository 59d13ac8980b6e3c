//! Messages, signals, conditions, and the executions that wait for them.

use super::{list, query, started};
use crate::calls::{Api, id};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let waits = started(api, "waits", json!({"businessKey": "waits", "variables": {"total": {"value": 0}}})).await;
    let of = format!("processInstanceId={waits}");
    list(api, "/execution", &of).await;
    query(api, "/execution", json!({"processInstanceId": waits, "active": true})).await;
    list(api, "/event-subscription", &of).await;
    api.get("/execution/{id}").at(&[&waits]).ok().await;
    api.get("/execution/{id}").at(&["nope"]).refused(404).await;

    let signature = format!("{of}&activityId=forSignature");
    let signature = id(&api.get("/execution").query(&signature).ok().await[0]);
    let subscription = "/execution/{id}/messageSubscriptions/{messageName}";
    api.get(subscription).at(&[&signature, "signed"]).ok().await;
    api.get(subscription).at(&[&signature, "nope"]).refused(404).await;
    let trigger = api.post("/execution/{id}/messageSubscriptions/{messageName}/trigger").at(&[&signature, "signed"]);
    trigger.json(json!({"variables": {"by": {"value": "anna"}}})).ok().await;

    let nobody = format!("{of}&activityId=forNobody");
    let nobody = id(&api.get("/execution").query(&nobody).ok().await[0]);
    let incident = json!({"incidentType": "custom", "configuration": "by hand", "message": "look here"});
    api.post("/execution/{id}/create-incident").at(&[&nobody]).json(incident).ok().await;

    let message = json!({
        "messageName": "paid", "businessKey": "waits", "processVariables": {"sum": {"value": 12}},
        "resultEnabled": true, "variablesInResultEnabled": true,
    });
    let result = api.post("/message").json(message).ok().await;
    assert_eq!(result[0]["resultType"], "Execution", "{result}");
    let order = json!({"messageName": "order", "businessKey": "ordered", "resultEnabled": true});
    let result = api.post("/message").json(order).ok().await;
    assert_eq!(result[0]["resultType"], "ProcessDefinition", "{result}");
    api.post("/message").json(json!({"messageName": "nobody waits for this"})).refused(400).await;
    api.post("/signal").json(json!({"name": "closed", "variables": {"by": {"value": "ben"}}})).ok().await;
    api.post("/signal").json(json!({"name": "alarm"})).ok().await;
    let begun =
        api.post("/condition").json(json!({"variables": {"amount": {"value": 150, "type": "Integer"}}})).ok().await;
    assert_eq!(begun.as_array().map(Vec::len), Some(1), "{begun}");
    // Another one for the wait without a name: the first has an incident now.
    let other = started(api, "waits", json!({"variables": {"total": {"value": 0}}})).await;
    let nobody = format!("processInstanceId={other}&activityId=forNobody");
    let nobody = id(&api.get("/execution").query(&nobody).ok().await[0]);
    api.post("/execution/{id}/signal").at(&[&nobody]).json(json!({"variables": {"went": {"value": true}}})).ok().await;
}
