//! The step under way: a working copy of the state, the events so far, and the agenda.
//!
//! Everything else in a step goes through the verbs of [`Step`]. The state changes by [`Step::emit`] only, which applies the
//! event; nobody else can reach it to write. It must know nothing of elements.

mod endings;
mod events;
mod limits;
mod variables;
mod work;

use super::agenda::Agenda;
use super::fault::{Done, Fault};
use crate::command::Skips;
use crate::compile::Graph;
use crate::entity::{ElementInstance, Place};
use crate::env::Env;
use crate::event::Event;
use crate::ids::{Id, Prefix};
use crate::outcome::{Answer, Effect, Outcome};
use crate::rejection::{Impasse, Rejection, Sought, Subject};
use crate::state::State;
use endings::Preserved;
pub(crate) use endings::{Emptied, Ended};
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use variables::Transient;
pub(crate) use variables::{ChangeKind, VariableChange};

pub(crate) struct Step<'a> {
    pub(crate) env: &'a Env<'a>,
    state: State,
    events: Vec<Event>,
    effects: Vec<Arc<Effect>>,
    skips: Skips,
    transient: HashMap<Id, Transient>,
    /// Changes of variables that conditional events have not seen yet.
    changed: Vec<VariableChange>,
    ended: HashMap<Id, Ended>,
    /// Last activity that ended, by instance: `endActivityId` of history.
    last_activity: HashMap<Id, SmolStr>,
    /// Activity at which a fault came up: `failedActivityId` of a job.
    failed_at: Option<SmolStr>,
    /// Entered in this step, but not at work yet: their events do not see what their own listeners and mappings change.
    starting: HashSet<Id>,
    preserved: Option<Preserved>,
    /// Scopes in which tokens came or went.
    touched: BTreeSet<Id>,
    agenda: Agenda,
    next_id: u64,
    taken: u32,
    /// What the events so far come to, at least.
    bytes: usize,
    graphs: HashMap<SmolStr, Arc<Graph>>,
}

// The beginning and the end of a step.
impl<'a> Step<'a> {
    pub(crate) fn new(state: &State, env: &'a Env<'a>) -> Self {
        Self {
            env,
            next_id: state.counter,
            state: state.clone(),
            events: Vec::new(),
            effects: Vec::new(),
            skips: Skips::default(),
            transient: HashMap::new(),
            changed: Vec::new(),
            ended: HashMap::new(),
            last_activity: HashMap::new(),
            failed_at: None,
            starting: HashSet::new(),
            preserved: None,
            touched: BTreeSet::new(),
            agenda: Agenda::default(),
            taken: 0,
            bytes: 0,
            graphs: HashMap::new(),
        }
    }

    /// The ids of a new root instance begin with this.
    pub(crate) fn name_root(&mut self, prefix: Prefix) {
        self.state.prefix = prefix;
    }

    pub(crate) fn skips(&self) -> Skips {
        self.skips
    }

    /// Says what is left out from here on.
    pub(crate) fn skip(&mut self, skips: Skips) {
        self.skips = skips;
    }

    pub(crate) fn finish(self, answer: Answer) -> Outcome {
        Outcome { events: self.events, effects: self.effects, answer, state: self.state }
    }
}

// Reading.
impl Step<'_> {
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// An element instance that is known to be alive: work for elements that are gone is dropped before it starts.
    pub(crate) fn element(&self, id: Id) -> Done<Arc<ElementInstance>> {
        self.state.element(id).cloned().ok_or_else(|| self.gone(Subject::Execution, id))
    }

    pub(crate) fn gone(&self, kind: Subject, id: Id) -> Fault {
        Rejection::NotFound { kind, id: self.state.text(id), sought: Sought::Itself }.into()
    }

    pub(crate) fn graph(&mut self, definition_id: &SmolStr) -> Done<Arc<Graph>> {
        if let Some(graph) = self.graphs.get(definition_id) {
            return Ok(Arc::clone(graph));
        }
        let found = self.env.definitions.graph(definition_id);
        let graph = found.ok_or_else(|| Impasse::Definition(definition_id.clone()))?;
        self.graphs.insert(definition_id.clone(), Arc::clone(&graph));
        Ok(graph)
    }

    pub(crate) fn graph_of(&mut self, element: &ElementInstance) -> Done<Arc<Graph>> {
        self.graph(&element.activity.place.definition.id.clone())
    }

    /// In any of the definitions that this step has met.
    pub(crate) fn has_complex_gateways(&self) -> bool {
        self.graphs.values().any(|graph| graph.has_complex_gateways())
    }

    /// Place of an element instance, of the process for its own id.
    pub(crate) fn place_of(&self, element: Id) -> Done<Place> {
        Ok(self.element(element)?.activity.place.clone())
    }
}
