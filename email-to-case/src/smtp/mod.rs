//! The receiver: RFC 5321 with SIZE, 8BITMIME, SMTPUTF8, PIPELINING, STARTTLS (where a certificate is configured) and enhanced
//! status codes; the same over LMTP (RFC 2033), where every recipient gets an answer of its own.
//!
//! It must never answer 250 to a message that is not durable, and never hold more than one message per connection.

mod places;
mod session;
mod wire;

pub use session::{Envelope, Receive, Refusal};

use crate::config::EmailConfig;
use casewright_service::Shutdown;
use places::Places;
use session::Session;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tracing::{debug, info, warn};

/// How long messages under way may take once a stop is requested.
const LAST_MESSAGES: Duration = Duration::from_secs(10);

/// What is spoken on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Smtp,
    /// RFC 2033: from a mail server that keeps the queue.
    Lmtp,
}

/// One listening receiver.
pub struct Server {
    pub config: Arc<EmailConfig>,
    pub receiver: Arc<dyn Receive>,
    pub protocol: Protocol,
    /// Offered as STARTTLS (RFC 3207).
    pub tls: Option<TlsAcceptor>,
}

/// SMTP without TLS; see [`Server::serve`].
pub async fn serve(listener: TcpListener, config: Arc<EmailConfig>, receiver: Arc<dyn Receive>, shutdown: Shutdown) {
    Server { config, receiver, protocol: Protocol::Smtp, tls: None }.serve(listener, shutdown).await;
}

impl Server {
    /// Serves connections until a stop is requested; those under way may finish their message.
    pub async fn serve(self, listener: TcpListener, shutdown: Shutdown) {
        if let Ok(address) = listener.local_addr() {
            info!(%address, protocol = ?self.protocol, mailboxes = self.config.mailboxes.len(), "receiving mail");
        }
        let server = Arc::new(self);
        let places = Places::new(server.config.max_connections, server.config.max_connections_per_address);
        let mut sessions = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = shutdown.requested() => break,
                Some(_) = sessions.join_next(), if !sessions.is_empty() => continue,
                accepted = listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let session = Session::new(stream, peer.ip(), Arc::clone(&server), shutdown.clone());
            let Some(place) = places.take(peer.ip()) else {
                sessions.spawn(session.refuse_busy());
                continue;
            };
            sessions.spawn(async move {
                if let Err(error) = Box::pin(session.run()).await {
                    debug!(%peer, %error, "a mail connection broke");
                }
                drop(place);
            });
        }
        drop(listener);
        let finished = async { while sessions.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_MESSAGES, finished).await.is_err() {
            warn!("connections were cut; their senders keep the messages");
        }
    }
}
