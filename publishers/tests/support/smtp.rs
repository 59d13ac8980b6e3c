//! A small SMTP server on a port of its own (RFC 5321): takes mails, or refuses them as it is told.

use casewright_delivery::{Relay, SigningKeyFiles};
use casewright_publishers::channel::SmtpConfig;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub struct MailServer {
    port: u16,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    /// Answers to the next RCPT commands; 250 when there is none.
    to_recipients: VecDeque<&'static str>,
    /// Answers to the next contents; 250 when there is none.
    to_contents: VecDeque<&'static str>,
    received: Vec<Received>,
}

/// Contents that reached the server, taken or not.
#[derive(Clone)]
pub struct Received {
    pub to: String,
    pub text: String,
}

impl Received {
    /// The lines of a header field, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        let wanted = format!("{}:", name.to_ascii_lowercase());
        let line = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with(&wanted))?;
        Some(line[wanted.len()..].trim().to_owned())
    }
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, inner: Arc::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                // A client that hangs up in the middle is that client's business.
                tokio::spawn(async move { drop(server.talk(stream).await) });
            }
        });
        server
    }

    pub fn config(&self) -> SmtpConfig {
        SmtpConfig {
            relay: Relay { host: "127.0.0.1".to_owned(), port: self.port, ..Relay::default() },
            dkim: SigningKeyFiles::new(),
            from: "Casewright <notifications@harbor.example>".to_owned(),
        }
    }

    pub fn answer_recipient(&self, answer: &'static str) {
        self.inner.lock().unwrap().to_recipients.push_back(answer);
    }

    pub fn answer_contents(&self, answer: &'static str) {
        self.inner.lock().unwrap().to_contents.push_back(answer);
    }

    pub fn received(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read);
        write.write_all(b"220 mail.harbor.example ready\r\n").await?;
        let mut to = String::new();
        let mut line = String::new();
        loop {
            line.clear();
            if lines.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.trim_end().to_ascii_uppercase();
            let answer = if verb.starts_with("EHLO") {
                "250-mail.harbor.example\r\n250 8BITMIME".to_owned()
            } else if verb.starts_with("RCPT") {
                to = line.trim_end()["RCPT TO:".len()..].trim_matches(['<', '>']).to_owned();
                self.inner.lock().unwrap().to_recipients.pop_front().unwrap_or("250 ok").to_owned()
            } else if verb == "DATA" {
                write.write_all(b"354 go on\r\n").await?;
                let text = contents(&mut lines).await?;
                let mut inner = self.inner.lock().unwrap();
                inner.received.push(Received { to: to.clone(), text });
                inner.to_contents.pop_front().unwrap_or("250 taken as 4711").to_owned()
            } else if verb == "QUIT" {
                return write.write_all(b"221 bye\r\n").await;
            } else {
                "250 ok".to_owned()
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}

/// Up to the line with the single dot; leading dots are unstuffed (section 4.5.2).
async fn contents(lines: &mut (impl tokio::io::AsyncBufRead + Unpin)) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
