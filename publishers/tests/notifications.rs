//! Who is notified of what, once; what they want; and that an inbox is its owner's alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::{Aggregate, AggregateKey, Clock as _, CommandContext, Decision, EntryMeta, TenantId};
use serde_json::{Value, json};
use support::{Platform, Setup, text};

const INBOX: &str = "/api/v1/notifications";
const MACHINE: &str = "system:external-tasks";

fn count(page: &Value) -> usize {
    page["items"].as_array().unwrap().len()
}

fn notice(to: Value, key: &str) -> Value {
    json!({"to": to, "kind": "process", "title": format!("About {key}"), "body": "Please look.", "link": "/cases/1", "key": key})
}

#[tokio::test]
async fn an_entry_that_is_heard_twice_notifies_once() {
    let platform = Platform::open_with(Setup { twice: true, ..Setup::default() }).await;
    let case = platform.new_case("claim").await;
    platform.change(&case, json!({"assignee": "ben"})).await;
    platform.until("ben", INBOX, |page| count(page) == 1).await;
    // What comes later of the same case is heard later: the second hearing of the first entry is over then.
    let mention = json!({"body": "@ben look", "mentions": ["ben"]});
    platform.post("anna", &format!("/api/v1/cases/{case}/comments"), mention).await.expect(201);
    let page = platform.until("ben", INBOX, |page| count(page) >= 2).await;
    let kinds: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 2, "{page}");
    assert!(kinds.contains(&"case-assigned") && kinds.contains(&"mention"), "{page}");
    let assigned = page["items"].as_array().unwrap().iter().find(|item| item["kind"] == "case-assigned").unwrap();
    assert_eq!(assigned["title"], "CLM-000001 was assigned to you");
    assert_eq!(assigned["link"], format!("/cases/{case}"));
    assert_eq!(assigned["caseId"], case);
    assert_eq!(assigned["deliveries"][0]["channel"], "in-app");
    assert_eq!(assigned["deliveries"][0]["state"], "sent");
}

#[tokio::test]
async fn nobody_is_told_what_they_did_themselves_or_may_not_see() {
    let platform = Platform::open().await;
    let secret = platform.new_case("secret").await;
    platform.change(&secret, json!({"assignee": "anna"})).await;
    let mention = json!({"body": "all of you", "mentions": ["anna", "ben", "carl"]});
    platform.post("anna", &format!("/api/v1/cases/{secret}/comments"), mention).await.expect(201);
    platform.until("ben", INBOX, |page| count(page) == 1).await;
    assert_eq!(count(&platform.get("anna", INBOX).await.expect(200).body), 0);
    assert_eq!(count(&platform.get("carl", INBOX).await.expect(200).body), 0);

    let about = json!({"to": {"user": "carl"}, "kind": "process", "title": "x", "caseId": secret});
    let sent = platform.post(MACHINE, INBOX, about).await.expect(201).body;
    assert_eq!(sent["ids"], json!([]));
}

/// The log of a process as the engine writes it, as far as it is read here.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
struct Process;

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct ProcessFact(Value);

impl Aggregate for Process {
    type Event = ProcessFact;
    const KIND: &'static str = "process-instance";

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &ProcessFact, _: &EntryMeta) {}

    fn event_name(fact: &ProcessFact) -> &'static str {
        if fact.0.get("task").is_some() { "user-task-created" } else { "instance-started" }
    }
}

#[tokio::test]
async fn a_task_names_its_case_though_nothing_links_the_two_yet() {
    let platform = Platform::open().await;
    let case = platform.new_case("claim").await;
    let definition = json!({"id": "p:1:x", "key": "p"});
    let facts = [
        json!({"instance": {"id": 1, "definition": definition, "businessKey": "CLM-000001"}}),
        json!({"task": {"id": 3, "instance": 1, "definition": definition, "activityId": "check", "name": "Check papers",
            "priority": 50, "created": 0, "links": [{"group": "claims", "kind": "candidate"}]}}),
    ];
    let root = "00112233-4455-6677-8899-000000000001";
    platform
        .journal
        .tenant(&TenantId::default())
        .execute::<Process, (), std::convert::Infallible, _>(root, CommandContext::default(), move |_, _| {
            Ok(Decision { events: facts.iter().cloned().map(ProcessFact).collect(), answer: () })
        })
        .await
        .unwrap();
    let page = platform.until("ben", INBOX, |page| count(page) == 1).await;
    let told = &page["items"][0];
    assert_eq!((&told["title"], &told["body"]), (&json!("New task: Check papers"), &json!("CLM-000001")));
    assert_eq!(told["caseId"], case);
}

#[tokio::test]
async fn a_machine_client_notifies_users_groups_and_addresses_once_per_key() {
    let platform = Platform::open().await;
    let first = platform.post(MACHINE, INBOX, notice(json!({"group": "claims"}), "k1")).await.expect(201).body;
    assert_eq!(first["ids"].as_array().unwrap().len(), 2, "anna and ben");
    let again = platform.post(MACHINE, INBOX, notice(json!({"group": "claims"}), "k1")).await.expect(201).body;
    assert_eq!(again, first);
    assert_eq!(count(&platform.get("anna", INBOX).await.expect(200).body), 1);

    for (to, told) in [
        (json!({"group": "nobody"}), "There is no such group."),
        (json!({"user": "nobody"}), "There is no such user."),
        (json!({"email": "nowhere"}), "That is not an address."),
    ] {
        let refused = platform.post(MACHINE, INBOX, notice(to, "k2")).await.expect(422).body;
        assert_eq!((&refused["code"], &refused["detail"]), (&json!("unknown-recipient"), &json!(told)));
        assert_eq!(refused["errors"][0]["pointer"], "/to");
    }
    platform.post("ben", INBOX, notice(json!({"user": "anna"}), "k3")).await.expect(403);
}

#[tokio::test]
async fn an_inbox_is_counted_paged_and_marked_as_read_by_its_owner_alone() {
    let platform = Platform::open().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        platform.clock.advance(jiff::SignedDuration::from_secs(1));
        let to = json!({"user": "anna"});
        let sent = platform.post(MACHINE, INBOX, notice(to, &number.to_string())).await.expect(201).body;
        ids.push(text(&sent["ids"][0]));
    }
    let unread = format!("{INBOX}/count");
    assert_eq!(platform.get("anna", &unread).await.expect(200).body, json!({"unread": 5}));
    assert_eq!(platform.get("ben", &unread).await.expect(200).body, json!({"unread": 0}));

    let mut seen = Vec::new();
    let mut path = format!("{INBOX}?limit=2");
    loop {
        let page = platform.get("anna", &path).await.expect(200).body;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])));
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("{INBOX}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ids.iter().rev().cloned().collect::<Vec<_>>(), "newest first, none twice, none left out");

    let refused = platform.get("anna", &format!("{INBOX}?cursor=nonsense")).await.expect(400);
    assert_eq!(refused.body["code"], "invalid-cursor");

    let one = format!("{INBOX}/{}/read", ids[0]);
    let refused = platform.post("ben", &one, json!({})).await.expect(404);
    let unknown = platform.post("ben", &format!("{INBOX}/none/read"), json!({})).await.expect(404);
    assert_eq!(refused.body["detail"], unknown.body["detail"], "somebody else's looks like none");
    platform.post("anna", &one, json!({})).await.expect(204);
    platform.post("anna", &one, json!({})).await.expect(204);
    let page = platform.get("anna", &format!("{INBOX}?state=unread&total=true")).await.expect(200).body;
    assert_eq!((count(&page), &page["total"]), (4, &json!(4)));
    platform.post("anna", &format!("{INBOX}/read-all"), json!({})).await.expect(204);
    assert_eq!(platform.get("anna", &unread).await.expect(200).body, json!({"unread": 0}));
    let all = platform.get("anna", &format!("{INBOX}?state=all")).await.expect(200).body;
    assert!(all["items"].as_array().unwrap().iter().all(|item| item["readAt"].is_string()), "{all}");
}

#[tokio::test]
async fn what_somebody_does_not_want_in_the_app_is_not_there() {
    let platform = Platform::open().await;
    let preferences = "/api/v1/notification-preferences";
    let none = platform.get("anna", preferences).await.expect(200);
    assert_eq!((none.body["kinds"].clone(), none.etag.as_deref()), (json!({}), Some("\"0\"")));
    let quiet = json!({"kinds": {"process": {"inApp": false}}});
    let set =
        platform.send("anna", "PUT", preferences, &[("if-match", "\"0\"")], Some(quiet.clone())).await.expect(200);
    let stale = platform.send("anna", "PUT", preferences, &[("if-match", "\"0\"")], Some(json!({}))).await.expect(412);
    assert_eq!(stale.body["currentVersion"], 1);
    assert_eq!(set.etag.as_deref(), Some("\"1\""));
    assert_eq!(platform.get("anna", preferences).await.body["kinds"]["process"]["inApp"], false);
    assert_eq!(platform.get("ben", preferences).await.body["kinds"], json!({}));

    platform.post(MACHINE, INBOX, notice(json!({"group": "claims"}), "k")).await.expect(201);
    assert_eq!(count(&platform.get("anna", INBOX).await.expect(200).body), 0);
    assert_eq!(count(&platform.get("ben", INBOX).await.expect(200).body), 1);

    for (wrong, pointer) in [
        (json!({"phone": "0301234"}), "/phone"),
        (json!({"webhookUrl": "not a url"}), "/webhookUrl"),
        (json!({"kinds": {"no\nkind": {}}}), "/kinds/no\nkind"),
    ] {
        let refused = platform.put("anna", preferences, wrong).await.expect(422).body;
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
}

#[tokio::test]
async fn a_body_that_is_not_as_agreed_is_refused_with_where() {
    let platform = Platform::open().await;
    let unknown = json!({"to": {"user": "anna"}, "kind": "process", "title": "x", "colour": "red"});
    let refused = platform.post(MACHINE, INBOX, unknown).await.expect(400).body;
    assert_eq!((&refused["code"], &refused["errors"][0]["pointer"]), (&json!("unknown-field"), &json!("/colour")));
    let missing = json!({"to": {"user": "anna"}, "kind": "process"});
    let refused = platform.post(MACHINE, INBOX, missing).await.expect(400).body;
    assert_eq!(refused["code"], "missing-field");
}

#[tokio::test]
async fn what_is_done_or_put_off_leaves_the_inbox_and_comes_back_in_its_time() {
    let platform = Platform::open().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        platform.clock.advance(jiff::SignedDuration::from_secs(1));
        let sent = platform.post(MACHINE, INBOX, notice(json!({"user": "anna"}), &number.to_string())).await;
        ids.push(text(&sent.expect(201).body["ids"][0]));
    }
    let listed = async |state: &str| {
        let page = platform.get("anna", &format!("{INBOX}?state={state}")).await.expect(200).body;
        page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])).collect::<Vec<_>>()
    };
    let change = async |who: &str, change: Value| {
        platform.patch(who, INBOX, change).await.expect(204);
    };
    let later = platform.clock.now() + jiff::SignedDuration::from_hours(1);
    change("anna", json!({"ids": [ids[0]], "snoozedUntil": later.to_string()})).await;
    change("anna", json!({"ids": [ids[1], "nothing"], "done": true})).await;
    // Somebody else's stay as they are.
    change("ben", json!({"ids": [ids[2]], "done": true})).await;
    assert_eq!(listed("open").await, [ids[2].clone()]);
    assert_eq!(listed("snoozed").await, [ids[0].clone()]);
    assert_eq!(listed("done").await, [ids[1].clone()]);
    assert_eq!(listed("all").await.len(), 3);
    let unread = format!("{INBOX}/count");
    assert_eq!(platform.get("anna", &unread).await.expect(200).body, json!({"unread": 1}));
    // It comes back above what came after it.
    platform.clock.advance(jiff::SignedDuration::from_hours(2));
    assert_eq!(listed("open").await, [ids[0].clone(), ids[2].clone()]);
    assert_eq!(platform.get("anna", &unread).await.expect(200).body, json!({"unread": 2}));
    change("anna", json!({"ids": [ids[1]], "done": false})).await;
    assert_eq!(listed("open").await.len(), 3);
    assert!(listed("done").await.is_empty());
    platform.get("anna", &format!("{INBOX}?state=lost")).await.expect(400);
    let many: Vec<String> = (0..201).map(|number| number.to_string()).collect();
    platform.patch("anna", INBOX, json!({"ids": many, "done": true})).await.expect(422);
    let kinds = platform.get("anna", &format!("{INBOX}?kind=mention,other")).await.expect(200).body;
    assert_eq!(count(&kinds), 0);
}

#[tokio::test]
async fn of_a_muted_case_one_is_told_only_what_is_asked_of_oneself() {
    let platform = Platform::open().await;
    let case = platform.new_case("claim").await;
    platform.change(&case, json!({"assignee": "ben"})).await;
    platform.until("ben", INBOX, |page| count(page) == 1).await;
    let mutes = "/api/v1/notification-mutes";
    platform.send("ben", "PUT", &format!("{mutes}/{case}"), &[], None).await.expect(204);
    assert_eq!(platform.get("ben", mutes).await.expect(200).body, json!({"cases": [case]}));
    assert_eq!(platform.get("anna", mutes).await.expect(200).body, json!({"cases": []}));
    let about =
        |kind: &str, key: &str| json!({"to": {"user": "ben"}, "kind": kind, "title": "x", "caseId": case, "key": key});
    let quiet = platform.post(MACHINE, INBOX, about("mail-received", "m1")).await.expect(201).body;
    assert_eq!(quiet["ids"], json!([]));
    let named = platform.post(MACHINE, INBOX, about("mention", "m2")).await.expect(201).body;
    assert_eq!(named["ids"].as_array().unwrap().len(), 1);
    let of_case = platform.get("ben", &format!("{INBOX}?case={case}")).await.expect(200).body;
    assert_eq!(count(&of_case), 2);
    platform.send("ben", "DELETE", &format!("{mutes}/{case}"), &[], None).await.expect(204);
    let loud = platform.post(MACHINE, INBOX, about("mail-received", "m3")).await.expect(201).body;
    assert_eq!(loud["ids"].as_array().unwrap().len(), 1);
}

/// The titles of what somebody was told because they follow a case, sorted.
async fn followed(platform: &Platform, user: &str) -> Vec<String> {
    let page = platform.get(user, &format!("{INBOX}?kind=case-followed")).await.expect(200).body;
    let mut titles: Vec<String> = page["items"].as_array().unwrap().iter().map(|item| text(&item["title"])).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn who_follows_a_case_is_told_what_happens_while_they_want_to_and_may_see_it() {
    let platform = Platform::open().await;
    let tenant = TenantId::default();
    platform.access.accounts().join(&tenant, "system:test", "carl", "claims").await.unwrap();
    let case = platform.new_case("secret").await;
    let path = format!("/api/v1/cases/{case}");
    let following = format!("{path}/following");
    let say = async |who: &str, mentions: Value| {
        let comment = json!({"body": "look", "mentions": mentions});
        platform.post(who, &format!("{path}/comments"), comment).await.expect(201);
    };
    for user in ["ben", "carl"] {
        platform.send(user, "PUT", &following, &[], None).await.expect(204);
    }
    platform.send("ben", "PUT", "/api/v1/cases/SEC-000001/following", &[], None).await.expect(204);
    platform.until("ben", &following, |body| *body == json!({"isFollowing": true, "followers": 2})).await;
    let mine = platform.get("ben", "/api/v1/cases?following=me").await.expect(200).body;
    assert_eq!((count(&mine), &mine["items"][0]["id"]), (1, &json!(case)));
    assert_eq!(count(&platform.get("anna", "/api/v1/cases?following=me").await.expect(200).body), 0);
    assert_eq!(count(&platform.get("anna", "/api/v1/cases?following=ben").await.expect(200).body), 0);

    say("anna", json!([])).await;
    platform.change(&case, json!({"stage": "assessment"})).await;
    platform.change(&case, json!({"status": "closed"})).await;
    // What they did themselves they know, and who is named is told that alone.
    say("ben", json!([])).await;
    say("anna", json!(["ben"])).await;
    platform.until("ben", &format!("{INBOX}?kind=mention"), |page| count(page) == 1).await;
    let told =
        ["Anna Meyer commented on SEC-000001", "SEC-000001 has status Closed", "SEC-000001 is in stage Assessment"];
    assert_eq!(followed(&platform, "ben").await, told);

    // Carl hears of each entry after Ben would.
    let until_carl = async |times: usize| {
        platform.until("carl", &format!("{INBOX}?kind=case-followed"), |page| count(page) == times).await;
    };
    until_carl(5).await;
    let mute = format!("/api/v1/notification-mutes/{case}");
    platform.send("ben", "PUT", &mute, &[], None).await.expect(204);
    say("anna", json!([])).await;
    until_carl(6).await;
    assert_eq!(followed(&platform, "ben").await, told, "the case is muted");
    platform.send("ben", "DELETE", &mute, &[], None).await.expect(204);

    let wishes = json!({"kinds": {"case-followed": {"inApp": false}}});
    platform.put("ben", "/api/v1/notification-preferences", wishes).await.expect(200);
    say("anna", json!([])).await;
    until_carl(7).await;
    assert_eq!(followed(&platform, "ben").await, told, "it is not wanted in the app");
    platform.put("ben", "/api/v1/notification-preferences", json!({"kinds": {}})).await.expect(200);

    platform.access.accounts().leave(&tenant, "system:test", "carl", "claims").await.unwrap();
    platform.row_until("user", |row| row["id"] == "carl" && row["groups"] == json!([])).await;
    say("anna", json!([])).await;
    let until_ben = async |times: usize| {
        platform.until("ben", &format!("{INBOX}?kind=case-followed"), |page| count(page) == times).await;
    };
    until_ben(4).await;
    platform.access.accounts().join(&tenant, "system:test", "carl", "claims").await.unwrap();
    platform.row_until("user", |row| row["id"] == "carl" && row["groups"] == json!(["claims"])).await;
    say("anna", json!(["carl"])).await;
    until_ben(5).await;
    platform.until("carl", &format!("{INBOX}?kind=mention"), |page| count(page) == 1).await;
    assert_eq!(followed(&platform, "carl").await.len(), 7, "what was not to be seen is not told afterwards");

    platform.send("ben", "DELETE", &following, &[], None).await.expect(204);
    platform.until("ben", &following, |body| *body == json!({"isFollowing": false, "followers": 1})).await;
    say("anna", json!([])).await;
    until_carl(8).await;
    assert_eq!(followed(&platform, "ben").await.len(), 5, "it is followed no longer");
    assert_eq!(platform.send("dana", "PUT", &following, &[], None).await.expect(404).code(), "not-found");
}
