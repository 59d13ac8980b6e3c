//! What the room's parts share, and the one way in which they fail.

use crate::ACTOR;
use crate::authentication::Authenticator;
use crate::config::EmailConfig;
use crate::domain::mail::decide::MailRejection;
use crate::domain::mail::{Mail, MailEvent};
use crate::follow::sender;
use crate::imap::Readers;
use crate::incoming::under_way::UnderWay;
use crate::rooms::{RoomError, Rooms};
use crate::thread::Tokens;
use crate::views::mail::MAIL;
use crate::worker_pool::{Unfinished, WorkerPool};
use casewright_access::Access;
use casewright_client::CallError;
use casewright_delivery::Outbox;
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision, ExecuteError, Journal, StoreError, TenantId};
use casewright_service::{Problem, Shutdown};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// The mail room. Cloning is cheap.
#[derive(Clone)]
pub struct EmailState {
    pub journal: Journal,
    pub access: Access,
    pub rooms: Rooms,
    pub config: Arc<EmailConfig>,
    pub tokens: Tokens,
    /// Mails that wait to be sent.
    pub(crate) outbox: Outbox,
    /// Notified when a mail is scheduled.
    pub(crate) scheduled: Arc<Notify>,
    /// Notified when a mail begins to wait for another one.
    pub(crate) waiting: Arc<Notify>,
    /// Finds out of whom mails are.
    pub(crate) authenticator: Authenticator,
    /// How the reading of mailboxes on other servers stands.
    pub(crate) readers: Readers,
    /// Where it is looked whether a mail came before: its sender waits for that.
    pub(crate) receiving: WorkerPool,
    /// What is being read.
    pub(crate) under_way: UnderWay,
    /// Where mails are read.
    pub(crate) incoming: WorkerPool,
    /// Where what people write is made safe to send: they wait for it, and not for what strangers sent.
    pub(crate) outgoing: WorkerPool,
    /// When it drains, who waits for a mailbox to be read is answered.
    pub(crate) shutdown: Shutdown,
}

/// Threads of each pool.
const THREADS: u32 = 2;
/// How long one step of reading a mail may take; its limits end it long before.
const READING: Duration = Duration::from_secs(30);
/// How long a person waits for it.
const WRITING: Duration = Duration::from_secs(10);

impl EmailState {
    /// `secret` signs thread tokens; the same on every node and across restarts.
    #[must_use]
    pub fn new(journal: Journal, access: Access, rooms: Rooms, config: EmailConfig, secret: &[u8]) -> Self {
        let config = Arc::new(config);
        Self {
            outbox: Outbox::new(journal.clone(), MAIL, sender::ROUND_SIZE),
            journal,
            access,
            rooms,
            authenticator: Authenticator::new(Arc::clone(&config)),
            readers: Readers::of(&config.imap),
            config,
            tokens: Tokens::new(secret),
            scheduled: Arc::new(Notify::new()),
            waiting: Arc::new(Notify::new()),
            under_way: UnderWay::default(),
            receiving: WorkerPool::new(THREADS, READING),
            incoming: WorkerPool::new(THREADS, READING),
            outgoing: WorkerPool::new(THREADS, WRITING),
            shutdown: Shutdown::new(),
        }
    }

    /// This room in a process that can be asked to stop.
    #[must_use]
    pub fn until(self, shutdown: Shutdown) -> Self {
        Self { shutdown, ..self }
    }

    /// Records what the room itself decides about a mail.
    pub(crate) async fn decide(
        &self,
        tenant: &TenantId,
        mail_id: &str,
        decide: impl Fn(&Mail) -> Vec<MailEvent> + Send + 'static,
    ) -> Result<(), Failure> {
        let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
        self.journal
            .tenant(tenant)
            .execute::<Mail, (), Infallible, _>(mail_id, context, move |mail, _| {
                Ok(Decision { events: decide(mail), answer: () })
            })
            .await?;
        Ok(())
    }
}

impl axum::extract::FromRef<EmailState> for Access {
    fn from_ref(state: &EmailState) -> Self {
        state.access.clone()
    }
}

/// Why a step was not done; all of these may pass.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the journal is not available")]
    Store(#[from] StoreError),
    #[error("the journal did not take the command")]
    Command(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("another room did not do its part")]
    Room(#[from] RoomError),
    #[error("the platform is being stopped: the next start goes on with it")]
    Stopping,
    #[error("a message was not read")]
    Reading(#[from] Unfinished),
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Room(error.into())
    }
}

impl From<ExecuteError<Infallible>> for Failure {
    fn from(error: ExecuteError<Infallible>) -> Self {
        Self::Command(Box::new(error))
    }
}

impl From<MailRejection> for Problem {
    fn from(rejection: MailRejection) -> Self {
        match rejection {
            MailRejection::InAnotherCase => Problem::conflict("mail-linked", "The mail belongs to another case."),
            MailRejection::NotReprocessable => Problem::conflict(
                "mail-not-reprocessable",
                "Only a received mail that was read, or could not be read, is processed again.",
            ),
            MailRejection::NotScheduled => Problem::conflict(
                "mail-not-scheduled",
                "The mail does not wait any more: it is on its way, or somebody took it back.",
            ),
            MailRejection::KeyReused => {
                Problem::conflict("idempotency-key-reused", "This Idempotency-Key was used for a mail of another case.")
            }
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if let Failure::Room(error) = &failure
            && let Some(refusal) = error.refusal()
        {
            return Problem::unprocessable("refused-by-room", refusal);
        }
        if let Failure::Store(error) = &failure
            && error.is_foreign_cursor()
        {
            return Problem::invalid_cursor();
        }
        tracing::error!(error = %Causes(&failure), "a mail request failed");
        Problem::unavailable("The mail room cannot do this now; nothing was changed.")
    }
}
