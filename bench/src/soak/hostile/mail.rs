//! Hands a mail to the server as another mail server would.

use super::door::Door;
use std::io;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};

/// The mailbox that the server has.
pub(super) const MAILBOX: &str = "claims@soak.example";

/// What was said last: 250 when the mail was taken.
///
/// # Errors
/// The connection broke.
pub(super) async fn deliver(door: &Door, message: &[u8]) -> io::Result<String> {
    let mut stream = BufStream::new(door.connect(door.smtp, None).await?);
    let mut code = reply(&mut stream).await?;
    let commands = [
        "EHLO stranger.example\r\n".to_owned(),
        "MAIL FROM:<stranger@stranger.example>\r\n".to_owned(),
        format!("RCPT TO:<{MAILBOX}>\r\n"),
        "DATA\r\n".to_owned(),
    ];
    for command in commands {
        if !code.starts_with('2') {
            return Ok(code);
        }
        stream.write_all(command.as_bytes()).await?;
        stream.flush().await?;
        code = reply(&mut stream).await?;
    }
    if !code.starts_with('3') {
        return Ok(code);
    }
    stream.write_all(message).await?;
    stream.write_all(b"\r\n.\r\n").await?;
    stream.flush().await?;
    reply(&mut stream).await
}

/// Head of a mail whose `Message-ID` nobody had before.
pub(super) fn head(n: u64, kind: &str) -> String {
    let id = uuid::Uuid::new_v4();
    format!(
        "Message-ID: <{id}@stranger.example>\r\nFrom: A Stranger <stranger@stranger.example>\r\nTo: {MAILBOX}\r\n\
         Subject: Number {n}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
    )
}

/// The code of a reply of one or more lines.
async fn reply(stream: &mut (impl tokio::io::AsyncBufRead + Unpin)) -> io::Result<String> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok("closed".to_owned());
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(line.chars().take(3).collect());
        }
    }
}
