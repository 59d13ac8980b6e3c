//! Mail servers behind certificates that only an authority of one's own makes known: the relay that takes our mail, and servers that
//! mailboxes are read from.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_delivery::{Relay, Signer, Smtp, Tls};
use casewright_email_to_case::smtp::{Protocol, Server};
use casewright_email_to_case::tls;
use casewright_service::Shutdown;
use casewright_service::tls::ServedCertificate;
use lettre::address::Envelope;
use rustls::pki_types::ServerName;
use std::sync::Arc;
use support::config;
use support::outside::Memory;
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn mail_servers_are_reached_by_an_authority_of_ones_own() {
    casewright_client::install_tls();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let acceptor = ServedCertificate::read(&certificate, &key).unwrap().acceptor(&[]).unwrap();

    let (listener, memory) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Memory::default());
    let port = listener.local_addr().unwrap().port();
    let server = Server {
        config: Arc::new(config()),
        receiver: Arc::new(memory.clone()),
        protocol: Protocol::Smtp,
        tls: Some(acceptor.clone()),
    };
    tokio::spawn(server.serve(listener, Shutdown::new()));
    let relay = Relay { host: "localhost".to_owned(), port, tls: Tls::Starttls, ..Relay::default() };
    let envelope = Envelope::new(Some("a@b.example".parse().unwrap()), vec!["claims@harbor.example".parse().unwrap()]);
    let envelope = envelope.unwrap();
    let send = async || {
        let smtp = Smtp::new(&relay, None, Signer::default()).unwrap();
        smtp.send(&envelope, b"Subject: x\r\n\r\nx\r\n").await
    };

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // Who does not trust it hangs up.
            drop(acceptor.accept(socket).await);
        }
    });
    let shake_hands = async || {
        let connector = tls::connector(None).unwrap();
        let socket = TcpStream::connect(address).await.unwrap();
        connector.connect(ServerName::try_from("localhost").unwrap(), socket).await
    };

    assert!(send().await.is_err() && shake_hands().await.is_err(), "nobody knows who signed it");
    casewright_client::trust(&certificate).unwrap();
    send().await.unwrap();
    assert_eq!(memory.0.lock().unwrap().taken.len(), 1);
    shake_hands().await.unwrap();
}
