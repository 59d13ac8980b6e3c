//! What a batch does with one case: for its preview, which changes nothing, and for the follower that changes it.
//!
//! A case is changed with the rights of who asked for the batch, by the decisions that a single change goes through; what these
//! refuse is that case's result, and the batch goes on.

use crate::directory;
use crate::domain::case::Case;
use crate::domain::case::decide::{self, CasePatch, CaseRejection, Closing, NewComment};
use crate::domain::case_batch::{BatchChange, BatchOwner, BatchResult, CaseBatch, Outcome, Touched};
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::value::pointer;
use crate::gate::access::case_for;
use crate::gate::problem::invalid;
use crate::gate::references::{Work, assignee, known_queue};
use crate::gate::stage_checks;
use crate::hierarchy::{self, ChildrenError};
use crate::repository::{CaseError, Command};
use crate::rest::cases::patch::settle_fields;
use crate::state::{CaseApiState, person};
use casewright_access::{Resource, Subject};
use casewright_forms::FieldFault;
use casewright_journal::{Decision, StoreError, TenantId};
use casewright_service::Problem;
use std::sync::Arc;

/// Who asks, for the time after they have asked.
pub(crate) fn owner(subject: &Subject) -> BatchOwner {
    BatchOwner { person: person(subject), roles: subject.roles.clone(), groups: subject.groups.clone() }
}

/// The owner as policy sees them now: with the roles and groups that the directory has for them, else with those they asked
/// with. None: the account is disabled.
pub(crate) async fn present(
    state: &CaseApiState,
    tenant: &TenantId,
    owner: &BatchOwner,
) -> Result<Option<Subject>, StoreError> {
    let known = match owner.person.issuer {
        None => directory::account(&state.tenant(tenant), tenant, &owner.person.id).await?,
        Some(_) => None,
    };
    Ok(match known {
        Some(account) => account.enabled.then_some(account.subject),
        None => Some(Subject {
            issuer: owner.person.issuer.clone(),
            name: owner.person.name.clone(),
            roles: owner.roles.clone(),
            groups: owner.groups.clone(),
            ..Subject::person(tenant, &owner.person.id)
        }),
    })
}

/// What a batch asks of one case.
struct Wish {
    patch: CasePatch,
    /// Id and text of the comment.
    comment: Option<(String, String)>,
}

/// One case as a batch comes to it.
struct Visit<'a> {
    state: &'a CaseApiState,
    subject: &'a Subject,
    change: &'a BatchChange,
    /// The comment of this batch on this case.
    comment: &'a str,
}

impl Visit<'_> {
    /// The case, when the batch may change it, with what it asks of it.
    async fn wish(&self, id: &str) -> Result<(Arc<Case>, Arc<CaseDefinition>, Wish), Problem> {
        let (case, _) = case_for(self.state, self.subject, "read", id).await?;
        if self.change.is_of_the_case() {
            case_for(self.state, self.subject, "update", id).await?;
        }
        if self.change.comment.is_some() {
            case_for(self.state, self.subject, "comment", id).await?;
        }
        let definition = self.state.cases(&self.subject.tenant).definition_of(&case).await?;
        let patch = self.patch(&case, &definition).await?;
        let comment = self.change.comment.clone().map(|text| (self.comment.to_owned(), text));
        Ok((case, definition, Wish { patch, comment }))
    }

    async fn patch(&self, case: &Case, definition: &CaseDefinition) -> Result<CasePatch, Problem> {
        let (state, subject, change) = (self.state, self.subject, self.change);
        known_queue(state, subject, definition, change.queue.as_ref().and_then(Option::as_deref)).await?;
        let closing = Closing {
            open_work: change.open_work.unwrap_or_default(),
            resolution: change.resolution.clone(),
            by_person: !subject.is_system(),
            ..Closing::default()
        };
        let closing = if definition.closes(change.status.as_deref()) {
            let cases = state.cases(&subject.tenant);
            match hierarchy::with_children(&cases, case, definition, closing).await {
                Ok(closing) => closing,
                Err(ChildrenError::Open(_)) => return Err(CaseError::Rejected(CaseRejection::OpenChildren).into()),
                Err(ChildrenError::Case(error)) => return Err(error.into()),
            }
        } else {
            closing
        };
        let unknown = change.fields.keys().filter(|key| definition.field(key).is_none());
        let unknown =
            unknown.map(|key| FieldFault::new(&pointer(key), "unknown-field", "its kind of case has no such field"));
        let unknown: Vec<FieldFault> = unknown.collect();
        if !unknown.is_empty() {
            return Err(invalid("invalid-case", unknown));
        }
        let mut fields = (!change.fields.is_empty()).then(|| change.fields.clone());
        let documents = match &mut fields {
            Some(fields) => settle_fields(state, subject, definition, case, fields).await?,
            None => Vec::new(),
        };
        Ok(CasePatch {
            fields,
            documents,
            assignee: match &change.assignee {
                Some(Some(id)) => Some(Some(assignee(state, subject, id, &Work::Case(case)).await?)),
                Some(None) => Some(None),
                None => None,
            },
            queue: change.queue.clone(),
            stage: change.stage.clone(),
            status: change.status.clone(),
            reason: change.reason.clone(),
            closing,
            priority: change.priority,
            due_at: change.due_at,
            labels: change.labels_of(case),
            checks: stage_checks(state, subject, definition, change.stage.as_deref()).await?,
            ..CasePatch::default()
        })
    }
}

/// What the batch would do to a case, which stays as it is.
pub(crate) async fn preview(
    state: &CaseApiState,
    subject: &Subject,
    change: &BatchChange,
    id: &str,
) -> Result<BatchResult, StoreError> {
    if let Some(version) = change.definition_version {
        let migrating = Migrating { state, subject, version };
        return migrating.preview(id).await;
    }
    let visit = Visit { state, subject, change, comment: "" };
    let (case, definition, wish) = match visit.wish(id).await {
        Ok(found) => found,
        Err(problem) => return refused(problem),
    };
    let (by, now) = (person(subject), state.journal().clock().now());
    let decided = decide::patch(&case, &definition, &wish.patch, &by, now).map(|decision| !decision.events.is_empty());
    let changes = decided.and_then(|changes| match &wish.comment {
        None => Ok(changes),
        Some((id, text)) => decide::add_comment(&case, &definition, plain(id, text), &by, now).map(|_| true),
    });
    match changes {
        Ok(true) => Ok(BatchResult::of(Outcome::Changed)),
        Ok(false) => Ok(BatchResult::of(Outcome::Unchanged)),
        Err(rejection) => refused(CaseError::Rejected(rejection).into()),
    }
}

/// Changes a case. `before` is what it was like when the portion was begun.
pub(crate) async fn change(
    state: &CaseApiState,
    subject: &Subject,
    change: &BatchChange,
    batch: &str,
    case: (&str, &Touched),
) -> Result<BatchResult, StoreError> {
    let ((id, before), comment) = (case, CaseBatch::comment_id(batch, case.0));
    if let Some(version) = change.definition_version {
        let made = Migrating { state, subject, version }.change(id, batch).await;
        return match made {
            Ok(case) => Ok(BatchResult::made(before, change.touched(&case, &comment))),
            Err(problem) => refused(problem),
        };
    }
    let visit = Visit { state, subject, change, comment: &comment };
    let (_, _, wish) = match visit.wish(id).await {
        Ok(found) => found,
        Err(problem) => return refused(problem),
    };
    let Wish { patch, comment: text } = wish;
    let cases = state.cases(&subject.tenant);
    let command = || Command::by(person(subject)).because(&format!("case-batch:{batch}"));
    let made = cases
        .command(id, command(), move |case, definition, by, at| {
            // A comment is on its case together with the change that it is about, or neither is there.
            let mut decision = decide::patch(case, definition, &patch, by, at)?;
            if let Some((id, text)) = &text {
                decision.events.extend(decide::add_comment(case, definition, plain(id, text), by, at)?.events);
            }
            Ok(decision)
        })
        .await;
    match made {
        Ok(_) => {
            let (case, _) = match cases.case(id).await {
                Ok(found) => found,
                Err(error) => return settled(error),
            };
            Ok(BatchResult::made(before, change.touched(&case, &comment)))
        }
        Err(error) => settled(error),
    }
}

/// Puts a case back as it was, unless something of what the batch touched has changed since.
pub(crate) async fn take_back(
    state: &CaseApiState,
    subject: &Subject,
    change: &BatchChange,
    batch: &str,
    case: (&str, &Touched, &Touched),
) -> Result<BatchResult, StoreError> {
    let (id, before, after) = case;
    let comment = CaseBatch::comment_id(batch, id);
    if let Err(problem) = case_for(state, subject, "update", id).await {
        return refused(problem);
    }
    let (before, after, change) = (before.clone(), after.clone(), change.clone());
    let command = Command::by(person(subject)).because(&format!("case-batch-undo:{batch}"));
    let made = state
        .cases(&subject.tenant)
        .command(id, command, move |case, definition, by, at| {
            let now = change.touched(case, &comment);
            if now == before {
                return Ok(Decision { events: Vec::new(), answer: false });
            }
            if now != after {
                return Ok(Decision { events: Vec::new(), answer: true });
            }
            let patch = restoring(&before, &after);
            let mut events = decide::patch(case, definition, &patch, by, at)?.events;
            if after.has_comment == Some(true) && before.has_comment != Some(true) {
                events.extend(decide::delete_comment(case, definition, &comment, by, at)?.events);
            }
            Ok(Decision { events, answer: false })
        })
        .await;
    match made {
        Ok(committed) if committed.answer => {
            Ok(BatchResult::refused("changed-since", "Somebody has changed it since; it stays as it is now."))
        }
        Ok(_) => Ok(BatchResult::of(Outcome::Changed)),
        Err(error) => settled(error),
    }
}

/// What puts back what differs.
fn restoring(before: &Touched, after: &Touched) -> CasePatch {
    fn changed<T: Clone + PartialEq>(before: &Option<T>, after: &Option<T>) -> Option<T> {
        before.clone().filter(|_| before != after)
    }
    CasePatch {
        assignee: changed(&before.assignee, &after.assignee),
        queue: changed(&before.queue, &after.queue),
        stage: changed(&before.stage, &after.stage),
        status: changed(&before.status, &after.status),
        priority: changed(&before.priority, &after.priority),
        due_at: changed(&before.due_at, &after.due_at),
        labels: changed(&before.labels, &after.labels),
        fields: changed(&before.fields, &after.fields),
        ..CasePatch::default()
    }
}

/// Cases that move to another version of their definition.
struct Migrating<'a> {
    state: &'a CaseApiState,
    subject: &'a Subject,
    version: u32,
}

impl Migrating<'_> {
    /// The case, and the version that it moves to, for who may change cases and the definition.
    async fn ready(&self, id: &str) -> Result<(Arc<Case>, Arc<CaseDefinition>), Problem> {
        let (case, _) = case_for(self.state, self.subject, "migrate", id).await?;
        let definition = Resource::new("case-definition", &case.definition);
        self.state.access().authorize(self.subject, "update", &definition).await?;
        let cases = self.state.cases(&self.subject.tenant);
        let to = cases.definition(&case.definition, Some(self.version)).await?;
        let none = || {
            let detail = format!("Its definition has no version {}.", self.version);
            Problem::unprocessable("unknown-version", detail)
        };
        Ok((case, to.ok_or_else(none)?))
    }

    async fn preview(&self, id: &str) -> Result<BatchResult, StoreError> {
        let (case, to) = match self.ready(id).await {
            Ok(found) => found,
            Err(problem) => return refused(problem),
        };
        let now = self.state.journal().clock().now();
        match decide::migrate(&case, &to, &person(self.subject), now) {
            Ok(decision) if decision.events.is_empty() => Ok(BatchResult::of(Outcome::Unchanged)),
            Ok(_) => Ok(BatchResult::of(Outcome::Changed)),
            Err(rejection) => refused(CaseError::Rejected(rejection).into()),
        }
    }

    async fn change(&self, id: &str, batch: &str) -> Result<Arc<Case>, Problem> {
        let (_, to) = self.ready(id).await?;
        let cases = self.state.cases(&self.subject.tenant);
        let command = Command::by(person(self.subject)).because(&format!("case-batch:{batch}"));
        cases.command_with(id, to, command, decide::migrate).await?;
        Ok(cases.case(id).await?.0)
    }
}

/// A refusal as the result of its case. What may pass by itself is no result: it is tried again.
fn settled(error: CaseError) -> Result<BatchResult, StoreError> {
    match error {
        CaseError::Unavailable(error) => Err(error),
        other => refused(other.into()),
    }
}

/// [`settled`] of what a request would be told.
fn refused(problem: Problem) -> Result<BatchResult, StoreError> {
    if problem.status >= 500 {
        return Err(StoreError { what: problem.detail, source: None });
    }
    let first = problem.errors.first();
    let detail = first.map(|error| error.detail.clone()).unwrap_or(problem.detail);
    Ok(BatchResult::refused(&problem.code, &detail))
}

/// A comment that mentions nobody, and is about the case as a whole.
fn plain<'a>(id: &'a str, body: &'a str) -> NewComment<'a> {
    NewComment { id, body, mentions: &[], mail: None }
}
