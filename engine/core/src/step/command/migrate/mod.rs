//! Moves a running process instance to another definition by a plan.
//!
//! What is alive keeps its ids: activity instances, tasks, jobs, variables. Scopes that the target has and the source has
//! not are entered, scopes that the target has not are left; events that are new begin to wait, those without a
//! counterpart cease to.

mod place;
mod relocate;
mod scopes;
mod triggers;
mod verify;

use super::Reply;
use super::instance::find;
use crate::command::Migrate;
use crate::compile::Graph;
use crate::entity::Position;
use crate::event::Event;
use crate::migration::{self, MappedActivity, Plan};
use crate::rejection::{Impasse, Rejection};
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::fault::Done;
use std::collections::HashMap;
use std::sync::Arc;

/// A plan, looked up in the two graphs.
struct Route {
    from: Arc<Graph>,
    to: Arc<Graph>,
    targets: HashMap<Position, Target>,
}

/// Where the instances of an activity go.
#[derive(Clone)]
struct Target {
    position: Position,
    instruction: Option<MappedActivity>,
}

impl Target {
    fn updates_trigger(&self) -> bool {
        self.instruction.as_ref().is_some_and(|instruction| instruction.update_event_trigger)
    }
}

impl Route {
    fn new(plan: &Plan, from: Arc<Graph>, to: Arc<Graph>) -> Self {
        let process = Target { position: Position::Process, instruction: None };
        let mut targets = HashMap::from([(Position::Process, process)]);
        for mapped in &plan.activities {
            let source = migration::find(&from, &mapped.source);
            let target = migration::find(&to, &mapped.target);
            if let (Some(source), Some(position)) = (source, target) {
                targets.insert(source, Target { position, instruction: Some(mapped.clone()) });
            }
        }
        Self { from, to, targets }
    }

    fn target(&self, source: Position) -> Option<&Target> {
        self.targets.get(&source)
    }

    fn is_target(&self, position: Position) -> bool {
        self.targets.values().any(|target| target.position == position)
    }
}

pub(crate) fn migrate(step: &mut Step<'_>, command: &Migrate) -> Done<Reply> {
    let instance = find(step, command.instance)?;
    let plan = &command.plan;
    if instance.definition.id != plan.source {
        return Err(Impasse::OtherDefinition {
            instance: step.state().text(instance.id),
            own: instance.definition.id.clone(),
            planned: plan.source.clone(),
        }
        .into());
    }
    step.skip(command.skips);
    let route = Route::new(plan, step.graph(&plan.source)?, step.graph(&plan.target)?);
    let report = verify::verify(step, &route, instance.id);
    if !report.is_empty() {
        return Err(Rejection::Migration(Box::new(report)).into());
    }
    let moving = place::Moving::of(step, &route, instance.id);
    let fresh = triggers::withdraw(step, &route, &moving);
    let mut moved = relocate::relocate(step, &route, &moving);
    moved.instance.definition = Arc::clone(&route.to.definition);
    step.emit(Event::InstanceMigrated { instance: Arc::new(moved.instance), moved: Box::new(moved.entities) });
    scopes::rearrange(step, &route, &moving)?;
    triggers::begin(step, &route, &moving, &fresh)?;
    for (name, value) in &plan.variables {
        variables::set_local(step, instance.id, name, value.clone())?;
    }
    Ok(Reply::Done)
}
