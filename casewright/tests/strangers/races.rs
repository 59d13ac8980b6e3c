//! Guesses that come all at once.

use super::support::Platform;

pub(crate) async fn a_hundred_guesses_at_once_find_nothing(platform: &Platform) {
    let guess = |guess: String| platform.send(platform.request("", "GET", "/api/v1/me").basic_auth("ben", Some(guess)));
    let mut answers = futures::future::join_all((0..99).map(|nth| guess(format!("w{nth}")))).await;
    // The right one comes last, when the door has closed.
    answers.push(guess(super::support::password("ben")).await);
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");
    let tried = statuses.iter().filter(|status| **status == 401).count();
    assert!(tried <= 10, "{tried} of a hundred were tried");
    assert!(answers.iter().any(|answer| answer.headers.contains_key("retry-after")), "{statuses:?}");
    platform.alive("a hundred guesses").await;
}
