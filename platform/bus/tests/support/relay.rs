//! A way to a server that can be cut: what goes through it goes to the server, until it is closed.

use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub(crate) struct Relay {
    task: JoinHandle<()>,
}

impl Relay {
    /// Takes connections at `front` and hands them on to `server`.
    pub(crate) async fn open(front: &str, server: &str) -> Self {
        let listener = Self::listen(front).await;
        let server = server.to_owned();
        let task = tokio::spawn(async move {
            // Ends with the task, and so do the connections.
            let mut connections = JoinSet::new();
            loop {
                let (mut here, _) = listener.accept().await.unwrap();
                let server = server.clone();
                connections.spawn(async move {
                    let mut there = TcpStream::connect(server).await.unwrap();
                    // Either side may go at any time.
                    drop(tokio::io::copy_bidirectional(&mut here, &mut there).await);
                });
            }
        });
        Self { task }
    }

    /// A port that was closed a moment ago may be busy for as long as its last connections end.
    async fn listen(front: &str) -> TcpListener {
        loop {
            match TcpListener::bind(front).await {
                Ok(listener) => return listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Cuts every connection and takes none any more.
    pub(crate) async fn close(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}
