//! Scripts that nothing interrupts, against the real server: each is ended with its process, and none costs anybody else.
//!
//! No function of QuickJS is known that runs for long and looks up for nothing. So the processes of scripts are stopped (SIGSTOP),
//! which looks the same from outside.

use super::process;
use super::server::Server;
use nix::unistd::Pid;
use serde_json::json;

const ENDLESS: &str = "while (true) {}";

fn model(script: &str) -> String {
    process(&format!(
        r#"<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="script"/>
           <scriptTask id="script" camunda:asyncBefore="true" scriptFormat="javascript" camunda:resultVariable="sum">
             <extensionElements><camunda:failedJobRetryTimeCycle>R1/PT1S</camunda:failedJobRetryTimeCycle></extensionElements>
             <incoming>f</incoming><outgoing>g</outgoing><script>{script}</script></scriptTask>
           <sequenceFlow id="g" sourceRef="script" targetRef="done"/><userTask id="done"/>"#
    ))
}

/// How far a process stands back: field 19 of `stat` (proc(5)), the 17th behind its name.
fn nice(process: Pid) -> i32 {
    let told = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let (_, behind) = told.rsplit_once(") ").unwrap();
    behind.split(' ').nth(16).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_nothing_interrupts_is_ended_and_all_others_go_on() {
    let server = Server::start().await;
    server.deploy("order.bpmn", &model(ENDLESS), &[]);
    let mut instances = Vec::new();
    // More than may be left to threads of the server.
    for nth in 0..6 {
        instances.push(server.start_instance("order", &format!("endless-{nth}")).await);
    }
    for instance in &instances {
        let is_given_up = || async {
            server.stop_sandboxes();
            server.incidents(instance).await == 1
        };
        server.until("the script is given up", is_given_up).await;
        let told = server.messages_of_incidents(instance).await;
        assert!(told[0].contains("time of a script exceeded its limit of 5 s"), "{told:?}");
    }
    let most = std::thread::available_parallelism().unwrap().get();
    assert!(server.sandboxes().len() <= most, "those of scripts that did not end are ended");

    let fine = "execution.setVariable('twice', execution.getVariable('n') * 2); 21 + 21";
    server.deploy("order.bpmn", &model(fine), &[]);
    // One after the other, so that the later ones run where the first one did.
    for n in [4, 5, 6] {
        let instance = server.start_with("order", json!({"n": {"value": n}})).await;
        server.until("the next script runs", || async { server.is_at(&instance, "done").await }).await;
        assert_eq!(server.variable(&instance, "sum").await, json!(42));
        assert_eq!(server.variable(&instance, "twice").await, json!(2 * n));
    }

    // Those that are kept for the next scripts stand behind whoever works for people.
    let sandboxes = server.sandboxes();
    assert!(!sandboxes.is_empty());
    for sandbox in sandboxes {
        assert_eq!(nice(sandbox), (nice(Pid::this()) + 10).min(19));
    }
}
