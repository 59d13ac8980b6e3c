//! The receiver on the wire: what a client says, byte by byte, and what it is answered.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::config::Checks;
use casewright_email_to_case::domain::mail::Origin;
use casewright_email_to_case::smtp::{Protocol, Server};
use casewright_email_to_case::{EmailConfig, tls};
use casewright_service::Shutdown;
use casewright_service::tls::ServedCertificate;
use std::sync::Arc;
use support::client::{Client, deliver};
use support::outside::{Memory, Outside};
use support::{config, free_address};
use tokio::net::TcpListener;

const CLAIMS: &str = "claims@harbor.example";

async fn receiver(change: impl FnOnce(&mut EmailConfig)) -> Outside {
    let mut config = config();
    change(&mut config);
    Outside::listen_with(config).await
}

fn only_message(outside: &Outside) -> Vec<u8> {
    let seen = outside.memory.0.lock().unwrap();
    assert_eq!(seen.taken.len(), 1);
    seen.taken[0].1.clone()
}

#[tokio::test]
async fn dots_that_were_stuffed_are_taken_out_also_on_the_first_line() {
    let outside = receiver(|_| ()).await;
    let message = b".first\r\nSubject: x\r\n\r\n.\r\n..two\r\nend.\r\n";
    assert!(deliver(&outside.address, "a@b.example", &[CLAIMS], message).await.starts_with("250 "));
    assert_eq!(only_message(&outside), message);
}

#[tokio::test]
async fn who_connected_and_how_they_greeted_is_told_unless_it_is_a_relay_of_ours() {
    let sender = Origin::Sender { peer: "127.0.0.1".parse().unwrap(), hello: "customer.example".to_owned() };
    let relay = Origin::HandedOn { authserv_id: "mx.harbor.example".to_owned() };
    for (relays, expected) in [(Vec::new(), sender), (Checks::default().relays, relay)] {
        let outside = receiver(|config| {
            config.authentication.relays = relays;
            config.authentication.authserv_id = "mx.harbor.example".to_owned();
        })
        .await;
        assert!(deliver(&outside.address, "a@b.example", &[CLAIMS], b"Subject: x\r\n").await.starts_with("250 "));
        assert_eq!(outside.memory.0.lock().unwrap().taken[0].0.origin, expected);
    }
}

#[tokio::test]
async fn an_empty_message_ends_with_its_first_dot() {
    let outside = receiver(|_| ()).await;
    assert!(deliver(&outside.address, "a@b.example", &[CLAIMS], b"").await.starts_with("250 "));
    assert_eq!(only_message(&outside), b"");
}

#[tokio::test]
async fn a_dot_between_bare_line_feeds_smuggles_no_second_message() {
    let outside = receiver(|_| ()).await;
    let message = b"Subject: x\r\n\r\none\n.\nMAIL FROM:<x@y.example>\n.\r\nRCPT TO:<claims@harbor.example>\r\n";
    let mut client = Client::connect(&outside.address).await;
    client.begin("a@b.example", &[CLAIMS]).await;
    client.write(message).await;
    client.write(b".\r\n").await;
    assert!(client.answer().await.starts_with("250 "));
    assert_eq!(only_message(&outside), message);
}

#[tokio::test]
async fn bytes_above_seven_bits_and_addresses_in_utf8_arrive_unchanged() {
    let outside = receiver(|config| config.mailboxes.push(support::mailbox("schäden@harbor.example"))).await;
    let mut client = Client::connect(&outside.address).await;
    let offered = client.say("EHLO x").await;
    for extension in ["8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES", "SIZE 26214400"] {
        assert!(offered.contains(extension), "{offered}");
    }
    assert!(!offered.contains("STARTTLS"), "{offered}");
    assert!(client.say("MAIL FROM:<jürgen@kunde.example> BODY=8BITMIME SMTPUTF8").await.starts_with("250 "));
    assert!(client.say("RCPT TO:<schäden@harbor.example>").await.starts_with("250 "));
    assert!(client.say("DATA").await.starts_with("354 "));
    let message = b"Subject: x\r\n\r\ngr\xfc\xdfe \xff\x00\r\n";
    assert!(client.message(message).await.starts_with("250 "));
    assert_eq!(only_message(&outside), message);
    assert_eq!(outside.messages()[0].0.from, "jürgen@kunde.example");
}

#[tokio::test]
async fn commands_sent_at_once_are_answered_in_order() {
    let outside = receiver(|_| ()).await;
    let mut client = Client::connect(&outside.address).await;
    client
        .write(
            b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@harbor.example>\r\nRCPT TO:<claims@harbor.example>\r\n\
              DATA\r\nSubject: 1\r\n\r\none\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<claims@harbor.example>\r\nDATA\r\n\
              Subject: 2\r\n\r\ntwo\r\n.\r\nQUIT\r\n",
        )
        .await;
    for expected in ["250-", "250 ", "550 5.1.1", "250 ", "354 ", "250 ", "250 ", "250 ", "354 ", "250 ", "221 "] {
        let answer = client.answer().await;
        assert!(answer.starts_with(expected), "{expected}: {answer}");
    }
    assert_eq!(client.answer().await, "", "closed");
    let messages = outside.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!((messages[1].0.from.as_str(), messages[1].1.as_str()), ("", "Subject: 2\r\n\r\ntwo\r\n"));
}

#[tokio::test]
async fn a_message_above_the_limit_is_refused_announced_or_not_and_the_connection_goes_on() {
    let outside = receiver(|config| config.max_message_bytes = 1_000).await;
    let mut client = Client::connect(&outside.address).await;
    assert!(client.say("EHLO x").await.contains("SIZE 1000"));
    assert!(client.say("MAIL FROM:<a@b.example> SIZE=1001").await.starts_with("552 5.3.4"));
    client.begin("a@b.example", &[CLAIMS]).await;
    assert!(client.message(&b"0123456789\r\n".repeat(200)).await.starts_with("552 5.3.4"));
    client.begin("a@b.example", &[CLAIMS]).await;
    assert!(client.message(b"Subject: small\r\n\r\nx\r\n").await.starts_with("250 "));
    assert_eq!(outside.messages().len(), 1);
}

#[tokio::test]
async fn the_hundred_and_first_recipient_has_to_wait() {
    let outside = receiver(|_| ()).await;
    let mut client = Client::connect(&outside.address).await;
    client.say("EHLO x").await;
    client.say("MAIL FROM:<a@b.example>").await;
    for at in 0..100 {
        let answer = client.say(&format!("RCPT TO:<claims+{at}@harbor.example>")).await;
        assert!(answer.starts_with("250 "), "{at}: {answer}");
    }
    assert!(client.say("RCPT TO:<claims+more@harbor.example>").await.starts_with("452 4.5.3"));
    assert!(client.say("DATA").await.starts_with("354 "));
    assert!(client.message(b"Subject: x\r\n\r\nx\r\n").await.starts_with("250 "));
    assert_eq!(outside.messages()[0].0.to.len(), 100);
}

#[tokio::test]
async fn commands_out_of_order_are_refused_and_too_many_mistakes_close() {
    let outside = receiver(|_| ()).await;
    let mut client = Client::connect(&outside.address).await;
    assert!(client.say("MAIL FROM:<a@b.example>").await.starts_with("503 "));
    assert!(client.say("DATA").await.starts_with("503 "));
    assert!(client.say("STARTTLS").await.starts_with("502 "));
    assert!(client.say("LHLO x").await.starts_with("502 "));
    for _ in 0..16 {
        assert!(client.say("NONSENSE").await.starts_with("500 "));
    }
    assert!(client.say("NONSENSE").await.starts_with("421 4.7.0"));
    assert_eq!(client.answer().await, "");
}

#[tokio::test]
async fn a_client_that_is_silent_or_drips_byte_after_byte_is_sent_away() {
    let outside = receiver(|config| (config.idle_seconds, config.message_seconds) = (1, 2)).await;
    let mut silent = Client::connect(&outside.address).await;
    let mut dripping = Client::connect(&outside.address).await;
    dripping.begin("a@b.example", &[CLAIMS]).await;
    let (answer, slow) = tokio::join!(silent.answer(), async {
        let mut drops = tokio::time::interval(std::time::Duration::from_millis(200));
        for _ in 0..9 {
            drops.tick().await;
            dripping.write(b"x").await;
        }
        dripping.answer().await
    });
    assert!(answer.starts_with("421 4.4.2"), "{answer}");
    assert!(slow.starts_with("421 4.4.2"), "{slow}");
    assert!(outside.messages().is_empty());
}

#[tokio::test]
async fn one_connection_too_many_is_told_to_come_back() {
    let outside = receiver(|config| config.max_connections = 1).await;
    let _first = Client::connect(&outside.address).await;
    let stream = tokio::net::TcpStream::connect(&outside.address).await.unwrap();
    let mut text = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut { stream }, &mut text).await.unwrap();
    assert!(text.starts_with("421 4.3.2"), "{text}");
}

#[tokio::test]
async fn lmtp_answers_for_every_recipient_and_is_of_a_server_of_ours_wherever_it_is() {
    let (address, memory) = (free_address(), Memory::default());
    let listener = TcpListener::bind(&address).await.unwrap();
    let shutdown = Shutdown::new();
    let mut config = config();
    config.authentication.relays.clear();
    let server =
        Server { config: Arc::new(config), receiver: Arc::new(memory.clone()), protocol: Protocol::Lmtp, tls: None };
    let serving = tokio::spawn(server.serve(listener, shutdown.clone()));
    let mut client = Client::connect(&address).await;
    assert!(client.say("EHLO x").await.starts_with("502 "));
    assert!(client.say("LHLO x").await.starts_with("250-"));
    client.say("MAIL FROM:<a@b.example>").await;
    client.say("RCPT TO:<claims@harbor.example>").await;
    client.say("RCPT TO:<claims+x@harbor.example>").await;
    client.say("DATA").await;
    assert!(client.message(b"Subject: x\r\n\r\nx\r\n").await.starts_with("250 "));
    assert!(client.answer().await.starts_with("250 "), "the second recipient");
    assert!(client.say("QUIT").await.starts_with("221 "));
    let origins: Vec<Origin> =
        memory.0.lock().unwrap().taken.iter().map(|(envelope, _)| envelope.origin.clone()).collect();
    assert_eq!(origins, [Origin::HandedOn { authserv_id: String::new() }]);
    shutdown.trigger();
    serving.await.unwrap();
}

/// A receiver with a certificate, for those who trust it by the file.
struct Secured {
    address: String,
    certificate: std::path::PathBuf,
    memory: Memory,
    shutdown: Shutdown,
    serving: tokio::task::JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Secured {
    async fn start(config: EmailConfig) -> Self {
        casewright_client::install_tls();
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let (address, memory) = (free_address(), Memory::default());
        let listener = TcpListener::bind(&address).await.unwrap();
        let shutdown = Shutdown::new();
        let server = Server {
            config: Arc::new(config),
            receiver: Arc::new(memory.clone()),
            protocol: Protocol::Smtp,
            tls: Some(ServedCertificate::read(&certificate, &key).unwrap().acceptor(&[]).unwrap()),
        };
        let serving = tokio::spawn(server.serve(listener, shutdown.clone()));
        Self { address, certificate, memory, shutdown, serving, _dir: dir }
    }

    async fn end(self) {
        self.shutdown.trigger();
        self.serving.await.unwrap();
    }
}

#[tokio::test]
async fn starttls_encrypts_forgets_what_was_said_before_and_takes_nothing_smuggled_in() {
    let secured = Secured::start(config()).await;
    let mut smuggler = Client::connect(&secured.address).await;
    smuggler.say("EHLO x").await;
    smuggler.write(b"STARTTLS\r\nMAIL FROM:<a@b.example>\r\n").await;
    assert!(smuggler.answer().await.starts_with("501 "));
    assert_eq!(smuggler.answer().await, "", "closed");

    let mut client = Client::connect(&secured.address).await;
    assert!(client.say("EHLO x").await.contains("250-STARTTLS"));
    client.say("MAIL FROM:<forgotten@b.example>").await;
    assert!(client.say("STARTTLS").await.starts_with("220 "));
    let mut client = client.secure(&tls::connector(Some(&secured.certificate)).unwrap()).await;
    assert!(client.say("RCPT TO:<claims@harbor.example>").await.starts_with("503 "));
    assert!(!client.say("EHLO x").await.contains("STARTTLS"));
    client.begin("a@b.example", &[CLAIMS]).await;
    assert!(client.message(b"Subject: secret\r\n\r\nx\r\n").await.starts_with("250 "));
    assert_eq!(secured.memory.0.lock().unwrap().taken[0].0.from, "a@b.example");
    client.say("QUIT").await;
    secured.end().await;
}

#[tokio::test]
async fn where_tls_is_required_no_mail_is_taken_without_it() {
    let secured = Secured::start(EmailConfig { smtp_require_tls: true, ..config() }).await;
    let mut client = Client::connect(&secured.address).await;
    client.say("EHLO x").await;
    assert!(client.say("MAIL FROM:<a@b.example>").await.starts_with("530 5.7.0 "));
    assert!(client.say("RCPT TO:<claims@harbor.example>").await.starts_with("503 "));
    assert!(client.say("STARTTLS").await.starts_with("220 "));
    let mut client = client.secure(&tls::connector(Some(&secured.certificate)).unwrap()).await;
    client.say("EHLO x").await;
    client.begin("a@b.example", &[CLAIMS]).await;
    assert!(client.message(b"Subject: secret\r\n\r\nx\r\n").await.starts_with("250 "));
    client.say("QUIT").await;
    secured.end().await;
}

#[test]
fn a_certificate_without_its_key_is_refused_by_file_name() {
    let dir = tempfile::tempdir().unwrap();
    let certificate = dir.path().join("cert.pem");
    std::fs::write(&certificate, "no PEM").unwrap();
    let missing = dir.path().join("missing.pem");
    let Err(error) = ServedCertificate::read(&certificate, &missing) else { panic!("it was taken") };
    assert!(error.to_string().contains("missing.pem"), "{error}");
}

#[tokio::test]
async fn a_connection_does_not_last_for_ever_however_much_is_said() {
    let outside = receiver(|config| config.session_seconds = 0).await;
    let mut client = Client::connect(&outside.address).await;
    assert!(client.answer().await.starts_with("421 4.4.2 "));
}
