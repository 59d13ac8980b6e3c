//! What people do with tasks: forms, comments, attachments, links, filters.

use super::{list, query, started, variables};
use crate::calls::{Api, id};
use crate::support::Part;
use serde_json::{Value as Json, json};

pub(super) async fn tell(api: &Api<'_>) {
    let task = id(&api.get("/task").query("processInstanceBusinessKey=main").ok().await[0]);
    lists(api, &task).await;
    standalone(api).await;
    who_does_it(api, &task).await;
    comments(api, &task).await;
    attachments(api, &task).await;
    filters(api).await;
    forms(api, &task).await;
    ends(api).await;
}

async fn lists(api: &Api<'_>, task: &str) {
    api.get("/task/{id}").at(&[task]).ok().await;
    let everything = "withCommentAttachmentInfo=true&withTaskVariablesInReturn=true";
    api.get("/task/{id}").at(&[task]).query(everything).ok().await;
    api.get("/task/{id}").at(&["nope"]).refused(404).await;
    list(api, "/task", "processDefinitionKey=request&sortBy=created&sortOrder=desc").await;
    api.get("/task").query(everything).ok().await;
    query(api, "/task", json!({"candidateGroup": "clerks", "includeAssignedTasks": true})).await;
    api.get("/task").query("sortBy=name").refused(400).await;
}

async fn standalone(api: &Api<'_>) {
    let full = json!({
        "id": "alone", "name": "Alone", "description": "Nobody's process", "priority": 20, "assignee": "ben", "owner": "clara",
        "due": "2027-01-01T00:00:00.000+0000", "followUp": "2026-12-01T00:00:00.000+0000", "tenantId": "acme",
    });
    api.post("/task/create").json(full).ok().await;
    api.post("/task/create")
        .json(json!({"id": "child", "name": "Child", "parentTaskId": "alone", "tenantId": "acme"}))
        .ok()
        .await;
    api.post("/task/create").json(json!({"id": "doomed", "name": "Doomed"})).ok().await;
    api.get("/task/{id}").at(&["alone"]).ok().await;
    api.put("/task/{id}").at(&["alone"]).json(json!({"name": "Alone still", "priority": 21})).ok().await;
    api.delete("/task/{id}").at(&["doomed"]).ok().await;
    api.get("/task/{id}/form").at(&["alone"]).ok().await;
    api.post("/task/{id}/complete").at(&["child"]).json(json!({})).ok().await;
}

async fn who_does_it(api: &Api<'_>, task: &str) {
    let user = |user: &str| json!({"userId": user});
    api.post("/task/{id}/claim").at(&[task]).json(user("ben")).ok().await;
    api.post("/task/{id}/claim").at(&[task]).json(user("clara")).refused(500).await;
    api.post("/task/{id}/unclaim").at(&[task]).ok().await;
    api.post("/task/{id}/assignee").at(&[task]).json(user("ben")).ok().await;
    api.post("/task/{id}/delegate").at(&[task]).json(user("clara")).ok().await;
    api.get("/task/{id}").at(&[task]).ok().await;
    api.post("/task/{id}/resolve").at(&[task]).json(json!({"variables": {"resolved": {"value": true}}})).ok().await;
    let links = [json!({"userId": "clara", "type": "candidate"}), json!({"groupId": "bosses", "type": "reader"})];
    for link in &links {
        api.post("/task/{id}/identity-links").at(&[task]).json(link.clone()).ok().await;
    }
    api.get("/task/{id}/identity-links").at(&[task]).ok().await;
    api.post("/task/{id}/identity-links/delete").at(&[task]).json(links[1].clone()).ok().await;
    list(api, "/history/identity-link-log", &format!("taskId={task}")).await;
}

async fn comments(api: &Api<'_>, task: &str) {
    let create =
        |message: &str| api.post("/task/{id}/comment/create").at(&[task]).json(json!({"message": message})).ok();
    let (first, second) = (create("first").await, create("second").await);
    api.get("/task/{id}/comment").at(&[task]).ok().await;
    api.get("/task/{id}/comment/{commentId}").at(&[task, &id(&first)]).ok().await;
    api.get("/task/{id}/comment/{commentId}").at(&[task, "nope"]).refused(404).await;
    let better = json!({"id": id(&first), "message": "first, better"});
    api.put("/task/{id}/comment").at(&[task]).json(better).ok().await;
    api.delete("/task/{id}/comment/{commentId}").at(&[task, &id(&second)]).ok().await;
    api.delete("/task/{id}/comment").at(&[task]).ok().await;
    api.post("/task/{id}/comment/create").at(&["nope"]).json(json!({"message": "x"})).refused(400).await;
}

async fn attachments(api: &Api<'_>, task: &str) {
    let path = "/task/{id}/attachment";
    let link = vec![
        Part::text("attachment-name", "Map"),
        Part::text("attachment-description", "How to get there"),
        Part::text("attachment-type", "web"),
        Part::text("url", "http://office.example/map"),
    ];
    let link = api.post("/task/{id}/attachment/create").at(&[task]).parts(link).ok().await;
    let file = vec![
        Part::text("attachment-name", "Letter"),
        Part::text("attachment-type", "text/plain"),
        Part::file_of("text/plain", "content", "letter.txt", "Dear office"),
    ];
    let file = api.post("/task/{id}/attachment/create").at(&[task]).parts(file).ok().await;
    api.get(path).at(&[task]).ok().await;
    let one = "/task/{id}/attachment/{attachmentId}";
    api.get(one).at(&[task, &id(&link)]).ok().await;
    api.get("/task/{id}/attachment/{attachmentId}/data").at(&[task, &id(&file)]).ok().await;
    api.get(one).at(&[task, "nope"]).refused(404).await;
    api.delete(one).at(&[task, &id(&link)]).ok().await;
}

async fn filters(api: &Api<'_>) {
    let filter = |name: &str, query: Json| {
        let properties =
            json!({"color": "#3e4d2f", "priority": 5, "variables": [{"name": "subject", "label": "Subject"}]});
        json!({"resourceType": "Task", "name": name, "owner": "anna", "query": query, "properties": properties})
    };
    let create = |body: Json| api.post("/filter/create").json(body).ok();
    let mine = id(&create(filter("mine", json!({"assigneeIn": ["ben", "anna"]}))).await);
    let one = id(&create(filter("one", json!({"taskId": "alone"}))).await);
    list(api, "/filter", "sortBy=name&sortOrder=asc").await;
    api.get("/filter").query("itemCount=true").ok().await;
    api.get("/filter/{id}").at(&[&mine]).query("itemCount=true").ok().await;
    api.get("/filter/{id}").at(&["nope"]).refused(404).await;
    api.put("/filter/{id}").at(&[&mine]).json(filter("mine too", json!({"assignee": "ben"}))).ok().await;
    let narrower = json!({"nameLike": "Check%"});
    api.get("/filter/{id}/count").at(&[&mine]).ok().await;
    api.post("/filter/{id}/count").at(&[&mine]).json(narrower.clone()).ok().await;
    api.get("/filter/{id}/list").at(&[&mine]).ok().await;
    api.post("/filter/{id}/list").at(&[&mine]).json(narrower.clone()).ok().await;
    assert_eq!(id(&api.get("/filter/{id}/singleResult").at(&[&one]).ok().await), "alone");
    let alone = json!({"nameLike": "Alone%"});
    assert_eq!(id(&api.post("/filter/{id}/singleResult").at(&[&one]).json(alone).ok().await), "alone");
    api.post("/filter/{id}/singleResult").at(&[&one]).json(json!({"name": "nobody"})).ok().await;
    api.delete("/filter/{id}").at(&[&one]).ok().await;
}

async fn forms(api: &Api<'_>, task: &str) {
    api.get("/task/{id}/form").at(&[task]).ok().await;
    api.get("/task/{id}/rendered-form").at(&[task]).ok().await;
    api.get("/task/{id}/form-variables").at(&[task]).query("deserializeValues=false").ok().await;
    let submitted =
        json!({"variables": {"complete": {"value": true, "type": "Boolean"}}, "withVariablesInReturn": true});
    api.post("/task/{id}/submit-form").at(&[task]).json(submitted).ok().await;
    let next = id(&api.get("/task").query("processInstanceBusinessKey=main").ok().await[0]);
    api.get("/task/{id}/form").at(&[&next]).ok().await;
    api.get("/task/{id}/deployed-form").at(&[&next]).ok().await;
    let read = id(&api.get("/task").query("processDefinitionKey=notice").ok().await[0]);
    api.get("/task/{id}/deployed-form").at(&[&read]).ok().await;
    api.post("/task/{id}/submit-form")
        .at(&[&read])
        .json(json!({"variables": {"reader": {"value": "anna"}}}))
        .ok()
        .await;
}

async fn ends(api: &Api<'_>) {
    let instance = started(api, "request", json!({"businessKey": "ends", "variables": variables()})).await;
    let of = format!("processInstanceId={instance}&taskDefinitionKey=check");
    let task = id(&api.get("/task").query(&of).ok().await[0]);
    let late = json!({"escalationCode": "OVERDUE", "variables": {"why": {"value": "slow"}}});
    api.post("/task/{id}/bpmnEscalation").at(&[&task]).json(late).ok().await;
    let rejected = json!({"errorCode": "REJECTED", "errorMessage": "incomplete", "variables": {"extra": {"value": 1}}});
    api.post("/task/{id}/bpmnError").at(&[&task]).json(rejected).ok().await;
    for definition in ["remind", "answer"] {
        let of = format!("processInstanceId={instance}&taskDefinitionKey={definition}");
        let task = id(&api.get("/task").query(&of).ok().await[0]);
        let body = json!({"variables": {"done": {"value": true}}, "withVariablesInReturn": definition == "answer"});
        api.post("/task/{id}/complete").at(&[&task]).json(body).ok().await;
    }
    api.get("/process-instance/{id}").at(&[&instance]).refused(404).await;
    list(api, "/history/task", "finished=true").await;
    query(api, "/history/task", json!({"processInstanceBusinessKey": "ends"})).await;
}
