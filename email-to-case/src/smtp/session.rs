//! One SMTP connection (RFC 5321 section 3).

use crate::config::EmailConfig;
use async_trait::async_trait;
use smtp_proto::request::receiver::DataReceiver;
use smtp_proto::{Error as Syntax, Request};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Who sends to whom, as told in the envelope; header fields may say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Empty for the null reverse path (RFC 5321 section 4.5.5).
    pub from: String,
    pub to: Vec<String>,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not durable now: the sender keeps it and comes again.
    Unavailable,
}

/// Makes messages durable. Implemented by the room itself.
#[async_trait]
pub trait Receive: Send + Sync + 'static {
    /// Returns only when the message is durable.
    async fn receive(&self, envelope: Envelope, message: Vec<u8>) -> Result<(), Refusal>;
}

/// Longest command line with its parameters (RFC 5321 section 4.5.3.1.4, with room for extensions).
const LINE_LIMIT: usize = 4_096;
const RECIPIENT_LIMIT: usize = 100;
/// Commands that make no sense before the connection is closed.
const ERROR_LIMIT: u32 = 20;

pub(super) struct Session {
    stream: TcpStream,
    config: Arc<EmailConfig>,
    receiver: Arc<dyn Receive>,
    /// Bytes read and not yet used: a client may send several commands at once (RFC 2920).
    buffer: Vec<u8>,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
    errors: u32,
}

enum Next {
    Continue,
    Close,
}

impl Session {
    pub(super) fn new(stream: TcpStream, config: Arc<EmailConfig>, receiver: Arc<dyn Receive>) -> Self {
        let buffer = Vec::new();
        Self { stream, config, receiver, buffer, greeted: false, from: None, to: Vec::new(), errors: 0 }
    }

    pub(super) async fn refuse_busy(mut self) {
        // The peer may be gone already; it learns nothing either way.
        drop(self.answer("421 4.3.2 Too many connections, come again later").await);
    }

    pub(super) async fn run(mut self) -> io::Result<()> {
        let greeting = format!("220 {} ESMTP Casewright", self.config.host_name);
        self.answer(&greeting).await?;
        while let Some(line) = self.line().await? {
            let next = match Request::parse(&mut line.iter()) {
                Ok(request) => self.handle(request.into_owned()).await?,
                Err(error) => self.refuse_syntax(&error).await?,
            };
            if matches!(next, Next::Close) {
                break;
            }
        }
        Ok(())
    }

    async fn handle(&mut self, request: Request<String>) -> io::Result<Next> {
        match request {
            Request::Ehlo { .. } => self.ehlo().await,
            Request::Helo { .. } => {
                self.reset();
                self.greeted = true;
                let answer = format!("250 {}", self.config.host_name);
                self.go_on(&answer).await
            }
            Request::Mail { from } => self.mail_from(from.address, from.size).await,
            Request::Rcpt { to } => self.rcpt_to(to.address).await,
            Request::Data => self.data().await,
            Request::Rset => {
                self.reset();
                self.go_on("250 2.0.0 Forgotten").await
            }
            Request::Noop { .. } => self.go_on("250 2.0.0 Still here").await,
            Request::Vrfy { .. } => self.go_on("252 2.5.0 Send it and see").await,
            Request::Quit => {
                self.answer("221 2.0.0 Goodbye").await?;
                Ok(Next::Close)
            }
            Request::Lhlo { .. }
            | Request::Bdat { .. }
            | Request::Auth { .. }
            | Request::Expn { .. }
            | Request::Help { .. }
            | Request::Etrn { .. }
            | Request::Atrn { .. }
            | Request::Burl { .. }
            | Request::StartTls => self.mistake("502 5.5.1 Not done here").await,
        }
    }

    async fn ehlo(&mut self) -> io::Result<Next> {
        self.reset();
        self.greeted = true;
        let answer = format!(
            "250-{}\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES",
            self.config.host_name, self.config.max_message_bytes
        );
        self.go_on(&answer).await
    }

    async fn mail_from(&mut self, from: String, size: usize) -> io::Result<Next> {
        if !self.greeted {
            return self.mistake("503 5.5.1 Say EHLO first").await;
        }
        if self.from.is_some() {
            return self.mistake("503 5.5.1 One message at a time").await;
        }
        if size > self.config.max_message_bytes {
            return self.go_on("552 5.3.4 The message is larger than is taken here").await;
        }
        self.from = Some(from);
        self.go_on("250 2.1.0 OK").await
    }

    async fn rcpt_to(&mut self, to: String) -> io::Result<Next> {
        if self.from.is_none() {
            return self.mistake("503 5.5.1 MAIL comes before RCPT").await;
        }
        if self.to.len() == RECIPIENT_LIMIT {
            return self.go_on("452 4.5.3 Too many recipients").await;
        }
        if self.config.mailbox(&to).is_none() {
            return self.mistake("550 5.1.1 No such mailbox here").await;
        }
        self.to.push(to);
        self.go_on("250 2.1.5 OK").await
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(from) = self.from.clone().filter(|_| !self.to.is_empty()) else {
            return self.mistake("503 5.5.1 MAIL and RCPT come before DATA").await;
        };
        self.answer("354 Go on, end with a dot").await?;
        let Some(message) = self.message().await? else {
            self.reset();
            return self.go_on("552 5.3.4 The message is larger than is taken here").await;
        };
        let envelope = Envelope { from, to: std::mem::take(&mut self.to) };
        self.reset();
        match self.receiver.receive(envelope, message).await {
            Ok(()) => self.go_on("250 2.0.0 Kept").await,
            Err(Refusal::Unavailable) => self.go_on("451 4.3.0 Cannot be kept now, come again").await,
        }
    }

    /// The message up to its final dot; none when it was too large (it is read to its end all the same).
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut data = DataReceiver::new();
        let mut message = Vec::new();
        let mut is_too_large = false;
        loop {
            let mut bytes = self.buffer.iter();
            let is_whole = data.ingest(&mut bytes, &mut message);
            self.buffer = bytes.as_slice().to_vec();
            if message.len() > self.config.max_message_bytes {
                is_too_large = true;
                message.clear();
            }
            if is_whole {
                return Ok((!is_too_large).then_some(message));
            }
            if !self.read().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// The next command line with its end; none when the client is gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(end + 1);
                return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
            }
            if self.buffer.len() > LINE_LIMIT {
                self.answer("500 5.5.2 The line is too long").await?;
                return Ok(None);
            }
            if !self.read().await? {
                return Ok(None);
            }
        }
    }

    /// Reads what has come; false when the client is gone or was silent for too long.
    async fn read(&mut self) -> io::Result<bool> {
        let mut chunk = [0_u8; 8_192];
        let silence = Duration::from_secs(self.config.idle_seconds);
        let Ok(read) = tokio::time::timeout(silence, self.stream.read(&mut chunk)).await else {
            self.answer("421 4.4.2 Silent for too long").await?;
            return Ok(false);
        };
        let count = read?;
        self.buffer.extend_from_slice(&chunk[..count]);
        Ok(count > 0)
    }

    async fn refuse_syntax(&mut self, error: &Syntax) -> io::Result<Next> {
        let answer = match error {
            Syntax::InvalidSenderAddress => "501 5.1.7 That is no sender address",
            Syntax::InvalidRecipientAddress => "501 5.1.3 That is no recipient address",
            Syntax::UnknownCommand | Syntax::InvalidResponse { .. } => "500 5.5.1 Unknown command",
            _ => "501 5.5.4 The command's parameters are wrong",
        };
        self.mistake(answer).await
    }

    async fn mistake(&mut self, answer: &str) -> io::Result<Next> {
        self.errors += 1;
        if self.errors > ERROR_LIMIT {
            self.answer("421 4.7.0 Too many mistakes").await?;
            return Ok(Next::Close);
        }
        self.go_on(answer).await
    }

    async fn go_on(&mut self, answer: &str) -> io::Result<Next> {
        self.answer(answer).await?;
        Ok(Next::Continue)
    }

    async fn answer(&mut self, answer: &str) -> io::Result<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }
}
