//! Who is at a case, over real sockets: who is told, of whom, and when they stop being there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

/// Who is at the case and what they do there, as the next message says.
async fn people(tab: &mut support::live::Tab, case: &str) -> Vec<(String, String)> {
    let told = tab.next().await.unwrap();
    assert_eq!((&told["type"], &told["case"]), (&json!("presence"), &json!(case)), "{told}");
    let who = |one: &Value| (support::text(&one["id"]), support::text(&one["activity"]));
    told["people"].as_array().unwrap().iter().map(who).collect()
}

fn is_at(case: &str, activity: &str) -> Value {
    json!({"type": "present", "case": case, "activity": activity})
}

#[tokio::test]
async fn people_at_a_case_are_told_of_each_other_until_the_connection_ends() {
    let platform = Platform::open().await;
    let case = platform.new_case("claim").await;
    let (mut anna, mut ben) = (platform.tab("anna", &[]).await, platform.tab("ben", &[]).await);
    anna.say(is_at(&case, "viewing")).await;
    assert_eq!(people(&mut anna, &case).await, []);
    ben.say(is_at(&case, "viewing")).await;
    assert_eq!(people(&mut ben, &case).await, [("anna".to_owned(), "viewing".to_owned())]);
    assert_eq!(people(&mut anna, &case).await, [("ben".to_owned(), "viewing".to_owned())]);
    ben.say(is_at(&case, "replying")).await;
    assert_eq!(people(&mut anna, &case).await, [("ben".to_owned(), "replying".to_owned())]);
    drop(ben);
    assert_eq!(people(&mut anna, &case).await, []);

    let mut again = platform.tab("ben", &[]).await;
    again.say(is_at(&case, "editing-field")).await;
    assert_eq!(people(&mut anna, &case).await, [("ben".to_owned(), "editing-field".to_owned())]);
    again.say(json!({"type": "absent", "case": case})).await;
    assert_eq!(people(&mut anna, &case).await, []);
}

#[tokio::test]
async fn who_may_not_read_a_case_is_not_at_it_and_hears_of_nobody() {
    let platform = Platform::open().await;
    let secret = platform.new_case("secret").await;
    let (mut anna, mut carl) = (platform.tab("anna", &[]).await, platform.tab("carl", &[]).await);
    anna.say(is_at(&secret, "replying")).await;
    assert_eq!(people(&mut anna, &secret).await, []);
    carl.say(is_at(&secret, "viewing")).await;
    assert_eq!(carl.next().await.unwrap(), json!({"type": "error", "code": "unknown-case"}));
    carl.say(is_at("00112233-4455-6677-8899-aabbccddeeff", "viewing")).await;
    assert_eq!(carl.next().await.unwrap(), json!({"type": "error", "code": "unknown-case"}));
    assert_eq!(anna.said_until_pong().await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_connection_that_says_too_much_of_itself_is_not_listened_to() {
    let platform = Platform::open().await;
    let case = platform.new_case("claim").await;
    let (mut anna, mut ben) = (platform.tab("anna", &[]).await, platform.tab("ben", &[]).await);
    ben.say(is_at(&case, "viewing")).await;
    assert_eq!(people(&mut ben, &case).await, []);
    for n in 0..60 {
        anna.say(is_at(&case, if n % 2 == 0 { "replying" } else { "viewing" })).await;
    }
    let refused = json!({"type": "error", "code": "too-many-messages"});
    assert!(anna.said_until_pong().await.contains(&refused));
    assert!(ben.said_until_pong().await.len() <= 40);
}
