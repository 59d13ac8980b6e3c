//! Why somebody may do something: what the administrator is told is what the very request of that person is answered.

use crate::World;
use crate::platform::{Answer, MACHINE, OTHER, Platform, Things};
use serde_json::{Value, json};

/// A question, and the request that it is about: harmless where it is let through.
struct Sample<'a> {
    user: &'a str,
    action: &'a str,
    id: &'a str,
    method: &'a str,
    path: String,
    body: Option<Value>,
}

impl Sample<'_> {
    async fn ask(&self, platform: &Platform, asker: &str) -> Answer {
        let kind = self.action.split(':').next().unwrap();
        let mut question = json!({"user": self.user, "action": self.action});
        if !self.id.is_empty() {
            question["resource"] = json!({"kind": kind, "id": self.id});
        }
        platform.post(asker, "/api/v1/access/explain", question).await
    }

    /// Whether the request was turned away, and how.
    async fn refused(&self, platform: &Platform) -> Option<u16> {
        let stale = [("if-match", "\"999999\"")];
        let answer = platform.send(self.user, self.method, &self.path, &stale, self.body.clone()).await;
        Some(answer.status.as_u16()).filter(|status| [401, 403, 404].contains(status))
    }
}

fn of_things<'a>(user: &'a str, things: &'a Things) -> Vec<Sample<'a>> {
    let sample = |action, id, method, path: String, body| Sample { user, action, id, method, path, body };
    let (case, task) = (format!("/api/v1/cases/{}", things.case), format!("/api/v1/tasks/{}", things.task));
    vec![
        sample("case:read", &things.case, "GET", case.clone(), None),
        sample("case:read", &things.number, "GET", case.clone(), None),
        sample("case:update", &things.case, "PATCH", case.clone(), Some(json!({"title": "x"}))),
        sample("case:hold", &things.case, "POST", format!("{case}/holds"), Some(json!({"reason": ""}))),
        sample("task:read", &things.task, "GET", task.clone(), None),
        sample("task:delegate", &things.task, "POST", format!("{task}/delegate"), Some(json!({"to": "nobody-at-all"}))),
        sample("task:complete", &things.task, "POST", format!("{task}/complete"), Some(json!({"data": {"damage": 7}}))),
        sample("mail:read", &things.mail, "GET", format!("/api/v1/mails/{}", things.mail), None),
        sample("file:read", &things.file, "GET", format!("/api/v1/files/{}", things.file), None),
        sample("file:delete", &things.file, "DELETE", format!("/api/v1/files/{}", things.file), None),
        sample(
            "process-instance:read",
            &things.instance,
            "GET",
            format!("/api/v1/process-instances/{}", things.instance),
            None,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_of_somebody_is_what_their_own_request_is_answered() {
    let world = World::open().await;
    let platform = &world.platform;
    platform.deploy("machine.bpmn", MACHINE).await;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for things in [&world.own, &world.foreign, &world.restricted] {
        for sample in ["anna", "ben", "dana"].into_iter().flat_map(|user| of_things(user, things)) {
            let told = sample.ask(platform, "root").await.expect(200).body;
            let refused = sample.refused(platform).await;
            let expected = told["refusal"]["status"].as_u64().map(|status| status as u16);
            if refused != expected || told["allowed"] != json!(refused.is_none()) || told["about"] != "thing" {
                wrong.push(format!("{} {} {}: {refused:?}, told {told}", sample.user, sample.action, sample.path));
            }
            let reasons = told["reasons"].as_array().unwrap();
            if reasons.is_empty() || told["decidedBy"] != "policy" {
                wrong.push(format!("{} {} {} has no reason: {told}", sample.user, sample.action, sample.path));
            }
            count += 1;
        }
    }
    assert_eq!(count, 99);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // Why, and who else.
    let ask = |user: &'static str, action: &'static str, id: &str| {
        let question = json!({"user": user, "action": action, "resource": {"id": id}});
        async move { platform.post("root", "/api/v1/access/explain", question).await.expect(200).body }
    };
    let told = ask("anna", "case:read", &world.restricted.number).await;
    assert_eq!(told["refusal"]["status"], 404);
    assert_eq!(told["reasons"][1], json!({"code": "restricted", "groups": ["supervisors"]}));
    assert_eq!(told["reasons"][0], json!({"code": "granted", "role": "case-worker", "kind": "case", "action": "*"}));
    assert_eq!(told["rolesThatWould"], json!(["supervisor", "admin"]));
    let told = ask("dana", "case:update", &world.own.case).await;
    assert_eq!(told["reasons"], json!([{"code": "not-granted"}]));
    assert_eq!(told["rolesThatWould"], json!(["case-worker", "supervisor", "admin"]));
    assert_eq!(told["subject"]["roles"], json!(["process-developer", "automation-developer"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_is_an_administrator_and_learns_of_nothing_they_may_not_see() {
    let world = World::open().await;
    let platform = &world.platform;
    let ask = |asker: &'static str, question: Value| async move {
        platform.post(asker, "/api/v1/access/explain", question).await
    };
    for asker in ["anna", "ben", "dana"] {
        ask(asker, json!({"user": "anna", "action": "case:read"})).await.expect(403);
        platform.get(asker, "/api/v1/access/actions").await.expect(403);
    }
    let page = platform.get("root", "/api/v1/access/actions").await.expect(200).body;
    let task = page["items"].as_array().unwrap().iter().find(|of| of["kind"] == "task").unwrap();
    assert_eq!((&task["hasThings"], &task["actions"][0]), (&json!(true), &json!("assign")));

    // Of another organisation there is nobody and nothing: what is there is told like what is not.
    ask(OTHER, json!({"user": "anna", "action": "case:read"})).await.expect(404);
    let about = |id: &str| json!({"roles": ["case-worker"], "action": "case:read", "resource": {"id": id}});
    let of_theirs = ask(OTHER, about(&world.own.case)).await.expect(200).body;
    assert_eq!(of_theirs["about"], "unseen-thing");
    assert_eq!(of_theirs, ask(OTHER, about("0198a3f2-7b1c-7def-8123-000000000001")).await.expect(200).body);
    assert_eq!(of_theirs, ask(OTHER, about(&world.restricted.number)).await.expect(200).body);

    // What is asked wrongly.
    for (question, code, pointer) in [
        (json!({"user": "anna", "action": "cow:milk"}), "unknown-kind", "/action"),
        (json!({"user": "anna", "action": "case:milk"}), "unknown-action", "/action"),
        (json!({"user": "anna", "action": "form:read", "resource": {"id": "x"}}), "no-single-things", "/resource/id"),
        (
            json!({"user": "anna", "action": "case:read", "resource": {"kind": "task"}}),
            "unknown-kind",
            "/resource/kind",
        ),
        (json!({"action": "case:read"}), "invalid-value", "/user"),
    ] {
        let refused = ask("root", question).await.expect(422).body;
        assert_eq!((&refused["errors"][0]["code"], &refused["errors"][0]["pointer"]), (&json!(code), &json!(pointer)));
    }
    ask("root", json!({"user": "nobody-here", "action": "case:read"})).await.expect(404);

    // Machine clients, operations of the engine, and an account that is shut.
    let worker = |action: &str| json!({"roles": ["system:worker"], "action": action});
    assert_eq!(ask("root", worker("engine-rest:external-task:fetch")).await.expect(200).body["allowed"], true);
    assert_eq!(ask("root", worker("engine-rest:deployment:create")).await.expect(200).body["allowed"], false);
    platform
        .send("root", "PUT", "/api/v1/accounts/anna/enabled", &[], Some(json!({"enabled": false})))
        .await
        .expect(204);
    let shut = ask("root", json!({"user": "anna", "action": "case:read", "resource": {"id": world.own.case}})).await;
    let shut = shut.expect(200).body;
    assert_eq!((&shut["allowed"], &shut["decidedBy"]), (&json!(false), &json!("account")));
    assert_eq!(shut["reasons"], json!([{"code": "account-disabled"}]));
    platform.get("anna", &format!("/api/v1/cases/{}", world.own.case)).await.expect(401);
}
