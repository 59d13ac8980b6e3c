//! The receiver: RFC 5321 with SIZE, 8BITMIME, SMTPUTF8, PIPELINING and enhanced status codes.
//!
//! It must never answer 250 to a message that is not durable, and never hold more than one message per connection.

mod session;

pub use session::{Envelope, Receive, Refusal};

use crate::config::EmailConfig;
use casewright_service::Shutdown;
use session::Session;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tracing::{debug, info, warn};

/// Serves connections until a stop is requested; those under way may finish their message.
pub async fn serve(listener: TcpListener, config: Arc<EmailConfig>, receiver: Arc<dyn Receive>, shutdown: Shutdown) {
    if let Ok(address) = listener.local_addr() {
        info!(%address, mailboxes = config.mailboxes.len(), "receiving mail over SMTP");
    }
    let permits = Arc::new(Semaphore::new(config.max_connections));
    loop {
        let accepted = tokio::select! {
            () = shutdown.requested() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(connection) => connection,
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let session = Session::new(stream, Arc::clone(&config), Arc::clone(&receiver));
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            tokio::spawn(session.refuse_busy());
            continue;
        };
        let stop = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                ended = session.run() => if let Err(error) = ended { debug!(%peer, %error, "an SMTP connection broke"); },
                () = stop.requested() => {}
            }
            drop(permit);
        });
    }
}
