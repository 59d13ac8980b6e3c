//! What is typed at first: a start that cannot be, users while the platform runs, an import, a sign-in. As typed, against the
//! binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod decision;
mod device;
mod organisations;
mod platform;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
mod tls;

use platform::Platform;
use serde_json::{Value, json};
use std::net::TcpListener;
use support::casewright;

/// Runs `serve` to its end; its exit code and what it said.
fn serve(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let output =
        casewright().arg("serve").args(arguments).arg("--data").arg(folder.path().join("data")).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code(), text)
}

#[test]
fn a_taken_port_is_named_with_its_keys_and_is_a_failure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, wanted) in [
        (["--listen", &taken, "--smtp-listen", ""], ["server.listen", "--listen", "CASEWRIGHT_SERVER__LISTEN"]),
        (
            ["--listen", "127.0.0.1:0", "--smtp-listen", &taken],
            ["mail.smtp_listen", "--smtp-listen", "CASEWRIGHT_MAIL__SMTP_LISTEN"],
        ),
    ] {
        let (code, text) = serve(&arguments);
        assert_eq!(code, Some(1), "{text}");
        assert!(wanted.iter().all(|word| text.contains(word)) && text.contains(&taken), "{text}");
        assert!(!text.contains("stack backtrace") && !text.contains("Stack backtrace"), "{text}");
        assert!(!text.contains("panicked"), "{text}");
    }
}

#[test]
fn a_configuration_that_a_start_would_refuse_is_shown_with_what_is_wrong() {
    for (variable, value, shown, wrong) in [
        (
            "CASEWRIGHT_SERVER__TLS__AUTHORITY",
            "/nowhere/ca.pem",
            "authority = \"/nowhere/ca.pem\"",
            "server.tls.authority: there is no file /nowhere/ca.pem",
        ),
        ("CASEWRIGHT_BUS__KIND", "kafka", "kind = \"kafka\"", "bus.brokers: "),
    ] {
        let output = casewright().arg("config").env(variable, value).output().unwrap();
        let [told, complained] = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        assert_eq!(output.status.code(), Some(1), "{complained}");
        assert!(told.contains(shown) && told.contains("[quotas]"), "all of it is shown:\n{told}");
        assert!(complained.contains(wrong), "{complained}");
    }
    let output = casewright().arg("config").output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success());
    for key in ["drain_seconds = 0", "topic = \"casewright.entries\"", "partitions = 16", "replication = 1"] {
        assert!(told.contains(key), "{key}:\n{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_are_administered_while_the_platform_runs_and_while_it_does_not() {
    let mut platform = Platform::new();
    let set =
        ["user", "set", "bob", "--lasting", "--name", "Bob", "--email", "bob@example.org", "--role", "case-worker"];
    platform
        .run(&["user", "set", "root", "--lasting", "--email", "root@example.org", "--role", "admin"], "root-test-1")
        .success();
    platform.start("access").await;

    // Beside the data folder nothing needs to be said.
    platform.run(&set, "bob-test-1").success();
    assert_eq!(platform.signs_in("bob", "bob-test-1").await, 200);
    let listed = platform.run(&["user", "list"], "").success();
    assert!(listed.contains("bob\tBob\tbob@example.org\tcase-worker"), "{listed}");
    platform.run(&["user", "password", "bob", "--lasting"], "bob-test-2").success();
    assert_eq!(platform.signs_in("bob", "bob-test-2").await, 200);
    platform.run(&["user", "disable", "bob"], "").success();
    assert_eq!(platform.signs_in("bob", "bob-test-2").await, 401);
    assert!(platform.run(&["user", "list"], "").success().contains("case-worker\tdisabled"));
    platform.run(&["user", "enable", "bob"], "").success();
    assert_eq!(platform.signs_in("bob", "bob-test-2").await, 200);

    // A password that stays is asked for; else it is changed at the first sign-in, and opens nothing before.
    let given = ["user", "set", "carla", "--email", "carla@example.org"];
    platform.run(&given, "carla-test-1").success();
    assert_eq!(platform.signs_in("carla", "carla-test-1").await, 401);
    let refused = platform.run(&["user", "reset-factor", "bob"], "").failure();
    assert!(refused.contains("no second factor"), "{refused}");

    // From elsewhere one says who one is, and may be nobody who administers users.
    let url = platform.base().to_owned();
    let remote = |user: &str, password: &str| {
        ["user", "list", "--url", &url, "--user", user, "--password", password].map(str::to_owned).to_vec()
    };
    let as_root = remote("root", "root-test-1");
    let as_bob = remote("bob", "bob-test-2");
    let as_root: Vec<&str> = as_root.iter().map(String::as_str).collect();
    let as_bob: Vec<&str> = as_bob.iter().map(String::as_str).collect();
    assert!(platform.run(&as_root, "").success().contains("bob"));
    assert!(platform.run(&as_bob, "").failure().contains("forbidden"));

    // What is refused leaves nobody behind, running or not.
    for is_running in [true, false] {
        if !is_running {
            platform.stop();
        }
        let refused = platform.run(&["user", "set", "eve", "--email", "eve@example.org"], "short").failure();
        assert!(refused.contains("at least 8 characters") && !refused.contains("backtrace"), "{refused}");
        let refused = platform.run(&["user", "set", "eve", "--email", "e@e", "--role", "king"], "eve-test-1").failure();
        assert!(refused.contains("not acceptable"), "{refused}");
        let listed = platform.run(&["user", "list"], "").success();
        assert!(listed.contains("bob") && !listed.contains("eve"), "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_of_another_platform_is_imported() {
    let mut platform = Platform::new();
    platform
        .run(&["user", "set", "root", "--lasting", "--email", "root@example.org", "--role", "admin"], "root-test-1")
        .success();
    platform.start("access,case-api,engine").await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wks");
    let url = platform.base().to_owned();
    let import = ["import", "wks", folder, "--url", &url, "--user", "root", "--password", "root-test-1"];
    let report: Value = serde_json::from_str(&platform.run(&import, "").success()).unwrap();
    assert_eq!(report["caseDefinitions"][0], "parking-permit");
    assert_eq!(report["queues"][0], "permits");
    let definition = platform.get("/api/v1/case-definitions/parking-permit").await;
    assert_eq!(definition["stages"][1]["name"], "Granted");
    let form = platform.get("/api/v1/forms/parking-permit-request").await;
    assert_eq!(form["schema"]["components"][0]["key"], "plate");
    assert_eq!(
        (&report["processes"], &report["records"], &report["cases"]),
        (&json!(["permit-check"]), &json!(1), &json!(2))
    );
    let codes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    for code in ["worker-needed", "owner-left-out", "documents-left-out"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let granted = platform.get("/api/v1/cases?label=wks:4711").await["items"][0].clone();
    assert_eq!((&granted["stageName"], &granted["statusKind"]), (&json!("Granted"), &json!("closed")));
    let record = platform.get("/api/v1/records?type=contact").await;
    assert_eq!(record["items"][0]["title"], "Clara Weiss");

    // Once more, after somebody opened the case again: nothing is there twice, and what was done since stays.
    let case = platform.get(&format!("/api/v1/cases/{}", granted["id"].as_str().unwrap())).await;
    let again: Value = serde_json::from_str(&platform.run(&import, "").success()).unwrap();
    assert_eq!((&again["records"], &again["cases"]), (&json!(1), &json!(2)));
    assert_eq!(platform.get("/api/v1/cases").await["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        platform.get(&format!("/api/v1/cases/{}", granted["id"].as_str().unwrap())).await["version"],
        case["version"]
    );

    // A model of the same key that is of another origin is not put aside.
    let bpmn = format!("{folder}/models/permit-check.bpmn");
    let deploy = ["deploy", "--all", "--url", &url, "--user", "root", "--password", "root-test-1", &bpmn];
    platform.run(&deploy, "").success();
    let report: Value = serde_json::from_str(&platform.run(&import, "").success()).unwrap();
    assert!(report["findings"].as_array().unwrap().iter().any(|one| one["code"] == "key-taken"), "{report}");

    let nothing = tempfile::tempdir().unwrap();
    let nothing = nothing.path().to_str().unwrap();
    let import = ["import", "wks", nothing, "--url", &url, "--user", "root", "--password", "root-test-1"];
    assert!(platform.run(&import, "").failure().contains("nothing-to-import"));
}
