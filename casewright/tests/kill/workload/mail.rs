//! A mail server outside: what was not taken is sent again until it is.

use super::{Client, DOWN, PAUSE};
use crate::history::{Answer, Operation};
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;

/// A mail becomes a case with two processes of its own, so it is the dearest command there is.
const BETWEEN: u32 = 20;

pub(super) async fn deliver(client: Client) {
    let envelope = Envelope::new(
        Some("customer@customer.example".parse().unwrap()),
        vec!["claims@harbor.example".parse().unwrap()],
    )
    .unwrap();
    let mut number = 0;
    while !client.is_over() {
        number += 1;
        let title = format!("kill mail {number}");
        let message = format!(
            "From: Customer <customer@customer.example>\r\nTo: claims@harbor.example\r\nSubject: {title}\r\n\
             Message-ID: <kill.{number}@customer.example>\r\nDate: Mon, 16 Nov 2026 08:00:00 +0000\r\n\r\nText {number}\r\n"
        );
        loop {
            client.enter().await;
            if TcpStream::connect(&client.api.smtp).await.is_err() {
                // Nobody listens: it has not been asked.
                tokio::time::sleep(DOWN).await;
                continue;
            }
            let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&client.api.smtp.0)
                .port(client.api.smtp.1)
                .timeout(Some(Duration::from_secs(10)))
                .build();
            let is_taken = transport.send_raw(&envelope, message.as_bytes()).await.is_ok();
            let answer = if is_taken { Answer::Taken(Value::Null) } else { Answer::Unknown };
            client.history.note(Operation::Mail, &title, Value::Null, &answer);
            if is_taken {
                break;
            }
            tokio::time::sleep(DOWN).await;
        }
        tokio::time::sleep(PAUSE * BETWEEN).await;
    }
}
