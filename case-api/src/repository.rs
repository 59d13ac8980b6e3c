//! Commands on cases for everything that is not pure: loads the definition a case was created from, and runs a decision.
//! REST handlers and background jobs come through here alike.

use crate::domain::case::decide::{CaseRejection, Decided, settle};
use crate::domain::case::state::Case;
use crate::domain::definition::working_time::SharedCalendars;
use crate::domain::definition::{CaseDefinition, CaseDefinitionAggregate};
use crate::domain::person::Person;
use crate::working_time;
use casewright_journal::{CommandContext, Committed, ExecuteError, StoreError, TenantHandle};
use jiff::Timestamp;
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("the case refused")]
    Rejected(#[source] CaseRejection),
    #[error("expected version {expected}, the case is at {actual}")]
    VersionMismatch { expected: u64, actual: u64 },
    #[error("the definition `{key}` version {version} of the case is gone")]
    DefinitionGone { key: String, version: u32 },
    #[error("the journal is not available")]
    Unavailable(#[source] StoreError),
    #[error("the change is larger than the journal takes")]
    TooLarge,
    #[error("the decision failed; the log says why")]
    Panicked,
}

impl CaseError {
    /// Why the journal did not do it; what was rejected is its caller's to tell.
    pub(crate) fn of_journal<X>(error: ExecuteError<X>) -> Self {
        match error {
            ExecuteError::Rejected(_) => Self::Panicked,
            ExecuteError::VersionMismatch { expected, actual } => Self::VersionMismatch { expected, actual },
            ExecuteError::Unavailable(error) => Self::Unavailable(error),
            ExecuteError::TooLarge { .. } => Self::TooLarge,
            ExecuteError::Panicked { .. } => Self::Panicked,
            ExecuteError::NotOwner { address } => {
                Self::Unavailable(StoreError { what: format!("the shard is owned by {address}"), source: None })
            }
        }
    }

    /// There is no such case, or none any more in a moment: what was to happen to it does not.
    #[must_use]
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Rejected(CaseRejection::NotFound | CaseRejection::BeingDisposed))
    }
}

impl From<StoreError> for CaseError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

/// A case moves to another version of its definition seldom: how often one command begins anew because of it.
const MOST_MIGRATIONS: usize = 3;

/// Who commands, why, and on what condition.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) by: Person,
    pub(crate) cause: SmolStr,
    pub(crate) expected_version: Option<u64>,
}

impl Command {
    pub(crate) fn by(person: Person) -> Self {
        Self { by: person, cause: SmolStr::default(), expected_version: None }
    }

    pub(crate) fn expecting(mut self, version: Option<u64>) -> Self {
        self.expected_version = version;
        self
    }

    pub(crate) fn because(mut self, cause: &str) -> Self {
        self.cause = SmolStr::new(cause);
        self
    }
}

/// The cases of one tenant.
#[derive(Clone)]
pub(crate) struct CaseRepository {
    pub(crate) handle: TenantHandle,
}

impl CaseRepository {
    pub(crate) fn new(handle: TenantHandle) -> Self {
        Self { handle }
    }

    /// A case and its version.
    pub(crate) async fn case(&self, id: &str) -> Result<(Arc<Case>, u64), CaseError> {
        self.handle
            .load::<Case>(id)
            .await?
            .filter(|(case, _)| case.exists())
            .ok_or(CaseError::Rejected(CaseRejection::NotFound))
    }

    /// A version of a definition; none: the latest.
    pub(crate) async fn definition(
        &self,
        key: &str,
        version: Option<u32>,
    ) -> Result<Option<Arc<CaseDefinition>>, CaseError> {
        let loaded = self.handle.load::<CaseDefinitionAggregate>(key).await?;
        let definition = loaded.and_then(|(versions, _)| match version {
            Some(version) => versions.version(version).cloned(),
            None => versions.latest().cloned(),
        });
        match definition {
            Some(definition) => Ok(Some(self.with_calendars(definition).await?)),
            None => Ok(None),
        }
    }

    /// The definition with the shared calendars that it names, as they are now.
    async fn with_calendars(&self, definition: Arc<CaseDefinition>) -> Result<Arc<CaseDefinition>, CaseError> {
        let mut calendars = SharedCalendars::default();
        for id in definition.calendar_ids() {
            if let Some(hours) = working_time::shared(&self.handle, id).await? {
                calendars.insert(id.to_owned(), hours);
            }
        }
        if calendars.is_empty() {
            return Ok(definition);
        }
        Ok(Arc::new(CaseDefinition { calendars, ..definition.as_ref().clone() }))
    }

    /// Whether no case begins by the definition any more.
    pub(crate) async fn is_archived(&self, key: &str) -> Result<bool, CaseError> {
        let loaded = self.handle.load::<CaseDefinitionAggregate>(key).await?;
        Ok(loaded.is_some_and(|(versions, _)| versions.is_archived))
    }

    pub(crate) async fn definition_of(&self, case: &Case) -> Result<Arc<CaseDefinition>, CaseError> {
        let (key, version) = (case.definition.as_str(), case.definition_version);
        self.definition(key, Some(version))
            .await?
            .ok_or_else(|| CaseError::DefinitionGone { key: key.to_owned(), version })
    }

    /// Decides on a case that is there, with the version of its definition that it has at that moment.
    pub(crate) async fn command<R, F>(&self, id: &str, command: Command, decide: F) -> Result<Committed<R>, CaseError>
    where
        R: Send + 'static,
        F: Fn(&Case, &CaseDefinition, &Person, Timestamp) -> Decided<R> + Send + Sync + 'static,
    {
        let decide = Arc::new(decide);
        for _ in 0..MOST_MIGRATIONS {
            let (case, _) = self.case(id).await?;
            let definition = self.definition_of(&case).await?;
            let decide = Arc::clone(&decide);
            let decided = self
                .command_with(id, definition, command.clone(), move |case, definition, by, at| {
                    if case.definition_version != definition.version {
                        return Err(CaseRejection::OtherDefinition);
                    }
                    decide(case, definition, by, at)
                })
                .await;
            match decided {
                Err(CaseError::Rejected(CaseRejection::OtherDefinition)) => {}
                other => return other,
            }
        }
        Err(CaseError::Rejected(CaseRejection::OtherDefinition))
    }

    /// Decides with a definition that is known already: creation.
    pub(crate) async fn command_with<R, F>(
        &self,
        id: &str,
        definition: Arc<CaseDefinition>,
        command: Command,
        decide: F,
    ) -> Result<Committed<R>, CaseError>
    where
        R: Send + 'static,
        F: Fn(&Case, &CaseDefinition, &Person, Timestamp) -> Decided<R> + Send + 'static,
    {
        let context = CommandContext {
            actor: SmolStr::new(&command.by.id),
            cause: command.cause,
            expected_version: command.expected_version,
            ..CommandContext::default()
        };
        let by = command.by;
        let committed = self
            .handle
            .execute::<Case, R, CaseRejection, _>(id, context, move |case, decide_context| {
                let decision = decide(case, &definition, &by, decide_context.at)?;
                Ok(settle(case, &definition, decision, decide_context.at))
            })
            .await;
        committed.map_err(|error| match error {
            ExecuteError::Rejected(rejection) => CaseError::Rejected(rejection),
            error => CaseError::of_journal(error),
        })
    }
}
