//! Records: types, what fits them, who sees them, their history, and the cases they have a role in.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn contact() -> Value {
    json!({
        "name": "Contact", "pluralName": "Contacts", "titleField": "name",
        "fields": [{"key": "name", "label": "Name"}, {"key": "mail", "label": "E-mail", "required": true},
            {"key": "employees", "label": "Employees", "type": "number"}],
    })
}

async fn platform() -> Platform {
    let platform = Platform::open().await.with_claims().await;
    platform.put("dana", "/api/v1/record-types/contact", contact()).await.expect(201);
    platform
}

async fn new_contact(platform: &Platform, name: &str) -> Value {
    let body = json!({"type": "contact", "fields": {"name": name, "mail": "ada@example.org"}});
    platform.post("anna", "/api/v1/records", body).await.expect(201).body
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_record_is_what_its_type_says() {
    let platform = platform().await;
    let faulty = json!({"type": "contact", "fields": {"employees": "many", "shoe": 43}});
    let refused = platform.post("anna", "/api/v1/records", faulty).await.expect(422);
    assert_eq!(refused.code(), "invalid-record");
    assert_eq!(refused.pointers(), ["/fields/employees", "/fields/shoe", "/fields/name", "/fields/mail"]);
    let unknown = json!({"type": "spaceship", "fields": {}});
    assert_eq!(platform.post("anna", "/api/v1/records", unknown).await.expect(422).code(), "unknown-record-type");
    let made = new_contact(&platform, "Ada Lovelace").await;
    let path = format!("/api/v1/records/{}", made["id"].as_str().unwrap());
    let patch = |fields: Value| json!({"fields": fields});
    let changed = platform.patch("anna", &path, patch(json!({"name": "Ada King", "employees": 3}))).await.expect(200);
    assert_eq!((&changed.body["title"], &changed.body["fields"]["employees"]), (&json!("Ada King"), &json!(3)));
    let refused = platform.patch("anna", &path, patch(json!({"mail": null}))).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/mail"], "it is needed, and stays");
    let stale =
        platform.send("anna", "PATCH", &path, &[("if-match", "\"1\"")], Some(patch(json!({"name": "X"})))).await;
    stale.expect(412);
    let story = platform.get("anna", &format!("{path}/history?limit=1")).await.expect(200).body;
    assert_eq!(story["items"][0]["kind"], "record-changed");
    let before =
        story["items"][0]["changes"].as_array().unwrap().iter().find(|change| change["key"] == "name").unwrap();
    assert_eq!((&before["before"], &before["after"]), (&json!("Ada Lovelace"), &json!("Ada King")));
    let cursor = story["nextCursor"].as_str().unwrap();
    let first = platform.get("anna", &format!("{path}/history?limit=1&cursor={cursor}")).await.expect(200).body;
    assert_eq!((&first["items"][0]["kind"], &first["nextCursor"]), (&json!("record-created"), &Value::Null));
    platform.get("anna", &format!("{path}/history?cursor=x")).await.expect(400);
}

#[tokio::test]
async fn a_type_keeps_the_types_of_its_fields_and_takes_no_record_when_archived() {
    let platform = platform().await;
    let made = new_contact(&platform, "Ada").await;
    let mut other = contact();
    other["fields"][2]["type"] = json!("boolean");
    let refused = platform.put("dana", "/api/v1/record-types/contact", other).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/2/type"]);
    let mut archived = contact();
    archived["isArchived"] = json!(true);
    platform.put("dana", "/api/v1/record-types/contact", archived).await.expect(200);
    let body = json!({"type": "contact", "fields": {"name": "Bo", "mail": "b@example.org"}});
    assert_eq!(platform.post("anna", "/api/v1/records", body).await.expect(409).code(), "archived");
    platform.get("anna", &format!("/api/v1/records/{}", made["id"].as_str().unwrap())).await.expect(200);
    platform.put("anna", "/api/v1/record-types/contact", contact()).await.expect(403);
}

#[tokio::test]
async fn records_are_listed_by_words_and_in_an_order() {
    let platform = platform().await;
    for name in ["Bea Baker", "Ada Baker", "Carl Cook"] {
        new_contact(&platform, name).await;
    }
    let list = async |query: &str| platform.get("anna", &format!("/api/v1/records?{query}")).await;
    let all = list("type=contact&limit=2&total=true").await.expect(200).body;
    assert_eq!((titles(&all), &all["total"]), (vec!["Ada Baker", "Bea Baker"], &json!(3)));
    let next = list(&format!("type=contact&limit=2&cursor={}", all["nextCursor"].as_str().unwrap())).await;
    assert_eq!(titles(&next.expect(200).body), ["Carl Cook"]);
    assert_eq!(titles(&list("search=baker&sort=-title").await.expect(200).body), ["Bea Baker", "Ada Baker"]);
    assert_eq!(titles(&list("type=account").await.expect(200).body), Vec::<&str>::new());
    assert_eq!(list("sort=shoe").await.expect(400).code(), "invalid-parameter");
}

#[tokio::test]
async fn records_of_a_restricted_type_are_not_there_for_others() {
    let platform = platform().await;
    let mut secret = contact();
    secret["restrictedTo"] = json!(["supervisors"]);
    platform.put("dana", "/api/v1/record-types/informer", secret).await.expect(201);
    let body = json!({"type": "informer", "fields": {"name": "Deep Throat", "mail": "d@example.org"}});
    let made = platform.post("ben", "/api/v1/records", body.clone()).await.expect(201).body;
    let path = format!("/api/v1/records/{}", made["id"].as_str().unwrap());
    for hidden in
        [path.clone(), format!("{path}/history"), format!("{path}/cases"), "/api/v1/record-types/informer".into()]
    {
        platform.get("anna", &hidden).await.expect(404);
        platform.get("ben", &hidden).await.expect(200);
    }
    assert_eq!(platform.post("anna", "/api/v1/records", body).await.expect(422).code(), "unknown-record-type");
    for list in ["/api/v1/records?total=true", "/api/v1/record-types?total=true"] {
        let seen = platform.get("anna", list).await.expect(200).body.to_string();
        assert!(!seen.contains("informer") && !seen.contains("Deep Throat"), "{seen}");
        assert!(platform.get("ben", list).await.expect(200).body.to_string().contains("informer"));
    }
    // What a case says of it is nothing, for who may see the case and not the record.
    let case = platform.new_case("Leak").await;
    let parties = format!("/api/v1/cases/{}/parties", case["id"].as_str().unwrap());
    let party = json!({"role": "source", "record": made["id"]});
    platform.post("anna", &parties, party.clone()).await.expect(422);
    platform.post("ben", &parties, party).await.expect(201);
    assert_eq!(platform.get("anna", &parties).await.expect(200).body["items"], json!([]));
    let timeline = format!("/api/v1/cases/{}/timeline", case["id"].as_str().unwrap());
    assert!(!platform.get("anna", &timeline).await.expect(200).body.to_string().contains("Deep Throat"));
}

#[tokio::test]
async fn a_record_leads_to_its_cases_and_stays_while_they_refer_to_it() {
    let platform = platform().await;
    let record = new_contact(&platform, "Ada").await;
    let path = format!("/api/v1/records/{}", record["id"].as_str().unwrap());
    let (one, two) = (platform.new_case("One").await, platform.new_case("Two").await);
    let parties = |case: &Value| format!("/api/v1/cases/{}/parties", case["id"].as_str().unwrap());
    let party = json!({"role": "claimant", "record": record["id"]});
    let made = platform.post("anna", &parties(&one), party.clone()).await.expect(201).body;
    platform.post("anna", &parties(&one), party.clone()).await.expect(200);
    platform.post("anna", &parties(&two), party).await.expect(201);
    assert_eq!(made["record"]["title"], "Ada");
    let refused = platform.post("anna", &parties(&one), json!({"role": " ", "record": record["id"]})).await.expect(422);
    assert_eq!(refused.pointers(), ["/role"]);
    let found = platform.get("anna", &format!("{path}/cases?total=true")).await.expect(200).body;
    assert_eq!((titles(&found), &found["total"]), (vec!["Two", "One"], &json!(2)));
    assert_eq!(platform.send("ben", "DELETE", &path, &[], None).await.expect(409).code(), "record-in-use");
    for (case, id) in [
        (&one, made["id"].clone()),
        (&two, platform.get("anna", &parties(&two)).await.expect(200).body["items"][0]["id"].clone()),
    ] {
        let party = format!("{}/{}", parties(case), id.as_str().unwrap());
        platform.send("anna", "DELETE", &party, &[], None).await.expect(204);
        platform.send("anna", "DELETE", &party, &[], None).await.expect(404);
    }
    platform.send("carl", "DELETE", &path, &[], None).await.expect(403);
    platform.send("ben", "DELETE", &path, &[], None).await.expect(204);
    platform.get("anna", &path).await.expect(404);
    assert_eq!(titles(&platform.get("anna", "/api/v1/records").await.expect(200).body), Vec::<&str>::new());
}

#[tokio::test]
async fn fields_of_records_have_defaults_and_are_shown_and_needed_by_conditions() {
    let platform = Platform::open().await;
    let account = json!({"name": "Account", "titleField": "name", "fields": [
        {"key": "name", "label": "Name"},
        {"key": "kind", "label": "Kind", "type": "select", "options": ["person", "company"], "default": "person"},
        {"key": "register", "label": "Register number", "visibleWhen": "kind = \"company\"", "requiredWhen": "true"}
    ]});
    let mut wrong = account.clone();
    wrong["fields"][2]["requiredWhen"] = json!("kind =");
    wrong["fields"][1]["default"] = json!("ship");
    let refused = platform.put("dana", "/api/v1/record-types/account", wrong).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/1/default", "/fields/2/requiredWhen"]);
    platform.put("dana", "/api/v1/record-types/account", account).await.expect(201);
    let record = |fields: Value| json!({"type": "account", "fields": fields});
    let made = platform.post("anna", "/api/v1/records", record(json!({"name": "Ada"}))).await.expect(201).body;
    assert_eq!(made["fields"], json!({"name": "Ada", "kind": "person"}));
    let of_company = record(json!({"name": "Harbor", "kind": "company"}));
    let refused = platform.post("anna", "/api/v1/records", of_company).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/register"]);
    let path = format!("/api/v1/records/{}", made["id"].as_str().unwrap());
    let refused = platform.patch("anna", &path, json!({"fields": {"kind": "company"}})).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/register"], "it is judged as it will be");
    platform.patch("anna", &path, json!({"fields": {"kind": "company", "register": "HRB 1"}})).await.expect(200);
    let evaluate = "/api/v1/record-types/account/evaluate";
    let shown = platform.post("anna", evaluate, json!({"fields": {"kind": "person"}})).await.expect(200).body;
    assert_eq!(shown["fields"]["register"], json!({"visible": false, "required": false, "value": null}));
    let shown = platform.post("anna", evaluate, json!({"fields": {"kind": "company"}})).await.expect(200).body;
    assert_eq!(shown["fields"]["register"], json!({"visible": true, "required": true, "value": null}));
    platform.post("anna", "/api/v1/record-types/none/evaluate", json!({"fields": {}})).await.expect(404);
}
