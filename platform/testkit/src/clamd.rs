//! A virus scanner: the clamd that `CASEWRIGHT_TEST_CLAMD=<address>,<largest file in bytes>` names, or a stand-in that speaks as much of
//! its protocol as we use and knows one virus, the EICAR test file. `cargo xtask test antivirus` has the real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The file that every virus scanner takes for a virus (eicar.org), put together here so that none takes this file for one.
#[must_use]
pub fn eicar() -> Vec<u8> {
    let halves = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"];
    halves.concat().into_bytes()
}

pub struct Clamd {
    pub address: String,
    /// Bytes of the largest file it takes.
    pub limit: usize,
}

impl Clamd {
    /// # Panics
    /// `CASEWRIGHT_TEST_CLAMD` is not what it should be.
    pub async fn start() -> Self {
        if let Ok(named) = std::env::var("CASEWRIGHT_TEST_CLAMD") {
            let (address, limit) =
                named.split_once(',').expect("CASEWRIGHT_TEST_CLAMD is an address and a number of bytes");
            return Self { address: address.to_owned(), limit: limit.parse().unwrap() };
        }
        eprintln!("CASEWRIGHT_TEST_CLAMD names no clamd: a stand-in answers, and nothing is known about the real one");
        let stand_in = StandIn::start().await;
        Self { address: stand_in.address, limit: LIMIT }
    }
}

/// Bytes of the largest file that the stand-in takes.
const LIMIT: usize = 1 << 20;

/// The protocol of clamd, and what it does wrong when it is told to.
pub struct StandIn {
    pub address: String,
    /// It takes connections and never answers.
    pub is_silent: Arc<AtomicBool>,
}

impl StandIn {
    pub async fn start() -> Self {
        Self::at("127.0.0.1:0").await
    }

    /// # Panics
    /// Somebody else listens there.
    pub async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let is_silent = Arc::new(AtomicBool::new(false));
        tokio::spawn(serve(listener, Arc::clone(&is_silent)));
        Self { address, is_silent }
    }
}

async fn serve(listener: TcpListener, is_silent: Arc<AtomicBool>) {
    let mut kept = Vec::new();
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        if is_silent.load(Ordering::Acquire) {
            kept.push(connection);
        } else {
            tokio::spawn(answer(connection));
        }
    }
}

async fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let mut command = [0; 10];
    connection.read_exact(&mut command).await?;
    if &command != b"zINSTREAM\0" {
        return connection.write_all(b"UNKNOWN COMMAND\0").await;
    }
    let mut bytes = Vec::new();
    loop {
        let length = connection.read_u32().await? as usize;
        if length == 0 {
            break;
        }
        if bytes.len() + length > LIMIT {
            return connection.write_all(b"INSTREAM size limit exceeded. ERROR\0").await;
        }
        let begin = bytes.len();
        bytes.resize(begin + length, 0);
        connection.read_exact(&mut bytes[begin..]).await?;
    }
    let virus = eicar();
    let is_infected = bytes.windows(virus.len()).any(|window| window == virus);
    let answer: &[u8] = if is_infected { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" };
    connection.write_all(answer).await
}
