//! Numbers over lists of cases and tasks are those of the lists behind them, and a list as a file is the list.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::Answer;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::Platform;

const STATISTICS: &str = "/api/v1/cases/statistics";
const EXPORT: &str = "/api/v1/cases/export";

async fn platform() -> Platform {
    let platform = Platform::open().await.with_claims().await;
    let mut secret = support::claim_definition();
    secret["restrictedTo"] = json!(["supervisors"]);
    secret["caseNumberPrefix"] = json!("SEC");
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    platform
}

async fn change(platform: &Platform, case: &Value, change: Value) -> Value {
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    platform.send("ben", "PATCH", &path, &[], Some(change)).await.expect(200).body
}

async fn total(platform: &Platform, who: &str, query: &str) -> u64 {
    let page = platform.get(who, &format!("/api/v1/cases?total=true&limit=1&{query}")).await.expect(200).body;
    page["total"].as_u64().unwrap()
}

#[tokio::test]
async fn every_number_is_that_of_the_list_behind_it_and_of_its_reader() {
    let platform = platform().await;
    let first = platform.new_case("Water").await;
    let second = platform.new_case("Storm").await;
    platform.new_case("Fire").await;
    let hidden = json!({"definition": "secret", "title": "The vault", "fields": {}});
    platform.post("ben", "/api/v1/cases", hidden).await.expect(201);
    change(&platform, &first, json!({"assignee": "ben", "priority": 90})).await;
    change(&platform, &second, json!({"stage": "assessment", "queue": null, "priority": 10})).await;
    let by = "by=definition,stage,status,queue,assignee,priority,sla";
    for (who, all) in [("anna", 3), ("ben", 4)] {
        let told = platform.get(who, &format!("{STATISTICS}?{by}&statusKind=open,paused")).await.expect(200).body;
        assert_eq!(told["total"], all, "{who}: {told}");
        assert_eq!(told["groups"].as_array().unwrap().len(), 7);
        for groups in told["groups"].as_array().unwrap() {
            let by = groups["by"].as_str().unwrap();
            let mut sum = 0;
            for group in groups["items"].as_array().unwrap() {
                let value = group["value"].as_str().unwrap_or("none");
                let listed = total(&platform, who, &format!("statusKind=open,paused&{by}={value}")).await;
                assert_eq!(group["count"], listed, "{by}={value} for {who}");
                sum += listed;
            }
            assert_eq!(sum, all, "{by} for {who}");
        }
    }
    let told = platform.get("ben", &format!("{STATISTICS}?by=assignee")).await.expect(200).body;
    let people = &told["groups"][0]["items"];
    assert_eq!((&people[0]["value"], &people[0]["count"]), (&Value::Null, &json!(3)));
    assert_eq!((&people[1]["value"], &people[1]["count"]), (&json!("ben"), &json!(1)));
    assert_eq!(people[1]["oldestAt"], first["createdAt"]);
    let refused = platform.get("ben", &format!("{STATISTICS}?by=weather")).await.expect(400).body;
    assert_eq!(refused["errors"][0]["pointer"], "?by");
    platform.get("ben", &format!("{STATISTICS}?days=93")).await.expect(400);
    platform.get("ben", &format!("{STATISTICS}?createdFrom=yesterday")).await.expect(400);
}

#[tokio::test]
async fn what_came_and_went_is_told_by_day_with_what_was_left() {
    let platform = platform().await;
    let early = platform.new_case("Early").await;
    platform.clock.advance(SignedDuration::from_hours(48));
    let late = platform.new_case("Late").await;
    platform.new_case("Later").await;
    platform.clock.advance(SignedDuration::from_hours(25));
    change(&platform, &early, json!({"status": "closed", "openWork": "cancel"})).await;
    change(&platform, &late, json!({"status": "closed", "openWork": "cancel"})).await;
    change(&platform, &late, json!({"status": "open", "reason": "It goes on"})).await;
    let path = format!("{STATISTICS}?days=3&zone=UTC&statusKind=open");
    let told = platform.get("ben", &path).await.expect(200).body;
    let days: Vec<(u64, u64, u64)> = told["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| {
            let number = |name: &str| day[name].as_u64().unwrap();
            (number("created"), number("closed"), number("backlog"))
        })
        .collect();
    // The first case came before these days; one that was opened again has not gone.
    assert_eq!(days, [(0, 0, 1), (2, 0, 3), (0, 1, 2)], "{told}");
    assert_eq!(told["total"], 2);
    for day in told["days"].as_array().unwrap() {
        let span = |what: &str| {
            let at = |name: &str| day[name].as_str().unwrap().to_owned();
            format!("{what}From={}&{what}Before={}", at("from"), at("before"))
        };
        assert_eq!(total(&platform, "ben", &span("created")).await, day["created"].as_u64().unwrap());
        assert_eq!(total(&platform, "ben", &span("closed")).await, day["closed"].as_u64().unwrap());
    }
    let ages: Vec<u64> = told["ages"].as_array().unwrap().iter().map(|age| age["count"].as_u64().unwrap()).collect();
    assert_eq!(ages, [0, 2, 0, 0, 0], "a day old");
    // A late promise is counted where it stands, once its time has been seen to be over.
    let late = "/api/v1/cases?total=true&limit=1&sla=breached&statusKind=open";
    platform.until("ben", late, |page| page["total"] == 1).await;
    let told = platform.get("ben", &format!("{STATISTICS}?by=sla&statusKind=open")).await.expect(200).body;
    let slas = told["groups"][0]["items"].as_array().unwrap();
    let breached: u64 = slas.iter().map(|group| group["breached"].as_u64().unwrap()).sum();
    assert_eq!(breached, total(&platform, "ben", "sla=breached&statusKind=open").await);
}

#[tokio::test]
async fn a_list_as_a_file_has_what_the_reader_s_list_has_and_no_formula() {
    let platform = platform().await;
    let body = json!({"definition": "claim", "title": "=HYPERLINK(\"http://evil.example\",\"x\")",
        "fields": {"policyNumber": "+49 30, \"B\"", "amount": -12.5}});
    platform.post("anna", "/api/v1/cases", body).await.expect(201);
    platform.new_case("Storm, and rain").await;
    let hidden = json!({"definition": "secret", "title": "The vault", "fields": {}});
    platform.post("ben", "/api/v1/cases", hidden).await.expect(201);
    let path = format!("{EXPORT}?sort=number&columns=number,title,stage,field.policyNumber,field.amount");
    let file = exported(&platform, "anna", &path).await;
    let lines: Vec<&str> = file.split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "Number,Title,Stage,policyNumber,amount",
            "CLM-000001,\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\",Intake,\"'+49 30, \"\"B\"\"\",-12.5",
            "CLM-000002,\"Storm, and rain\",Intake,,120.5",
            "# end: 2 of 2 cases",
            ""
        ]
    );
    assert!(exported(&platform, "ben", &path).await.contains("The vault"));
    let narrowed = exported(&platform, "ben", &format!("{EXPORT}?search=storm&columns=title&byteOrderMark=true")).await;
    assert_eq!(narrowed, "\u{feff}Title\r\n\"Storm, and rain\"\r\n# end: 1 of 1 cases\r\n");
    let refused = platform.get("anna", &format!("{EXPORT}?columns=secret")).await.expect(400).body;
    assert_eq!(refused["errors"][0]["pointer"], "?columns");
    let answer = platform.get("anna", &path).await.expect(200);
    assert_eq!(answer.headers["x-casewright-total"], "2");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"cases-"));
}

async fn exported(platform: &Platform, who: &str, path: &str) -> String {
    let answer: Answer = platform.get(who, path).await.expect(200);
    answer.text
}

#[tokio::test]
async fn tasks_are_counted_by_who_has_them() {
    let platform = platform().await;
    let tasks = "/api/v1/tasks?total=true";
    for title in ["Water", "Storm", "Fire"] {
        platform.new_case(title).await;
    }
    let page = platform.until("anna", tasks, |page| page["total"] == 3).await;
    let id = page["items"][0]["id"].as_str().unwrap();
    platform.post("anna", &format!("/api/v1/tasks/{id}/claim"), json!({})).await.expect(204);
    platform.until("anna", "/api/v1/tasks?assignee=anna&total=true", |page| page["total"] == 1).await;
    let told = platform.get("ben", "/api/v1/tasks/statistics").await.expect(200).body;
    assert_eq!(told["total"], 3);
    let people: Vec<(&Value, &Value, &Value)> = told["assignees"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| (&person["value"], &person["count"], &person["breached"]))
        .collect();
    assert_eq!(people, [(&Value::Null, &json!(2), &json!(0)), (&json!("anna"), &json!(1), &json!(0))]);
    assert_eq!(platform.get("ben", "/api/v1/tasks?overdue=true&total=true").await.expect(200).body["total"], 0);
}
