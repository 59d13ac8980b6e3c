//! Asks once and then keeps the connection for a next request that never comes.

use super::{Kind, until_cut};
use std::io;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "idle after one request",
    share: 20,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |stream| Box::pin(keep(stream)),
};

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await?;
    until_cut(&mut stream).await
}
