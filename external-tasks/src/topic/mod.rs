//! One file per topic. This one only routes; `docs/topics.md` says what each reads, does and writes.

mod case_close;
mod case_compensate;
mod case_create;
mod case_queue;
mod case_stage;
mod case_update;
mod document_attach;
mod document_detach;
mod mail_link;
mod mail_send;
mod mail_unlink;
mod mail_validate;
mod notify;

use casewright_client::cases::{NOT_VOUCHED, Named};
use casewright_client::engine::external_tasks::LockedTask;
use casewright_client::{CallError, Client, Refused, VariableError, Variables};
use casewright_contracts::OnBehalfOf;

/// Variable that names the step that failed, in a process that undoes the steps before it.
pub(crate) const FAILED_STEP: &str = "failedStep";

/// Why a task was not done.
#[derive(Debug)]
pub enum Failure {
    /// May work later: retried with growing pauses.
    Passing(String),
    /// Will not work, however often it is tried.
    Final(String),
    /// An outcome that the topic's contract names, thrown as a BPMN error (BPMN 2.0.2 section 10.5.6).
    Business { code: &'static str, message: String },
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        log(&error);
        // A reason is read by people: in the incident, in the case. What a room says is written for them.
        let reason = error.refused().map_or_else(|| with_causes(&error), |refused| refused.text.clone());
        if may_pass(&error) { Self::Passing(reason) } else { Self::Final(reason) }
    }
}

impl From<VariableError> for Failure {
    fn from(error: VariableError) -> Self {
        Self::Final(error.to_string())
    }
}

/// Whether a task is tried again for it. Workers are many and what they do is idempotent: a conflict may be gone by then, and
/// so may what failed inside a room.
pub(crate) fn may_pass(error: &CallError) -> bool {
    let may_be_gone = |refused: &Refused| refused.is_conflict() || refused.is_failure();
    error.may_pass() || error.refused().is_some_and(may_be_gone)
}

/// What a room answered stands in the incident. It may tell contents of a case, and is not for the log.
fn log(error: &CallError) {
    match error {
        CallError::NoAnswer { .. } => tracing::warn!(error = with_causes(error), "a call of a worker got no answer"),
        CallError::Refused(Refused { call, status, code, .. }) => {
            tracing::warn!(call, status = status.as_u16(), code, "a call of a worker was refused");
        }
        CallError::Shape { call, .. } => tracing::warn!(call, "a call of a worker was answered unreadably"),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

type Handled = Result<Variables, Failure>;

/// For whom the task is done: who started its process. A process that belongs to a case acts for that case only, and on what
/// it was vouched for only: this worker may change every case, and variables may come from anybody whom a model lets set them.
async fn origin(client: &Client, topic: Topic, task: &LockedTask) -> Result<Option<OnBehalfOf>, Failure> {
    let mail = if topic.acts_on_mail() { task.variables.optional_id("mailId")? } else { None };
    let named = Named { case: task.variables.optional_id("caseId")?, mail };
    let known = client.cases().of_process(&task.process_instance_id, &named).await.map_err(unvouched)?;
    match (named.case, known.case_id) {
        (Some(named), Some(case)) if case != named => {
            Err(Failure::Final("variable 'caseId' names another case than the one this process belongs to".to_owned()))
        }
        _ => Ok(known.started_by),
    }
}

/// A refusal with its code, by which the incident is found.
fn unvouched(error: CallError) -> Failure {
    match error.refused() {
        Some(refused) if refused.code == NOT_VOUCHED => Failure::Final(format!("{NOT_VOUCHED}: {}", refused.text)),
        _ => error.into(),
    }
}

macro_rules! topics {
    ($($variant:ident $name:literal $module:ident),* $(,)?) => {
        /// Every topic this crate handles.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Topic { $($variant),* }

        impl Topic {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        pub(crate) async fn handle(client: &Client, task: &LockedTask) -> Handled {
            let Some(topic) = Topic::ALL.iter().copied().find(|topic| topic.name() == task.topic_name) else {
                return Err(Failure::Final(format!("no handler for topic '{}'", task.topic_name)));
            };
            let client = &client.on_behalf_of(origin(client, topic, task).await?);
            match topic {
                $(Topic::$variant => $module::handle(client, task).await,)*
            }
        }
    };
}

topics! {
    CaseClose "case.close" case_close,
    CaseCompensate "case.compensate" case_compensate,
    CaseCreate "case.create" case_create,
    CaseQueue "case.queue" case_queue,
    CaseStage "case.stage" case_stage,
    CaseUpdate "case.update" case_update,
    DocumentAttach "document.attach" document_attach,
    DocumentDetach "document.detach" document_detach,
    MailLink "mail.link" mail_link,
    MailSend "mail.send" mail_send,
    MailUnlink "mail.unlink" mail_unlink,
    MailValidate "mail.validate" mail_validate,
    Notify "notify" notify,
}

impl Topic {
    /// Whether the variable `mailId` says what it reads or changes.
    fn acts_on_mail(self) -> bool {
        matches!(self, Self::CaseCreate | Self::DocumentAttach | Self::MailLink | Self::MailUnlink | Self::MailValidate)
    }
}
