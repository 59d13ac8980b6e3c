//! The description of `/api/v1` that this room serves is a contract: a change of it is a change somebody decided on.
//! After such a change: `INSTA_UPDATE=always cargo test -p casewright-case-api --test openapi`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

#[tokio::test]
async fn the_description_of_the_api_is_the_agreed_one() {
    let platform = support::Platform::open().await;
    insta::assert_json_snapshot!("openapi", platform.api);
}
