//! Mailboxes on other servers, read over IMAP (RFC 3501): new messages are taken as if they had been sent here.
//!
//! Nothing is changed on the server: a message is fetched with `BODY.PEEK` and stays where and as it is. How far a folder was read
//! is kept in the journal ([`folder_cursor`]), after the messages themselves: a crash in between fetches them again, and they are known.

mod connect;
mod standing;

pub use standing::{Reader, Readers, Standing};

use crate::ACTOR;
use crate::config::{ImapAccount, Mailbox};
use crate::domain::folder_cursor::{self, CursorEvent, FolderCursor};
use crate::domain::mail::Origin;
use crate::incoming::receive;
use crate::message;
use crate::smtp::Envelope;
use crate::state::{EmailState, Failure};
use crate::tls::TlsError;
use async_imap::error::Error as ImapError;
use bytes::Bytes;
use casewright_journal::{Causes, CommandContext, Decision, TenantId};
use casewright_service::Shutdown;
use connect::Session;
use futures::TryStreamExt as _;
use std::convert::Infallible;
use std::time::Duration;
use tracing::{error, info, warn};

/// How long one exchange with the server may take.
const EXCHANGE: Duration = Duration::from_secs(60);
/// Servers close an idle connection after half an hour (RFC 2177).
const LONGEST_IDLE: Duration = Duration::from_secs(29 * 60);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Why a folder could not be read; all of these may pass.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    #[error("the connection could not be made")]
    Connect(#[source] std::io::Error),
    #[error("TLS could not be set up")]
    Tls(#[from] TlsError),
    #[error("the server refused or broke the exchange")]
    Imap(#[from] ImapError),
    #[error("the server did not answer in time")]
    Silent,
    #[error("the folder has no UIDVALIDITY: its messages cannot be told apart")]
    NoUidValidity,
    #[error("a message could not be kept")]
    Keep(#[from] Failure),
}

/// Reads the account's folder until a stop is requested, ever more slowly while the server fails.
pub async fn run(state: EmailState, account: ImapAccount, shutdown: Shutdown) {
    let mut pause = FIRST_PAUSE;
    let reader = state.readers.reader(&account);
    while !shutdown.is_requested() {
        match Box::pin(watch(&state, &account, &reader, &shutdown, &mut pause)).await {
            Ok(()) => return,
            Err(failure) => {
                reader.failed(state.journal.clock().now(), pause, &Causes(&failure).to_string());
                let error: &dyn std::error::Error = &failure;
                let cause = error.source().map(ToString::to_string).unwrap_or_default();
                warn!(host = account.host, user = account.user, %failure, cause, ?pause, "a mailbox cannot be read");
            }
        }
        tokio::select! {
            () = shutdown.requested() => {}
            () = tokio::time::sleep(pause) => {}
            () = reader.rung() => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn watch(
    state: &EmailState,
    account: &ImapAccount,
    reader: &Reader,
    shutdown: &Shutdown,
    pause: &mut Duration,
) -> Result<(), PollError> {
    let Some(mailbox) = state.config.mailbox(&account.mailbox).cloned() else {
        error!(mailbox = account.mailbox, "mail.imap.mailbox is none of mail.mailboxes: it is not read");
        return Ok(());
    };
    let mut session = Box::pin(within(connect::open(account))).await??;
    let can_idle = within(session.capabilities()).await??.has_str("IDLE");
    info!(host = account.host, user = account.user, folder = account.folder, can_idle, "reading a mailbox over IMAP");
    let mut seen = within(session.select(&account.folder)).await??;
    loop {
        let validity = seen.uid_validity.ok_or(PollError::NoUidValidity)?;
        Box::pin(take_new(state, account, &mailbox, &mut session, validity)).await?;
        *pause = FIRST_PAUSE;
        let wait = Duration::from_secs(account.poll_seconds.max(1));
        reader.succeeded(state.journal.clock().now(), wait.min(LONGEST_IDLE));
        if can_idle {
            let mut idle = session.idle();
            within(idle.init()).await??;
            let (news, stop) = idle.wait_with_timeout(wait.min(LONGEST_IDLE));
            let is_stopping = tokio::select! {
                () = shutdown.requested() => true,
                () = reader.rung() => false,
                news = news => { news?; false }
            };
            drop(stop);
            session = within(idle.done()).await??;
            if is_stopping {
                break;
            }
        } else {
            tokio::select! {
                () = shutdown.requested() => break,
                () = tokio::time::sleep(wait) => {}
                () = reader.rung() => {}
            }
        }
        // Asked anew each time: a server may give a folder another validity while we are connected.
        seen = within(session.select(&account.folder)).await??;
    }
    within(session.logout()).await??;
    Ok(())
}

async fn take_new(
    state: &EmailState,
    account: &ImapAccount,
    mailbox: &Mailbox,
    session: &mut Session,
    validity: u32,
) -> Result<(), PollError> {
    let tenant = TenantId::new(&mailbox.tenant);
    let folder = folder_cursor::id_of(account);
    let known = state.journal.tenant(&tenant).load::<FolderCursor>(&folder).await.map_err(Failure::from)?;
    let last = match known {
        Some((known, _)) if known.uid_validity == validity => known.uid,
        Some(_) => {
            warn!(host = account.host, user = account.user, "the folder was made anew; all of it is looked at again");
            0
        }
        None => 0,
    };
    let found = within(session.uid_search(format!("UID {}:*", u64::from(last) + 1))).await??;
    // `n:*` always finds the last message, also when its UID is below n (RFC 3501 section 6.4.8).
    let mut new: Vec<u32> = found.into_iter().filter(|uid| *uid > last).collect();
    new.sort_unstable();
    for uid in new {
        if let Some(raw) = fetch(state, account, session, uid).await? {
            let raw = Bytes::from(raw);
            let read = raw.clone();
            let addresses = state.receiving.run(move || message::envelope(&read)).await.map_err(Failure::from)?;
            let envelope = envelope_of(state, account, mailbox, addresses);
            let received = receive::receive(state, mailbox, envelope, raw, None).await?;
            info!(mail = received.mail_id, duplicate = received.is_duplicate, uid, "mail fetched over IMAP");
        }
        move_cursor(state, &tenant, &folder, CursorEvent::FolderRead { uid_validity: validity, uid }).await?;
    }
    Ok(())
}

/// The raw message; none when it is gone or larger than is taken (it stays on the server).
async fn fetch(
    state: &EmailState,
    account: &ImapAccount,
    session: &mut Session,
    uid: u32,
) -> Result<Option<Vec<u8>>, PollError> {
    let sizes = async { session.uid_fetch(uid.to_string(), "(UID RFC822.SIZE)").await?.try_collect::<Vec<_>>().await };
    let size = within(sizes).await??.iter().find(|part| part.uid == Some(uid)).and_then(|part| part.size);
    if size.is_some_and(|size| usize::try_from(size).is_ok_and(|size| size > state.config.max_message_bytes)) {
        error!(
            host = account.host,
            user = account.user,
            uid,
            size,
            "a message is larger than is taken; left where it is"
        );
        return Ok(None);
    }
    let parts = async { session.uid_fetch(uid.to_string(), "(UID BODY.PEEK[])").await?.try_collect::<Vec<_>>().await };
    let parts = within(parts).await??;
    Ok(parts.iter().find(|part| part.uid == Some(uid)).and_then(|part| part.body()).map(<[u8]>::to_vec))
}

/// What the envelope was, as far as the header still tells: the return path, and those of our addresses the message was sent to,
/// which may carry a token.
fn envelope_of(
    state: &EmailState,
    account: &ImapAccount,
    mailbox: &Mailbox,
    (from, addressed): (String, Vec<String>),
) -> Envelope {
    let is_ours = |address: &String| state.config.mailbox(address).is_some_and(|found| found == mailbox);
    let mut to: Vec<String> = addressed.into_iter().filter(is_ours).collect();
    if to.is_empty() {
        to.push(mailbox.address.clone());
    }
    Envelope { from, to, origin: Origin::HandedOn { authserv_id: account.authserv_id.clone() } }
}

async fn move_cursor(state: &EmailState, tenant: &TenantId, folder: &str, event: CursorEvent) -> Result<(), Failure> {
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    state
        .journal
        .tenant(tenant)
        .execute::<FolderCursor, (), Infallible, _>(folder, context, move |_, _| {
            Ok(Decision { events: vec![event], answer: () })
        })
        .await?;
    Ok(())
}

async fn within<F: Future>(exchange: F) -> Result<F::Output, PollError> {
    tokio::time::timeout(EXCHANGE, exchange).await.map_err(|_| PollError::Silent)
}
