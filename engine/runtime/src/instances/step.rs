//! Steps of instances: decided on the journal's shard, then told to those who wait, then performed on others.

use super::Instances;
use super::decide::{Submission, Wanted};
use crate::messages::Messages;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::command::StartInstance;
use casewright_engine_core::entity::EndState;
use casewright_engine_core::ids::{Id, root_of};
use casewright_engine_core::{Answer, Command, Rejection, State};
use casewright_engine_views::aggregate::{InstanceAggregate, ProcessDefinition};
use casewright_journal::DecideContext;
use casewright_journal::tenant::IdOrigin;
use smol_str::SmolStr;
use std::sync::Arc;

/// What a step came to, once it is durable.
#[derive(Debug)]
pub struct Stepped {
    pub answer: Answer,
    pub state: State,
}

impl Instances {
    /// Starts an instance of a definition that may be started.
    pub async fn start(
        &self,
        caller: &Caller,
        definition: &ProcessDefinition,
        start: StartInstance,
    ) -> EngineResult<Stepped> {
        self.start_submitted(caller, definition, start, Submission::default()).await
    }

    /// Starts an instance by its form.
    pub async fn start_submitted(
        &self,
        caller: &Caller,
        definition: &ProcessDefinition,
        start: StartInstance,
        form: Submission,
    ) -> EngineResult<Stepped> {
        self.begin(IdOrigin::New, caller, definition, start, form).await
    }

    /// Starts an instance whose prefix follows from what it is started for ([`super::derived_prefix`]), once: what was started before
    /// is answered as it is now, also where it would be refused by now.
    pub async fn start_once(
        &self,
        caller: &Caller,
        definition: &ProcessDefinition,
        start: StartInstance,
    ) -> EngineResult<Stepped> {
        let root = start.prefix.root();
        match self.begin(IdOrigin::Any, caller, definition, start, Submission::default()).await {
            Err(error) => self.state_of(&root).await?.map(started_before).ok_or(error),
            started => started,
        }
    }

    /// If the caller may and the organisation's quota allows one more: every root instance comes this way.
    async fn begin(
        &self,
        origin: IdOrigin,
        caller: &Caller,
        definition: &ProcessDefinition,
        start: StartInstance,
        form: Submission,
    ) -> EngineResult<Stepped> {
        if definition.suspended {
            return Err(EngineError::Suspended { what: What::ProcessDefinition, id: definition.id.clone() });
        }
        let root = start.prefix.root();
        let beginning = self.open.admit(start.prefix).await?;
        let stepped = self.decide(&root, origin, caller, Command::StartInstance(start), form).await?;
        if let Some(beginning) = beginning {
            beginning.has_begun();
        }
        Ok(stepped)
    }

    /// Does something to the root process instance that `id` belongs to.
    pub async fn step(&self, id: &str, caller: &Caller, command: Command) -> EngineResult<Stepped> {
        self.step_submitted(id, caller, command, Submission::default()).await
    }

    /// One step of an instance, with the form it was done by.
    pub(crate) async fn step_submitted(
        &self,
        id: &str,
        caller: &Caller,
        command: Command,
        form: Submission,
    ) -> EngineResult<Stepped> {
        let Some(root) = root_of(id) else {
            return Err(Rejection::Ended(SmolStr::new(id)).into());
        };
        self.decide(&root, IdOrigin::Any, caller, command, form).await
    }

    async fn decide(
        &self,
        root: &str,
        origin: IdOrigin,
        caller: &Caller,
        command: Command,
        form: Submission,
    ) -> EngineResult<Stepped> {
        let decider = Arc::clone(&self.decider);
        let context = caller.context();
        let wanted = Wanted { caller: caller.clone(), command, form };
        let decide = move |aggregate: &mut InstanceAggregate, context: &DecideContext| {
            decider.decide(aggregate, context, &wanted)
        };
        let committed =
            self.base.journal.execute_in_place::<InstanceAggregate, _, _, _>(root, origin, context, decide).await?;
        let decided = committed.answer;
        if decided.signs.external_tasks {
            self.fetches.wake();
        }
        if decided.signs.jobs {
            self.wakeup.wake();
        }
        if !decided.effects.is_empty() {
            Box::pin(Messages::of(self).perform(root, decided.effects)).await;
        }
        Ok(Stepped { answer: decided.answer, state: decided.state })
    }

    /// The state of the root process instance that `id` belongs to; none when it never was.
    pub async fn state_of(&self, id: &str) -> EngineResult<Option<State>> {
        let Some(root) = root_of(id) else {
            return Ok(None);
        };
        let loaded = self.base.journal.load::<InstanceAggregate>(&root).await?;
        Ok(loaded.map(|(aggregate, _)| aggregate.state.clone()))
    }
}

/// The answer to a start that was made before.
fn started_before(state: State) -> Stepped {
    let variables = state.local_variables(Id::ROOT).into_iter().flatten();
    let variables = variables.map(|(name, variable)| (name.clone(), variable.value.clone())).collect();
    // How it ended is in its history; what is told of a start is whether it goes on.
    let ended = state.is_ended().then_some(EndState::Completed);
    Stepped { answer: Answer::Started { instance: Id::ROOT, ended, variables }, state }
}
