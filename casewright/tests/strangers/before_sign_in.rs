//! Before anybody has signed in: bodies, half requests, wrong passwords.

use super::support::Platform;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

pub(crate) async fn large_bodies_are_refused_unread(platform: &Platform) {
    let before = platform.memory();
    let head = "POST /auth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 66000000\r\n\r\n";
    let mut held = Vec::new();
    for _ in 0..20 {
        let mut stream = platform.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        // It may have been refused, and closed, by now.
        let _ = stream.write_all(&vec![b'a'; 1 << 20]).await;
        held.push(stream);
    }
    let taken = platform.memory().saturating_sub(before);
    assert!(taken < 100, "twenty bodies took {taken} MiB");
    drop(held);
    for (path, body) in [
        ("/auth/token", "grant_type=".to_owned() + &"x".repeat(2 << 20)),
        ("/auth/sign-in", "a=1&".repeat(300_000)),
        ("/auth/revoke", "a".repeat(20_000)),
    ] {
        let request = platform.request("", "POST", path);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        platform.send_large(request).await.expect(413);
    }
    platform.alive("large bodies").await;
}

pub(crate) async fn half_requests_and_silence_end(platform: &Platform) {
    let mut half = Vec::new();
    for nth in 0..200 {
        let mut stream = platform.connect().await;
        if nth % 2 == 0 {
            stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-a: ").await.unwrap();
        }
        half.push(stream);
    }
    platform.alive("half requests").await;
    let began = Instant::now();
    for mut stream in half {
        let mut told = Vec::new();
        // Told so, or ended without a word.
        let ended = tokio::time::timeout(Duration::from_secs(15), stream.read_to_end(&mut told)).await;
        assert!(ended.is_ok(), "still open after {:?}", began.elapsed());
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    // Headers without measure.
    let many = (0..500).map(|nth| format!("x-{nth}: 1\r\n")).collect::<String>();
    for headers in [many, format!("x: {}\r\n", "a".repeat(300_000))] {
        let request = format!("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n");
        let mut stream = platform.connect().await;
        // It need not read all of what it refuses.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut told = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut told)).await;
        let told = String::from_utf8_lossy(&told);
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 4") || told.starts_with("HTTP/1.1 2"), "{told}");
    }
    platform.alive("headers without measure").await;
}

pub(crate) async fn many_wrong_sign_ins_at_once_cost_little(platform: &Platform) {
    let before = platform.memory();
    let guesses = (0..200).map(|nth| {
        let request = platform.request("", "GET", "/engine-rest/version");
        platform.send(request.basic_auth(format!("user{nth}"), Some("wrong")))
    });
    for answer in futures::future::join_all(guesses).await {
        assert!([401, 429, 503].contains(&answer.status), "{} {}", answer.status, answer.body);
    }
    let taken = platform.memory().saturating_sub(before);
    assert!(taken < 600, "two hundred wrong sign-ins took {taken} MiB");
    platform.alive("many wrong sign-ins").await;
    // Names that are longer than any.
    let request = platform.request("", "GET", "/engine-rest/version");
    let answer = platform.send(request.basic_auth("n".repeat(11_000), Some("x".repeat(1_100)))).await;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    // A program that guesses its secret is slowed down.
    let mut statuses = Vec::new();
    for nth in 0..20 {
        let secret = format!("x{nth}");
        let form =
            [("grant_type", "client_credentials"), ("client_id", "system:external-tasks"), ("client_secret", &secret)];
        statuses.push(platform.send(platform.request("", "POST", "/auth/token").form(&form)).await.status);
    }
    assert!(!statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
    platform.alive("guessed secrets").await;
}
