//! A mail client that says exactly what it is told to, over TCP or TLS.

use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub struct Client<S> {
    stream: BufReader<S>,
}

impl Client<TcpStream> {
    /// Connected and greeted.
    pub async fn connect(address: &str) -> Self {
        let mut client = Self { stream: BufReader::new(TcpStream::connect(address).await.unwrap()) };
        assert!(client.answer().await.starts_with("220 "));
        client
    }

    pub async fn secure(self, connector: &TlsConnector) -> Client<tokio_rustls::client::TlsStream<TcpStream>> {
        let name = "localhost".try_into().unwrap();
        let stream = connector.connect(name, self.stream.into_inner()).await.unwrap();
        Client { stream: BufReader::new(stream) }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub async fn write(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// All lines of one answer; empty when the server closed.
    pub async fn answer(&mut self) -> String {
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            let read = self.stream.read_line(&mut line);
            let count = tokio::time::timeout(Duration::from_secs(20), read).await.expect("an answer").unwrap();
            answer.push_str(&line);
            if count == 0 || line.as_bytes().get(3) != Some(&b'-') {
                return answer.trim_end().to_owned();
            }
        }
    }

    pub async fn say(&mut self, command: &str) -> String {
        self.write(format!("{command}\r\n").as_bytes()).await;
        self.answer().await
    }

    /// Up to and with `354`.
    pub async fn begin(&mut self, from: &str, to: &[&str]) {
        assert!(self.say("EHLO customer.example").await.contains("250 "));
        assert!(self.say(&format!("MAIL FROM:<{from}>")).await.starts_with("250 "));
        for to in to {
            assert!(self.say(&format!("RCPT TO:<{to}>")).await.starts_with("250 "));
        }
        assert!(self.say("DATA").await.starts_with("354 "));
    }

    /// The message, with its dots stuffed and its end; what is answered.
    pub async fn message(&mut self, message: &[u8]) -> String {
        let mut stuffed = Vec::new();
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        self.write(&stuffed).await;
        self.write(b".\r\n").await;
        self.answer().await
    }
}

/// One message over a connection of its own; the last answer.
pub async fn deliver(address: &str, from: &str, to: &[&str], message: &[u8]) -> String {
    let mut client = Client::connect(address).await;
    client.begin(from, to).await;
    client.message(message).await
}
