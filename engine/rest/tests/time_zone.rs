//! The contract where the process is in Berlin, as a Camunda 7.24 with `-Duser.timezone=Europe/Berlin` answers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_value::zone;
use serde_json::{Value, json};
use support::{Server, process};

/// A process has one time zone: all tests of this file are in Berlin.
async fn berlin(dir: &tempfile::TempDir) -> Server {
    zone::set_local(jiff::tz::TimeZone::get("Europe/Berlin").expect("a known zone"));
    let server = Server::open(dir.path()).await;
    // The eve of summer time, at noon.
    server.clock.set("2036-03-29T12:00:00+01:00".parse().unwrap());
    server
}

/// The one row of a list.
async fn only(server: &Server, path: &str) -> Value {
    let rows = server.get(path).await.expect(200).json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{path}: {rows}");
    rows[0].clone()
}

#[tokio::test]
async fn dates_of_a_task_are_read_and_written_in_the_zone_of_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let server = berlin(&dir).await;
    let elements = r#"<userTask id="work" camunda:dueDate="2036-07-01T10:00:00" camunda:followUpDate="${dateTime().plusDays(1).toDate()}"><extensionElements><camunda:formData><camunda:formField id="day" label="Day" type="date"/></camunda:formData></extensionElements></userTask>"#;
    server.deploy("dates", &[("dates.bpmn", &process("dates", elements))]).await.expect(200);
    let value = json!({"variables": {"at": {"value": "2036-07-01T08:00:00.000+0000", "type": "Date"}}});
    let instance = server.start("dates", value).await;

    let task = only(&server, &format!("/task?processInstanceId={instance}")).await;
    assert_eq!(task["created"], "2036-03-29T12:00:00.000+0100");
    assert_eq!(task["due"], "2036-07-01T10:00:00.000+0200");
    assert_eq!(task["followUp"], "2036-03-30T12:00:00.000+0200");
    let variable = only(&server, &format!("/variable-instance?processInstanceIdIn={instance}")).await;
    assert_eq!(variable["value"], "2036-07-01T10:00:00.000+0200");

    let id = task["id"].as_str().unwrap();
    let submitted = json!({"variables": {"day": {"value": "24/12/2036", "type": "String"}}});
    server.post(&format!("/task/{id}/submit-form"), submitted).await.expect(204);
    let day = only(&server, &format!("/history/variable-instance?variableName=day&processInstanceId={instance}")).await;
    assert_eq!(day["value"], "2036-12-24T00:00:00.000+0100");
}

#[tokio::test]
async fn a_daily_timer_keeps_its_local_time_over_the_switch_to_summer_time() {
    let dir = tempfile::tempdir().unwrap();
    let server = berlin(&dir).await;
    let cycles = [("cron", "0 0 9 * * ?"), ("cycle", "R/2036-03-28T09:00:00+01:00/P1D")];
    for (key, cycle) in cycles {
        let daily = format!(
            r#"<startEvent id="start"><timerEventDefinition id="t"><timeCycle>{cycle}</timeCycle></timerEventDefinition></startEvent>"#
        );
        let model = process(key, r#"<userTask id="work"/>"#).replace(r#"<startEvent id="start"/>"#, &daily);
        server.deploy(key, &[(&format!("{key}.bpmn"), &model)]).await.expect(200);
        let job = only(&server, &format!("/job?processDefinitionKey={key}")).await;
        assert_eq!(job["dueDate"], "2036-03-30T09:00:00.000+0200", "{cycle}");
    }
    server.clock.set("2036-03-30T09:00:01+02:00".parse().unwrap());
    for (key, cycle) in cycles {
        let due = only(&server, &format!("/job?processDefinitionKey={key}")).await;
        server.post(&format!("/job/{}/execute", due["id"].as_str().unwrap()), json!({})).await.expect(204);
        let job = only(&server, &format!("/job?processDefinitionKey={key}")).await;
        assert_eq!(job["dueDate"], "2036-03-31T09:00:00.000+0200", "{cycle}");
    }
}
