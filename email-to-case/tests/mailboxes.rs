//! A mailbox that cannot be read says why, and is read when somebody asks for that once it is mended: over a small server that
//! speaks as much of IMAP (RFC 3501) as the platform does.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_access::accounts::NewUser;
use casewright_email_to_case::EmailConfig;
use casewright_email_to_case::config::{ImapAccount, Tls};
use casewright_journal::TenantId;
use casewright_service::config::Secret;
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{PASSWORD, Room, config, free_address, until};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const MAILBOX: &str = "claims@harbor.example";
const MESSAGE: &str = "From: vera@customer.example\r\nTo: claims@harbor.example\r\nSubject: Fetched\r\nMessage-ID: <f@x>\r\n\r\nHello\r\n";

/// The password that is right, and how many messages there are.
#[derive(Clone, Default)]
struct Folder(Arc<Mutex<(String, usize)>>);

impl Folder {
    async fn serve(self, address: &str) {
        let listener = TcpListener::bind(address).await.unwrap();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let folder = self.clone();
                tokio::spawn(async move { folder.speak(socket).await });
            }
        });
    }

    async fn speak(&self, socket: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = socket.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"* OK ready\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            let (password, messages) = self.0.lock().unwrap().clone();
            let told = match command {
                command if command.starts_with("LOGIN") && !command.contains(&format!("\"{password}\"")) => {
                    format!("{tag} NO [AUTHENTICATIONFAILED] the password is wrong\r\n")
                }
                command if command.starts_with("CAPABILITY") => {
                    format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
                }
                command if command.starts_with("SELECT") => {
                    format!("* {messages} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] valid\r\n{tag} OK done\r\n")
                }
                command if command.starts_with("UID SEARCH") => {
                    let found: String = (1..=messages).map(|uid| format!(" {uid}")).collect();
                    format!("* SEARCH{found}\r\n{tag} OK done\r\n")
                }
                command if command.contains("RFC822.SIZE") => {
                    format!("* 1 FETCH (UID 1 RFC822.SIZE {})\r\n{tag} OK done\r\n", MESSAGE.len())
                }
                command if command.starts_with("UID FETCH") => {
                    format!("* 1 FETCH (UID 1 BODY[] {{{}}}\r\n{MESSAGE})\r\n{tag} OK done\r\n", MESSAGE.len())
                }
                _ => format!("{tag} OK done\r\n"),
            };
            write.write_all(told.as_bytes()).await?;
        }
        Ok(())
    }
}

async fn with_root(room: &Room) {
    let root = NewUser {
        id: "root".to_owned(),
        name: "Rita".to_owned(),
        email: String::new(),
        roles: vec!["admin".to_owned()],
        groups: Vec::new(),
    };
    let (accounts, tenant) = (room.state.access.accounts(), TenantId::default());
    accounts.create_user(&tenant, "system:test", root).await.unwrap();
    accounts.set_password(&tenant, "system:test", "root", PASSWORD).await.unwrap();
}

async fn mailbox(room: &Room) -> Value {
    let (status, page) = room.call_as("root", "GET", "/api/v1/mailboxes", None).await;
    assert_eq!(status, 200, "{page}");
    page["items"][0].clone()
}

async fn check(room: &Room) -> Value {
    let (status, mailbox) = room.call_as("root", "POST", &format!("/api/v1/mailboxes/{MAILBOX}/check"), None).await;
    assert_eq!(status, 200, "{mailbox}");
    mailbox
}

/// With a mailbox that is read from this server.
async fn reading(address: &str) -> Room {
    let (host, port) = address.split_once(':').unwrap();
    let account = ImapAccount {
        host: host.to_owned(),
        port: port.parse().unwrap(),
        tls: Tls::None,
        user: "desk".to_owned(),
        password: Secret::new("the right one"),
        mailbox: MAILBOX.to_owned(),
        poll_seconds: 3_600,
        ..ImapAccount::default()
    };
    let room = Room::open_with(EmailConfig { imap: vec![account], ..config() }).await;
    with_root(&room).await;
    room
}

#[tokio::test]
async fn who_waits_for_a_mailbox_to_be_read_is_answered_when_the_process_is_about_to_stop() {
    // Takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let room = reading(&silent.local_addr().unwrap().to_string()).await;
    let begin = Instant::now();
    let (told, ()) = tokio::join!(check(&room), async { room.shutdown.drain() });
    assert_ne!(told["state"], "working");
    assert!(begin.elapsed() < Duration::from_secs(15), "it waited for the server: {:?}", begin.elapsed());
}

#[tokio::test]
async fn a_mailbox_says_why_it_cannot_be_read_and_is_read_at_once_when_it_is_mended() {
    let address = free_address();
    let room = reading(&address).await;

    // Nobody listens there.
    let failing =
        until("it has failed", || async { Some(mailbox(&room).await).filter(|mailbox| mailbox["state"] == "failing") });
    let failing = failing.await;
    let account = &failing["accounts"][0];
    assert_eq!((&account["state"], &account["lastSuccessAt"]), (&Value::from("failing"), &Value::Null));
    assert!(account["lastError"]["text"].as_str().unwrap().contains("connection"), "{account}");
    assert!(account["nextAttemptAt"].is_string() && account["failures"].as_u64() > Some(0), "{account}");

    // Somebody does, and does not know the password.
    let folder = Folder::default();
    folder.0.lock().unwrap().0 = "another one".to_owned();
    folder.clone().serve(&address).await;
    let told = until("the password is wrong", || async {
        let account = check(&room).await["accounts"][0].clone();
        account["lastError"]["text"].as_str().unwrap().contains("password is wrong").then_some(account)
    });
    assert_eq!(told.await["state"], "failing");

    // It is mended: it is read when somebody asks, long before its time, and what comes is there.
    folder.0.lock().unwrap().0 = "the right one".to_owned();
    until("it is read", || async { Some(check(&room).await).filter(|mailbox| mailbox["state"] == "working") }).await;
    let account = mailbox(&room).await["accounts"][0].clone();
    assert_eq!(account["failures"], 0);
    assert!(account["lastSuccessAt"].is_string() && account["lastError"]["text"].is_string(), "{account}");
    folder.0.lock().unwrap().1 = 1;
    check(&room).await;
    room.mail_when("it was fetched", |mail| mail["messageId"] == "f@x").await;
}
