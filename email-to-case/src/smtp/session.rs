//! One SMTP or LMTP connection (RFC 5321 section 3, RFC 2033).

use super::wire::{Line, Message, Wire};
use super::{Protocol, Server};
use crate::domain::mail::Origin;
use async_trait::async_trait;
use casewright_service::Shutdown;
use smtp_proto::{Error as Syntax, Request};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Who sends to whom, as told in the envelope; header fields may say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Empty for the null reverse path (RFC 5321 section 4.5.5).
    pub from: String,
    pub to: Vec<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not durable now: the sender keeps it and comes again.
    Unavailable,
    /// The domain of its `From` disowns it, and asks for that (DMARC).
    Disowned,
}

/// Makes messages durable. Implemented by the room itself.
#[async_trait]
pub trait Receive: Send + Sync + 'static {
    /// Returns only when the message is durable.
    async fn receive(&self, envelope: Envelope, message: Vec<u8>) -> Result<(), Refusal>;
}

const RECIPIENT_LIMIT: usize = 100;
/// Commands that make no sense before the connection is closed.
const ERROR_LIMIT: u32 = 20;

pub(super) struct Session {
    wire: Wire,
    server: Arc<Server>,
    shutdown: Shutdown,
    is_secure: bool,
    peer: IpAddr,
    /// The name the client greeted with.
    hello: Option<String>,
    from: Option<String>,
    to: Vec<String>,
    errors: u32,
    /// No command is heard after that.
    until: Instant,
}

enum Next {
    Continue,
    Close,
    /// What follows is a TLS handshake.
    Secure,
}

impl Session {
    pub(super) fn new(stream: TcpStream, peer: IpAddr, server: Arc<Server>, shutdown: Shutdown) -> Self {
        let wire = Wire::new(stream);
        let until = Instant::now() + Duration::from_secs(server.config.session_seconds);
        let (hello, from, to) = (None, None, Vec::new());
        Self { wire, server, shutdown, is_secure: false, peer, hello, from, to, errors: 0, until }
    }

    pub(super) async fn refuse_busy(mut self) {
        // The peer may be gone already; it learns nothing either way.
        drop(self.wire.answer("421 4.3.2 Too many connections, come again later").await);
    }

    pub(super) async fn run(mut self) -> io::Result<()> {
        let name = if self.server.protocol == Protocol::Lmtp { "LMTP" } else { "ESMTP" };
        let greeting = format!("220 {} {name} Casewright", self.server.config.host_name);
        self.wire.answer(&greeting).await?;
        loop {
            match self.converse().await? {
                Next::Continue => {}
                Next::Close => return Ok(()),
                Next::Secure => self = self.secure().await?,
            }
        }
    }

    /// One command and its answer.
    async fn converse(&mut self) -> io::Result<Next> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return self.close("421 4.4.2 Long enough, come again").await;
        }
        let silence = Duration::from_secs(self.server.config.idle_seconds).min(left);
        let shutdown = self.shutdown.clone();
        let line = tokio::select! {
            () = shutdown.requested() => return self.close("421 4.3.2 Stopping, come again later").await,
            line = self.wire.line(silence) => line?,
        };
        match line {
            Line::Command(line) => match Request::parse(&mut line.iter()) {
                Ok(request) => self.handle(request.into_owned()).await,
                Err(error) => self.refuse_syntax(&error).await,
            },
            Line::TooLong => self.close("500 5.5.2 The line is too long").await,
            Line::Silent => self.close("421 4.4.2 Silent for too long").await,
            Line::Gone => Ok(Next::Close),
        }
    }

    async fn handle(&mut self, request: Request<String>) -> io::Result<Next> {
        let is_lmtp = self.server.protocol == Protocol::Lmtp;
        match request {
            Request::Ehlo { host } if !is_lmtp => self.ehlo(host).await,
            Request::Lhlo { host } if is_lmtp => self.ehlo(host).await,
            Request::Helo { host } if !is_lmtp => {
                self.reset();
                self.hello = Some(host);
                let answer = format!("250 {}", self.server.config.host_name);
                self.go_on(&answer).await
            }
            Request::Mail { from } => self.mail_from(from.address, from.size).await,
            Request::Rcpt { to } => self.rcpt_to(to.address).await,
            Request::Data => self.data().await,
            Request::StartTls if self.server.tls.is_some() => self.start_tls().await,
            Request::Rset => {
                self.reset();
                self.go_on("250 2.0.0 Forgotten").await
            }
            Request::Noop { .. } => self.go_on("250 2.0.0 Still here").await,
            Request::Vrfy { .. } => self.go_on("252 2.5.0 Send it and see").await,
            Request::Quit => self.close("221 2.0.0 Goodbye").await,
            Request::Ehlo { .. }
            | Request::Helo { .. }
            | Request::Lhlo { .. }
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

    async fn ehlo(&mut self, hello: String) -> io::Result<Next> {
        self.reset();
        self.hello = Some(hello);
        let config = &self.server.config;
        let tls = if self.server.tls.is_some() && !self.is_secure { "250-STARTTLS\r\n" } else { "" };
        let answer = format!(
            "250-{}\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n{tls}250 ENHANCEDSTATUSCODES",
            config.host_name, config.max_message_bytes
        );
        self.go_on(&answer).await
    }

    /// RFC 3207: nothing may be sent between the command and the handshake, lest it be taken for what was said in secret.
    async fn start_tls(&mut self) -> io::Result<Next> {
        if self.is_secure {
            return self.mistake("503 5.5.1 The connection is encrypted already").await;
        }
        if self.wire.has_more() {
            return self.close("501 5.5.4 Nothing may follow STARTTLS").await;
        }
        self.wire.answer("220 2.0.0 Begin the handshake").await?;
        Ok(Next::Secure)
    }

    /// What was said before the handshake is forgotten (RFC 3207 section 4.2).
    async fn secure(mut self) -> io::Result<Self> {
        let Some(acceptor) = &self.server.tls else { return Ok(self) };
        self.wire = self.wire.secure(acceptor).await?;
        self.is_secure = true;
        self.hello = None;
        self.reset();
        Ok(self)
    }

    /// Whether mail is only taken over TLS, and this is not yet (RFC 3207 section 4).
    fn must_encrypt(&self) -> bool {
        self.server.config.smtp_require_tls && self.server.protocol == Protocol::Smtp && !self.is_secure
    }

    async fn mail_from(&mut self, from: String, size: usize) -> io::Result<Next> {
        if self.hello.is_none() {
            return self.mistake("503 5.5.1 Say EHLO first").await;
        }
        if self.must_encrypt() {
            return self.mistake("530 5.7.0 Say STARTTLS first").await;
        }
        if self.from.is_some() {
            return self.mistake("503 5.5.1 One message at a time").await;
        }
        if size > self.server.config.max_message_bytes {
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
        if self.server.config.mailbox(&to).is_none() {
            return self.mistake("550 5.1.1 No such mailbox here").await;
        }
        self.to.push(to);
        self.go_on("250 2.1.5 OK").await
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(from) = self.from.clone().filter(|_| !self.to.is_empty()) else {
            return self.mistake("503 5.5.1 MAIL and RCPT come before DATA").await;
        };
        self.wire.answer("354 Go on, end with a dot").await?;
        let config = &self.server.config;
        let [silence, whole] = [config.idle_seconds, config.message_seconds].map(Duration::from_secs);
        let read = self.wire.message(config.max_message_bytes, silence, whole).await?;
        let to = std::mem::take(&mut self.to);
        // LMTP answers for each recipient (RFC 2033 section 4.2); here they all fare alike.
        let answers = if self.server.protocol == Protocol::Lmtp { to.len() } else { 1 };
        self.reset();
        let answer = match read {
            Message::Silent => return self.close("421 4.4.2 Too slow").await,
            Message::TooLarge => "552 5.3.4 The message is larger than is taken here",
            Message::Whole(message) => {
                let envelope = Envelope { from, to, origin: self.origin() };
                match self.server.receiver.receive(envelope, message).await {
                    Ok(()) => "250 2.0.0 Kept",
                    Err(Refusal::Unavailable) => "451 4.3.0 Cannot be kept now, come again",
                    // RFC 7372 section 3.3.
                    Err(Refusal::Disowned) => "550 5.7.26 The domain of its From asks to refuse it (DMARC)",
                }
            }
        };
        self.go_on(&vec![answer; answers].join("\r\n")).await
    }

    /// Over LMTP it is always a server of ours that hands mail on.
    fn origin(&self) -> Origin {
        let config = &self.server.config;
        match self.server.protocol {
            Protocol::Smtp => config.origin(self.peer, self.hello.as_deref().unwrap_or_default()),
            Protocol::Lmtp => config.handed_on(),
        }
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
            return self.close("421 4.7.0 Too many mistakes").await;
        }
        self.go_on(answer).await
    }

    async fn go_on(&mut self, answer: &str) -> io::Result<Next> {
        self.wire.answer(answer).await?;
        Ok(Next::Continue)
    }

    async fn close(&mut self, answer: &str) -> io::Result<Next> {
        self.wire.answer(answer).await?;
        Ok(Next::Close)
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }
}
