//! Sends a header of one byte a second (Slowloris).

use super::{Kind, dribble};
use std::io;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "slow header",
    share: 20,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |stream| Box::pin(keep(stream)),
};

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ").await?;
    dribble(stream, b"a").await
}
