//! One HTTP request and its answer on a connection of its own, as bytes: what is sent here no client library would send.

use super::door::Door;
use bytes::Bytes;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Of an answer that are read.
const LIMIT: u64 = 256 * 1024;

pub(super) struct Request {
    method: &'static str,
    path: String,
    kind: String,
    /// Further lines of the head.
    fields: String,
    body: Bytes,
}

pub(super) struct Answer(Vec<u8>);

impl Request {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), kind: String::new(), fields: String::new(), body: Bytes::new() }
    }

    pub(super) fn post(path: impl Into<String>, kind: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { method: "POST", path: path.into(), kind: kind.into(), fields: String::new(), body: body.into() }
    }

    pub(super) fn json(path: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self::post(path, "application/json", body)
    }

    /// With lines that each end as lines of a head do.
    pub(super) fn with(mut self, fields: &str) -> Self {
        self.fields.push_str(fields);
        self
    }

    fn head(&self, door: &Door) -> String {
        let Self { method, path, kind, fields, body } = self;
        let content = match kind.as_str() {
            "" => String::new(),
            kind => format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()),
        };
        format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{content}{fields}\r\n", door.http)
    }
}

impl Answer {
    /// The three digits, or that there was nothing.
    pub(super) fn status(&self) -> String {
        match self.0.get(9..12) {
            Some(digits) if self.0.starts_with(b"HTTP/1.") => String::from_utf8_lossy(digits).into_owned(),
            _ => "nothing".to_owned(),
        }
    }

    pub(super) fn head(&self) -> String {
        String::from_utf8_lossy(&self.0[..self.border()]).into_owned()
    }

    pub(super) fn body(&self) -> &[u8] {
        self.0.get(self.border() + 4..).unwrap_or_default()
    }

    fn border(&self) -> usize {
        self.0.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(self.0.len())
    }
}

/// Sends and hears at the same time: who refuses answers before all has been sent.
///
/// # Errors
/// Nothing was answered.
pub(super) async fn ask(door: &Door, request: &Request) -> io::Result<Answer> {
    let mut stream = door.connect(door.http, None).await?;
    let head = request.head(door);
    let (input, mut output) = stream.split();
    let send = async {
        output.write_all(head.as_bytes()).await?;
        output.write_all(&request.body).await
    };
    let hear = async {
        let mut answer = Vec::new();
        let heard = input.take(LIMIT).read_to_end(&mut answer).await;
        (answer, heard)
    };
    let ((answer, heard), sent) = {
        let (mut send, mut hear) = (std::pin::pin!(send), std::pin::pin!(hear));
        tokio::select! {
            heard = &mut hear => (heard, Ok(())),
            sent = &mut send => (hear.await, sent),
        }
    };
    if answer.is_empty() {
        heard?;
        sent?;
    }
    Ok(Answer(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_cut_where_its_head_ends() {
        let answer = Answer(b"HTTP/1.1 413 Too Large\r\nA: b\r\n\r\n{}".to_vec());
        assert_eq!((answer.status().as_str(), answer.body()), ("413", b"{}".as_slice()));
        assert!(answer.head().ends_with("A: b"));
        assert_eq!((Answer(Vec::new()).status().as_str(), Answer(Vec::new()).body()), ("nothing", b"".as_slice()));
    }
}
