//! A file is never held in memory, however large: alone in its process, so that nothing else is measured.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use support::Platform;

const PIECE: usize = 1 << 20;
const PIECES: usize = 192;

/// Most memory this process ever had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[tokio::test]
async fn a_large_file_goes_through_a_small_memory() {
    let platform = Platform::open().await;
    platform.store("anna", "warm.txt", "text/plain", &[b'x'; 1000]).await;
    let before = peak();
    let announced = platform.announce("anna", "a.txt", "text/plain", PIECE * PIECES).await.expect(201);
    let piece = bytes::Bytes::from(vec![b'x'; PIECE]);
    let pieces = futures::stream::iter((0..PIECES).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    platform.upload(&announced, reqwest::Body::wrap_stream(pieces)).await.expect(204);
    platform.complete("anna", &announced.text("/id")).await.expect(200);
    let address = platform.address("anna", &announced.text("/id"), "inline").await;
    let mut response = platform.client.get(address).send().await.unwrap();
    let mut length = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        length += chunk.len();
    }
    assert_eq!(length, PIECE * PIECES);
    let grown = peak() - before;
    assert!(grown < 48 << 20, "{} MiB more than before", grown >> 20);
}
