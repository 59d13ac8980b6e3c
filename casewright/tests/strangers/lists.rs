//! Lists without an end.

use super::models::{WAIT, model};
use super::support::Platform;
use serde_json::json;

/// Rows enough to show that they come in portions, few enough to make in a second.
const ROWS: usize = 400;

pub(crate) async fn a_long_list_comes_in_portions(platform: &Platform) {
    platform.deploy("dana", "tick.bpmn", model("tick", &[WAIT])).await.expect(200);
    let text = "x".repeat(20_000);
    let body = json!({"variables": {"text": {"value": text, "type": "String"}}});
    for _ in 0..ROWS / 20 {
        let starts: Vec<_> = (0..20).map(|_| platform.run("dana", "tick", body.clone())).collect();
        for started in futures::future::join_all(starts).await {
            started.expect(200);
        }
    }
    let before = platform.memory();
    let lists = ["/task", "/process-instance", "/history/activity-instance", "/history/detail", "/variable-instance"];
    let asked = lists.iter().cycle().take(8);
    let answers =
        asked.map(|path| async move { platform.get("dana", &format!("/engine-rest{path}")).await.expect(200) });
    for answer in futures::future::join_all(answers).await {
        assert!(answer.body.as_array().unwrap().len() >= ROWS);
    }
    let taken = platform.memory().saturating_sub(before);
    assert!(taken < 400, "eight lists at once took {taken} MiB");
    platform.alive("long lists").await;
}
