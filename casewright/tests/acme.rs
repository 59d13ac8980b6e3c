//! A certificate that the platform orders itself, of the ACME server that `CASEWRIGHT_TEST_PEBBLE` names (`cargo xtask test acme`); without it
//! nothing is tried.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use rustls::pki_types::ServerName;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use support::Server;
use tokio::net::TcpStream;

const NAMED: &str = "CASEWRIGHT_TEST_PEBBLE";

/// Pebble, by what `cargo xtask` says of it.
struct Pebble(HashMap<String, String>);

impl Pebble {
    fn named() -> Option<Self> {
        let named = std::env::var(NAMED).ok()?;
        let pairs = named.split(',').map(|pair| pair.split_once('=').unwrap());
        Some(Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }

    /// Where it looks for proofs.
    fn port(&self) -> u16 {
        self.0["tls"].parse().unwrap()
    }

    /// The authority that signs what is ordered, PEM: made anew whenever Pebble starts.
    async fn root(&self) -> String {
        casewright_client::install_tls();
        let own = std::fs::read(&self.0["authority"]).unwrap();
        let own = reqwest::Certificate::from_pem(&own).unwrap();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([own]).build().unwrap();
        let root = client.get(format!("{}/roots/0", self.0["management"])).send().await.unwrap();
        root.error_for_status().unwrap().text().await.unwrap()
    }

    /// What orders of it.
    fn server(&self, folder: &Path, root: &str) -> Server {
        let authority = folder.join("root.pem");
        std::fs::write(&authority, root).unwrap();
        let mut server = Server::new(folder).behind_tls(self.port(), root);
        server.set("CASEWRIGHT_SERVER__TLS__AUTHORITY", authority);
        server.set("CASEWRIGHT_SERVER__TLS__ACME__DOMAINS", "localhost");
        server.set("CASEWRIGHT_SERVER__TLS__ACME__DIRECTORY", &self.0["directory"]);
        server.set("CASEWRIGHT_SERVER__TLS__ACME__AUTHORITY", &self.0["authority"]);
        server.set("CASEWRIGHT_SERVER__TLS__ACME__CONTACT", "operators@desk.example");
        server
    }
}

/// The certificate that is shown at the port, DER.
async fn shown(port: u16, root: &str) -> Vec<u8> {
    use rustls::pki_types::pem::PemObject as _;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(rustls::pki_types::CertificateDer::from_pem_slice(root.as_bytes()).unwrap()).unwrap();
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let shaken = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    shaken.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_ordered_kept_for_its_owner_alone_and_not_ordered_again_at_the_next_start() {
    let Some(pebble) = Pebble::named() else {
        eprintln!("SKIPPED: {NAMED} names no ACME server");
        return;
    };
    let root = pebble.root().await;
    let folder = tempfile::tempdir().unwrap();

    // Nothing is ordered of an authority whose terms nobody has agreed to.
    let mut server = pebble.server(folder.path(), &root);
    let refused = server.run(&["serve", "--listen", "127.0.0.1:0"], "").failure();
    assert!(refused.contains("server.tls.acme.agree_to_terms"), "{refused}");

    server.set("CASEWRIGHT_SERVER__TLS__ACME__AGREE_TO_TERMS", "true");
    // Ready is told by TLS, with the certificate that was ordered; so rooms reach each other as well.
    server.start(&["--role", "engine,access"]).await;
    let first = shown(pebble.port(), &root).await;
    for name in ["account.json", "certificate.pem"] {
        let kept = std::fs::metadata(server.data().join("acme").join(name)).unwrap();
        assert_eq!(kept.permissions().mode() & 0o777, 0o600, "{name}");
    }
    server.stop();
    let account = std::fs::read(server.data().join("acme/account.json")).unwrap();

    server.start(&["--role", "engine,access"]).await;
    assert_eq!(shown(pebble.port(), &root).await, first, "it is good for two months more");
    server.stop();

    // When it is gone another one is ordered, by the same account.
    std::fs::remove_file(server.data().join("acme/certificate.pem")).unwrap();
    server.start(&["--role", "engine,access"]).await;
    assert_ne!(shown(pebble.port(), &root).await, first);
    assert_eq!(std::fs::read(server.data().join("acme/account.json")).unwrap(), account);
    server.stop();
}
