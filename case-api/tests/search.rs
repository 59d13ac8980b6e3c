//! Search over everything that cases hold: what is found, what is not one's to find, and that the index follows the log.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn search(query: &str) -> String {
    let escaped: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("/api/v1/search?q={escaped}")
}

/// `kind: title` of each hit; a comment says its text.
fn told(page: &Value) -> Vec<String> {
    let text = |segments: &Value| {
        segments.as_array().unwrap().iter().map(|segment| segment["text"].as_str().unwrap()).collect::<String>()
    };
    let one = |hit: &Value| {
        let title = text(&hit["title"]);
        let said = if title.is_empty() { text(&hit["excerpt"]) } else { title };
        format!("{}: {said}", hit["kind"].as_str().unwrap())
    };
    page["items"].as_array().unwrap().iter().map(one).collect()
}

/// The words that are marked in the first hit.
fn marked(page: &Value) -> Vec<String> {
    let first = &page["items"][0];
    let segments = first["title"].as_array().unwrap().iter().chain(first["excerpt"].as_array().unwrap());
    let matches = segments.filter(|segment| segment["isMatch"] == true);
    matches.map(|segment| segment["text"].as_str().unwrap().to_owned()).collect()
}

/// What is found once there is as much of it; the index follows the log.
async fn found(platform: &Platform, user: &str, query: &str, wanted: &[&str]) -> Value {
    let has = |page: &Value| {
        page["items"].is_array() && {
            let mut told = told(page);
            told.sort_unstable();
            let mut wanted = wanted.to_vec();
            wanted.sort_unstable();
            told == wanted
        }
    };
    let page = platform.until(user, &search(query), has).await;
    assert_eq!(page["total"], json!(wanted.len()), "{query}: {page}");
    page
}

fn counts(cases: u64, tasks: u64) -> Value {
    json!({"case": cases, "comment": 0, "mail": 0, "file": 0, "task": tasks, "record": 0, "person": 0})
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

async fn comment(platform: &Platform, case: &Value, text: &str) -> Value {
    platform.post("anna", &format!("{}/comments", path(case)), json!({"body": text})).await.expect(201).body
}

#[tokio::test]
async fn words_are_found_as_people_write_them() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Wasserschaden in der Küche").await;
    let written = comment(&platform, &case, "The plumber says <b>the pipe</b> burst at the café").await;
    let said = "comment: The plumber says <b>the pipe</b> burst at the café";
    let titled = "case: Wasserschaden in der Küche";
    assert_eq!(marked(&found(&platform, "anna", "kuche", &[titled]).await), ["Küche"]);
    assert_eq!(marked(&found(&platform, "anna", "schaden", &[titled]).await), ["Wasserschaden"]);
    assert_eq!(marked(&found(&platform, "anna", "plumbre", &[said]).await), ["plumber"]);
    assert_eq!(marked(&found(&platform, "anna", "plumb CAFE", &[said]).await), ["plumber", "café"]);
    found(&platform, "anna", "\"pipe burst\"", &[]).await;
    found(&platform, "anna", "\"burst at\"", &[said]).await;
    found(&platform, "anna", "pipe -plumber", &[]).await;
    // All of a number, its beginning, and what it ends with.
    let number = case["number"].as_str().unwrap();
    for part in [number, &number[..number.len() - 1], number.trim_start_matches("CLM-00")] {
        found(&platform, "anna", part, &[titled]).await;
    }
    // A comment is found as it is now.
    let one = format!("{}/comments/{}", path(&case), written["id"].as_str().unwrap());
    platform.patch("anna", &one, json!({"body": "The roofer says it rained"})).await.expect(200);
    found(&platform, "anna", "roofer", &["comment: The roofer says it rained"]).await;
    found(&platform, "anna", "plumber", &[]).await;
    platform.send("anna", "DELETE", &one, &[], None).await.expect(204);
    found(&platform, "anna", "roofer", &[]).await;
}

#[tokio::test]
async fn qualifiers_ask_for_what_is_known_of_the_case() {
    let platform = Platform::open().await.with_claims().await;
    let open = platform.new_case("Fire one").await;
    let closed = platform.new_case("Fire two").await;
    comment(&platform, &open, "Fire said").await;
    let mine = json!({"assignee": "anna", "labels": ["urgent"], "priority": 80, "fields": {"policyNumber": "P 4711"}});
    platform.patch("anna", &path(&open), mine).await.expect(200);
    platform.patch("anna", &path(&closed), json!({"status": "closed", "openWork": "cancel"})).await.expect(200);
    let (one, two, said) = ("case: Fire one", "case: Fire two", "comment: Fire said");
    found(&platform, "anna", "fire is:closed", &[two]).await;
    for (query, wanted) in [
        ("fire", vec![one, two, said]),
        ("fire is:open", vec![one, said]),
        ("fire -is:open", vec![two]),
        ("fire assignee:me", vec![one, said]),
        ("fire assignee:none", vec![two]),
        ("fire assignee:anna kind:case", vec![one]),
        ("fire queue:claims stage:Intake", vec![one, two, said]),
        ("fire queue:none", vec![]),
        ("fire label:urgent,other kind:comment", vec![said]),
        ("fire priority:>50", vec![one, said]),
        ("fire priority:<=50", vec![two]),
        ("fire field.policyNumber:4711 kind:case", vec![one]),
        ("fire field.policynumber:\"p 4711\" kind:case", vec![one]),
        ("fire field.policyNumber:99", vec![]),
        ("fire type:claim status:open kind:case", vec![one]),
        ("fire from:anna kind:comment", vec![said]),
        ("fire has:comment", vec![one]),
        ("fire created:>2000-01-01", vec![one, two, said]),
        ("fire created:<2000-01-01", vec![]),
        ("assignee:me kind:case", vec![one]),
    ] {
        found(&platform, "anna", query, &wanted).await;
    }
    let page = platform.get("anna", &format!("{}&kind=case", search("fire"))).await.expect(200).body;
    assert_eq!(page["counts"], counts(2, 0));
}

#[tokio::test]
async fn what_is_restricted_is_found_by_those_alone_who_may_see_it() {
    let platform = Platform::open().await.with_claims().await;
    let mut secret = support::claim_definition();
    secret["restrictedTo"] = json!(["supervisors"]);
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let body = json!({"definition": "secret", "title": "Embezzlement of the CFO"});
    let hidden = platform.post("ben", "/api/v1/cases", body).await.expect(201).body;
    let said = json!({"body": "Embezzlement proven"});
    platform.post("ben", &format!("{}/comments", path(&hidden)), said).await.expect(201);
    let open = platform.new_case("Embezzlement rumour").await;
    let (case, comment, rumour) =
        ("case: Embezzlement of the CFO", "comment: Embezzlement proven", "case: Embezzlement rumour");
    found(&platform, "ben", "embezzlement", &[case, comment, rumour]).await;
    let page = found(&platform, "anna", "embezzlement", &[rumour]).await;
    assert_eq!(page["counts"], counts(1, 0));
    found(&platform, "anna", "proven", &[]).await;
    // Whoever works on it sees all of it, and nothing any more when it is somebody else's again.
    platform.patch("ben", &path(&hidden), json!({"assignee": "anna"})).await.expect(200);
    found(&platform, "anna", "embezzlement", &[case, comment, rumour]).await;
    platform.patch("ben", &path(&hidden), json!({"assignee": null})).await.expect(200);
    // At once, whatever the index holds.
    let page = platform.get("anna", &search("embezzlement")).await.expect(200).body;
    assert_eq!((told(&page), page["total"].clone()), (vec![rumour.to_owned()], json!(1)));
    assert!(!page.to_string().contains("CFO") && page.to_string().contains(open["number"].as_str().unwrap()));
}

#[tokio::test]
async fn tasks_records_and_people_are_found_by_who_may_see_them() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hail on the roof").await;
    let task = json!({"title": "Inspect the hailstones", "assignee": "ben", "checklist": [{"title": "Take a ladder"}]});
    let task = platform.post("anna", &format!("{}/tasks", path(&case)), task).await.expect(201).body;
    let roof = "task: Inspect the hailstones";
    let page = found(&platform, "anna", "hailstones", &[roof]).await;
    let hit = &page["items"][0];
    assert_eq!((&hit["case"]["id"], &hit["isOpen"], &hit["recordType"]), (&case["id"], &json!(true), &Value::Null));
    assert_eq!(page["counts"], counts(0, 1));
    found(&platform, "anna", "ladder", &[roof]).await;
    found(&platform, "anna", "hailstones assignee:ben", &[roof]).await;
    found(&platform, "anna", "hailstones assignee:none", &[]).await;
    platform.post("ben", &format!("/api/v1/tasks/{}/complete", task["id"].as_str().unwrap()), json!({})).await;
    let page = found(&platform, "anna", "hailstones is:closed", &[roof]).await;
    assert_eq!(page["items"][0]["isOpen"], false);

    let kind = |name: &str, groups: Value| {
        let fields = json!([{"key": "name", "label": "Name"}, {"key": "town", "label": "Town"}]);
        json!({"name": name, "fields": fields, "titleField": "name", "restrictedTo": groups})
    };
    platform.put("dana", "/api/v1/record-types/contact", kind("Contact", Value::Null)).await.expect(201);
    platform.put("dana", "/api/v1/record-types/witness", kind("Witness", json!(["supervisors"]))).await.expect(201);
    let record = |of: &str, name: &str| json!({"type": of, "fields": {"name": name, "town": "Quedlinburg"}});
    let known = platform.post("ben", "/api/v1/records", record("contact", "Karla Kraus")).await.expect(201).body;
    platform.post("ben", "/api/v1/records", record("witness", "Wolf Wenzel")).await.expect(201);
    let (karla, wolf) = ("record: Karla Kraus", "record: Wolf Wenzel");
    found(&platform, "ben", "quedlinburg", &[karla, wolf]).await;
    let page = found(&platform, "anna", "quedlinburg", &[karla]).await;
    assert_eq!(page["items"][0]["recordType"], json!({"key": "contact", "name": "Contact"}));
    assert_eq!(page["items"][0]["case"], Value::Null);
    found(&platform, "anna", "type:contact field.town:quedlinburg", &[karla]).await;
    // At once, whatever the index holds.
    platform.put("dana", "/api/v1/record-types/contact", kind("Contact", json!(["nobody"]))).await.expect(200);
    assert!(told(&platform.get("anna", &search("quedlinburg")).await.expect(200).body).is_empty());
    platform.put("dana", "/api/v1/record-types/contact", kind("Contact", Value::Null)).await.expect(200);
    platform
        .send("ben", "DELETE", &format!("/api/v1/records/{}", known["id"].as_str().unwrap()), &[], None)
        .await
        .expect(204);
    found(&platform, "anna", "quedlinburg", &[]).await;
}

#[tokio::test]
async fn the_better_hit_comes_first_whatever_it_is() {
    let platform = Platform::open().await.with_claims().await;
    let told_of = platform.new_case("Storm").await;
    comment(&platform, &told_of, "The neighbour says that after all of this the gutter fell down as well").await;
    let titled = platform.new_case("Gutter").await;
    let all = ["case: Gutter", "comment: The neighbour says that after all of this the gutter fell down as well"];
    let page = found(&platform, "anna", "gutter", &all).await;
    assert_eq!(told(&page), all, "a title before a text");
    assert_eq!(marked(&page), ["Gutter"]);
    let number = titled["number"].as_str().unwrap();
    comment(&platform, &told_of, &format!("See {number}")).await;
    let both = ["case: Gutter".to_owned(), format!("comment: See {number}")];
    let page = found(&platform, "anna", number, &[&both[0], &both[1]]).await;
    assert_eq!(told(&page), both, "a number before who mentions it");
}

#[tokio::test]
async fn the_index_is_kept_and_built_anew_when_it_is_lost() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hailstorm").await;
    comment(&platform, &case, "Hailstones on the roof").await;
    let both = ["case: Hailstorm", "comment: Hailstones on the roof"];
    found(&platform, "anna", "hail", &both).await;
    let platform = platform.restart().await;
    found(&platform, "anna", "hail", &both).await;
    let case = platform.new_case("Hail again").await;
    let platform = platform.restart_without_index().await;
    comment(&platform, &case, "Hail and rain").await;
    let all = [both[0], both[1], "case: Hail again", "comment: Hail and rain"];
    found(&platform, "anna", "hail", &all).await;
    platform.until("anna", &search("hail"), |page| page["isCatchingUp"] == false).await;
}

#[tokio::test]
async fn pages_follow_each_other_and_faults_say_where_they_are() {
    let platform = Platform::open().await.with_claims().await;
    for n in 0..5 {
        platform.new_case(&format!("Flood {n}")).await;
    }
    found(
        &platform,
        "anna",
        "flood",
        &["case: Flood 0", "case: Flood 1", "case: Flood 2", "case: Flood 3", "case: Flood 4"],
    )
    .await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = platform.get("anna", &format!("{}&limit=2{cursor}", search("flood"))).await.expect(200).body;
        assert!(page["items"].as_array().unwrap().len() <= 2);
        seen.extend(told(&page));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, ["case: Flood 0", "case: Flood 1", "case: Flood 2", "case: Flood 3", "case: Flood 4"]);
    for (query, code, position) in [
        ("größe colour:red", "unknown-qualifier", 6),
        ("a \"b", "unclosed-quote", 2),
        ("is:shut", "invalid-value", 0),
        ("-- ", "empty-query", 0),
    ] {
        let refused = platform.get("anna", &search(query)).await.expect(400);
        assert_eq!((refused.code(), refused.pointers()), ("invalid-query", vec!["?q"]), "{query}");
        assert_eq!(refused.body["errors"][0]["code"], code, "{query}");
        assert_eq!(refused.body["details"]["position"], position, "{query}");
    }
    platform.get("anna", &format!("{}&cursor=x", search("flood"))).await.expect(400);
    platform.get("anna", &format!("{}&kind=colour", search("flood"))).await.expect(400);
}
