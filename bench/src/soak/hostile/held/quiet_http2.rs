//! Speaks HTTP/2 as far as its preface and settings, and opens no stream.

use super::{Kind, until_cut};
use std::io;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(super) const KIND: Kind = Kind {
    name: "HTTP/2 without a stream",
    share: 5,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |stream| Box::pin(keep(stream)),
};

/// The preface (RFC 9113 section 3.4) and an empty frame of settings.
const BEGIN: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

async fn keep(mut stream: TcpStream) -> io::Result<&'static str> {
    stream.write_all(BEGIN).await?;
    until_cut(&mut stream).await
}
