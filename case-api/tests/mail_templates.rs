//! Templates of mails: whose they are, what is refused of them, and what comes of one for a case; and a second answer that is stopped.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::Answer;
use serde_json::{Value, json};
use support::Platform;

const TEMPLATES: &str = "/api/v1/mail-templates";

async fn platform() -> Platform {
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", support::claim_definition()).await.expect(201);
    platform
}

fn template(name: &str, more: &Value) -> Value {
    let texts = json!({
        "en": {"subject": "About {{case.number}}", "body": "Dear {{requester.name}},\nyours, {{me.name}}"},
        "de": {"subject": "", "body": "Guten Tag {{requester.name}}: {{case.title}} {{field.amount}}"},
    });
    let mut template = json!({"name": name, "texts": texts});
    for (key, value) in more.as_object().unwrap() {
        template[key] = value.clone();
    }
    template
}

fn path(template: &Value) -> String {
    format!("{TEMPLATES}/{}", template["id"].as_str().unwrap())
}

async fn delete(platform: &Platform, who: &str, path: &str) -> Answer {
    platform.send(who, "DELETE", path, &[], None).await
}

async fn names(platform: &Platform, who: &str, query: &str) -> Vec<String> {
    let page = platform.get(who, &format!("{TEMPLATES}{query}")).await.expect(200).body;
    page["items"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_template_is_its_owner_s_until_it_is_shared() {
    let platform = platform().await;
    let mine = platform.post("anna", TEMPLATES, template("Mine", &json!({}))).await.expect(201).body;
    assert_eq!((&mine["audience"]["kind"], &mine["isChangeable"]), (&json!("private"), &json!(true)));
    for other in ["ben", "carl"] {
        assert!(names(&platform, other, "").await.is_empty(), "{other}");
        platform.get(other, &path(&mine)).await.expect(404);
        platform.put(other, &path(&mine), template("Taken", &json!({}))).await.expect(404);
        delete(&platform, other, &path(&mine)).await.expect(404);
    }
    let shared = json!({"audience": {"kind": "groups", "groups": ["claims"]}});
    platform.post("anna", TEMPLATES, template("Ours", &shared)).await.expect(403);
    let ours = platform.post("ben", TEMPLATES, template("Ours", &shared)).await.expect(201).body;
    assert_eq!(names(&platform, "anna", "").await, ["Mine", "Ours"]);
    assert!(names(&platform, "carl", "").await.is_empty(), "he is in no group");
    platform.put("anna", &path(&ours), template("Taken", &shared)).await.expect(403);
    let everyone = json!({"audience": {"kind": "everyone"}, "kind": "text-module", "shortcut": "hello"});
    platform.put("ben", &path(&ours), template("Hello", &everyone)).await.expect(200);
    assert_eq!(names(&platform, "carl", "?kind=text-module").await, ["Hello"]);
    assert!(names(&platform, "carl", "?kind=mail").await.is_empty());
    delete(&platform, "ben", &path(&ours)).await.expect(204);
    platform.get("carl", &path(&ours)).await.expect(404);
}

#[tokio::test]
async fn what_could_not_be_filled_in_is_refused_with_its_place() {
    let platform = platform().await;
    let wrong = json!({"texts": {"en": {"body": "Dear\n  {{requester.nam}}"}, "de": {"body": "{{field.colour}} {{"}},
        "definition": "claim", "shortcut": "No Good"});
    let refused = platform.post("anna", TEMPLATES, template(" ", &wrong)).await.expect(422);
    assert_eq!(refused.body["code"], "invalid-mail-template");
    let errors = refused.body["errors"].as_array().unwrap();
    let found: Vec<(&str, &str)> =
        errors.iter().map(|each| (each["pointer"].as_str().unwrap(), each["code"].as_str().unwrap())).collect();
    let expected = [
        ("/name", "required"),
        ("/shortcut", "invalid-value"),
        ("/texts/de/body", "unclosed-placeholder"),
        ("/texts/en/body", "unknown-placeholder"),
        ("/texts/de/body", "unknown-field"),
    ];
    assert_eq!(found, expected);
    assert!(errors[3]["detail"].as_str().unwrap().starts_with("line 2, column 3: "), "{}", errors[3]);
    let nowhere = template("For nothing", &json!({"definition": "nothing"}));
    assert_eq!(platform.post("anna", TEMPLATES, nowhere).await.expect(422).pointers(), ["/definition"]);
}

#[tokio::test]
async fn a_template_is_filled_in_for_a_case_that_the_caller_may_read() {
    let platform = platform().await;
    let mine = platform.post("anna", TEMPLATES, template("Mine", &json!({}))).await.expect(201).body;
    let render = format!("{}/render", path(&mine));
    let body = json!({"definition": "claim", "title": "Water {{me.email}}", "requester": {"name": "Clara\u{7}"}});
    let case = platform.post("anna", "/api/v1/cases", body).await.expect(201).body;
    let of = |more: &Value| {
        let mut body = json!({"caseId": case["id"]});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let english = platform.post("anna", &render, of(&json!({"language": "fr"}))).await.expect(200).body;
    assert_eq!(english["language"], "en", "there is no French");
    assert_eq!(english["subject"], json!(format!("About {}", case["number"].as_str().unwrap())));
    assert!(english["body"].as_str().unwrap().starts_with("Dear Clara,\nyours, "), "{english}");
    assert_eq!(english["missing"], json!([]));
    let german = platform.post("anna", &render, of(&json!({"language": "de-AT"}))).await.expect(200).body;
    assert_eq!(german["body"], "Guten Tag Clara: Water {{me.email}} ____", "a value is no template");
    assert_eq!(german["missing"], json!([{"placeholder": "field.amount"}]));
    let tried = of(&json!({"text": {"subject": "x", "body": "{{case.title}}"}}));
    assert_eq!(platform.post("anna", &render, tried).await.expect(200).body["body"], "Water {{me.email}}");
    let unknown = json!({"caseId": "00112233-4455-6677-8899-aabbccddeeff"});
    platform.post("anna", &render, unknown).await.expect(404);
}

#[tokio::test]
async fn an_answer_is_stopped_when_another_has_written_since_the_writer_looked() {
    let platform = platform().await;
    let body = json!({"definition": "claim", "title": "Water"});
    let case = platform.post("anna", "/api/v1/cases", body).await.expect(201).body;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let mail = json!({"to": ["clara@customer.example"], "subject": "x", "text": "y", "seen": case["version"]});
    platform.post("anna", &format!("{path}/comments"), json!({"body": "My own is no news"})).await.expect(201);
    let comment = platform.post("ben", &format!("{path}/comments"), json!({"body": "I answer"})).await.expect(201).body;
    let refused = platform.post("anna", &format!("{path}/mails"), mail.clone()).await.expect(409).body;
    assert_eq!(refused["code"], "newer-correspondence");
    let news = refused["details"]["news"].as_array().unwrap();
    assert_eq!((news.len(), &news[0]["kind"], &news[0]["id"]), (1, &json!("comment-added"), &comment["id"]));
    // Told once, it stands in the way no more: the mail room is asked next.
    let mut anyway = mail;
    anyway["known"] = json!([comment["id"]]);
    let answer = platform.post("anna", &format!("{path}/mails"), anyway).await;
    assert_ne!(answer.body["code"], "newer-correspondence", "{}", answer.body);
}
