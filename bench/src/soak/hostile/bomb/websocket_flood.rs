//! Websockets that say much: forged hellos, pings without end, a frame that announces more than there is, thousands of channels.

use super::super::door::Door;
use super::super::held::UPGRADE;
use super::forged_tokens::forged;
use super::{Bomb, none};
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

pub(super) const BOMB: Bomb = Bomb { name: "websocket flood", throw: |door, n| Box::pin(throw(door, n)), models: none };

const PINGS: usize = 50_000;
const CHANNELS: usize = 20_000;
/// Opcodes with the bit of a last frame (RFC 6455 section 5.2).
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let mut said = UPGRADE.to_vec();
    match n % 4 {
        0 => said.extend(frame(TEXT, hello(&forged(n, &door.http.to_string())).as_bytes())),
        1 => said.extend(frame(PING, b"x").repeat(PINGS)),
        2 => {
            said.extend([TEXT, 0xff]);
            said.extend((1_u64 << 40).to_be_bytes());
            said.extend([0; 4]);
        }
        _ => {
            let channels: Vec<String> = (0..CHANNELS).map(|n| format!("\"case:{n}\"")).collect();
            let subscribe = format!("{{\"type\":\"subscribe\",\"channels\":[{}]}}", channels.join(","));
            said.extend(frame(TEXT, hello(&door.token().await?).as_bytes()));
            said.extend(frame(TEXT, subscribe.as_bytes()));
        }
    }
    let mut stream = door.connect(door.http, None).await?;
    stream.write_all(&said).await?;
    let mut heard = Vec::new();
    // Many of these are told nothing but the end.
    let ended = (&mut stream).take(64 * 1024).read_to_end(&mut heard).await;
    ended.map_or_else(|error| Ok(format!("{:?}", error.kind())), |_| Ok("cut".to_owned()))
}

fn hello(token: &str) -> String {
    format!("{{\"type\":\"hello\",\"token\":\"{token}\"}}")
}

/// Masked with zeros, which a server cannot refuse.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![opcode];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        middle @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_say_how_long_they_are() {
        assert_eq!(frame(PING, b"x"), [0x89, 0x81, 0, 0, 0, 0, b'x']);
        assert_eq!(frame(TEXT, &[1; 200])[..4], [0x81, 0xfe, 0, 200]);
        assert_eq!(frame(TEXT, &[1; 70_000])[..10], [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
    }
}
