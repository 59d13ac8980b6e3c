//! Connections that are opened and kept, and opened again when they are cut.

mod deaf;
mod half_tls;
mod idle;
mod mute_websocket;
mod quiet_http2;
mod silent;
mod slow_body;
mod slow_header;
mod slow_mail;

pub(super) use mute_websocket::UPGRADE;

use super::counts::Counts;
use super::door::Door;
use futures::future::BoxFuture;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A way to keep a connection.
struct Kind {
    name: &'static str,
    /// Of a hundred connections; for the first kind, what the others leave.
    share: usize,
    /// All that there are of it, whatever the share says.
    most: usize,
    open: for<'a> fn(&'a Door) -> BoxFuture<'a, io::Result<TcpStream>>,
    /// Until the server has enough of it; how it ended.
    keep: fn(TcpStream) -> BoxFuture<'static, io::Result<&'static str>>,
}

const KINDS: &[&Kind] = &[
    &idle::KIND,
    &silent::KIND,
    &slow_header::KIND,
    &slow_body::KIND,
    &deaf::KIND,
    &mute_websocket::KIND,
    &half_tls::KIND,
    &quiet_http2::KIND,
    &slow_mail::KIND,
];
/// Between two bytes of who is slow.
const SLOW: Duration = Duration::from_secs(1);
/// Between two openings of a connection: one that is cut at once is no flood.
const AGAIN: Duration = Duration::from_secs(5);
/// Before a connection is opened again in any case.
const PAUSE: Duration = Duration::from_millis(200);
/// Before the next attempt when none could be opened.
const NOBODY: Duration = Duration::from_secs(2);
/// Connections that are opened within a second at the beginning.
const OPENED_PER_SECOND: f64 = 2_000.0;

/// Holds so many connections for good.
pub(super) fn hold(door: &Arc<Door>, counts: &Arc<Counts>, connections: usize) {
    let kinds = (0..connections).zip(turns(connections));
    for (n, kind) in kinds {
        let (door, counts) = (Arc::clone(door), Arc::clone(counts));
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs_f64(n as f64 / OPENED_PER_SECOND)).await;
            loop {
                let opened = (kind.open)(&door).await;
                let Ok(stream) = opened else {
                    tokio::time::sleep(NOBODY).await;
                    continue;
                };
                counts.opened(kind.name);
                let begin = Instant::now();
                let ended = (kind.keep)(stream).await;
                counts.closed(kind.name, begin.elapsed(), &ended);
                tokio::time::sleep(AGAIN.saturating_sub(begin.elapsed()).max(PAUSE)).await;
            }
        });
    }
}

/// The kinds of so many connections, well mixed.
fn turns(connections: usize) -> Vec<&'static Kind> {
    let mut turns = Vec::with_capacity(connections);
    for kind in &KINDS[1..] {
        turns.extend(std::iter::repeat_n(*kind, (connections * kind.share).div_ceil(100).min(kind.most)));
    }
    turns.resize(connections, KINDS[0]);
    // Strides that share no factor with the length meet every place once.
    let stride = (connections / 3..).find(|stride| gcd(*stride, connections) == 1).unwrap_or(1);
    (0..connections).map(|n| turns[n * stride % connections]).collect()
}

fn gcd(one: usize, other: usize) -> usize {
    if other == 0 { one } else { gcd(other, one % other) }
}

/// Waits until the server closes; what it says before goes nowhere.
async fn until_cut(stream: &mut TcpStream) -> io::Result<&'static str> {
    let mut said = [0; 512];
    let mut has_said = false;
    while stream.read(&mut said).await? > 0 {
        has_said = true;
    }
    Ok(if has_said { "answered and cut" } else { "cut" })
}

/// Sends this text byte by byte, again and again, until the server closes.
async fn dribble(mut stream: TcpStream, text: &'static [u8]) -> io::Result<&'static str> {
    let (mut input, mut output) = stream.split();
    let mut said = [0; 512];
    let mut has_said = false;
    let mut tick = tokio::time::interval(SLOW);
    for byte in text.iter().cycle() {
        loop {
            tokio::select! {
                _ = tick.tick() => break,
                read = input.read(&mut said) => match read? {
                    0 => return Ok(if has_said { "answered and cut" } else { "cut" }),
                    _ => has_said = true,
                },
            }
        }
        output.write_all(std::slice::from_ref(byte)).await?;
    }
    Ok("over")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_kind_has_its_share_and_mail_no_more_than_leaves_room_for_bombs() {
        for connections in [300, 9_999, 10_000] {
            let mut by_name: HashMap<&str, usize> = HashMap::new();
            for kind in turns(connections) {
                *by_name.entry(kind.name).or_default() += 1;
            }
            assert_eq!(by_name.len(), KINDS.len(), "{connections}: {by_name:?}");
            assert_eq!(by_name.values().sum::<usize>(), connections);
            assert!(by_name[slow_mail::KIND.name] <= slow_mail::KIND.most);
            // The others round up: within a hundredth of all it has its share.
            let idle = by_name[idle::KIND.name] + KINDS.len();
            assert!(idle * 100 >= connections * (idle::KIND.share - 1), "{by_name:?}");
        }
    }
}
