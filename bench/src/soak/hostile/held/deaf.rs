//! Asks for something large, many times, and never reads an answer.

use super::Kind;
use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "never reading",
    share: 10,
    most: usize::MAX,
    // So little is taken for us that the server cannot leave the answer with the kernel.
    open: |door| Box::pin(door.connect(door.http, Some(4096))),
    keep: |stream| Box::pin(keep(stream)),
};

/// The description of the interface: a megabyte, given to everybody of this machine.
const REQUEST: &[u8] = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
/// Pipelined requests.
const TIMES: usize = 8;
/// The server is done with it by then: who does not read is not told.
const KEPT: Duration = Duration::from_secs(70);

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    let requests = REQUEST.repeat(TIMES);
    let kept = tokio::time::timeout(KEPT, async {
        stream.write_all(&requests).await?;
        stream.ready(tokio::io::Interest::ERROR).await
    });
    match kept.await {
        Err(_) => Ok("left"),
        Ok(Ok(_)) => Ok("cut"),
        Ok(Err(error)) => Err(error),
    }
}
