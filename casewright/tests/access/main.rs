//! Who sees what, and who did what, over the real platform: every operation of its description, by every role, for a case of
//! one's own, one of somebody else, one that is restricted to a group the caller is not in, and all of them by an administrator of
//! another organisation.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod disposal;
mod explained;
mod platform;
mod problems;
#[path = "../support/mod.rs"]
mod support;
mod table;

use platform::{BROKEN, MACHINE, OTHER, Platform, SECRET, Things, WAITS, WORKER};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use table::{About, Row, rows};

/// A case worker and a developer, none of whom is in the group.
const OUTSIDE: [&str; 2] = ["anna", "dana"];
/// Oversees, and is in the group.
const INSIDE: &str = "ben";

struct World {
    platform: Platform,
    own: Things,
    foreign: Things,
    restricted: Things,
}

impl World {
    async fn open() -> Self {
        let platform = Platform::start().await;
        platform.deploy("broken.bpmn", BROKEN).await;
        platform.define("common", "COM", Value::Null).await;
        platform.define("sealed", "SEA", json!(["supervisors"])).await;
        let own = platform.case_with_everything("anna", "common", "Own").await;
        let foreign = platform.case_with_everything(INSIDE, "common", "Foreign").await;
        let restricted = platform.case_with_everything(INSIDE, "sealed", SECRET).await;
        Self { platform, own, foreign, restricted }
    }

    async fn call(&self, user: &str, row: &Row, things: &Things) -> platform::Answer {
        let headers: &[(&str, &str)] = if row.is_stale { &[("if-match", "\"999999\"")] } else { &[] };
        let method = row.method.to_uppercase();
        self.platform.send(user, &method, &row.path_of(things), headers, row.body.clone()).await
    }
}

/// Of the shape that ids have, and nobody's.
fn nothing() -> Things {
    let id = || "0198a3f2-7b1c-7def-8123-000000000001".to_owned();
    Things {
        case: id(),
        number: "SEA-999999".to_owned(),
        comment: id(),
        document: id(),
        file: id(),
        mail: id(),
        instance: id(),
        incident: id(),
        task: id(),
        notification: id(),
        added_task: id(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_follows_the_decision_about_the_case() {
    let world = World::open().await;
    let rows = rows();
    let document = world.platform.get("anna", "/api/v1/openapi.json").await.expect(200).body;
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|method| (path.clone(), method.clone())))
        .filter(|(_, method)| ["get", "put", "post", "patch", "delete"].contains(&method.as_str()))
        .collect();
    let listed: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row.path.to_owned(), row.method.to_owned())).collect();
    let unlisted: Vec<_> = described.difference(&listed).collect();
    assert!(unlisted.is_empty(), "say in table.rs what these show or change of a case: {unlisted:?}");
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "there are no such operations any more: {gone:?}");

    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| row.about == About::One) {
        for user in OUTSIDE {
            let of_nothing = world.call(user, row, &nothing()).await;
            let of_restricted = world.call(user, row, &world.restricted).await;
            let is_hidden = of_restricted.refusal() == of_nothing.refusal() && of_restricted.status.is_client_error();
            if !is_hidden {
                wrong.push(format!("{} {} tells {user}: {of_restricted:?}", row.method, row.path));
            }
        }
        // Whatever it is, it is nothing to another organisation.
        let of_nothing = world.call(OTHER, row, &nothing()).await;
        for things in [&world.own, &world.foreign, &world.restricted] {
            let seen = world.call(OTHER, row, things).await;
            if seen.refusal() != of_nothing.refusal() || !seen.status.is_client_error() {
                wrong.push(format!("{} {} tells {OTHER}: {seen:?}", row.method, row.path));
            }
        }
        // Machine clients see all cases; this one may read files, and nothing else of a case.
        let of_restricted = world.call(WORKER, row, &world.restricted).await;
        let is_file = row.method == "get" && row.path.starts_with("/api/v1/files/");
        if of_restricted.status.is_success() != is_file {
            wrong.push(format!("{} {} tells {WORKER}: {of_restricted:?}", row.method, row.path));
        }
        // What is there is told apart from what is not by who may see it: else the above would say nothing.
        let of_nothing = world.call("anna", row, &nothing()).await;
        for (whose, things) in [("own", &world.own), ("foreign", &world.foreign)] {
            let seen = world.call("anna", row, things).await;
            let is_seen = seen.status.as_u16() == 403 || seen.refusal() != of_nothing.refusal();
            if !is_seen && row.method == "get" && !row.path.ends_with("/raw") {
                wrong.push(format!("{} {} hides {whose} from anna: {seen:?}", row.method, row.path));
            }
        }
        if row.method == "get" && !row.path.ends_with("/raw") {
            let seen = world.call(INSIDE, row, &world.restricted).await;
            if !seen.status.is_success() {
                wrong.push(format!("{} {} hides the restricted from {INSIDE}: {seen:?}", row.method, row.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_list_count_or_search_tells_of_a_restricted_case() {
    let world = World::open().await;
    let secret = &world.restricted;
    // A process that somebody starts under the number of a case is the case's as well, at once.
    world.platform.deploy("waits.bpmn", WAITS).await;
    let start = json!({"businessKey": secret.number});
    let named = world.platform.post("root", "/engine-rest/process-definition/key/waits/start", start).await.expect(200);
    let named = named.id();
    let ids = [
        &named,
        &secret.case,
        &secret.number,
        &secret.instance,
        &secret.incident,
        &secret.task,
        &secret.mail,
        &secret.file,
    ];
    let tells = |answer: &Value| {
        let text = answer.to_string();
        ids.iter().any(|id| text.contains(id.as_str())) || text.contains(SECRET)
    };
    let mut asked = rows()
        .into_iter()
        .filter(|row| row.about == About::Many)
        .map(|row| format!("{}?limit=200&total=true", row.path))
        .collect::<Vec<_>>();
    asked.extend([
        format!("/api/v1/mails?case={}&total=true", secret.case),
        format!("/api/v1/mails?search={SECRET}&total=true"),
        format!("/api/v1/cases?search={SECRET}&total=true"),
        format!("/api/v1/search?q={SECRET}&total=true"),
        format!("/api/v1/search?q=%22{SECRET}%22&kind=comment,mail,file&total=true"),
        format!("/api/v1/tasks?case={}&total=true", secret.case),
        format!("/api/v1/tasks?search={SECRET}&total=true"),
        "/api/v1/tasks?definition=sealed&total=true".to_owned(),
        format!("/api/v1/process-instances?businessKey={}&total=true", secret.number),
        format!("/api/v1/incidents?processInstanceId={}&total=true", secret.instance),
    ]);
    // First: what is not found yet is kept from nobody.
    for path in asked.iter().filter(|path| !path.contains("incidents?processInstanceId")) {
        let told =
            || async { Some(world.platform.get(INSIDE, path).await.expect(200).body).filter(|page| tells(page)) };
        world.platform.until(&format!("{path} tells {INSIDE}"), told).await;
    }
    for path in &asked {
        for user in ["anna", "dana"] {
            let page = world.platform.get(user, path).await;
            assert_eq!(page.status.as_u16(), 200, "{path} for {user}: {}\n{}", page.body, world.platform.log());
            let page = page.body;
            assert!(!tells(&page), "{path} tells {user}: {page}");
            let items = page["items"].as_array().unwrap().len();
            assert_eq!(page["total"], json!(items), "{path} counts what it does not show to {user}");
        }
    }
    for path in &asked {
        let page = world.platform.get(OTHER, path).await.expect(200).body;
        assert_eq!((&page["items"], &page["total"]), (&json!([]), &json!(0)), "{path} tells {OTHER}: {page}");
    }
    // Pages hold what they say: nothing is left out of one after the query.
    let page = world.platform.get("anna", "/api/v1/tasks?definition=common&limit=3&total=true").await.expect(200).body;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (3, &json!(4)));
    let next = format!("/api/v1/tasks?definition=common&limit=3&cursor={}", page["nextCursor"].as_str().unwrap());
    let page = world.platform.get("anna", &next).await.expect(200).body;
    assert_eq!((page["items"].as_array().unwrap().len(), &page["nextCursor"]), (1, &Value::Null));
    for (user, open) in [("anna", 2), (INSIDE, 3)] {
        let processes = world.platform.get(user, "/api/v1/process-definitions?key=broken").await.expect(200).body;
        assert_eq!(processes["items"][0]["runningInstances"], json!(open), "{user}");
        assert_eq!(processes["items"][0]["incidents"], json!(open), "{user}");
    }
    let mut waiting = Vec::new();
    for user in ["anna", INSIDE] {
        let queues = world.platform.get(user, "/api/v1/queues").await.expect(200).body;
        let claims = queues["items"].as_array().unwrap().iter().find(|queue| queue["id"] == "claims").unwrap();
        waiting.push((claims["openCount"].as_u64().unwrap(), claims["takeableCount"].as_u64().unwrap()));
    }
    assert_eq!(waiting[0].0 + 1, waiting[1].0, "{waiting:?}");
    assert_eq!(waiting[0].1 + 1, waiting[1].1, "{waiting:?}");
    let told = world.platform.get("anna", "/api/v1/notifications?limit=200").await.expect(200).body;
    assert!(!tells(&told), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_restricted_is_not_taken_out_by_way_of_a_case_of_ones_own() {
    let world = World::open().await;
    let (platform, own, secret) = (&world.platform, &world.own, &world.restricted);
    let path = format!("/api/v1/cases/{}", own.case);

    let document =
        platform.post("anna", &format!("{path}/documents"), json!({"fileId": secret.file})).await.expect(422);
    assert_eq!(document.body["errors"][0]["code"], "unknown-file");
    let mail = json!({"to": ["me@outside.example"], "subject": "s", "text": "t", "attachments": [secret.file]});
    let refused = platform.post("anna", &format!("{path}/mails"), mail).await.expect(422);
    assert_eq!(refused.body["errors"][0]["pointer"], "/attachments/0");
    let mail = json!({"to": ["me@outside.example"], "subject": "", "text": "t", "inReplyTo": secret.mail});
    platform.post("anna", &format!("{path}/mails"), mail).await.expect(422);
    let own_file = platform.upload("anna", "note.txt", "mine").await;
    platform.post("anna", &format!("{path}/documents"), json!({"fileId": own_file})).await.expect(201);

    // A file in no case is its uploader's, until it is in one that is seen.
    let loose = platform.upload("ben", "draft.txt", "his").await;
    for path in [format!("/api/v1/files/{loose}"), format!("/api/v1/files/{loose}/download")] {
        platform.get("anna", &path).await.expect(403);
        platform.get("dana", &path).await.expect(403);
        platform.get("ben", &path).await.expect(200);
    }
    let taken = platform.post("anna", &format!("{path}/documents"), json!({"fileId": loose})).await.expect(422);
    assert_eq!(taken.body["errors"][0]["code"], "unknown-file");
    platform.post("ben", &format!("{path}/documents"), json!({"fileId": loose})).await.expect(201);
    platform.get("anna", &format!("/api/v1/files/{loose}/download")).await.expect(200);

    // A key is its user's.
    let key = [("idempotency-key", "order-4711")];
    let sealed = json!({"definition": "sealed", "title": SECRET});
    let first = platform.send(INSIDE, "POST", "/api/v1/cases", &key, Some(sealed.clone())).await.expect(201);
    let claim = json!({"definition": "common", "title": "x"});
    let other = platform.send("anna", "POST", "/api/v1/cases", &key, Some(claim)).await.expect(201);
    assert_ne!(first.id(), other.id());
    assert_eq!(platform.send(INSIDE, "POST", "/api/v1/cases", &key, Some(sealed)).await.expect(200).id(), first.id());
    // Who makes a case they may not see is told once and no more.
    let blind = [("idempotency-key", "blind")];
    let sealed = json!({"definition": "sealed", "title": "made by anna"});
    platform.send("anna", "POST", "/api/v1/cases", &blind, Some(sealed.clone())).await.expect(201);
    platform.send("anna", "POST", "/api/v1/cases", &blind, Some(sealed)).await.expect(404);

    // Machine clients alone queue mail, whoever it is said to be from.
    let forged = json!({"caseId": secret.case, "to": ["phish@victim.example"], "subject": "s", "text": "t"});
    platform.post("anna", "/api/v1/mails/outgoing", forged).await.expect(403);

    // Where a case comes from is not for a clerk to say.
    let origin = |origin: Value| json!({"definition": "common", "title": "x", "origin": origin});
    for claimed in [json!({"kind": "mail", "reference": secret.mail}), json!({"kind": "api", "reference": "4711"})] {
        platform.post("anna", "/api/v1/cases", origin(claimed)).await.expect(422);
    }
    platform.post("anna", "/api/v1/cases", origin(json!({"kind": "portal", "reference": null}))).await.expect(201);

    // Next work is what one may see, from queues one works.
    let queue = |groups: Value| json!({"name": "Sealed", "members": {"users": [], "groups": groups}});
    platform.send("root", "PUT", "/api/v1/queues/sealed", &[], Some(queue(json!([])))).await.expect(201);
    let moved = json!({"queue": "sealed"});
    platform.send(INSIDE, "PATCH", &format!("/api/v1/cases/{}", secret.case), &[], Some(moved)).await.expect(200);
    platform.post("anna", "/api/v1/queues/sealed/next", json!({})).await.expect(204);
    platform.send("root", "PUT", "/api/v1/queues/sealed", &[], Some(queue(json!(["supervisors"])))).await.expect(200);
    platform.post("anna", "/api/v1/queues/sealed/next", json!({})).await.expect(403);
    assert_eq!(platform.post(INSIDE, "/api/v1/queues/sealed/next", json!({})).await.expect(200).id(), secret.case);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_developer_changes_no_case_by_way_of_a_model() {
    let platform = Platform::start().await;
    let eve = json!({"email": "eve@harbor.example", "roles": ["process-developer"], "password": "eve-demo-1", "mustChange": false});
    platform.send("root", "PUT", "/api/v1/accounts/eve", &[], Some(eve)).await.expect(204);
    let refused = platform.deploy_as("eve", "machine.bpmn", MACHINE).await.expect(403);
    assert_eq!(refused.body["missingAuthorizations"][0]["permissionName"], "allow-topics");
    platform.deploy_as("eve", "waits.bpmn", WAITS).await.expect(200);
    // Who may let models act deploys it, and it acts.
    platform.deploy_as("dana", "machine.bpmn", MACHINE).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_called_is_who_did_it() {
    let platform = Platform::start().await;
    platform.deploy("broken.bpmn", BROKEN).await;
    platform.define("common", "COM", Value::Null).await;
    let things = platform.case_with_everything("anna", "common", "Water").await;
    let task = format!("/api/v1/tasks/{}", things.task);

    // anna takes the task, ben gives it to root and then to anna, takes it away from her, and does it himself.
    platform.post("anna", &format!("{task}/claim"), json!({})).await.expect(204);
    for assignee in ["root", "anna"] {
        platform.post("ben", &format!("{task}/assign"), json!({"assignee": assignee})).await.expect(204);
    }
    platform.post("ben", &format!("{task}/unclaim"), json!({})).await.expect(204);
    platform.post("ben", &format!("{task}/assign"), json!({"assignee": "anna"})).await.expect(204);
    let data = json!({"data": {"policyNumber": "HB-204118", "papersComplete": true, "amount": 120, "damage": "water"}});
    let done = platform.post("ben", &format!("{task}/complete"), data).await;
    assert_eq!(done.status.as_u16(), 204, "{}", done.body);

    let timeline = format!("/api/v1/cases/{}/timeline?kinds=task-claimed,task-unclaimed,task-completed", things.case);
    let told = platform
        .until("the task's story is told", || async {
            let items = platform.get("ben", &timeline).await.expect(200).body["items"].as_array().cloned()?;
            (items.len() == 6).then_some(items)
        })
        .await;
    let told: Vec<(String, String)> = told
        .iter()
        .rev()
        .map(|item| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (text(&item["actor"]["id"]), text(&item["summary"]))
        })
        .collect();
    let name = told[0].1.strip_prefix("Task claimed: ").unwrap().to_owned();
    let expected = [
        ("anna", format!("Task claimed: {name}")),
        ("ben", format!("Task {name} assigned to root")),
        ("ben", format!("Task {name} assigned to anna")),
        ("ben", format!("Task released: {name}")),
        ("ben", format!("Task {name} assigned to anna")),
        ("ben", format!("Task completed: {name}")),
    ];
    assert_eq!(told, expected.map(|(who, what)| (who.to_owned(), what)));

    // What the process does then is done by the platform, on behalf of who started it.
    let timeline = format!("/api/v1/cases/{}/timeline?kinds=stage-changed", things.case);
    let moved = platform
        .until("the process has moved the case", || async {
            let items = platform.get("ben", &timeline).await.expect(200).body["items"].as_array().cloned()?;
            items.last().cloned()
        })
        .await;
    let actor = json!({"id": "system:external-tasks", "name": "Casewright", "onBehalfOf": {"id": "anna", "name": "Anna Meyer"}});
    assert_eq!(moved["actor"], actor);

    // The engine's own books say the same: operations, the start, and history's instance.
    let operations = format!("/engine-rest/history/user-operation?taskId={}", things.task);
    let operations = platform.get("root", &operations).await.expect(200).body;
    let who: BTreeSet<(String, String)> = operations
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| {
            let text = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
            (text("operationType"), text("userId"))
        })
        .collect();
    for (operation, user) in [("Claim", "anna"), ("Assign", "ben"), ("Complete", "ben")] {
        assert!(who.contains(&(operation.to_owned(), user.to_owned())), "{who:?}");
    }
    assert!(who.iter().all(|(_, user)| !user.starts_with("system:")), "{who:?}");
    let instance = format!("/engine-rest/history/process-instance/{}", things.instance);
    assert_eq!(platform.get("root", &instance).await.expect(200).body["startUserId"], "anna");
}
