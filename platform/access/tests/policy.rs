//! What the policies decide: a table for the default ones, Rego tests, own files, and WKS's in Rego v0.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_access::policy::{RegoModule, RegoVersion, Ruleset};
use casewright_access::{Access, Authentication, Resource, Subject};
use casewright_journal::{Field, Filter, TenantId};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::Platform;

fn subject(id: &str, role: &str) -> Subject {
    Subject {
        name: String::new(),
        roles: vec![role.into()],
        groups: vec!["claims".into()],
        ..Subject::system(&TenantId::default(), id)
    }
}

async fn access() -> (tempfile::TempDir, Platform) {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await;
    (dir, platform)
}

async fn allows(access: &Access, who: &Subject, action: &str, kind: &str, attributes: Value) -> bool {
    let resource = Resource::new(kind, "1").with(attributes);
    access.authorize(who, action, &resource).await.is_ok()
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let (_dir, platform) = access().await;
    // kind, action: case-worker, supervisor, process-developer, admin, system:external-tasks, system:worker
    let table = [
        ("case", "create", [true, true, false, true, true, false]),
        ("case", "case:read", [true, true, true, true, true, false]),
        ("case", "delete", [false, true, false, true, true, false]),
        ("task", "complete", [true, true, false, true, false, false]),
        ("queue", "update", [false, true, true, true, false, false]),
        ("case-definition", "update", [false, false, true, true, false, false]),
        ("form", "form:update", [false, false, true, true, false, false]),
        ("deployment", "create", [false, false, true, true, false, false]),
        ("process-instance", "start", [true, true, true, true, true, false]),
        ("incident", "retry", [false, true, true, true, false, false]),
        ("user", "create", [false, false, false, true, false, false]),
        ("engine-rest", "write", [false, false, true, true, false, false]),
        ("engine-rest", "deployment:create", [false, false, true, true, false, false]),
        ("engine-rest", "engine-rest:external-task:complete", [false, false, true, true, true, true]),
        ("file", "inspect", [false, true, false, true, false, false]),
        ("something-new", "read", [false, false, false, true, false, false]),
    ];
    let roles = ["case-worker", "supervisor", "process-developer", "admin", "system:external-tasks", "system:worker"];
    for (kind, action, expected) in table {
        for (role, expected) in roles.iter().zip(expected) {
            let id = if role.starts_with("system:") { role } else { "u" };
            let verdict = allows(&platform.access, &subject(id, role), action, kind, json!({})).await;
            assert_eq!(verdict, expected, "{role} {action} {kind}");
        }
    }
}

#[tokio::test]
async fn no_role_an_unknown_role_and_a_machine_role_of_a_person_allow_nothing() {
    let (_dir, platform) = access().await;
    let mut nobody = subject("u", "");
    nobody.roles.clear();
    for who in [nobody, subject("u", "owner"), subject("u", "system:case-api"), subject("system:worker", "admin")] {
        for kind in ["case", "task", "file", "engine-rest", "notification"] {
            assert!(!allows(&platform.access, &who, "read", kind, json!({})).await, "{who:?} {kind}");
            assert!(platform.access.list_filter(&who, "list", kind).await.is_err());
        }
        assert!(platform.access.permissions(&who).await.is_empty());
    }
}

#[tokio::test]
async fn attributes_that_policy_does_not_expect_do_not_open_anything() {
    let (_dir, platform) = access().await;
    let anna = subject("anna", "case-worker");
    for attributes in [
        json!({"restrictedTo": ["audit"], "assignee": null}),
        json!({"restrictedTo": ["audit"], "assignee": {"id": "anna"}}),
        json!({"restrictedTo": []}),
    ] {
        assert!(!allows(&platform.access, &anna, "read", "case", attributes).await);
    }
    let other = json!({"user": "ben"});
    assert!(!allows(&platform.access, &anna, "read", "notification", other.clone()).await);
    assert!(!allows(&platform.access, &subject("a", "admin"), "read", "notification", other).await);
}

#[tokio::test]
async fn a_list_shows_what_its_policy_filter_lets_through() {
    let (_dir, platform) = access().await;
    let list = |role: &'static str, kind: &'static str| {
        let access = platform.access.clone();
        async move { access.list_filter(&subject("anna", role), "list", kind).await }
    };
    assert_eq!(list("supervisor", "case").await.unwrap(), Filter::All);
    assert_eq!(list("case-worker", "task").await.unwrap(), Filter::All);
    assert_eq!(
        list("case-worker", "case").await.unwrap(),
        Filter::Or(vec![
            Filter::IsNull(Field::named("restrictedTo")),
            Filter::Eq(Field::named("assignee.id"), "anna".into()),
            Filter::ContainsAny(Field::named("restrictedTo"), vec!["claims".into()]),
        ])
    );
    assert_eq!(list("supervisor", "notification").await.unwrap(), Filter::Eq(Field::named("user"), "anna".into()));
    assert_eq!(list("case-worker", "deployment").await.unwrap_err().status, 403);
}

#[tokio::test]
async fn what_own_policies_say_of_reading_and_writing_they_say_of_every_operation() {
    let dir = tempfile::tempdir().unwrap();
    let policies = dir.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let own = r#"
        package casewright.local
        import rego.v1
        allow if { "auditor" in input.subject.roles; input.resource.kind == "engine-rest"; input.action == "read" }
        allow if { "clerk" in input.subject.roles; input.action == "process-instance:create" }
        deny if { "trainee" in input.subject.groups; input.resource.kind == "engine-rest"; input.action == "write" }
        deny if { input.action == "batch:create" }
    "#;
    std::fs::write(policies.join("own.rego"), own).unwrap();
    let mut config = support::config(dir.path());
    config.policies = Some(policies);
    let platform = Platform::open_with(dir.path(), config).await;
    let trainee = Subject { groups: vec!["trainee".into()], ..subject("t", "process-developer") };
    for (who, method, action, is_allowed) in [
        (subject("a", "auditor"), "GET", "deployment:read", true),
        (subject("a", "auditor"), "HEAD", "history:read", true),
        (subject("a", "auditor"), "POST", "deployment:create", false),
        // A query by POST was a write, and is one to who says so.
        (subject("a", "auditor"), "POST", "history:read", false),
        (subject("c", "clerk"), "POST", "process-instance:create", true),
        (subject("c", "clerk"), "DELETE", "process-instance:delete", false),
        (trainee.clone(), "GET", "deployment:read", true),
        (trainee.clone(), "DELETE", "deployment:delete", false),
        (trainee, "POST", "task:read", false),
        (subject("d", "process-developer"), "DELETE", "deployment:delete", true),
        (subject("d", "process-developer"), "POST", "batch:create", false),
        (subject("w", "case-worker"), "GET", "task:read", false),
    ] {
        let resource = Resource::new("engine-rest", "/x").with(json!({"method": method}));
        let verdict = platform.access.allows_operation(&who, action, &resource).await;
        assert_eq!(verdict, is_allowed, "{} {method} {action}", who.id);
    }
}

#[tokio::test]
async fn a_policy_may_ask_how_somebody_signed_in() {
    let dir = tempfile::tempdir().unwrap();
    let policies = dir.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    // As docs/operations.md has it.
    let own = r#"
        package casewright.local
        import rego.v1
        deny if {
            input.resource.kind == "user"
            input.action == "update"
            not startswith(input.subject.id, "system:")
            not input.subject.authentication.acr == "2"
        }
    "#;
    std::fs::write(policies.join("own.rego"), own).unwrap();
    let mut config = support::config(dir.path());
    config.policies = Some(policies);
    let platform = Platform::open_with(dir.path(), config).await;
    let by = |acr: &str| {
        let authentication = Authentication { acr: Some(acr.to_owned()), ..Authentication::default() };
        Subject { authentication: Some(authentication), ..subject("root", "admin") }
    };
    let machine = Subject::system(&TenantId::default(), "system:command-line");
    for (who, is_allowed) in [(by("2"), true), (by("1"), false), (subject("root", "admin"), false), (machine, true)] {
        assert_eq!(allows(&platform.access, &who, "update", "user", json!({})).await, is_allowed, "{who:?}");
        assert!(allows(&platform.access, &who, "read", "user", json!({})).await);
    }
}

#[tokio::test]
async fn own_policies_add_take_away_and_narrow() {
    let dir = tempfile::tempdir().unwrap();
    let policies = dir.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let own = r#"
        package casewright.local
        import rego.v1
        allow if { "auditor" in input.subject.roles; input.action == "read"; input.resource.kind == "case" }
        deny if { input.resource.kind == "file"; input.resource.attributes.secret }
        deny if { input.resource.kind == "file"; input.resource.id == "f-7" }
        filter := {"ne": ["queue", "hr"]} if { input.resource.kind == "task" }
    "#;
    std::fs::write(policies.join("own.rego"), own).unwrap();
    let mut config = support::config(dir.path());
    config.policies = Some(policies);
    let platform = Platform::open_with(dir.path(), config).await;
    let access = &platform.access;
    assert!(allows(access, &subject("u", "auditor"), "read", "case", json!({})).await);
    assert!(!allows(access, &subject("u", "auditor"), "update", "case", json!({})).await);
    assert!(!allows(access, &subject("u", "admin"), "read", "file", json!({"secret": true})).await);
    assert!(allows(access, &subject("u", "admin"), "read", "file", json!({})).await);
    for id in ["f-6", "f-7", "f-8"] {
        let verdict = access.authorize(&subject("u", "admin"), "read", &Resource::new("file", id)).await;
        assert_eq!(verdict.is_ok(), id != "f-7", "policies that ask which one it is are told");
    }
    let filter = access.list_filter(&subject("u", "admin"), "list", "task").await.unwrap();
    let narrowed = Filter::Ne(Field::named("queue"), "hr".into());
    assert_eq!(filter, Filter::And(vec![Filter::All, narrowed]));
    assert_eq!(access.list_filter(&subject("u", "admin"), "list", "case").await.unwrap(), Filter::All);
}

#[tokio::test]
async fn a_policy_file_that_is_not_rego_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("bad.rego"), "package x\nallow if {").unwrap();
    let platform = Platform::open(dir.path()).await;
    let mut config = support::config(dir.path());
    config.policies = Some(dir.path().to_owned());
    let refused = Access::open(platform.journal.clone(), config).await.err().unwrap();
    assert!(refused.to_string().contains("bad.rego"), "{refused}");
}

#[test]
fn a_policy_that_never_ends_denies() {
    let endless = r#"
        package x
        import rego.v1
        allow if { input.endless; some a in numbers.range(1, 100000); some b in numbers.range(1, 100000); a * b == -1 }
    "#;
    let rules = Ruleset::compile(&[RegoModule::new("x.rego", endless)], RegoVersion::V1, "data.x.allow").unwrap();
    assert_eq!(rules.evaluate(&json!({"endless": true})), None);
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn modules_of(paths: &[PathBuf]) -> Vec<RegoModule> {
    paths
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            RegoModule::new(name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Names of the rules `test_...` of a file.
fn tests_of(source: &str) -> Vec<String> {
    source
        .lines()
        .filter(|line| line.starts_with("test_"))
        .map(|line| line.split([' ', '{']).next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_rego_tests_of_the_default_policy_pass() {
    let paths = ["access.rego", "decision.rego", "access_test.rego"].map(|name| folder("policies").join(name));
    let modules = modules_of(&paths);
    let tests = tests_of(&modules[2].source);
    assert!(tests.len() >= 10);
    for test in tests {
        let rule = format!("data.casewright.access_test.{test}");
        let rules = Ruleset::compile(&modules, RegoVersion::V1, &rule).unwrap();
        assert_eq!(rules.evaluate(&json!({})), Some(json!(true)), "{test}");
    }
}

#[test]
fn the_policy_of_wks_in_rego_v0_gives_its_tests_the_verdicts_of_opa() {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder("tests/fixtures/wks/tests")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut verdicts = Vec::new();
    for path in names {
        let modules = modules_of(&[folder("tests/fixtures/wks/wks_policy_rules.rego"), path]);
        for test in tests_of(&modules[1].source) {
            let rule = format!("data.wks.authz.{test}");
            let rules = Ruleset::compile(&modules, RegoVersion::V0, &rule).unwrap();
            let passed = rules.evaluate(&json!({})) == Some(json!(true));
            verdicts.push(format!("{} {test}: {}", modules[1].name, if passed { "PASS" } else { "FAIL" }));
        }
    }
    insta::assert_snapshot!(verdicts.join("\n"));
}

#[test]
fn answers_are_remembered_by_the_whole_question() {
    let module = RegoModule::new("own.rego", "package own\nallow if input.number % 3 == 0\nnumber := input.number");
    let allow = Ruleset::compile(std::slice::from_ref(&module), RegoVersion::V1, "data.own.allow").unwrap();
    let number = Ruleset::compile(&[module], RegoVersion::V1, "data.own.number").unwrap();
    for _ in 0..2 {
        for asked in 0..1500 {
            let input = json!({"number": asked});
            assert_eq!(allow.evaluate(&input), (asked % 3 == 0).then_some(json!(true)));
            assert_eq!(number.evaluate(&input), Some(json!(asked)));
        }
    }
}

#[test]
fn what_depends_on_the_time_is_asked_anew() {
    let module = RegoModule::new("own.rego", "package own\nat := time.now_ns()");
    let rules = Ruleset::compile(&[module], RegoVersion::V1, "data.own.at").unwrap();
    let times: std::collections::HashSet<String> =
        (0..50).filter_map(|_| rules.evaluate(&json!({}))).map(|at| at.to_string()).collect();
    assert!(times.len() > 1, "{times:?}");
}
