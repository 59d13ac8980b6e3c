//! What belongs to a case follows the case: as a value and as a filter, which say the same of everything.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_access::{Access, Lead, Resource, Subject, Whose};
use casewright_contracts::links::MailCaseRow;
use casewright_journal::{Column, Filter, Journal, JournalConfig, Query, StoreConfig, TenantId};
use casewright_testkit::Rows;
use serde_json::{Value, json};
use std::path::Path;

/// The views that lead to cases, and `thing`.
const VIEWS: &[&str] = &[
    "case",
    "case-process",
    "instance-case",
    "case-file",
    "mail-file",
    "mail",
    "engine-process-instance",
    "history-process-instance",
    "thing",
];

struct Store {
    access: Access,
    journal: Journal,
}

impl Store {
    async fn open(dir: &Path) -> Self {
        let mut projectors = casewright_access::projectors();
        projectors.push(Rows::of(VIEWS));
        let config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.join("journal") });
        let journal = Journal::open(config, projectors).await.unwrap();
        let access = Access::open(journal.clone(), support::config(dir)).await.unwrap();
        Self { access, journal }
    }

    async fn put(&self, view: &str, id: &str, mut row: Value) {
        row["id"] = json!(id);
        Rows::put(&self.journal, view, id, row).await;
    }

    async fn listed(&self, who: &Subject, kind: &str, lead: Lead) -> Vec<String> {
        let filter = self.access.list_filter_within(who, "read", kind, &[lead]).await.unwrap();
        let page = self.journal.tenant(&who.tenant).query(&Query::new("thing", filter)).await.unwrap();
        page.rows.into_iter().map(|(id, _)| id.to_string()).collect()
    }

    async fn seen(&self, who: &Subject, kind: &str, whose: Whose<'_>) -> bool {
        self.access.allows_within(who, "read", Resource::new(kind, "1"), whose).await.unwrap()
    }
}

fn subject(id: &str, role: &str, groups: &[&str]) -> Subject {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Subject { roles: vec![role.to_owned()], groups, ..Subject::system(&TenantId::default(), id) }
}

fn everybody() -> [Subject; 5] {
    [
        subject("anna", "case-worker", &["claims"]),
        subject("carl", "case-worker", &["audit"]),
        subject("mia", "case-worker", &[]),
        subject("ben", "supervisor", &[]),
        subject("system:external-tasks", "system:external-tasks", &[]),
    ]
}

/// Cases `open` and `secret`, which `audit` and its assignee mia may see; and a thing for each way to lead to them.
async fn with_cases(store: &Store) {
    let case = |number: &str, groups: Value, assignee: Value| {
        json!({"title": "A case", "number": number, "definition": "claim", "stage": "s", "status": "open", "restrictedTo": groups,
            "assignee": {"id": assignee}, "assigneeId": assignee, "labels": []})
    };
    store.put("case", "open", case("C-1", Value::Null, Value::Null)).await;
    store.put("case", "secret", case("C-2", json!(["audit"]), json!("mia"))).await;
    for (root, case, key) in [("r-open", "open", "C-1"), ("r-secret", "secret", "other"), ("r-gone", "gone", "none")] {
        store.put("instance-case", root, json!({"instanceId": root, "caseId": case})).await;
        store.put("engine-process-instance", root, json!({"rootProcessInstanceId": root, "businessKey": key})).await;
    }
    // Named by its business key alone; and one that names an open case by one and a restricted one by the other.
    for (root, key) in [("r-named", "C-2"), ("r-both", "C-2"), ("r-free", "order-7")] {
        store.put("engine-process-instance", root, json!({"rootProcessInstanceId": root, "businessKey": key})).await;
    }
    store.put("instance-case", "r-both", json!({"instanceId": "r-both", "caseId": "open"})).await;
    // Recorded by one case, and later naming another.
    store.put("case-process", "r-kept", json!({"instanceId": "r-kept", "caseId": "secret"})).await;
    store.put("instance-case", "r-kept", json!({"instanceId": "r-kept", "caseId": "open"})).await;
    store
        .put("engine-process-instance", "called", json!({"rootProcessInstanceId": "r-secret", "businessKey": null}))
        .await;
}

#[tokio::test]
async fn a_list_holds_what_is_seen_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await;
    with_cases(&store).await;
    for root in ["r-open", "r-secret", "r-gone", "r-named", "r-both", "r-kept", "r-free", "unknown"] {
        store.put("thing", root, json!({"root": root})).await;
    }
    let of_secret = ["r-secret", "r-named", "r-both", "r-kept"];
    for who in everybody() {
        let sees_secret = who.id != "anna";
        let mut expected = vec!["r-free", "r-gone", "r-open", "unknown"];
        if sees_secret {
            expected.extend(of_secret);
        }
        expected.sort_unstable();
        for kind in ["task", "mail"] {
            assert_eq!(
                store.listed(&who, kind, Lead::Root(Column::named("root"))).await,
                expected,
                "{} {kind}",
                who.id
            );
            for root in ["r-open", "r-secret", "r-gone", "r-named", "r-both", "r-kept", "r-free", "unknown"] {
                let is_listed = expected.contains(&root);
                assert_eq!(store.seen(&who, kind, Whose::Root(root)).await, is_listed, "{} {root}", who.id);
            }
        }
    }
}

#[tokio::test]
async fn each_way_leads_to_the_case() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await;
    with_cases(&store).await;
    store.put("thing", "in-secret", json!({"caseId": "secret", "threadCaseId": null, "instance": "r-secret"})).await;
    store.put("thing", "answers-secret", json!({"caseId": null, "threadCaseId": "secret", "instance": "called"})).await;
    store.put("thing", "moved", json!({"caseId": "open", "threadCaseId": "secret", "instance": "r-open"})).await;
    store.put("thing", "free", json!({"caseId": null, "threadCaseId": null, "instance": null})).await;
    for who in everybody() {
        let sees_secret = who.id != "anna";
        let listed = |lead| store.listed(&who, "mail", lead);
        assert_eq!(listed(Lead::Case(MailCaseRow::CASE_ID)).await.contains(&"in-secret".to_owned()), sees_secret);
        let answers =
            listed(Lead::CaseUnless { column: MailCaseRow::THREAD_CASE_ID, unless: MailCaseRow::CASE_ID }).await;
        assert_eq!(answers.contains(&"answers-secret".to_owned()), sees_secret);
        assert!(answers.contains(&"moved".to_owned()), "what is in an open case is seen there");
        let instances = listed(Lead::Instance(Column::named("instance"))).await;
        for thing in ["in-secret", "answers-secret"] {
            assert_eq!(instances.contains(&thing.to_owned()), sees_secret, "{} {thing}", who.id);
        }
        assert!(instances.contains(&"free".to_owned()) && instances.contains(&"moved".to_owned()));
    }
}

#[tokio::test]
async fn a_file_is_seen_in_one_of_its_cases_and_a_mail_in_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await;
    with_cases(&store).await;
    for (mail, case, thread) in [
        ("m-1", json!("secret"), Value::Null),
        ("m-2", Value::Null, json!("secret")),
        ("m-3", json!("open"), json!("secret")),
    ] {
        store.put("mail", mail, json!({"caseId": case, "threadCaseId": thread})).await;
    }
    for (nth, (file, case)) in [("f-doc", "secret"), ("f-two", "secret"), ("f-two", "open")].into_iter().enumerate() {
        store.put("case-file", &nth.to_string(), json!({"fileId": file, "caseId": case})).await;
    }
    for (nth, (file, mail)) in [("f-mail", "m-1"), ("f-answer", "m-2"), ("f-open", "m-3")].into_iter().enumerate() {
        store.put("mail-file", &nth.to_string(), json!({"fileId": file, "mailId": mail})).await;
    }
    for who in everybody() {
        let sees_secret = who.id != "anna";
        for (file, is_secret) in [
            ("f-doc", true),
            ("f-mail", true),
            ("f-answer", true),
            ("f-two", false),
            ("f-open", false),
            ("f-none", false),
        ] {
            let seen = store.seen(&who, "file", Whose::File(file)).await;
            assert_eq!(seen, sees_secret || !is_secret, "{} {file}", who.id);
        }
        for (mail, is_secret) in [("m-1", true), ("m-2", true), ("m-3", false), ("m-4", false)] {
            let seen = store.seen(&who, "mail", Whose::Mail(mail)).await;
            assert_eq!(seen, sees_secret || !is_secret, "{} {mail}", who.id);
        }
    }
}

#[tokio::test]
async fn a_rule_of_ones_own_about_cases_decides_about_what_is_in_them() {
    let dir = tempfile::tempdir().unwrap();
    let policies = dir.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let own = r#"
        package casewright.local
        import rego.v1
        deny if { input.resource.kind == "case"; input.resource.attributes.definition == "claim" }
        filter := {"ne": ["definition", "claim"]} if input.resource.kind == "case"
    "#;
    std::fs::write(policies.join("own.rego"), own).unwrap();
    let mut config = support::config(dir.path());
    config.policies = Some(policies);
    let mut store = Store::open(dir.path()).await;
    store.access = Access::open(store.journal.clone(), config).await.unwrap();
    with_cases(&store).await;
    store.put("thing", "r-open", json!({"root": "r-open"})).await;
    store.put("thing", "r-free", json!({"root": "r-free"})).await;
    let ben = subject("ben", "supervisor", &[]);
    assert!(!store.seen(&ben, "task", Whose::Root("r-open")).await);
    assert!(store.seen(&ben, "task", Whose::Root("r-free")).await);
    assert_eq!(store.listed(&ben, "task", Lead::Root(Column::named("root"))).await, ["r-free"]);
}

#[tokio::test]
async fn what_is_not_to_be_seen_is_missing_and_what_is_not_allowed_is_forbidden() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await;
    with_cases(&store).await;
    let missing = || casewright_service::Problem::not_found("There is no such mail.");
    let ask = |who: Subject, action: &'static str| {
        let access = store.access.clone();
        async move {
            let resource = Resource::new("mail", "m");
            access.authorize_within(&who, action, resource, Whose::Case("secret"), missing).await
        }
    };
    let anna = subject("anna", "case-worker", &["claims"]);
    let carl = subject("carl", "case-worker", &["audit"]);
    assert_eq!(ask(anna, "reprocess").await.unwrap_err().status, 404);
    assert_eq!(ask(carl.clone(), "reprocess").await.unwrap_err().status, 403);
    ask(carl, "read").await.unwrap();
}

#[tokio::test]
async fn where_no_cases_are_kept_nothing_belongs_to_one() {
    let dir = tempfile::tempdir().unwrap();
    let platform = support::Platform::open(dir.path()).await;
    let anna = subject("anna", "case-worker", &[]);
    let filter =
        platform.access.list_filter_within(&anna, "read", "task", &[Lead::Root(Column::named("root"))]).await.unwrap();
    assert_eq!(filter, Filter::All);
    for whose in [Whose::Root("r"), Whose::Case("c"), Whose::File("f"), Whose::Mail("m"), Whose::Nobody] {
        assert_eq!(platform.access.cases_of(&anna.tenant, whose).await.unwrap(), []);
    }
}
