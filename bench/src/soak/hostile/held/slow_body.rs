//! Announces a body and sends it byte by byte, to a place that asks nobody who they are.

use super::{Kind, dribble};
use std::io;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "slow body",
    share: 15,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |stream| Box::pin(keep(stream)),
};

const HEAD: &[u8] = b"POST /auth/token HTTP/1.1\r\nHost: 127.0.0.1\r\n\
    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000\r\n\r\n";

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    stream.write_all(HEAD).await?;
    dribble(stream, b"a=b&").await
}
