//! What a mail looks like over HTTP.

use crate::domain::mail::{Attachment, Authentication, KeptBecause, Mail, MailState, PartState, ProblemCode};
use crate::html::resolve_content_ids;
use crate::message::{Correspondent, LeftOut};
use crate::state::{EmailState, Failure};
use casewright_client::{CallError, Refused};
use casewright_instant::Instant;
use casewright_journal::{EntryMeta, TenantId};
use serde::Serialize;
use std::collections::HashMap;
use tracing::debug;

/// How one recipient's delivery stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailDelivery {
    to: String,
    state: MailState,
    /// When that became known.
    at: Option<String>,
    /// What the relay answered, or why it did not take the mail.
    answer: Option<String>,
}

/// One mail.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MailBody {
    id: String,
    version: u64,
    /// `in` or `out`.
    direction: &'static str,
    /// Address of the mailbox that it came to, or leaves from.
    mailbox: String,
    state: MailState,
    message_id: Option<String>,
    in_reply_to: Option<String>,
    references: Vec<String>,
    /// None for a mail that could not be read.
    from: Option<Correspondent>,
    to: Vec<Correspondent>,
    cc: Vec<Correspondent>,
    /// Whom a mail of ours goes to without the others' knowing.
    bcc: Vec<String>,
    subject: String,
    sent_at: Option<String>,
    received_at: String,
    text: String,
    /// Cleaned; pictures of the mail point to signed addresses.
    html: Option<String>,
    attachments: Vec<Attachment>,
    /// What of the message is not shown; the original has it.
    left_out: Vec<LeftOut>,
    case_id: Option<String>,
    /// The case it was found to answer, before it is linked.
    thread_case_id: Option<String>,
    is_auto_submitted: bool,
    /// It carried a token that we did not sign.
    has_forged_token: bool,
    /// What was found out about whom it is of; none: nothing was looked at.
    authentication: Option<Authentication>,
    process_instance_id: Option<String>,
    /// Why no process was started for it.
    kept_because: Option<KeptBecause>,
    problem: Option<String>,
    /// What kind of problem, for one that could not be understood.
    problem_code: Option<ProblemCode>,
    deliveries: Vec<MailDelivery>,
    /// When a scheduled mail is sent.
    send_at: Option<String>,
    /// Id of the person, or of the machine client, who had it sent; null: it came in.
    written_by: Option<String>,
}

impl MailBody {
    /// `with_pictures`: asks for an address of each inline picture.
    pub(super) async fn of(
        state: &EmailState,
        tenant: &TenantId,
        mail: &Mail,
        version: u64,
        first: Option<&EntryMeta>,
        with_pictures: bool,
    ) -> Result<Self, Failure> {
        let content = mail.content.as_ref();
        let html = match content.and_then(|content| content.html.as_ref()) {
            Some(html) if with_pictures => {
                let pictures = pictures(state, tenant, mail).await?;
                Some(resolve_content_ids(html, |id| pictures.get(id).cloned()))
            }
            Some(html) => Some(resolve_content_ids(html, |_| None)),
            None => None,
        };
        let deliveries = mail
            .recipients
            .iter()
            .map(|to| match mail.deliveries.get(to) {
                Some(delivery) => MailDelivery {
                    to: to.clone(),
                    state: delivery.state,
                    at: Some(instant(delivery.at)),
                    answer: Some(delivery.answer.clone()),
                },
                None => MailDelivery { to: to.clone(), state: mail.state, at: None, answer: mail.problem.clone() },
            })
            .collect();
        Ok(Self {
            id: mail.id.clone(),
            version,
            direction: if mail.is_outgoing { "out" } else { "in" },
            mailbox: mail.mailbox.clone(),
            state: mail.state,
            message_id: content.and_then(|content| content.message_id.clone()),
            in_reply_to: content.and_then(|content| content.in_reply_to.first().cloned()),
            references: content.map(|content| content.references.clone()).unwrap_or_default(),
            from: content.map(|content| content.from.clone()),
            to: content.map(|content| content.to.clone()).unwrap_or_default(),
            cc: content.map(|content| content.cc.clone()).unwrap_or_default(),
            bcc: if mail.is_outgoing { mail.hidden().cloned().collect() } else { Vec::new() },
            subject: content.map(|content| content.subject.clone()).unwrap_or_default(),
            sent_at: content.and_then(|content| content.sent_at).map(instant),
            received_at: first.map(|meta| instant(meta.at.as_millisecond())).unwrap_or_default(),
            text: content.map(|content| content.text.clone()).unwrap_or_default(),
            html,
            attachments: content.map(|content| content.attachments.clone()).unwrap_or_default(),
            left_out: content.map(|content| content.left_out.clone()).unwrap_or_default(),
            case_id: mail.case_id.clone(),
            thread_case_id: mail.thread_case_id.clone(),
            is_auto_submitted: content.is_some_and(|content| content.is_auto_submitted),
            has_forged_token: mail.has_forged_token,
            authentication: mail.authentication.clone(),
            process_instance_id: mail.process_instance_id.clone(),
            kept_because: mail.kept_because,
            problem: mail.problem.clone(),
            problem_code: mail.problem_code,
            deliveries,
            send_at: mail.send_at.map(instant),
            written_by: mail
                .scheduled_by
                .clone()
                .or_else(|| first.filter(|_| mail.is_outgoing).map(|meta| meta.actor.to_string())),
        })
    }
}

/// Addresses of the inline pictures. One that is gone, or was never what it said, is left out of the text and keeps nobody from reading it.
async fn pictures(state: &EmailState, tenant: &TenantId, mail: &Mail) -> Result<HashMap<String, String>, Failure> {
    let mut urls = HashMap::new();
    let shown = mail.content.iter().flat_map(|content| &content.attachments);
    for attachment in shown.filter(|attachment| attachment.inline && attachment.state == PartState::Kept) {
        let Some(id) = &attachment.content_id else { continue };
        match state.rooms.file_url(tenant, &attachment.file_id).await {
            Ok(url) => {
                urls.insert(id.clone(), url);
            }
            Err(CallError::Refused(Refused { status, .. })) if status.is_client_error() => {
                debug!(mail = mail.id, file = attachment.file_id, %status, "an inline picture is not shown");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(urls)
}

/// RFC 3339 in UTC with milliseconds.
fn instant(millis: i64) -> String {
    Instant(millis).to_string()
}
