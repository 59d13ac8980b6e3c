//! Variables of instances, executions and tasks, and the variables as a list of their own.

use super::{list, query};
use crate::calls::{Api, id, text};
use crate::support::Part;
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let instance = id(&api.get("/process-instance").query("businessKey=main").ok().await[0]);
    let task = id(&api.get("/task").query("processInstanceBusinessKey=main").ok().await[0]);
    for (path, place) in [
        ("/process-instance/{id}/variables", &instance),
        ("/execution/{id}/localVariables", &instance),
        ("/task/{id}/variables", &task),
        ("/task/{id}/localVariables", &task),
    ] {
        scope(api, path, place).await;
    }
    let found = list(api, "/variable-instance", &format!("processInstanceIdIn={instance}")).await;
    assert!(found.as_array().is_some_and(|all| all.len() >= 13), "every type is there: {found}");
    query(api, "/variable-instance", json!({"variableName": "letter", "processInstanceIdIn": [instance]})).await;
    for variable in found.as_array().unwrap() {
        let place = id(variable);
        api.get("/variable-instance/{id}").at(&[&place]).query("deserializeValue=false").ok().await;
        if matches!(variable["type"].as_str(), Some("File" | "Bytes")) {
            api.get("/variable-instance/{id}/data").at(&[&place]).ok().await;
        }
    }
    api.get("/variable-instance/{id}").at(&["nope"]).refused(404).await;
}

async fn scope(api: &Api<'_>, path: &str, place: &str) {
    let one = format!("{path}/{{varId}}");
    let data = format!("{one}/data");
    api.put(&one).at(&[place, "note"]).json(json!({"value": "read", "type": "String"})).ok().await;
    api.put(&one).at(&[place, "note"]).json(json!({"value": "x", "type": "Integer"})).refused(400).await;
    api.get(&one).at(&[place, "note"]).ok().await;
    api.get(&one).at(&[place, "nope"]).refused(404).await;
    let changes = json!({"modifications": {"more": {"value": 2, "type": "Long"}}, "deletions": ["note"]});
    api.post(path).at(&[place]).json(changes).ok().await;
    for (name, kind, media) in [("stamp", "File", "text/plain"), ("raw", "Bytes", "application/octet-stream")] {
        let parts = vec![Part::file_of(media, "data", "stamp.txt", "stamped"), Part::text("valueType", kind)];
        api.post(&data).at(&[place, name]).parts(parts).ok().await;
        api.get(&data).at(&[place, name]).ok().await;
    }
    let all = api.get(path).at(&[place]).query("deserializeValues=false").ok().await;
    assert_eq!(text(&all["stamp"]["type"]), "File", "{all}");
    api.delete(&one).at(&[place, "more"]).ok().await;
}
