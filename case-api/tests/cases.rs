//! The rules of `/api/v1/cases`, over the public router.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::json;
use support::Platform;

#[tokio::test]
async fn a_case_is_created_numbered_listed_and_found() {
    let platform = Platform::open().await.with_claims().await;
    let first = platform.new_case("Water in the cellar").await;
    let second = platform.new_case("Fire in the roof").await;
    assert_eq!(first["number"], "CLM-000001");
    assert_eq!(second["number"], "CLM-000002");
    assert_eq!(first["stage"], "intake");
    assert_eq!(first["queue"], "claims");
    assert_eq!(first["createdBy"], json!({"id": "anna", "name": "Anna Meyer"}));

    let page = platform.get("anna", "/api/v1/cases?search=cellar&total=true").await.expect(200).body;
    assert_eq!(page["total"], 1);
    assert_eq!(page["items"][0]["id"], first["id"]);
    let by_number = platform.get("anna", "/api/v1/cases/CLM-000002").await.expect(200).body;
    assert_eq!(by_number["id"], second["id"]);

    let newest = platform.get("anna", "/api/v1/cases?sort=-number&limit=1").await.expect(200).body;
    assert_eq!(newest["items"][0]["number"], "CLM-000002");
    let cursor = newest["nextCursor"].as_str().unwrap();
    let next =
        platform.get("anna", &format!("/api/v1/cases?sort=-number&limit=1&cursor={cursor}")).await.expect(200).body;
    assert_eq!(next["items"][0]["number"], "CLM-000001");
}

#[tokio::test]
async fn the_same_idempotency_key_answers_with_the_same_case() {
    let platform = Platform::open().await.with_claims().await;
    let body = json!({"definition": "claim", "title": "Once"});
    let create = || {
        platform.send(
            "system:external-tasks",
            "POST",
            "/api/v1/cases",
            &[("idempotency-key", "task-7")],
            Some(body.clone()),
        )
    };
    let (a, b) = tokio::join!(create(), create());
    let again = create().await.expect(200);
    assert_eq!(a.body["id"], b.body["id"]);
    assert_eq!(a.body["number"], again.body["number"]);
    assert_eq!([a.status, b.status].iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(platform.get("anna", "/api/v1/cases?total=true").await.body["total"], 1);
}

#[tokio::test]
async fn a_stale_version_is_refused_with_the_present_one() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("A").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let quiet = platform.until("anna", &path, |case| case["openTaskCount"] == 1).await;
    let seen = format!("\"{}\"", quiet["version"]);
    let first =
        platform.send("anna", "PATCH", &path, &[("if-match", &seen)], Some(json!({"priority": 80}))).await.expect(200);
    assert_eq!(first.etag.as_deref(), Some(format!("\"{}\"", first.body["version"]).as_str()));
    let stale =
        platform.send("ben", "PATCH", &path, &[("if-match", &seen)], Some(json!({"priority": 10}))).await.expect(412);
    assert_eq!(stale.code(), "version-mismatch");
    assert_eq!(stale.body["currentVersion"], first.body["version"]);
    assert_eq!(platform.get("anna", &path).await.body["priority"], 80);
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_the_timeline_tells_it() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("A").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let patch = json!({"stage": "assessment", "status": "waiting", "assignee": "me", "fields": {"policyNumber": "HB-1", "amount": null},
        "labels": ["urgent"], "dueAt": "2026-12-01T00:00:00Z", "queue": null});
    let patched = platform.patch("anna", &path, patch).await.expect(200).body;
    assert_eq!(patched["stageName"], "Assessment");
    assert_eq!(patched["statusKind"], "paused");
    assert_eq!(patched["assignee"]["name"], "Anna Meyer");
    assert_eq!(patched["fields"], json!({"policyNumber": "HB-1"}));
    assert_eq!(patched["dueAt"], "2026-12-01T00:00:00.000Z");
    assert_eq!(patched["queue"], json!(null));
    assert_eq!(patched["slas"][0]["state"], "paused");

    let timeline = platform
        .get("ben", &format!("{path}/timeline?kinds=stage-changed,assigned,field-changed,case-created"))
        .await
        .expect(200)
        .body;
    let kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["stage-changed", "assigned", "field-changed", "case-created"]);
    assert_eq!(timeline["items"][0]["summary"], "Stage changed from Intake to Assessment");
    assert_eq!(timeline["items"][0]["actor"]["name"], "Anna Meyer");
    // What starts behind the case has settled: the row and the case are asked for one after the other.
    platform.until("anna", &path, |case| case["openTaskCount"] == 1).await;
    let row =
        platform.get("anna", "/api/v1/cases?assignee=me&stage=assessment&statusKind=paused").await.expect(200).body;
    assert_eq!(row["items"][0], platform.get("anna", &path).await.body);
}

#[tokio::test]
async fn the_timeline_pages_backwards_without_loss() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("A").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    for number in 0..7 {
        platform
            .post("anna", &format!("{path}/comments"), json!({"body": format!("comment {number}")}))
            .await
            .expect(201);
    }
    let mut bodies = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = platform
            .get("anna", &format!("{path}/timeline?kinds=comment-added&limit=3{cursor}"))
            .await
            .expect(200)
            .body;
        bodies.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["data"]["body"].as_str().unwrap().to_owned()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(bodies, (0..7).rev().map(|n| format!("comment {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn only_its_author_edits_or_deletes_a_comment_and_a_deleted_text_is_gone_from_view() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("A").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let comment = platform
        .post("anna", &format!("{path}/comments"), json!({"body": "secret", "mentions": ["ben"]}))
        .await
        .expect(201)
        .body;
    let one = format!("{path}/comments/{}", comment["id"].as_str().unwrap());
    platform.patch("ben", &one, json!({"body": "mine now"})).await.expect(403);
    let edited = platform.patch("anna", &one, json!({"body": "better"})).await.expect(200).body;
    assert_eq!(edited["body"], "better");
    platform.send("anna", "DELETE", &one, &[], None).await.expect(204);
    platform.send("anna", "DELETE", &one, &[], None).await.expect(404);
    let timeline = platform.get("anna", &format!("{path}/timeline")).await.expect(200).body.to_string();
    assert!(!timeline.contains("secret") && !timeline.contains("better"), "{timeline}");
}

#[tokio::test]
async fn what_is_wrong_is_named_all_at_once() {
    let platform = Platform::open().await.with_claims().await;
    let body =
        json!({"definition": "claim", "title": " ", "fields": {"amount": "much"}, "queue": "nowhere", "priority": 101});
    let refused = platform.post("anna", "/api/v1/cases", body).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/amount", "/title", "/queue", "/priority"]);
    assert_eq!(
        platform.post("anna", "/api/v1/cases", json!({"definition": "none", "title": "x"})).await.expect(422).code(),
        "unknown-definition"
    );
    assert_eq!(
        platform
            .post("anna", "/api/v1/cases", json!({"definition": "claim", "title": "x", "colour": 1}))
            .await
            .expect(400)
            .code(),
        "unknown-field"
    );
    assert_eq!(platform.new_case("no number was spent").await["number"], "CLM-000001");
}

#[tokio::test]
async fn without_a_token_nothing_is_told_and_a_developer_does_not_create_cases() {
    use tower::ServiceExt as _;
    let platform = Platform::open().await.with_claims().await;
    let request = axum::http::Request::get("/api/v1/cases").body(axum::body::Body::empty()).unwrap();
    assert_eq!(platform.router.clone().oneshot(request).await.unwrap().status(), 401);
    platform.post("dana", "/api/v1/cases", json!({"definition": "claim", "title": "x"})).await.expect(403);
    platform.put("anna", "/api/v1/case-definitions/claim", support::claim_definition()).await.expect(403);
}

#[tokio::test]
async fn a_restricted_case_does_not_exist_for_others() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["restrictedTo"] = json!(["claims"]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let case = platform.new_case("Confidential").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    platform.get("carl", &path).await.expect(404);
    platform.get("carl", &format!("{path}/timeline")).await.expect(404);
    platform.patch("carl", &path, json!({"title": "x"})).await.expect(404);
    assert_eq!(platform.get("carl", "/api/v1/cases?total=true").await.expect(200).body["total"], 0);
    assert_eq!(platform.get("anna", "/api/v1/cases?total=true").await.expect(200).body["total"], 1);
}

#[tokio::test]
async fn a_case_stays_with_the_version_of_its_definition() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Old").await;
    let mut definition = support::claim_definition();
    definition["stages"] = json!([{"id": "new", "name": "New"}]);
    definition["rules"] = json!([]);
    definition["processes"] = json!([]);
    let published = platform.put("dana", "/api/v1/case-definitions/claim", definition.clone()).await.expect(200).body;
    assert_eq!(published["version"], 2);
    assert_eq!(platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(200).body["version"], 2);
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    platform.patch("anna", &path, json!({"stage": "assessment"})).await.expect(200);
    platform.patch("anna", &path, json!({"stage": "new"})).await.expect(422);
    assert_eq!(platform.new_case("New").await["stage"], "new");
    let versions = platform.get("dana", "/api/v1/case-definitions/claim/versions").await.expect(200).body;
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn two_who_pull_from_a_queue_get_different_cases_the_most_urgent_first() {
    let platform = Platform::open().await.with_claims().await;
    platform
        .put("ben", "/api/v1/queues/claims", json!({"name": "Claims desk", "members": {"groups": ["claims"]}}))
        .await
        .expect(201);
    let first = platform.new_case("first").await;
    platform.clock.advance(jiff::SignedDuration::from_mins(5));
    platform.new_case("second").await;
    let (a, b) = tokio::join!(
        platform.post("anna", "/api/v1/queues/claims/next", json!({})),
        platform.post("ben", "/api/v1/queues/claims/next", json!({}))
    );
    let mut titles = [a.expect(200).body, b.expect(200).body].map(|case| case["title"].as_str().unwrap().to_owned());
    titles.sort();
    assert_eq!(titles, ["first", "second"]);
    assert_eq!(first["title"], "first");
    platform.post("anna", "/api/v1/queues/claims/next", json!({})).await.expect(204);
    assert_eq!(platform.get("anna", "/api/v1/queues").await.expect(200).body["items"][0]["openCount"], 2);
}

#[tokio::test]
async fn a_definition_with_mistakes_is_refused_with_all_of_them() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["slas"][0]["target"] = json!("soon");
    definition["slas"][0]["pauseIn"] = json!(["nowhere"]);
    definition["rules"][0]["then"] = json!([{"setStage": "nowhere"}]);
    definition["statuses"] = json!([{"id": "open", "name": "Open", "kind": "open"}]);
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(422);
    assert_eq!(refused.pointers(), ["/statuses", "/slas/0/target", "/slas/0/pauseIn", "/rules/0/then/0"]);
}

#[tokio::test]
async fn looking_at_the_mail_of_a_case_does_not_make_it_the_newest() {
    let platform = Platform::open().await.with_claims().await;
    let first = platform.new_case("first").await;
    let path = format!("/api/v1/cases/{}", first["id"].as_str().unwrap());
    platform.mails.receive("m-1", "The cellar", &[], first["id"].as_str().unwrap()).await;
    platform.until("anna", &path, |case| case["unreadMailCount"] == 1).await;
    platform.clock.advance(jiff::SignedDuration::from_mins(5));
    platform.new_case("second").await;
    platform.clock.advance(jiff::SignedDuration::from_mins(5));
    platform.post("anna", &format!("{path}/mails/read"), json!({})).await.expect(204);
    let newest = platform.until("anna", "/api/v1/cases?sort=-updatedAt", |page| {
        page["items"].as_array().unwrap().iter().all(|case| case["unreadMailCount"] == 0)
    });
    assert_eq!(newest.await["items"][0]["title"], "second");
}
