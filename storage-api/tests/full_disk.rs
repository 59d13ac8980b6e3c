//! A disk that takes no more: nothing is acknowledged, nothing is left half, and it goes on when there is room.
//!
//! The disk is real in that the kernel refuses to write: the test runs itself again with a limit on the size of files.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use support::Platform;

const LIMIT: usize = 32 << 20;

#[test]
fn an_upload_the_disk_does_not_take_is_a_503_and_leaves_nothing() {
    let program = std::env::current_exe().unwrap();
    // Without the signal, writing fails as it does on a full disk. The unit of `ulimit -f` is 512 bytes.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" --ignored --exact on_the_small_disk", LIMIT / 512);
    let output = Command::new("sh").arg("-c").arg(script).arg(program).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.signal().is_none() && output.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
}

#[tokio::test]
#[ignore = "run by the test above, on a disk that is too small"]
async fn on_the_small_disk() {
    let platform = Platform::open().await;
    let size = LIMIT + (8 << 20);
    let announced = platform.announce("anna", "a.bin", "application/octet-stream", size).await.expect(201);
    let refused = platform.upload(&announced, vec![b'x'; size]).await.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "1");
    platform.complete("anna", &announced.text("/id")).await.problem(409, "upload-missing");
    assert_eq!(platform.kept(), Vec::<std::path::PathBuf>::new(), "nothing half-written is left");
    platform.store("anna", "b.txt", "text/plain", b"there is room for this").await;
}
