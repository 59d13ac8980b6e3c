//! The bytes of one connection: lines in, messages in, answers out, each within a time limit.
//!
//! A client that sends a byte now and then is as silent as one that sends none: limits hold for a whole line and a whole message.

use smtp_proto::request::receiver::DataReceiver;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsAcceptor;

/// Longest command line with its parameters (RFC 5321 section 4.5.3.1.4, with room for extensions).
const LINE_LIMIT: usize = 4_096;
const HANDSHAKE: Duration = Duration::from_secs(30);

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Wire {
    stream: Box<dyn Stream>,
    /// Bytes read and not yet used: a client may send several commands at once (RFC 2920).
    buffer: Vec<u8>,
}

pub(super) enum Line {
    Command(Vec<u8>),
    TooLong,
    Silent,
    Gone,
}

pub(super) enum Message {
    Whole(Vec<u8>),
    /// Read to its end all the same, and forgotten.
    TooLarge,
    Silent,
}

enum Read {
    Some,
    End,
    Silent,
}

impl Wire {
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), buffer: Vec::new() }
    }

    /// Whether commands came that were not asked for yet.
    pub(super) fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Encrypts the connection: what is sent from here on goes through TLS.
    pub(super) async fn secure(self, acceptor: &TlsAcceptor) -> io::Result<Self> {
        let handshake = acceptor.accept(self.stream);
        let stream = tokio::time::timeout(HANDSHAKE, handshake).await.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(Self::new(stream))
    }

    /// The next command line with its end.
    pub(super) async fn line(&mut self, within: Duration) -> io::Result<Line> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(end + 1);
                return Ok(Line::Command(std::mem::replace(&mut self.buffer, rest)));
            }
            if self.buffer.len() > LINE_LIMIT {
                return Ok(Line::TooLong);
            }
            match self.read(deadline).await? {
                Read::Some => {}
                Read::End => return Ok(Line::Gone),
                Read::Silent => return Ok(Line::Silent),
            }
        }
    }

    /// The message up to its final dot, without the dots that were stuffed (RFC 5321 section 4.5.2).
    ///
    /// Only `<CRLF>.<CRLF>` ends it: whoever takes a bare line feed for a line's end can be made to see two messages in one.
    pub(super) async fn message(&mut self, limit: usize, silence: Duration, whole: Duration) -> io::Result<Message> {
        let end = Instant::now() + whole;
        let mut data = DataReceiver::new();
        let mut message = Vec::new();
        // The message begins a line: its first character may be the final dot or a stuffed one.
        data.ingest(&mut b"\r\n".iter(), &mut Vec::new());
        let mut is_too_large = false;
        loop {
            let mut bytes = self.buffer.iter();
            let is_whole = data.ingest(&mut bytes, &mut message);
            self.buffer = bytes.as_slice().to_vec();
            if message.len() > limit {
                is_too_large = true;
                message.clear();
            }
            if is_whole {
                return Ok(if is_too_large { Message::TooLarge } else { Message::Whole(message) });
            }
            match self.read(end.min(Instant::now() + silence)).await? {
                Read::Some => {}
                Read::End => return Err(io::ErrorKind::UnexpectedEof.into()),
                Read::Silent => return Ok(Message::Silent),
            }
        }
    }

    pub(super) async fn answer(&mut self, answer: &str) -> io::Result<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn read(&mut self, deadline: Instant) -> io::Result<Read> {
        let mut chunk = [0_u8; 8_192];
        let Ok(read) = timeout_at(deadline, self.stream.read(&mut chunk)).await else {
            return Ok(Read::Silent);
        };
        let count = read?;
        self.buffer.extend_from_slice(&chunk[..count]);
        Ok(if count > 0 { Read::Some } else { Read::End })
    }
}
