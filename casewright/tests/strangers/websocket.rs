//! The live channel, without and with bad tokens, and with many who say nothing.

use super::support::Platform;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// More than may wait for their hello.
const SILENT: usize = 1_100;

/// A connection that has been upgraded; no more of RFC 6455 than texts in both directions.
struct Socket(TcpStream);

impl Socket {
    async fn open(platform: &Platform) -> Self {
        let mut stream = platform.connect().await;
        let request = "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        Self(stream)
    }

    /// Masked with zeros, which leaves the text as it is.
    async fn say(&mut self, text: &str) {
        let mut frame = vec![0x81];
        match u16::try_from(text.len()) {
            Ok(length) if length < 126 => frame.push(0x80 | u8::try_from(length).unwrap()),
            Ok(length) => {
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
            Err(_) => {
                frame.push(0x80 | 127);
                frame.extend(u64::try_from(text.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        // Who was sent away hears of it when they listen.
        let _ = self.0.write_all(&frame).await;
    }

    /// The next text; none when the connection ends.
    async fn hear(&mut self, what: &str) -> Option<Value> {
        tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let kind = self.0.read_u8().await.ok()? & 0x0f;
                let length = match self.0.read_u8().await.ok()? & 0x7f {
                    126 => usize::from(self.0.read_u16().await.ok()?),
                    length => usize::from(length),
                };
                let mut payload = vec![0; length];
                self.0.read_exact(&mut payload).await.ok()?;
                match kind {
                    1 => return serde_json::from_slice(&payload).ok(),
                    8 => return None,
                    _ => {}
                }
            }
        })
        .await
        .unwrap_or_else(|_| panic!("neither an answer nor an end: {what}"))
    }

    /// Ends without having told anything of what goes on.
    async fn is_sent_away(&mut self, what: &str) {
        while let Some(told) = self.hear(what).await {
            assert_eq!(told["type"], "error", "{what}: {told}");
        }
    }
}

pub(crate) async fn nothing_is_told_before_a_good_hello(platform: &Platform) {
    let hello = |token: &str| json!({"type": "hello", "token": token}).to_string();
    let long = hello(&"a".repeat(70_000));
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJyb290Iiwicm9sZXMiOlsiYWRtaW4iXX0.";
    for (what, said) in [
        ("no hello", json!({"type": "subscribe", "channels": ["cases"]}).to_string()),
        ("no token", hello("x")),
        ("a token without a signature", hello(unsigned)),
        ("70 kB", long),
        ("deep JSON", "[".repeat(60_000)),
        ("no JSON", "\u{0}".to_owned()),
    ] {
        let mut socket = Socket::open(platform).await;
        socket.say(&said).await;
        socket.is_sent_away(what).await;
    }
    // Who is there hears of no channel that is none, and is not somebody else by a second hello.
    let mut socket = Socket::open(platform).await;
    socket.say(&hello(&platform.worker_token().await)).await;
    assert_eq!(socket.hear("a hello").await.unwrap()["type"], "ready");
    // One that is named like a case is a channel of that name and nothing else: no case has it.
    for channel in ["case:*", &*format!("case:{}", "x".repeat(200)), "users"] {
        socket.say(&json!({"type": "subscribe", "channels": [channel]}).to_string()).await;
    }
    assert_eq!(socket.hear("an unknown channel").await.unwrap()["type"], "error");
    socket.say(&hello("x")).await;
    socket.is_sent_away("a second hello without a token").await;
    platform.alive("bad hellos").await;
}

pub(crate) async fn strangers_take_no_place_of_those_who_are_signed_in(platform: &Platform) {
    // This process has its end of each of them.
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, soft.max(hard.min(4_096)), hard).unwrap();
    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.push(Socket::open(platform).await);
    }
    let mut known = Socket::open(platform).await;
    known.say(&json!({"type": "hello", "token": platform.worker_token().await}).to_string()).await;
    assert_eq!(known.hear("a hello beside the silent").await.unwrap()["type"], "ready");
    // Nobody is waited for without end.
    silent.last_mut().unwrap().is_sent_away("silence").await;
    platform.alive("many silent connections").await;
}
