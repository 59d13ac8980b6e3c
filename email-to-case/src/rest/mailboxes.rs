//! `/api/v1/mailboxes`: how mail comes in, and what stands in its way.

use crate::config::{ImapAccount, Mailbox};
use crate::domain::folder_cursor;
use crate::imap::Standing;
use crate::state::EmailState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource, Subject};
use casewright_service::{Json, PageBody, Problem};
use futures::future::join_all;
use jiff::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// What policies know it by.
const KIND: &str = "mailbox";
/// How long who has a mailbox read waits for that.
const LOOKING: Duration = Duration::from_secs(20);

/// A mailbox, and how mail comes to it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailboxBody {
    /// Its address.
    id: String,
    address: String,
    name: String,
    /// Key of the process that a mail starts.
    process: String,
    state: MailboxState,
    /// Whether mail is taken over SMTP or LMTP here.
    is_delivered_here: bool,
    /// Where it is fetched from over IMAP.
    accounts: Vec<MailboxAccount>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MailboxState {
    /// It is read, or mail is taken for it.
    Working,
    /// It has not been read since the start.
    Starting,
    /// It cannot be read.
    Failing,
    /// Nothing brings mail to it.
    Idle,
}

/// A folder on another server, as it is read by this process.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailboxAccount {
    id: String,
    host: String,
    port: u16,
    user: String,
    folder: String,
    state: MailboxState,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_success_at: Option<Timestamp>,
    /// What went wrong last; it may have gone well since.
    last_error: Option<MailboxError>,
    /// Attempts in a row that failed; 0: the last one went well.
    failures: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MailboxError {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    text: String,
}

/// The mailboxes of the caller's organisation, by address.
#[utoipa::path(get, path = "/api/v1/mailboxes", tag = "mails",
    responses((status = 200, body = PageBody<MailboxBody>), (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
) -> Result<Json<PageBody<MailboxBody>>, Problem> {
    state.access.authorize(&subject, "read", &Resource::kind(KIND)).await?;
    let mut items: Vec<MailboxBody> = own(&state, &subject).map(|mailbox| MailboxBody::of(&state, mailbox)).collect();
    items.sort_by(|a, b| a.address.cmp(&b.address));
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Reads a mailbox now, and answers how it stands then. Of a server that is slow to answer the old standing is told after a while.
#[utoipa::path(post, path = "/api/v1/mailboxes/{id}/check", tag = "mails", params(("id" = String, Path, description = "Its address")),
    responses((status = 200, body = MailboxBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn check(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<MailboxBody>, Problem> {
    state.access.authorize(&subject, "check", &Resource::new(KIND, &id)).await?;
    let missing = || Problem::not_found("There is no such mailbox.");
    let mailbox = own(&state, &subject).find(|mailbox| mailbox.address == id).ok_or_else(missing)?;
    let readers: Vec<_> = accounts_of(&state, mailbox).map(|account| state.readers.reader(account)).collect();
    if readers.is_empty() {
        let detail = "Mail is brought to this mailbox; there is no server to look at.";
        return Err(Problem::conflict("mailbox-not-fetched", detail));
    }
    tokio::select! {
        _ = join_all(readers.iter().map(|reader| reader.look(LOOKING))) => {}
        // The process is about to stop, and keeps nobody until then.
        () = state.shutdown.draining() => {}
    }
    Ok(Json(MailboxBody::of(&state, mailbox)))
}

fn own<'a>(state: &'a EmailState, subject: &'a Subject) -> impl Iterator<Item = &'a Mailbox> {
    state.config.mailboxes.iter().filter(|mailbox| mailbox.tenant == subject.tenant.as_str())
}

fn accounts_of<'a>(state: &'a EmailState, mailbox: &'a Mailbox) -> impl Iterator<Item = &'a ImapAccount> {
    let config = &state.config;
    config.imap.iter().filter(move |account| config.mailbox(&account.mailbox).is_some_and(|found| found == mailbox))
}

impl MailboxBody {
    fn of(state: &EmailState, mailbox: &Mailbox) -> Self {
        let accounts: Vec<MailboxAccount> = accounts_of(state, mailbox)
            .map(|account| MailboxAccount::of(account, state.readers.reader(account).standing()))
            .collect();
        let is_delivered_here = !state.config.smtp_listen.is_empty() || !state.config.lmtp_listen.is_empty();
        let is_any = |wanted: MailboxState| accounts.iter().any(|account| account.state == wanted);
        let whole = match () {
            () if is_any(MailboxState::Failing) => MailboxState::Failing,
            () if is_any(MailboxState::Starting) => MailboxState::Starting,
            () if is_delivered_here || !accounts.is_empty() => MailboxState::Working,
            () => MailboxState::Idle,
        };
        let Mailbox { address, name, process, .. } = mailbox.clone();
        Self { id: address.clone(), address, name, process, state: whole, is_delivered_here, accounts }
    }
}

impl MailboxAccount {
    fn of(account: &ImapAccount, standing: Standing) -> Self {
        let state = match (&standing.failure, standing.succeeded_at) {
            (Some(_), _) => MailboxState::Failing,
            (None, Some(_)) => MailboxState::Working,
            (None, None) => MailboxState::Starting,
        };
        let ImapAccount { host, port, user, folder, .. } = account.clone();
        Self {
            id: folder_cursor::id_of(account),
            host,
            port,
            user,
            folder,
            state,
            last_success_at: standing.succeeded_at,
            last_error: standing.last_error.map(|(at, text)| MailboxError { at, text }),
            failures: standing.failures,
            next_attempt_at: standing.next_at,
        }
    }
}
