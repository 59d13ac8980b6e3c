//! Where the server is, and from where it is come to: many addresses of this machine, so that nothing is spared for being one.

use super::exchange::{self, Request};
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpSocket, TcpStream};

/// Addresses that are used in turn: 127.1.0.1 and those behind it.
const ADDRESSES: u32 = 2_000;
/// A token lives longer.
const FRESH: Duration = Duration::from_secs(120);

pub(super) struct Door {
    pub(super) http: SocketAddr,
    pub(super) smtp: SocketAddr,
    /// Field of a request by somebody who may deploy.
    pub(super) developer: String,
    /// Who gets a token by a secret.
    client: (String, String),
    token: Mutex<Option<(Instant, String)>>,
    next: AtomicU32,
}

impl Door {
    pub(super) fn new(http: SocketAddr, smtp: SocketAddr, developer: &str, client: &str) -> Result<Self> {
        let (id, secret) = client.rsplit_once(':').context("the client is not `id:secret`")?;
        Ok(Self {
            http,
            smtp,
            developer: format!("Authorization: Basic {}\r\n", STANDARD.encode(developer)),
            client: (id.to_owned(), secret.to_owned()),
            token: Mutex::default(),
            next: AtomicU32::new(0),
        })
    }

    /// A connection from the next address. `receives`: bytes that the kernel takes for us, when fewer than usual.
    pub(super) async fn connect(&self, to: SocketAddr, receives: Option<u32>) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = receives {
            socket.set_recv_buffer_size(bytes)?;
        }
        socket.bind((address(self.next.fetch_add(1, Ordering::Relaxed)), 0).into())?;
        socket.connect(to).await
    }

    /// Field of a request by a machine client of ours.
    pub(super) async fn bearer(&self) -> io::Result<String> {
        Ok(format!("Authorization: Bearer {}\r\n", self.token().await?))
    }

    pub(super) async fn token(&self) -> io::Result<String> {
        if let Some((since, token)) = &*self.token.lock().unwrap_or_else(PoisonError::into_inner)
            && since.elapsed() < FRESH
        {
            return Ok(token.clone());
        }
        let (id, secret) = &self.client;
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let request = Request::post("/auth/token", "application/x-www-form-urlencoded", Bytes::from(form));
        let answer = exchange::ask(self, &request).await?;
        let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let token = body["access_token"].as_str().ok_or_else(|| io::Error::other("no token"))?.to_owned();
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), token.clone()));
        Ok(token)
    }
}

fn address(n: u32) -> Ipv4Addr {
    let n = n % ADDRESSES;
    // 250 in each network of 256, none of which ends in 0 or 255.
    let [_, _, high, low] = (n / 250 * 256 + n % 250 + 1).to_be_bytes();
    Ipv4Addr::new(127, 1, high, low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn all_addresses_are_of_this_machine_and_none_is_used_twice_in_a_turn() {
        let all: HashSet<Ipv4Addr> = (0..ADDRESSES).map(address).collect();
        assert_eq!(all.len(), ADDRESSES as usize);
        assert!(all.iter().all(Ipv4Addr::is_loopback));
        assert_eq!(address(ADDRESSES), Ipv4Addr::new(127, 1, 0, 1));
    }
}
