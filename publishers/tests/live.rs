//! `/api/v1/live` over a real socket: who is told what, and what happens to those who come back, stay too long or stop
//! reading.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_publishers::LiveTimes;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;
use support::logs::Logs;
use support::{Platform, Setup, engine, text};

#[tokio::test]
async fn without_a_good_token_nothing_is_told_and_the_connection_ends() {
    let platform = Platform::open().await;
    let mut forged = platform.connect().await.unwrap();
    forged.hello("not.a.token", None).await;
    assert_eq!(forged.next().await.unwrap(), json!({"type": "error", "code": "unauthorized"}));
    assert_eq!(forged.next().await, None);

    let mut impatient = platform.connect().await.unwrap();
    impatient.subscribe(&["cases"]).await;
    assert_eq!(impatient.next().await.unwrap(), json!({"type": "error", "code": "invalid-message"}));
    assert_eq!(impatient.next().await, None);
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for_without_end() {
    let live_times = LiveTimes { hello: Duration::from_millis(50), ..LiveTimes::default() };
    let platform = Platform::open_with(Setup { live_times, ..Setup::default() }).await;
    assert_eq!(platform.connect().await.unwrap().next().await, None);
}

#[tokio::test]
async fn a_change_of_a_case_arrives_with_ids_and_without_contents() {
    let platform = Platform::open().await;
    let mut tab = platform.tab("anna", &["cases"]).await;
    let case = platform.new_case("claim").await;
    let created = tab.event().await;
    assert_eq!((&created["channel"], &created["kind"]), (&json!("cases"), &json!("case")));
    assert_eq!((text(&created["id"]), text(&created["event"])), (case.clone(), "case-created".to_owned()));
    assert_eq!(created["version"], 1);
    let mut members: Vec<&String> = created.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["channel", "event", "id", "kind", "position", "type", "version"]);

    let mut page = platform.tab("ben", &[&format!("case:{case}")]).await;
    let other = platform.new_case("claim").await;
    platform.change(&case, json!({"stage": "assessment"})).await;
    let moved = page.event().await;
    assert_eq!((text(&moved["id"]), text(&moved["event"])), (case, "stage-changed".to_owned()));
    assert_eq!(tab.events(2).await.iter().filter(|(id, _)| *id == other).count(), 1);
}

#[tokio::test]
async fn a_channel_nobody_documented_is_refused_and_one_left_falls_silent() {
    // One log, so that what comes later is told later.
    let platform = Platform::open_with(Setup { shards: 1, ..Setup::default() }).await;
    let mut tab = platform.tab("anna", &["users"]).await;
    assert_eq!(tab.next().await.unwrap(), json!({"type": "error", "code": "unknown-channel"}));
    tab.say(json!({"type": "dance"})).await;
    assert_eq!(tab.next().await.unwrap(), json!({"type": "error", "code": "invalid-message"}));

    let case = platform.new_case("claim").await;
    let one = format!("case:{case}");
    tab.subscribe(&["cases", &one]).await;
    // What happened since the greeting is told with the first subscription.
    assert_eq!(tab.event().await["channel"], "cases");
    assert_eq!(tab.event().await["channel"], json!(one));
    tab.say(json!({"type": "unsubscribe", "channels": ["cases"]})).await;
    platform.new_case("claim").await;
    platform.change(&case, json!({"priority": 80})).await;
    assert_eq!(tab.event().await["channel"], json!(one));
}

#[tokio::test]
async fn what_a_user_may_not_see_they_are_not_told_of_and_the_log_does_not_call_that_an_attempt() {
    let (logs, _guard) = Logs::collect();
    let platform = Platform::open_with(Setup { shards: 1, ..Setup::default() }).await;
    let mut carl = platform.tab("carl", &["cases"]).await;
    let mut anna = platform.tab("anna", &["cases"]).await;
    let secret = platform.new_case("secret").await;
    carl.subscribe(&[&format!("case:{secret}")]).await;
    platform.change(&secret, json!({"priority": 90})).await;
    let open = platform.new_case("claim").await;
    assert_eq!(text(&carl.event().await["id"]), open);
    assert_eq!(anna.events(3).await.iter().filter(|(id, _)| *id == secret).count(), 2);
    assert!(!logs.text().contains("forbidden"), "{}", logs.text());
}

#[tokio::test]
async fn tasks_and_processes_of_a_restricted_case_are_told_as_the_case_is() {
    let platform = Platform::open_with(Setup { shards: 1, ..Setup::default() }).await;
    let (secret, open) = (platform.new_case("secret").await, platform.new_case("claim").await);
    let (hidden, shown) = ("00112233-4455-6677-8899-000000000001", "00112233-4455-6677-9988-000000000001");
    let channels = ["tasks", &format!("process:{hidden}"), &format!("process:{shown}")];
    let mut carl = platform.tab("carl", &channels).await;
    let mut anna = platform.tab("anna", &channels).await;
    engine::start(&platform.journal, hidden, &secret).await;
    engine::start(&platform.journal, shown, &open).await;
    let told = carl.events(3).await;
    assert!(told.iter().all(|(id, _)| id.starts_with("00112233-4455-6677-9988")), "{told:?}");
    let told = anna.events(6).await;
    assert_eq!(told.iter().filter(|(id, _)| id.starts_with("00112233-4455-6677-8899")).count(), 3, "{told:?}");
}

#[tokio::test]
async fn access_that_is_given_later_counts_from_then_on() {
    let platform = Platform::open_with(Setup { shards: 1, ..Setup::default() }).await;
    let mut carl = platform.tab("carl", &["cases"]).await;
    let secret = platform.new_case("secret").await;
    platform.change(&secret, json!({"assignee": "carl"})).await;
    let told = carl.event().await;
    assert_eq!((text(&told["id"]), text(&told["event"])), (secret, "assigned".to_owned()));
}

#[tokio::test]
async fn a_notification_is_told_to_its_receiver_alone_and_nobody_elses_policy_is_asked() {
    let (logs, _guard) = Logs::collect();
    let platform = Platform::open_with(Setup { shards: 1, ..Setup::default() }).await;
    let mut anna = platform.tab("anna", &["notifications"]).await;
    let mut ben = platform.tab("ben", &["notifications"]).await;
    let send = |user: &str| json!({"to": {"user": user}, "kind": "process", "title": "Look", "key": user});
    for user in ["ben", "anna"] {
        platform.post("system:external-tasks", "/api/v1/notifications", send(user)).await.expect(201);
    }
    let (hers, his) = (anna.event().await, ben.event().await);
    assert_eq!((&hers["kind"], &hers["event"]), (&json!("notification"), &json!("notification-created")));
    assert_ne!(hers["id"], his["id"]);

    let read = format!("/api/v1/notifications/{}/read", text(&his["id"]));
    platform.post("ben", &read, json!({})).await.expect(204);
    assert_eq!(ben.event().await["event"], "notification-read");
    assert_eq!(anna.said_until_pong().await, Vec::<serde_json::Value>::new());
    assert!(!logs.text().contains("forbidden"), "{}", logs.text());
}

#[tokio::test]
async fn who_comes_back_is_told_exactly_what_was_missed() {
    let platform = Platform::open().await;
    let mut tab = platform.tab("anna", &["cases"]).await;
    let first = platform.new_case("claim").await;
    let second = platform.new_case("claim").await;
    tab.event().await;
    let position = text(&tab.event().await["position"]);
    drop(tab);

    let mut missed = vec![
        (first.clone(), platform.change(&first, json!({"priority": 60})).await),
        (first.clone(), platform.change(&first, json!({"priority": 70})).await),
        (second.clone(), platform.change(&second, json!({"priority": 80})).await),
    ];
    missed.sort();
    let mut tab = platform.connect().await.unwrap();
    tab.hello(&platform.token("anna").await, Some(&position)).await;
    assert_eq!(tab.next().await.unwrap()["type"], "ready");
    // Between greeting and subscription nothing is passed by.
    tokio::task::yield_now().await;
    tab.subscribe(&["cases"]).await;
    assert_eq!(tab.events(3).await, missed);
    let live = (second.clone(), platform.change(&second, json!({"priority": 90})).await);
    assert_eq!(tab.events(1).await, [live]);
}

#[tokio::test]
async fn an_unknown_position_means_fetching_anew() {
    let platform = Platform::open().await;
    let mut tab = platform.connect().await.unwrap();
    tab.hello(&platform.token("anna").await, Some("of another platform!")).await;
    assert_eq!(tab.next().await.unwrap()["type"], "ready");
    assert_eq!(tab.next().await.unwrap()["type"], "resync");
}

#[tokio::test]
async fn a_token_that_ended_silences_the_connection_until_a_new_one_comes() {
    let platform = Platform::open().await;
    let mut tab = platform.tab("anna", &["cases"]).await;
    platform.clock.advance(SignedDuration::from_secs(301));
    assert_eq!(tab.next().await.unwrap(), json!({"type": "error", "code": "token-expired"}));
    let case = platform.new_case("claim").await;
    assert_eq!(tab.said_until_pong().await, Vec::<serde_json::Value>::new());

    tab.hello(&platform.token("anna").await, None).await;
    assert_eq!(tab.next().await.unwrap()["type"], "ready");
    assert_eq!(tab.next().await.unwrap()["type"], "resync", "what happened meanwhile was not told");
    platform.change(&case, json!({"priority": 60})).await;
    assert_eq!(text(&tab.event().await["id"]), case);
}

#[tokio::test]
async fn a_token_that_ended_and_is_not_renewed_or_is_somebody_elses_ends_the_connection() {
    let live_times = LiveTimes { hello: Duration::from_secs(1), ..LiveTimes::default() };
    let platform = Platform::open_with(Setup { live_times, ..Setup::default() }).await;
    let mut forgotten = platform.tab("anna", &["cases"]).await;
    platform.clock.advance(SignedDuration::from_secs(301));
    assert_eq!(forgotten.next().await.unwrap()["code"], "token-expired");
    assert_eq!(forgotten.next().await, None);

    let mut shared = platform.tab("anna", &["cases"]).await;
    shared.hello(&platform.token("ben").await, None).await;
    assert_eq!(shared.next().await.unwrap(), json!({"type": "error", "code": "unauthorized"}));
    assert_eq!(shared.next().await, None);
}

#[tokio::test]
async fn more_connections_than_allowed_are_turned_away() {
    let platform = Platform::open_with(Setup { max_live_connections: 1, ..Setup::default() }).await;
    let tab = platform.tab("anna", &["cases"]).await;
    assert_eq!(refusal(&platform).await, Some(503));
    drop(tab);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while refusal(&platform).await.is_some() {
        assert!(tokio::time::Instant::now() < deadline, "the place of a client that left was not given on");
    }
}

/// The status a new connection is refused with; none: it is accepted.
async fn refusal(platform: &Platform) -> Option<u16> {
    use tokio_tungstenite::tungstenite::Error;
    match platform.connect().await {
        Ok(_) => None,
        Err(Error::Http(response)) => Some(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_and_delays_nobody() {
    let live_times =
        LiveTimes { behind: Duration::from_millis(100), closing: Duration::from_millis(100), ..LiveTimes::default() };
    let setup = Setup { live_times, max_live_connections: 2, send_buffer: Some(4_096), shards: 1, ..Setup::default() };
    let platform = Platform::open_with(setup).await;
    let case = platform.new_case("claim").await;
    // Held open and never read from again.
    let sleeper = platform.narrow_tab("anna", &["cases", &format!("case:{case}")]).await;
    let mut reader = platform.tab("ben", &["cases"]).await;
    assert_eq!(refusal(&platform).await, Some(503));

    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    let mut priority = 0;
    while refusal(&platform).await.is_some() {
        assert!(tokio::time::Instant::now() < deadline, "the client that does not read still holds its place");
        for _ in 0..50 {
            priority = (priority + 1) % 100;
            let version = platform.change(&case, json!({"priority": priority})).await;
            assert_eq!(reader.event().await["version"], version);
        }
    }
    drop(sleeper);
}

#[tokio::test]
async fn a_connection_ends_with_the_sign_in_of_its_token() {
    use casewright_access::accounts::UserChange;
    use casewright_journal::TenantId;
    let platform = Platform::open().await;
    let (mut ended, mut disabled) = (platform.tab("anna", &["cases"]).await, platform.tab("carl", &["cases"]).await);
    let mut other = platform.tab("ben", &["cases"]).await;
    let (tenant, accounts) = (TenantId::default(), platform.access.accounts());
    accounts.end_sessions(&tenant, "system:test", "anna", None).await.unwrap();
    let change = UserChange { enabled: Some(false), ..UserChange::default() };
    accounts.change_user(&tenant, "system:test", "carl", change).await.unwrap();
    for tab in [&mut ended, &mut disabled] {
        assert_eq!(tab.next().await.unwrap(), json!({"type": "error", "code": "unauthorized"}));
        assert_eq!(tab.next().await, None);
    }
    other.say(json!({"type": "ping"})).await;
    assert_eq!(other.next().await.unwrap(), json!({"type": "pong"}));
}

#[tokio::test]
async fn a_process_that_is_about_to_stop_sends_its_clients_elsewhere() {
    let platform = Platform::open().await;
    let mut tab = platform.tab("anna", &["cases"]).await;
    let mut stranger = platform.connect().await.unwrap();
    assert_eq!(tab.said_until_pong().await, Vec::<serde_json::Value>::new());
    platform.shutdown.drain();
    assert_eq!(tab.closed().await, Some(1012), "service restart");
    assert_eq!(stranger.closed().await, Some(1012));
    assert_eq!(refusal(&platform).await, Some(503), "nobody is let in any more");
}
