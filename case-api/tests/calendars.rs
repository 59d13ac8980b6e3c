//! Calendars that definitions share: working time with breaks, holidays by region, and what becomes of clocks when one changes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::Platform;

const DESK: &str = "/api/v1/calendars/desk";

/// Half past nine to one, two to five, in Berlin.
fn desk() -> Value {
    let days = json!(["monday", "tuesday", "wednesday", "thursday", "friday"]);
    json!({"name": "Support desk", "timeZone": "Europe/Berlin", "hours": [
        {"days": days, "from": "09:30", "to": "13:00"}, {"days": days, "from": "14:00", "to": "17:00"}]})
}

async fn with_desk() -> Platform {
    let platform = Platform::open().await;
    platform.put("ben", DESK, desk()).await.expect(201);
    let mut definition = support::claim_definition();
    definition["slas"][0]["calendarId"] = json!("desk");
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    platform
}

#[tokio::test]
async fn a_calendar_is_kept_changed_and_deleted_by_who_may_and_not_while_it_is_used() {
    let platform = Platform::open().await;
    platform.put("anna", DESK, desk()).await.expect(403);
    let made = platform.put("ben", DESK, desk()).await.expect(201).body;
    assert_eq!((&made["name"], &made["version"], &made["holidays"]), (&json!("Support desk"), &json!(1), &json!([])));
    assert_eq!(platform.get("anna", "/api/v1/calendars").await.expect(200).body["items"][0]["id"], "desk");
    let mut wrong = desk();
    wrong["hours"][1]["from"] = json!("12:00");
    assert_eq!(platform.put("ben", DESK, wrong).await.expect(422).code(), "invalid-calendar");
    let mut definition = support::claim_definition();
    definition["slas"][0]["calendarId"] = json!("night");
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition.clone()).await.expect(422);
    assert_eq!(refused.pointers(), ["/slas/0/calendarId"]);
    definition["slas"][0]["calendarId"] = json!("desk");
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let delete = || platform.send("ben", "DELETE", DESK, &[], None);
    assert_eq!(delete().await.expect(409).code(), "calendar-in-use");
    platform.put("dana", "/api/v1/case-definitions/claim", support::claim_definition()).await.expect(200);
    delete().await.expect(204);
    platform.get("anna", DESK).await.expect(404);
}

#[tokio::test]
async fn what_is_left_is_working_time_and_the_due_instant_leaves_breaks_and_weekends_out() {
    let platform = with_desk().await;
    // Friday 13:00 in Berlin: the break begins. Four hours are three of the afternoon and one of Monday.
    let case = platform.new_case("Water").await;
    let sla = &case["slas"][0];
    assert_eq!((&sla["dueAt"], &sla["calendar"]), (&json!("2026-11-23T09:30:00.000Z"), &json!("desk")));
    assert_eq!(sla["remainingWorking"], 4 * 3_600);
    platform.clock.advance(SignedDuration::from_hours(48));
    let list = platform.get("anna", "/api/v1/cases").await.expect(200).body;
    let (listed, read) = (&list["items"][0]["slas"][0], &case);
    let read = platform.get("anna", &format!("/api/v1/cases/{}", read["id"].as_str().unwrap())).await.body;
    assert_eq!((&listed["remainingWorking"], &read["slas"][0]["remainingWorking"]), (&json!(3_600), &json!(3_600)));
    assert!(listed["remainingSeconds"].as_i64().unwrap() > 20 * 3_600);
}

#[tokio::test]
async fn a_holiday_that_is_written_down_later_moves_what_is_due() {
    let platform = with_desk().await;
    let case = platform.new_case("Water").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261123\nSUMMARY:Founders' day\nEND:VEVENT\n\
        BEGIN:VEVENT\nDTSTART:20261124T100000Z\nSUMMARY:Meeting\nEND:VEVENT\nEND:VCALENDAR\n";
    let import = format!("{DESK}/holidays");
    let elsewhere = platform.post("ben", &import, json!({"ics": ics, "region": "DE-BY"})).await.expect(200).body;
    assert_eq!((&elsewhere["added"], &elsewhere["leftOut"]), (&json!(1), &json!(1)));
    assert_eq!(platform.get("anna", &path).await.body["slas"][0]["dueAt"], "2026-11-23T09:30:00.000Z");
    platform.post("ben", &import, json!({"ics": ics})).await.expect(200);
    let moved = |case: &Value| case["slas"][0]["dueAt"] == "2026-11-24T09:30:00.000Z";
    platform.until("anna", &path, moved).await;
    let timeline = platform.get("anna", &format!("{path}/timeline")).await.body;
    let told = timeline["items"].as_array().unwrap().iter().any(|entry| entry["kind"] == "sla-replanned");
    assert!(!told, "nobody has done anything to the case");
    let nothing = platform.post("ben", &import, json!({"ics": "BEGIN:VCALENDAR\nEND:VCALENDAR"})).await.expect(422);
    assert_eq!(nothing.pointers(), ["/ics"]);
}
