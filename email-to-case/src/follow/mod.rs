//! What runs beside the requests: the receivers, the work behind the commit, the sender.
//!
//! - [`mails`] and [`stranded`] consume the bus; [`waiting`] comes back to mails that wait for others; [`scheduled`] releases those whose
//!   time has come; [`sender`] hands over what is due.

mod mails;
mod scheduled;
pub(crate) mod sender;
mod stranded;
mod waiting;

use crate::domain::mail::Mail;
use crate::imap;
use crate::incoming::under_way::UnderWay;
use crate::smtp::{Protocol, Server};
use crate::state::EmailState;
use casewright_bus::{Bus, handler};
use casewright_contracts::kinds;
use casewright_delivery::Signer;
use casewright_journal::Aggregate;
use casewright_service::Shutdown;
use casewright_service::tls::{CertificateError, ServedCertificate};
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tracing::error;

/// Runs until a stop is requested.
///
/// # Errors
/// An address cannot be listened on, or the certificate or a key of `[mail.dkim]` cannot be used.
pub async fn run(state: EmailState, bus: Arc<dyn Bus>, shutdown: Shutdown) -> io::Result<()> {
    let state = EmailState { under_way: UnderWay::until(shutdown.clone()), ..state };
    let signer = Signer::open(&state.config.dkim).map_err(io::Error::other)?;
    let listener = listen("smtp_listen", &state.config.smtp_listen).await?;
    let lmtp = listen("lmtp_listen", &state.config.lmtp_listen).await?;
    let certificate = match (state.config.smtp_certificate.as_str(), state.config.smtp_key.as_str()) {
        ("", "") => None,
        (certificate, key) => Some(ServedCertificate::read(certificate.as_ref(), key.as_ref()).map_err(unusable)?),
    };
    if state.config.smtp_require_tls && certificate.is_none() {
        return Err(io::Error::other(
            "mail.smtp_require_tls: nobody could say STARTTLS without mail.smtp_certificate and mail.smtp_key",
        ));
    }
    let tls = certificate.as_ref().map(|served| served.acceptor(&[])).transpose().map_err(unusable)?;
    let mails = bus.subscribe(mails::CONSUMER, &[Mail::KIND], {
        let state = state.clone();
        handler(move |entry| mails::consume(state.clone(), entry))
    });
    let processes = bus.subscribe(stranded::CONSUMER, &[kinds::PROCESS_INSTANCE], {
        let state = state.clone();
        handler(move |entry| stranded::consume(state.clone(), entry))
    });
    let receive = |listener: Option<TcpListener>, protocol| {
        let (config, receiver) = (Arc::clone(&state.config), Arc::new(state.clone()));
        let (server, shutdown) = (Server { config, receiver, protocol, tls: tls.clone() }, shutdown.clone());
        async move {
            if let Some(listener) = listener {
                server.serve(listener, shutdown).await;
            }
        }
    };
    let mut pollers = JoinSet::new();
    if let Some(certificate) = certificate {
        pollers.spawn(certificate.follow(shutdown.clone()));
    }
    for account in state.config.imap.iter().cloned() {
        pollers.spawn(imap::run(state.clone(), account, shutdown.clone()));
    }
    let sender = async {
        if let Err(error) = Box::pin(sender::run(state.clone(), signer, shutdown.clone())).await {
            error!(%error, "the mail relay cannot be used: outgoing mail waits");
        }
    };
    let receivers = async {
        tokio::join!(receive(listener, Protocol::Smtp), receive(lmtp, Protocol::Lmtp));
    };
    tokio::join!(receivers, sender, scheduled::run(&state, &shutdown), waiting::run(&state, &shutdown));
    shutdown.requested().await;
    // Before nothing is handled any more.
    state.under_way.ended().await;
    tokio::join!(mails.end(), processes.end());
    while pollers.join_next().await.is_some() {}
    Ok(())
}

/// Listens on an address; none when it is empty.
async fn listen(key: &str, address: &str) -> io::Result<Option<TcpListener>> {
    if address.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let flag = if key == "smtp_listen" { "--smtp-listen, " } else { "" };
        let variable = key.to_uppercase();
        io::Error::new(
            error.kind(),
            format!(
                "mail.{key}: nobody can listen on {address}: {error}; choose another address with {flag}the key or \
                 CASEWRIGHT_MAIL__{variable}, or receive none with an empty one"
            ),
        )
    })?;
    Ok(Some(listener))
}

fn unusable(error: CertificateError) -> io::Error {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    io::Error::other(format!("mail.smtp_certificate, mail.smtp_key: {error}{cause}"))
}
