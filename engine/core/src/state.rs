//! The state of one root process instance with everything it called: the aggregate the journal keeps.
//!
//! Only [`crate::apply`] writes it. Copies are cheap ([`crate::persistent`]): a step works on one. Indexes are derived,
//! rebuilt when a snapshot is read and never serialised.

use crate::entity::{
    Compensation, ElementInstance, ExternalTask, Incident, Job, ProcessInstance, Subscription, SubscriptionKind,
    UserTask, Variable,
};
use crate::ids::{Id, Prefix};
use crate::persistent::{Set, Table};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// Variables of one scope or task, in order of creation.
pub type Variables = IndexMap<SmolStr, Arc<Variable>>;

/// Everything alive under one root process instance. Empty before the first event and after the last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Snapshot", into = "Snapshot")]
pub struct State {
    pub(crate) prefix: Prefix,
    /// The last id given away.
    pub(crate) counter: u64,
    pub(crate) ended: bool,
    pub(crate) instances: Table<ProcessInstance>,
    pub(crate) elements: Table<ElementInstance>,
    pub(crate) variables: Table<Variables>,
    pub(crate) tasks: Table<UserTask>,
    pub(crate) external_tasks: Table<ExternalTask>,
    pub(crate) jobs: Table<Job>,
    pub(crate) subscriptions: Table<Subscription>,
    pub(crate) incidents: Table<Incident>,
    pub(crate) compensations: Table<Compensation>,

    // Derived.
    pub(crate) children: Table<Set>,
    pub(crate) executions: Table<Id>,
    pub(crate) jobs_of: Table<Set>,
    pub(crate) subscriptions_of: Table<Set>,
    pub(crate) compensations_of: Table<Set>,
    pub(crate) conditionals: Set,
    pub(crate) signals: Set,
}

/// What is stored of a state.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot {
    prefix: Prefix,
    counter: u64,
    ended: bool,
    instances: Table<ProcessInstance>,
    elements: Table<ElementInstance>,
    variables: Vec<(Id, Vec<Arc<Variable>>)>,
    tasks: Table<UserTask>,
    external_tasks: Table<ExternalTask>,
    jobs: Table<Job>,
    subscriptions: Table<Subscription>,
    incidents: Table<Incident>,
    compensations: Table<Compensation>,
}

impl From<State> for Snapshot {
    fn from(state: State) -> Self {
        Self {
            prefix: state.prefix,
            counter: state.counter,
            ended: state.ended,
            variables: state.variables.iter().map(|(id, map)| (Id(id), map.values().cloned().collect())).collect(),
            instances: state.instances,
            elements: state.elements,
            tasks: state.tasks,
            external_tasks: state.external_tasks,
            jobs: state.jobs,
            subscriptions: state.subscriptions,
            incidents: state.incidents,
            compensations: state.compensations,
        }
    }
}

impl From<Snapshot> for State {
    fn from(snapshot: Snapshot) -> Self {
        let mut state = Self {
            prefix: snapshot.prefix,
            counter: snapshot.counter,
            ended: snapshot.ended,
            instances: snapshot.instances,
            ..Self::default()
        };
        for (_, element) in snapshot.elements.iter() {
            state.put_element(Arc::clone(element));
        }
        for (holder, variables) in snapshot.variables {
            let map: Variables = variables.into_iter().map(|v| (v.name.clone(), v)).collect();
            state.variables.insert(holder.0, Arc::new(map));
        }
        for (id, task) in snapshot.tasks.iter() {
            state.tasks.insert(id, Arc::clone(task));
        }
        for (id, task) in snapshot.external_tasks.iter() {
            state.external_tasks.insert(id, Arc::clone(task));
        }
        for (_, job) in snapshot.jobs.iter() {
            state.put_job(Arc::clone(job));
        }
        for (_, subscription) in snapshot.subscriptions.iter() {
            state.put_subscription(Arc::clone(subscription));
        }
        for (id, incident) in snapshot.incidents.iter() {
            state.incidents.insert(id, Arc::clone(incident));
        }
        for (_, record) in snapshot.compensations.iter() {
            state.put_compensation(Arc::clone(record));
        }
        state
    }
}

// Reading: what the server and the steps look at.
impl State {
    #[must_use]
    pub fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// Has the root process instance ended? Nothing is left then, and every command is rejected.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Text of a local id.
    #[must_use]
    pub fn text(&self, id: Id) -> SmolStr {
        self.prefix.text(id)
    }

    /// The local id, when it is one of this root process instance.
    #[must_use]
    pub fn local(&self, text: &str) -> Option<Id> {
        crate::ids::parse(crate::ids::bare(text)).filter(|(prefix, _)| *prefix == self.prefix).map(|(_, id)| id)
    }

    #[must_use]
    pub fn instance(&self, id: Id) -> Option<&Arc<ProcessInstance>> {
        self.instances.get_shared(id.0)
    }

    pub fn instances(&self) -> impl Iterator<Item = &ProcessInstance> {
        self.instances.values()
    }

    #[must_use]
    pub fn element(&self, id: Id) -> Option<&Arc<ElementInstance>> {
        self.elements.get_shared(id.0)
    }

    pub fn elements(&self) -> impl Iterator<Item = &ElementInstance> {
        self.elements.values()
    }

    /// Element instances directly inside a scope, oldest first.
    pub fn children(&self, scope: Id) -> impl Iterator<Item = Id> + '_ {
        self.children.get(scope.0).into_iter().flat_map(|set| set.keys().map(Id))
    }

    #[must_use]
    pub fn has_children(&self, scope: Id) -> bool {
        self.children.get(scope.0).is_some_and(|set| !set.is_empty())
    }

    #[must_use]
    pub fn child_count(&self, scope: Id) -> usize {
        self.children.get(scope.0).map_or(0, Table::len)
    }

    /// The element instance that an execution id stands for: a process, a scope, or a token on a branch of its own.
    #[must_use]
    pub fn element_of_execution(&self, execution: Id) -> Option<&Arc<ElementInstance>> {
        let element = self.executions.get(execution.0)?;
        self.element(*element)
    }

    /// Variables local to a scope or a task.
    #[must_use]
    pub fn local_variables(&self, holder: Id) -> Option<&Variables> {
        self.variables.get(holder.0)
    }

    /// A variable as seen from an element, searched outwards up to the process instance.
    #[must_use]
    pub fn visible_variable(&self, element: Id, name: &str) -> Option<&Arc<Variable>> {
        let mut at = Some(element);
        while let Some(id) = at {
            if let Some(found) = self.variables.get(id.0).and_then(|map| map.get(name)) {
                return Some(found);
            }
            at = self.element(id)?.scope;
        }
        None
    }

    /// All variables visible from an element, inner ones hiding outer ones.
    #[must_use]
    pub fn visible_variables(&self, element: Id) -> IndexMap<SmolStr, Arc<Variable>> {
        let mut visible = IndexMap::new();
        let mut at = Some(element);
        while let Some(id) = at {
            for (name, variable) in self.variables.get(id.0).into_iter().flatten() {
                visible.entry(name.clone()).or_insert_with(|| Arc::clone(variable));
            }
            at = self.element(id).and_then(|element| element.scope);
        }
        visible
    }

    #[must_use]
    pub fn task(&self, id: Id) -> Option<&Arc<UserTask>> {
        self.tasks.get_shared(id.0)
    }

    pub fn tasks(&self) -> impl Iterator<Item = &UserTask> {
        self.tasks.values()
    }

    #[must_use]
    pub fn external_task(&self, id: Id) -> Option<&Arc<ExternalTask>> {
        self.external_tasks.get_shared(id.0)
    }

    pub fn external_tasks(&self) -> impl Iterator<Item = &ExternalTask> {
        self.external_tasks.values()
    }

    #[must_use]
    pub fn job(&self, id: Id) -> Option<&Arc<Job>> {
        self.jobs.get_shared(id.0)
    }

    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.values()
    }

    pub fn jobs_of(&self, element: Id) -> impl Iterator<Item = &Arc<Job>> {
        self.jobs_of.get(element.0).into_iter().flat_map(|set| set.keys().filter_map(|id| self.jobs.get_shared(id)))
    }

    #[must_use]
    pub fn subscription(&self, id: Id) -> Option<&Arc<Subscription>> {
        self.subscriptions.get_shared(id.0)
    }

    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.values()
    }

    pub fn subscriptions_of(&self, element: Id) -> impl Iterator<Item = &Arc<Subscription>> {
        self.subscriptions_of
            .get(element.0)
            .into_iter()
            .flat_map(|set| set.keys().filter_map(|id| self.subscriptions.get_shared(id)))
    }

    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.values()
    }

    #[must_use]
    pub fn incident(&self, id: Id) -> Option<&Arc<Incident>> {
        self.incidents.get_shared(id.0)
    }

    pub fn compensations(&self) -> impl Iterator<Item = &Compensation> {
        self.compensations.values()
    }

    pub fn compensations_of(&self, scope: Id) -> impl Iterator<Item = &Arc<Compensation>> {
        self.compensations_of
            .get(scope.0)
            .into_iter()
            .flat_map(|set| set.keys().filter_map(|id| self.compensations.get_shared(id)))
    }
}

// Writing: for `apply` only. Each keeps the indexes of its table.
impl State {
    pub(crate) fn put_element(&mut self, element: Arc<ElementInstance>) {
        let id = element.id;
        if let Some(before) = self.elements.get_shared(id.0).cloned() {
            self.release_executions(&before);
            // A migration may put it into another scope.
            if let Some(left) = before.scope.filter(|scope| Some(*scope) != element.scope) {
                discard(&mut self.children, left, id);
            }
        }
        if let Some(scope) = element.scope {
            add(&mut self.children, scope, id);
        }
        // A token that shares its scope's execution does not own it.
        if element.parent_execution.is_some() || element.scope.is_none() {
            self.executions.insert(element.activity.place.execution.0, Arc::new(id));
        }
        if let Some(branch) = element.branch
            && branch != element.activity.place.execution
        {
            self.executions.insert(branch.0, Arc::new(id));
        }
        self.elements.insert(id.0, element);
    }

    pub(crate) fn remove_element(&mut self, id: Id) {
        let Some(element) = self.elements.remove(id.0) else {
            return;
        };
        if let Some(scope) = element.scope {
            discard(&mut self.children, scope, id);
        }
        self.release_executions(&element);
        self.variables.remove(id.0);
    }

    fn release_executions(&mut self, element: &ElementInstance) {
        for execution in [Some(element.activity.place.execution), element.branch].into_iter().flatten() {
            if self.executions.get(execution.0) == Some(&element.id) {
                self.executions.remove(execution.0);
            }
        }
    }

    pub(crate) fn put_job(&mut self, job: Arc<Job>) {
        add(&mut self.jobs_of, job.place.element, job.id);
        self.jobs.insert(job.id.0, job);
    }

    pub(crate) fn remove_job(&mut self, id: Id) {
        if let Some(job) = self.jobs.remove(id.0) {
            discard(&mut self.jobs_of, job.place.element, id);
        }
    }

    pub(crate) fn put_subscription(&mut self, subscription: Arc<Subscription>) {
        let id = subscription.id;
        add(&mut self.subscriptions_of, subscription.place.element, id);
        match subscription.kind {
            SubscriptionKind::Conditional => self.conditionals.insert(id.0, Arc::new(())),
            SubscriptionKind::Signal => self.signals.insert(id.0, Arc::new(())),
            SubscriptionKind::Message | SubscriptionKind::Compensate => {}
        }
        self.subscriptions.insert(id.0, subscription);
    }

    pub(crate) fn remove_subscription(&mut self, id: Id) {
        if let Some(subscription) = self.subscriptions.remove(id.0) {
            discard(&mut self.subscriptions_of, subscription.place.element, id);
            self.conditionals.remove(id.0);
            self.signals.remove(id.0);
        }
    }

    pub(crate) fn put_compensation(&mut self, record: Arc<Compensation>) {
        add(&mut self.compensations_of, record.scope, record.id);
        self.compensations.insert(record.id.0, record);
    }

    pub(crate) fn remove_compensation(&mut self, id: Id) {
        if let Some(record) = self.compensations.remove(id.0) {
            discard(&mut self.compensations_of, record.scope, id);
        }
    }

    pub(crate) fn put_variable(&mut self, holder: Id, variable: Arc<Variable>) {
        if !self.variables.contains(holder.0) {
            self.variables.insert(holder.0, Arc::default());
        }
        if let Some(map) = self.variables.get_mut(holder.0) {
            map.insert(variable.name.clone(), variable);
        }
    }

    pub(crate) fn remove_variable(&mut self, holder: Id, name: &str) {
        let Some(map) = self.variables.get_mut(holder.0) else {
            return;
        };
        map.shift_remove(name);
        if map.is_empty() {
            self.variables.remove(holder.0);
        }
    }
}

fn add(index: &mut Table<Set>, owner: Id, id: Id) {
    if !index.contains(owner.0) {
        index.insert(owner.0, Arc::default());
    }
    if let Some(set) = index.get_mut(owner.0) {
        set.insert(id.0, Arc::new(()));
    }
}

fn discard(index: &mut Table<Set>, owner: Id, id: Id) {
    let Some(set) = index.get_mut(owner.0) else {
        return;
    };
    set.remove(id.0);
    if set.is_empty() {
        index.remove(owner.0);
    }
}
