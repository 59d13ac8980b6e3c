//! Events in the making: each is applied to a working copy of the case, so that what follows from it (clocks, processes of
//! a stage) is decided from the state after it.

use crate::domain::case::clocks;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, ProcessReference, ProcessStart};
use crate::domain::person::Person;
use casewright_journal::Decision;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Facts in the making: each is applied to a working copy, so that what follows from it (clocks, processes of a stage)
/// is decided from the state after it.
pub(crate) struct Draft<'a> {
    pub(crate) case: Case,
    definition: &'a CaseDefinition,
    by: Person,
    pub(crate) at: Timestamp,
    events: Vec<CaseEvent>,
    /// How many processes the case had before.
    processes_before: usize,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(case: &Case, definition: &'a CaseDefinition, by: &Person, at: Timestamp) -> Self {
        let processes_before = case.processes.len();
        Self { case: case.clone(), definition, by: by.clone(), at, events: Vec::new(), processes_before }
    }

    /// What kind of case it is.
    pub(crate) fn definition(&self) -> &'a CaseDefinition {
        self.definition
    }

    /// Goes on after what was decided already, in somebody else's name.
    pub(crate) fn after(
        case: &Case,
        definition: &'a CaseDefinition,
        events: Vec<CaseEvent>,
        by: &Person,
        at: Timestamp,
    ) -> Self {
        let mut draft = Self::new(case, definition, by, at);
        for event in &events {
            draft.case.fold(event, at);
        }
        draft.events = events;
        draft.begin_anew();
        draft
    }

    /// What was asked for so far is work of before from here on.
    pub(crate) fn begin_anew(&mut self) {
        self.processes_before = self.case.processes.len();
    }

    /// Who makes these facts.
    pub(crate) fn by(&self) -> &Person {
        &self.by
    }

    /// How many processes the case had before: what the same decision asks for is not among them.
    pub(crate) fn processes_before(&self) -> usize {
        self.processes_before
    }

    pub(crate) fn record(&mut self, fact: Fact) {
        let follows = self.push(fact.clone());
        for follow in follows {
            self.push(follow);
        }
        match &fact {
            Fact::CaseCreated { .. } => self.request_processes(|process, _| process.start == ProcessStart::OnCreate),
            Fact::StageChanged { .. } => self.request_processes(|process, stage| {
                process.start == ProcessStart::OnStage && process.stage.as_deref() == Some(stage)
            }),
            _ => {}
        }
    }

    /// How many facts there are.
    pub(crate) fn count(&self) -> usize {
        self.events.len()
    }

    /// The facts after so many.
    pub(crate) fn facts_after(&self, count: usize) -> impl Iterator<Item = &Fact> {
        self.events.iter().skip(count).map(|event| &event.fact)
    }

    /// Says more in a fact that was recorded; what the case is must not depend on it.
    pub(crate) fn amend(&mut self, place: usize, say: impl FnOnce(&mut Fact)) {
        if let Some(event) = self.events.get_mut(place) {
            say(&mut event.fact);
        }
    }

    pub(crate) fn decided<T>(self, answer: T) -> Decision<CaseEvent, T> {
        Decision { events: self.events, answer }
    }

    /// Asks for a process; it starts once this is durable.
    pub(crate) fn request_process(
        &mut self,
        process: &ProcessReference,
        start_id: &str,
        variables: Map<String, Value>,
    ) {
        let mut processes = self.case.processes.clone();
        processes.push(CaseProcess {
            start_id: start_id.to_owned(),
            id: None,
            definition_key: process.key.clone(),
            name: process.name.clone(),
            state: CaseProcessState::Starting,
            cancelled_by: None,
            cancelled_with: None,
        });
        self.record(Fact::ProcessRequested {
            start_id: start_id.to_owned(),
            key: process.key.clone(),
            name: process.name.clone(),
            variables,
            processes,
        });
    }

    fn push(&mut self, fact: Fact) -> Vec<Fact> {
        let mut event = CaseEvent { by: self.by.clone(), fact };
        self.case.fold(&event, self.at);
        event.fact.set_urgency(self.case.urgency());
        let follows = clocks::react(self.definition, &self.case, &event.fact, &self.by, self.at);
        self.events.push(event);
        follows
    }

    fn request_processes(&mut self, wanted: impl Fn(&ProcessReference, &str) -> bool) {
        let stage = self.case.stage.id.clone();
        let definition = self.definition;
        for process in definition.processes.iter().filter(|process| wanted(process, &stage)) {
            // Entering a stage twice starts its process twice: the number of starts so far makes the id.
            let start_id = format!("{}-{}-{}", self.case.id, process.key, self.case.processes.len());
            self.request_process(process, &start_id, Map::new());
        }
    }
}
