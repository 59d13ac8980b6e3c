//! One case becomes part of another: what goes on there, what is refused, and that a crash and a repeat do no harm. And the way
//! back: a part of a case becomes a case of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", id(case))
}

async fn platform() -> Platform {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["processes"] = json!([{"key": "site-visit", "name": "Site visit", "start": "manual"}]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    platform
}

async fn items(platform: &Platform, case: &Value, of: &str) -> Vec<Value> {
    let page = platform.get("anna", &format!("{}/{of}", path(case))).await.expect(200).body;
    page["items"].as_array().unwrap().clone()
}

/// A case with a mail, a document, a comment, a task and a child.
async fn full(platform: &Platform) -> (Value, Value) {
    let (case, child) = (platform.new_case("Water").await, platform.new_case("Child").await);
    platform.mails.receive("m-1", "The cellar", &[], id(&case)).await;
    platform.until("anna", &path(&case), |case| case["unreadMailCount"] == 1).await;
    platform.post("anna", &format!("{}/mails/read", path(&case)), json!({})).await.expect(204);
    platform.post("anna", &format!("{}/documents", path(&case)), json!({"fileId": "ready-anna-1"})).await.expect(201);
    platform.post("anna", &format!("{}/comments", path(&case)), json!({"body": "It is wet"})).await.expect(201);
    platform.post("ben", &format!("{}/tasks", path(&case)), json!({"title": "Order a dryer"})).await.expect(201);
    let link = json!({"kind": "child-of", "to": case["number"]});
    platform.post("anna", &format!("{}/links", path(&child)), link).await.expect(201);
    platform.until("anna", &format!("{}/links", path(&case)), |page| page["items"] != json!([])).await;
    (case, child)
}

async fn everything_is_there(platform: &Platform, case: &Value, child: &Value, into: &Value) {
    let merged = platform.until("anna", &path(case), |case| case["mergedInto"] != Value::Null).await;
    assert_eq!((&merged["mergedInto"]["number"], &merged["statusKind"]), (&into["number"], &json!("closed")));
    let whole = platform.until("anna", &path(into), |case| case["openTaskCount"] == 1).await;
    assert_eq!(whole["unreadMailCount"], 0, "a mail that was read stays read");
    assert_eq!(platform.mails.case_of("m-1").as_deref(), Some(id(into)));
    let documents = items(platform, into, "documents").await;
    assert_eq!(documents.iter().map(|each| &each["fileId"]).collect::<Vec<_>>(), [&json!("ready-anna-1")]);
    let taken = items(platform, into, "timeline?kinds=comment-taken").await;
    assert_eq!(
        (taken.len(), &taken[0]["data"]["body"], &taken[0]["data"]["author"]["id"]),
        (1, &json!("It is wet"), &json!("anna"))
    );
    let tasks = items(platform, into, "tasks").await;
    assert_eq!(tasks.iter().map(|task| &task["title"]).collect::<Vec<_>>(), [&json!("Order a dryer")]);
    assert_eq!(items(platform, case, "tasks").await[0]["state"], "moved");
    let listed = platform.get("anna", "/api/v1/tasks").await.body["items"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["caseNumber"]), (1, &into["number"]));
    let kinds = |links: &[Value]| {
        let one =
            |link: &Value| format!("{} {}", link["kind"].as_str().unwrap(), link["case"]["number"].as_str().unwrap());
        links.iter().map(one).collect::<Vec<_>>()
    };
    let number = |of: &Value| of["number"].as_str().unwrap().to_owned();
    platform
        .until("anna", &format!("{}/links", path(child)), |page| page["items"][0]["case"]["id"] == into["id"])
        .await;
    assert_eq!(kinds(&items(platform, child, "links").await), [format!("child-of {}", number(into))]);
    platform.until("anna", &format!("{}/links", path(into)), |page| page["items"].as_array().unwrap().len() == 2).await;
    let mut there = kinds(&items(platform, into, "links").await);
    there.sort();
    assert_eq!(there, [format!("child-of {}", number(child)), format!("merged-into {}", number(case))]);
    assert_eq!(kinds(&items(platform, case, "links").await), [format!("merged-into {}", number(into))]);
}

#[tokio::test]
async fn all_that_goes_on_is_in_the_other_case_and_the_old_one_leads_there() {
    let platform = platform().await;
    let (case, child) = full(&platform).await;
    let into = platform.new_case("Water again").await;
    let wish = json!({"into": into["number"]});
    let preview = platform.post("anna", &format!("{}/merge/preview", path(&case)), wish.clone()).await.expect(200).body;
    let counts = ["mails", "documents", "comments", "tasks", "links"].map(|name| preview[name].as_u64().unwrap());
    assert_eq!((counts, &preview["refusal"], &preview["processes"]), ([1; 5], &Value::Null, &json!([])));
    let merged = platform.post("anna", &format!("{}/merge", path(&case)), wish.clone()).await.expect(200).body;
    assert_eq!(merged["mergedInto"]["id"], into["id"]);
    everything_is_there(&platform, &case, &child, &into).await;
    // Asked again, it says the same; what people do, they do there.
    platform.post("anna", &format!("{}/merge", path(&case)), wish).await.expect(200);
    let refused = platform.patch("anna", &path(&case), json!({"title": "x"})).await.expect(409);
    assert_eq!((refused.code(), &refused.body["details"]["mergedInto"]["number"]), ("case-merged", &into["number"]));
    // An answer in the old thread comes to the new case.
    platform.mails.receive("m-2", "Re: The cellar", &[], id(&case)).await;
    platform.until("anna", &path(&into), |case| case["unreadMailCount"] == 1).await;
    platform.mails.until_in("m-2", id(&into)).await;
    // So does what a worker brings to the old one.
    let brought = json!({"fileId": "ready-system-2"});
    platform.post("system:external-tasks", &format!("{}/documents", path(&case)), brought).await.expect(201);
    platform
        .until("anna", &format!("{}/documents", path(&into)), |page| page["items"].as_array().unwrap().len() == 2)
        .await;
}

#[tokio::test]
async fn a_merge_that_a_crash_interrupts_goes_on_and_nothing_is_there_twice() {
    let mut platform = platform().await;
    let (case, child) = full(&platform).await;
    let into = platform.new_case("Water again").await;
    platform.stop_jobs().await;
    // Nothing is done behind the request; it is asked for, and that is durable.
    platform.post("anna", &format!("{}/merge", path(&case)), json!({"into": into["id"]})).await.expect(202);
    let mails = platform.mails.clone();
    platform.start_jobs();
    everything_is_there(&platform, &case, &child, &into).await;
    assert_eq!(mails.case_of("m-1").as_deref(), Some(id(&into)));
}

#[tokio::test]
async fn what_runs_for_a_case_is_cancelled_by_who_says_so_or_the_case_is_not_merged() {
    let platform = platform().await;
    let (case, into) = (platform.new_case("Water").await, platform.new_case("Water again").await);
    platform.post("anna", &format!("{}/processes", path(&case)), json!({"key": "site-visit"})).await.expect(201);
    platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    let merge = format!("{}/merge", path(&case));
    assert_eq!(
        platform.post("anna", &merge, json!({"into": into["id"]})).await.expect(409).code(),
        "case-has-open-work"
    );
    let wish = json!({"into": into["id"], "openWork": "cancel"});
    let preview = platform.post("anna", &format!("{merge}/preview"), wish.clone()).await.expect(200).body;
    assert_eq!(preview["processes"], json!(["Site visit"]));
    platform.post("anna", &merge, wish).await.expect(200);
    platform.until("anna", &path(&case), |case| case["processInstances"][0]["state"] == "TERMINATED").await;
    assert_eq!(platform.engine.deleted().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_merged_says_why() {
    let platform = platform().await;
    let mut secret = support::claim_definition();
    (secret["restrictedTo"], secret["processes"]) = (json!(["supervisors"]), json!([]));
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let hidden = platform
        .post("ben", "/api/v1/cases", json!({"definition": "secret", "title": "The CFO"}))
        .await
        .expect(201)
        .body;
    let (one, two, three) = (platform.new_case("1").await, platform.new_case("2").await, platform.new_case("3").await);
    platform.post("anna", &format!("{}/close", path(&three)), json!({})).await.expect(200);
    let merge = |case: &Value| format!("{}/merge", path(case));
    for (who, into, code) in [
        ("anna", &one, "same-case"),
        ("anna", &three, "target-closed"),
        ("anna", &hidden, "unknown-case"),
        ("ben", &hidden, "restriction-mismatch"),
    ] {
        let refused = platform.post(who, &merge(&one), json!({"into": into["id"]})).await.expect(422);
        assert_eq!((refused.code(), refused.pointers()), (code, vec!["/into"]));
    }
    platform.post("dana", &merge(&one), json!({"into": two["id"]})).await.expect(403);
    platform.post("anna", &merge(&one), json!({"into": two["id"]})).await.expect(200);
    // No circle: what has become part of another one takes nothing in, and goes nowhere else.
    assert_eq!(
        platform.post("anna", &merge(&two), json!({"into": one["id"]})).await.expect(422).code(),
        "target-merging"
    );
    platform.patch("anna", &path(&three), json!({"status": "open", "reason": "It goes on"})).await.expect(200);
    assert_eq!(
        platform.post("anna", &merge(&one), json!({"into": three["id"]})).await.expect(422).code(),
        "already-merged"
    );
}

#[tokio::test]
async fn two_cases_that_want_into_each_other_stay_as_they_are() {
    let mut platform = platform().await;
    let (one, two) = (platform.new_case("1").await, platform.new_case("2").await);
    platform.stop_jobs().await;
    let wish = |case: &Value| json!({"into": case["id"]});
    platform.post("anna", &format!("{}/merge", path(&one)), wish(&two)).await.expect(202);
    let refused = platform.post("anna", &format!("{}/merge", path(&two)), wish(&one)).await.expect(422);
    assert_eq!(refused.code(), "target-merging");
    platform.start_jobs();
    platform.until("anna", &path(&one), |case| case["mergedInto"] != Value::Null).await;
    assert_eq!(platform.get("anna", &path(&two)).await.body["statusKind"], "open");
}

#[tokio::test]
async fn a_mail_becomes_a_case_of_its_own_with_its_sender_and_its_files() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    platform.mails.receive("m-1", "My bicycle was stolen", &["ready-system:email-9"], id(&case)).await;
    platform.until("anna", &path(&case), |case| case["unreadMailCount"] == 1).await;
    let (split, key) = (format!("{}/split", path(&case)), [("Idempotency-Key", "once")]);
    let body = || Some(json!({"of": "mail", "id": "m-1"}));
    let made = platform.send("anna", "POST", &split, &key, body()).await.expect(201).body;
    assert_eq!(
        (&made["title"], &made["requester"], &made["definition"]),
        (&json!("My bicycle was stolen"), &json!({"name": "Rita", "email": "rita@example.org"}), &json!("claim"))
    );
    assert_eq!(platform.send("anna", "POST", &split, &key, body()).await.expect(200).body["id"], made["id"]);
    platform.until("anna", &path(&case), |case| case["unreadMailCount"] == 0).await;
    assert_eq!(platform.mails.case_of("m-1").as_deref(), Some(id(&made)));
    assert_eq!(items(&platform, &made, "documents").await[0]["fileId"], "ready-system:email-9");
    let there = platform.until("anna", &format!("{}/links", path(&case)), |page| page["items"] != json!([])).await;
    let link = &there["items"][0];
    assert_eq!(
        (&link["kind"], &link["isIncoming"], &link["case"]["id"]),
        (&json!("split-from"), &json!(true), &made["id"])
    );
    let by_hand = format!("{}/links/{}", path(&case), id(link));
    assert_eq!(platform.send("anna", "DELETE", &by_hand, &[], None).await.expect(422).code(), "not-yours-to-say");
    // The mail is not in this case any more.
    let gone = platform.post("anna", &split, json!({"of": "mail", "id": "m-1"})).await.expect(422);
    assert_eq!((gone.code(), gone.pointers()), ("unknown-part", vec!["/id"]));
}

#[tokio::test]
async fn a_comment_and_a_document_are_in_both_cases() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let comment =
        platform.post("ben", &format!("{}/comments", path(&case)), json!({"body": "Another thing\nThe roof"})).await;
    let document =
        platform.post("anna", &format!("{}/documents", path(&case)), json!({"fileId": "ready-anna-1"})).await;
    let split = format!("{}/split", path(&case));
    let body = json!({"of": "comment", "id": comment.expect(201).body["id"]});
    let made = platform.post("anna", &split, body).await.expect(201).body;
    assert_eq!(made["title"], "Another thing");
    let taken = items(&platform, &made, "timeline?kinds=comment-taken").await;
    assert_eq!(
        (&taken[0]["data"]["body"], &taken[0]["data"]["author"]["id"]),
        (&json!("Another thing\nThe roof"), &json!("ben"))
    );
    let body = json!({"of": "document", "id": document.expect(201).body["id"], "title": "The roof"});
    let made = platform.post("anna", &split, body).await.expect(201).body;
    assert_eq!((&made["title"], items(&platform, &made, "documents").await.len()), (&json!("The roof"), 1));
    assert_eq!(items(&platform, &case, "documents").await.len(), 1);
    platform.post("dana", &split, json!({"of": "document", "id": "x"})).await.expect(403);
}
