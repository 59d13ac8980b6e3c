//! Makes the changes of batches, a portion at a time: each entry of a batch leads to its next step, so a batch goes on where a
//! restart left it.

use super::error::FollowError;
use crate::batching;
use crate::domain::case_batch::{BatchResult, CaseBatch, CaseBatchEvent, Outcome, Step, Touched};
use crate::repository::CaseError;
use crate::state::CaseApiState;
use casewright_access::Subject;
use casewright_bus::EntryEnvelope;
use casewright_journal::{CommandContext, ExecuteError};
use std::convert::Infallible;
use std::ops::Range;

pub(super) const CONSUMER: &str = "case-api-batches";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    let handle = state.tenant(&entry.tenant);
    let Some((batch, _)) = handle.load::<CaseBatch>(&entry.id).await? else {
        return Ok(());
    };
    let step = batch.next();
    let run = Run { state, entry, batch: &batch };
    let event = match &step {
        Step::Rest => return Ok(()),
        Step::Plan(cases) => CaseBatchEvent::CaseBatchPlanned { befores: run.plan(cases).await? },
        Step::Change(cases) => CaseBatchEvent::CaseBatchStepped { results: run.change(cases).await? },
        Step::Undo(cases) => CaseBatchEvent::CaseBatchUndone { results: run.undo(cases).await? },
    };
    let actor = batch.owner.as_ref().map(|owner| owner.person.id.as_str().into()).unwrap_or_default();
    let context = CommandContext {
        actor,
        cause: format!("case-batch:{}:{}", entry.id, entry.seq).into(),
        ..CommandContext::default()
    };
    handle
        .execute::<CaseBatch, (), Infallible, _>(&entry.id, context, move |batch, _| Ok(batch.note(&step, &event)))
        .await
        .map_err(noted)?;
    Ok(())
}

/// A step that could not be written down is made again.
fn noted(error: ExecuteError<Infallible>) -> FollowError {
    FollowError::Case(match error {
        ExecuteError::Rejected(never) => match never {},
        ExecuteError::VersionMismatch { expected, actual } => CaseError::VersionMismatch { expected, actual },
        ExecuteError::Unavailable(error) => CaseError::Unavailable(error),
        ExecuteError::TooLarge { .. } => CaseError::TooLarge,
        ExecuteError::Panicked { .. } => CaseError::Panicked,
        ExecuteError::NotOwner { address } => CaseError::Unavailable(casewright_journal::StoreError {
            what: format!("the shard is owned by {address}"),
            source: None,
        }),
    })
}

struct Run<'a> {
    state: &'a CaseApiState,
    entry: &'a EntryEnvelope,
    batch: &'a CaseBatch,
}

impl Run<'_> {
    /// What these cases are like. One that is gone is like nothing.
    async fn plan(&self, cases: &Range<usize>) -> Result<Vec<Touched>, FollowError> {
        let repository = self.state.cases(&self.entry.tenant);
        let mut befores = Vec::with_capacity(cases.len());
        for id in &self.batch.cases[cases.clone()] {
            let comment = CaseBatch::comment_id(&self.entry.id, id);
            befores.push(match repository.case(id).await {
                Ok((case, _)) => self.batch.change.touched(&case, &comment),
                Err(CaseError::Rejected(_)) => Touched::default(),
                Err(error) => return Err(error.into()),
            });
        }
        Ok(befores)
    }

    async fn change(&self, cases: &Range<usize>) -> Result<Vec<BatchResult>, FollowError> {
        let subject = self.subject().await?;
        let mut results = Vec::with_capacity(cases.len());
        for at in cases.clone() {
            let case = (self.batch.cases[at].as_str(), &self.batch.befores[at]);
            results.push(match &subject {
                Some(subject) => {
                    batching::change(self.state, subject, &self.batch.change, &self.entry.id, case).await?
                }
                None => disabled(),
            });
        }
        Ok(results)
    }

    async fn undo(&self, cases: &Range<usize>) -> Result<Vec<BatchResult>, FollowError> {
        let subject = self.subject().await?;
        let mut results = Vec::with_capacity(cases.len());
        for at in cases.clone() {
            let result = &self.batch.results[at];
            if result.outcome != Outcome::Changed {
                results.push(BatchResult::of(Outcome::Unchanged));
                continue;
            }
            let case = (self.batch.cases[at].as_str(), &self.batch.befores[at], &result.after);
            results.push(match &subject {
                Some(subject) => {
                    batching::take_back(self.state, subject, &self.batch.change, &self.entry.id, case).await?
                }
                None => disabled(),
            });
        }
        Ok(results)
    }

    /// With whose rights.
    async fn subject(&self) -> Result<Option<Subject>, FollowError> {
        match &self.batch.owner {
            Some(owner) => Ok(batching::present(self.state, &self.entry.tenant, owner).await?),
            None => Ok(None),
        }
    }
}

fn disabled() -> BatchResult {
    BatchResult::refused("forbidden", "The account of who asked for it is disabled.")
}
