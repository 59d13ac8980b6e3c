//! Begins a TLS handshake and stops within it; at a listener in clear that is a request that never becomes one.

use super::{Kind, until_cut};
use std::io;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "half a TLS handshake",
    share: 5,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |stream| Box::pin(keep(stream)),
};

/// A record of 512 bytes with a `ClientHello`, of which only the beginning comes.
const HELLO: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 0, 0, 0, 0];

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    stream.write_all(HELLO).await?;
    until_cut(&mut stream).await
}
