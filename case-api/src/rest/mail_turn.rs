//! Whose turn it is to answer: what others have written is looked at, and a mail sent, by one person at a time. Two who send within the
//! same moment are decided on by the log: the second is told of the first.

use super::mail_drafts::decide;
use super::mail_news::{News, newer, refuse_when_news};
use crate::domain::correspondence::{Sending, WhoseDraft};
use crate::state::{CaseApiState, person};
use casewright_access::Subject;
use casewright_service::Problem;
use uuid::Uuid;

/// Somebody's turn. It is to be ended.
pub(super) struct Turn {
    sending: Option<String>,
}

impl Turn {
    /// `seen`, `known`: see [`refuse_when_news`]. Who says neither does not wait, and is not waited for.
    ///
    /// # Errors
    /// 409 `newer-correspondence`: others have written, or are sending this moment.
    pub(super) async fn begin(
        state: &CaseApiState,
        subject: &Subject,
        case: &str,
        seen: Option<u64>,
        known: &[String],
    ) -> Result<Self, Problem> {
        let Some(seen) = seen else {
            return Ok(Self { sending: None });
        };
        let sending = Uuid::now_v7().to_string();
        let (id, by, told) = (sending.clone(), person(subject), known.to_vec());
        let clock = state.journal().clock().now();
        let other = decide(state, subject, case, move |present| Ok(present.begin(&id, &by, &told, clock))).await?;
        if let Some(Sending { id, by, at }) = other {
            return Err(newer(vec![News { kind: "mail-begun", by: by.name, at, id }]));
        }
        let turn = Self { sending: Some(sending) };
        match refuse_when_news(state, subject, case, seen, known).await {
            Ok(()) => Ok(turn),
            Err(problem) => {
                turn.end(state, subject, case, None).await;
                Err(problem)
            }
        }
    }

    /// `sent`: whose draft it was that has left, if one has. What cannot be written down now passes by itself.
    pub(super) async fn end(self, state: &CaseApiState, subject: &Subject, case: &str, sent: Option<WhoseDraft>) {
        if self.sending.is_none() && sent.is_none() {
            return;
        }
        let (sending, me) = (self.sending.unwrap_or_default(), subject.id.clone());
        let ended = decide(state, subject, case, move |present| Ok(present.end(&sending, sent, &me))).await;
        if let Err(problem) = ended {
            tracing::warn!(
                case,
                code = problem.code,
                "that a mail was sent could not be noted; the turn passes by itself"
            );
        }
    }
}
