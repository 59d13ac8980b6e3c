//! A browser tab: a websocket client.

use super::Platform;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

/// Nothing in these tests takes as long; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Tab {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Platform {
    pub fn live_url(&self) -> String {
        format!("ws://{}/api/v1/live", self.address)
    }

    /// Connected, and nothing said.
    pub async fn connect(&self) -> Result<Tab, Error> {
        connect_async(self.live_url()).await.map(|(socket, _)| Tab { socket })
    }

    /// Greeted as a user and subscribed; what is committed from now on is told.
    pub async fn tab(&self, user: &str, channels: &[&str]) -> Tab {
        let tab = self.connect().await.unwrap();
        self.greeted(tab, user, channels).await
    }

    /// As [`Platform::tab`], with next to no room in the kernel for what is not read.
    pub async fn narrow_tab(&self, user: &str, channels: &[&str]) -> Tab {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(self.address).await.unwrap());
        let (socket, _) = client_async(self.live_url(), stream).await.unwrap();
        self.greeted(Tab { socket }, user, channels).await
    }

    async fn greeted(&self, mut tab: Tab, user: &str, channels: &[&str]) -> Tab {
        tab.hello(&self.token(user).await, None).await;
        assert_eq!(tab.next().await.unwrap()["type"], "ready");
        tab.subscribe(channels).await;
        tab
    }
}

impl Tab {
    pub async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub async fn hello(&mut self, token: &str, resume: Option<&str>) {
        self.say(json!({"type": "hello", "token": token, "resume": resume})).await;
    }

    pub async fn subscribe(&mut self, channels: &[&str]) {
        self.say(json!({"type": "subscribe", "channels": channels})).await;
    }

    /// The next message; none when the server has closed.
    pub async fn next(&mut self) -> Option<Value> {
        let wait = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(other)) => panic!("not a message of ours: {other:?}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the server said nothing and did not close")
    }

    /// The code with which the server closes, whatever it says before; none when it just goes.
    pub async fn closed(&mut self) -> Option<u16> {
        let wait = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the server did not close")
    }

    /// The next message, which must be an event.
    pub async fn event(&mut self) -> Value {
        let event = self.next().await.expect("an event, not the end");
        assert_eq!(event["type"], "event", "{event}");
        event
    }

    /// As many events, as `(id, version)`, sorted: logs of different aggregates have no common order.
    pub async fn events(&mut self, count: usize) -> Vec<(String, u64)> {
        let mut all = Vec::new();
        for _ in 0..count {
            let event = self.event().await;
            all.push((super::text(&event["id"]), event["version"].as_u64().unwrap()));
        }
        all.sort();
        all
    }

    /// Everything the server said before this was answered.
    pub async fn said_until_pong(&mut self) -> Vec<Value> {
        self.say(json!({"type": "ping"})).await;
        let mut all = Vec::new();
        loop {
            let message = self.next().await.expect("a pong, not the end");
            if message["type"] == "pong" {
                return all;
            }
            all.push(message);
        }
    }
}
