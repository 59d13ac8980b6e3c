//! Carries out what was approved: finds what there is of a case or of a person, has the cases begin to go that may, and takes the
//! person out of the others. What stays is said with the reason.

use super::disposal::{self, command, erase};
use super::error::FollowError;
use crate::domain::case::decide::{self, CaseRejection};
use crate::domain::case::hold::{CaseDisposal, DisposalCause};
use crate::domain::case::merge::NamedCase;
use crate::domain::definition::model::StatusKind;
use crate::domain::disposal::request::ErasureRequest;
use crate::domain::disposal::{Disposal, DisposalPhase, DisposalTarget, Kept, KeptWhat, NotErasedBecause, Plan};
use crate::domain::person::Person;
use crate::erasure;
use crate::repository::{CaseError, Command};
use crate::rooms::Behalf;
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use casewright_journal::CommandContext;
use std::convert::Infallible;

pub(super) const CONSUMER: &str = "case-api-eraser";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    match entry.event.as_str() {
        "disposal-approved" => carry_out(state, entry).await,
        // What named people has nothing to say any more.
        "disposal-done" | "disposal-refused" => forget_request(state, entry).await,
        _ => Ok(()),
    }
}

async fn carry_out(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    let handle = state.tenant(&entry.tenant);
    let Some((disposal, _)) = handle.load::<Disposal>(&entry.id).await? else {
        return Ok(());
    };
    let (Some(target), Some(by)) = (&disposal.target, &disposal.asked_by) else {
        return Ok(());
    };
    if disposal.phase != DisposalPhase::Running {
        return Ok(());
    }
    let run = Run { state, entry, by };
    let plan = match (&disposal.plan, target) {
        (Some(plan), _) => plan.clone(),
        (None, DisposalTarget::Case { case }) => Plan { cases: vec![case.clone()], ..Plan::default() },
        (None, DisposalTarget::Person) => run.plan_of_person().await?,
    };
    let actor = by.id.clone();
    let Ok(plan) = command(&handle, &entry.id, &actor, move |known| known.planned(&plan)).await? else {
        return Ok(());
    };
    if !plan.loose.mails.is_empty() {
        erase(state, || Behalf::of(&entry.tenant, by), &plan.loose).await?;
        let removed = plan.loose.removed(0, 0);
        let _decided = command(&handle, &entry.id, &actor, move |known| known.loose_done(removed)).await?;
    }
    for case in plan.cases.iter().filter(|case| !disposal.is_settled(&case.id)) {
        run.begin(case).await?;
    }
    Ok(())
}

struct Run<'a> {
    state: &'a CaseApiState,
    entry: &'a EntryEnvelope,
    /// Who asked for it.
    by: &'a Person,
}

impl Run<'_> {
    fn command(&self) -> Command {
        Command::by(self.by.clone()).because(&format!("disposal:{}", &self.entry.id))
    }

    /// The case begins to go; what deletes it is told by its own entry. One that may not go is kept.
    async fn begin(&self, case: &NamedCase) -> Result<(), FollowError> {
        let disposal =
            CaseDisposal { id: self.entry.id.to_string(), cause: DisposalCause::Person, by: self.by.clone() };
        let begun = self
            .state
            .cases(&self.entry.tenant)
            .command(&case.id, self.command(), move |case, definition, by, at| {
                decide::begin_disposal(case, definition, &disposal, by, at)
            })
            .await;
        let because = match begun {
            Ok(committed) if committed.answer => return Ok(()),
            Ok(_) | Err(CaseError::Rejected(CaseRejection::NotFound)) => NotErasedBecause::OtherDisposal,
            Err(CaseError::Rejected(CaseRejection::OnHold)) => NotErasedBecause::OnHold,
            Err(CaseError::Rejected(_)) => NotErasedBecause::Open,
            Err(error) => return Err(error.into()),
        };
        let kept = Kept { case: Some(case.clone()), what: KeptWhat::Case, because, count: 1 };
        let handle = self.state.tenant(&self.entry.tenant);
        let _decided = command(&handle, &self.entry.id, &self.by.id, move |known| known.case_kept(&kept)).await?;
        Ok(())
    }

    /// What there is of the person. The cases that stay do not name them as their requester any more.
    async fn plan_of_person(&self) -> Result<Plan, FollowError> {
        let handle = self.state.tenant(&self.entry.tenant);
        let request =
            handle.load::<ErasureRequest>(&self.entry.id).await?.and_then(|(request, _)| request.asked.clone());
        let Some(email) = request.and_then(|asked| asked.email) else {
            return Ok(Plan::default());
        };
        let found = erasure::of_person(&handle, &email).await?;
        let mut plan = Plan::default();
        for case in &found.cases {
            let named = NamedCase { id: case.id.clone(), number: case.number.clone() };
            let keep = |what, because| Kept { case: Some(named.clone()), what, because, count: 1 };
            if case.is_held {
                plan.kept.push(keep(KeptWhat::Case, NotErasedBecause::OnHold));
            } else if case.status_kind == StatusKind::Closed.as_str() {
                plan.cases.push(named);
            } else if self.redact(&case.id, &email).await? {
                plan.kept.push(keep(KeptWhat::Case, NotErasedBecause::Open));
                plan.kept.push(keep(KeptWhat::LogEntries, NotErasedBecause::Open));
                plan.redacted.push(named);
            } else {
                plan.kept.push(keep(KeptWhat::Case, NotErasedBecause::Open));
            }
        }
        let going: Vec<&str> = plan.cases.iter().map(|case| case.id.as_str()).collect();
        let elsewhere =
            found.mails.iter().filter(|mail| mail.case.as_deref().is_some_and(|case| !going.contains(&case)));
        plan.kept.extend(counted(KeptWhat::Mail, NotErasedBecause::OtherCase, elsewhere.count()));
        plan.kept.extend(counted(KeptWhat::Record, NotErasedBecause::ByHand, found.records.len()));
        let loose = found.mails.into_iter().filter(|mail| mail.case.is_none()).map(|mail| mail.id).collect();
        plan.loose = disposal::of_mails(&handle, loose).await?;
        Ok(plan)
    }

    /// False: a hold came between, or it is no more, or says nothing of them.
    async fn redact(&self, case: &str, email: &str) -> Result<bool, FollowError> {
        let email = email.to_owned();
        let redacted = self
            .state
            .cases(&self.entry.tenant)
            .command(case, self.command(), move |case, definition, by, at| {
                decide::redact_requester(case, definition, &email, by, at)
            })
            .await;
        match redacted {
            Ok(committed) => Ok(committed.answer),
            Err(CaseError::Rejected(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn counted(what: KeptWhat, because: NotErasedBecause, count: usize) -> Option<Kept> {
    (count > 0).then_some(Kept { case: None, what, because, count: count as u64 })
}

async fn forget_request(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    let context = CommandContext { actor: Person::system("disposal").id.into(), ..CommandContext::default() };
    let forgotten = state
        .tenant(&entry.tenant)
        .execute::<ErasureRequest, (), Infallible, _>(&entry.id, context, |request, _| Ok(request.forget()))
        .await;
    forgotten.map(drop).map_err(|error| CaseError::of_journal(error).into())
}
