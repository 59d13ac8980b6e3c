//! The one command of clamd's protocol that is needed, `INSTREAM`: bytes in lengths and chunks, an empty chunk at the end, and one
//! line back (clamd(8)).
//!
//! Not a crate's: those that there are read the answer only when all was sent, and what clamd says about a file that is too
//! large comes before that.

use super::ScanError;
use crate::store::ByteStream;
use futures::StreamExt as _;
use std::io;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};

/// Bytes of a chunk.
const CHUNK: usize = 64 << 10;
/// Bytes of an answer: a line with a name in it.
const ANSWER: u64 = 4096;
/// What it calls a file of which it has looked at a part only (`AlertExceedsMax`).
const LIMIT_EXCEEDED: &str = "Heuristics.Limits.Exceeded";

/// What it found, if anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// The name of what it found.
    Infected(String),
}

/// Has `content` scanned over a connection of its own.
pub(super) async fn scan<C>(connection: C, content: ByteStream) -> Result<Verdict, ScanError>
where
    C: AsyncRead + AsyncWrite,
{
    let (answers, mut sink) = tokio::io::split(connection);
    let mut answer = Box::pin(read(answers));
    let sent = tokio::select! {
        // It need not hear all to answer.
        told = &mut answer => return verdict(&told.map_err(ScanError::BrokenOff)?),
        sent = send(&mut sink, content) => sent,
    };
    match sent {
        Ok(()) => verdict(&answer.await.map_err(ScanError::BrokenOff)?),
        Err(Unsent::Content(error)) => Err(ScanError::Content(error)),
        // Why it hung up is in what it said before, if it said anything.
        Err(Unsent::Connection(error)) => match answer.await {
            Ok(told) if !told.is_empty() => verdict(&told),
            _ => Err(ScanError::BrokenOff(error)),
        },
    }
}

enum Unsent {
    Content(io::Error),
    Connection(io::Error),
}

async fn send(sink: &mut (impl AsyncWrite + Unpin), mut content: ByteStream) -> Result<(), Unsent> {
    sink.write_all(b"zINSTREAM\0").await.map_err(Unsent::Connection)?;
    while let Some(bytes) = content.next().await {
        for chunk in bytes.map_err(Unsent::Content)?.chunks(CHUNK) {
            // A chunk is far below what 32 bits say.
            let length = u32::try_from(chunk.len()).unwrap_or(u32::MAX).to_be_bytes();
            sink.write_all(&length).await.map_err(Unsent::Connection)?;
            sink.write_all(chunk).await.map_err(Unsent::Connection)?;
        }
    }
    sink.write_all(&[0; 4]).await.map_err(Unsent::Connection)?;
    sink.flush().await.map_err(Unsent::Connection)
}

/// The answer, up to its zero. Whoever refuses a file while it is being sent resets the connection behind the answer, which
/// is no less an answer for it.
async fn read(answers: impl AsyncRead + Unpin) -> io::Result<String> {
    let mut answers = BufReader::new(answers.take(ANSWER));
    let mut told = Vec::new();
    answers.read_until(0, &mut told).await?;
    Ok(String::from_utf8_lossy(told.strip_suffix(&[0]).unwrap_or(&told)).trim().to_owned())
}

fn verdict(told: &str) -> Result<Verdict, ScanError> {
    if told == "stream: OK" {
        return Ok(Verdict::Clean);
    }
    if told.contains("size limit exceeded") {
        return Err(ScanError::TooLarge);
    }
    match told.strip_prefix("stream: ").and_then(|rest| rest.strip_suffix(" FOUND")) {
        Some(name) if name.starts_with(LIMIT_EXCEEDED) => Err(ScanError::TooLarge),
        Some(name) => Ok(Verdict::Infected(name.to_owned())),
        None if told.is_empty() => Err(ScanError::BrokenOff(io::ErrorKind::UnexpectedEof.into())),
        None => Err(ScanError::Refused(told.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_clean_only_when_it_says_so() {
        assert_eq!(verdict("stream: OK").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Eicar-Signature FOUND").unwrap(), Verdict::Infected("Eicar-Signature".to_owned()));
        type Expected = fn(&ScanError) -> bool;
        let others: [(&str, Expected); 5] = [
            ("INSTREAM size limit exceeded. ERROR", |error| matches!(error, ScanError::TooLarge)),
            ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", |error| matches!(error, ScanError::TooLarge)),
            ("stream: Can't allocate memory ERROR", |error| matches!(error, ScanError::Refused(_))),
            ("UNKNOWN COMMAND", |error| matches!(error, ScanError::Refused(_))),
            ("", |error| matches!(error, ScanError::BrokenOff(_))),
        ];
        for (told, is_expected) in others {
            let error = verdict(told).unwrap_err();
            assert!(is_expected(&error), "{told}: {error:?}");
        }
    }
}
