//! Opens a websocket and never says who it is.

use super::{Kind, until_cut};
use std::io;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "websocket without hello",
    share: 15,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |stream| Box::pin(keep(stream)),
};

/// The key is that of RFC 6455; nobody checks the answer to it.
pub(in super::super) const UPGRADE: &[u8] = b"GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    stream.write_all(UPGRADE).await?;
    until_cut(&mut stream).await
}
