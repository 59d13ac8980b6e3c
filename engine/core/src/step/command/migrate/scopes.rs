//! Scopes around what has moved: new ones of the target are entered, those it does not have are left.

use super::Route;
use super::place::Moving;
use crate::command::Skips;
use crate::entity::{Activity, ElementInstance, Position};
use crate::ids::Id;
use crate::migration::flow_scope;
use crate::step::behavior::scopes::{self, Cause};
use crate::step::behavior::tokens;
use crate::step::command::modify;
use crate::step::context::Step;
use crate::step::fault::Done;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn rearrange(step: &mut Step<'_>, route: &Route, moving: &Moving) -> Done {
    // One new scope for all that move into it from under the same ancestor.
    let mut entered: HashMap<(Id, Position), Id> = HashMap::new();
    for (element, target) in &moving.elements {
        let (Some(target), Some(old_scope)) = (target, element.scope) else {
            continue;
        };
        let (ancestor, ancestor_target) = mapped_ancestor(moving, element);
        let mut scope = ancestor;
        for position in new_scopes(route, target.position, ancestor_target) {
            scope = match entered.get(&(scope, position)) {
                Some(known) => *known,
                None => {
                    let new = enter(step, route, scope, position)?;
                    entered.insert((scope, position), new);
                    new
                }
            };
        }
        if scope != old_scope {
            adopt(step, element.id, scope)?;
        }
    }
    leave_unmapped(step, moving)
}

/// The nearest enclosing element instance that moves as well, at the latest the process.
fn mapped_ancestor(moving: &Moving, element: &ElementInstance) -> (Id, Position) {
    let mut at = element.scope;
    while let Some(id) = at {
        let Some((around, target)) = moving.get(id) else {
            break;
        };
        if let Some(target) = target {
            return (id, target.position);
        }
        at = around.scope;
    }
    (moving.instance, Position::Process)
}

/// Scopes of the target between an activity and its mapped ancestor, outer first.
fn new_scopes(route: &Route, target: Position, ancestor: Position) -> Vec<Position> {
    let mut between: Vec<Position> =
        std::iter::successors(flow_scope(&route.to, target), |scope| flow_scope(&route.to, *scope))
            .take_while(|scope| *scope != ancestor && *scope != Position::Process)
            .collect();
    between.reverse();
    between
}

fn enter(step: &mut Step<'_>, route: &Route, scope: Id, position: Position) -> Done<Id> {
    match position {
        Position::Node(node) => modify::open(step, &route.to, scope, node),
        // The rules of plans do not let a body appear.
        Position::Process | Position::Body(_) => Ok(scope),
    }
}

fn adopt(step: &mut Step<'_>, id: Id, scope: Id) -> Done {
    let parent_activity_id = step.element(scope)?.activity.place.spelled().clone();
    tokens::change(step, id, |element| {
        element.scope = Some(scope);
        element.activity = Arc::new(Activity {
            parent: Some(scope),
            parent_activity_id: Some(parent_activity_id),
            ..Activity::clone(&element.activity)
        });
    })
}

/// Inner ones first. Listeners and outputs are those of the source; it is not the caller's modification that ends them.
fn leave_unmapped(step: &mut Step<'_>, moving: &Moving) -> Done {
    let skips = step.skips();
    step.skip(Skips { io_mappings: true, ..skips });
    for (element, target) in moving.elements.iter().rev() {
        if target.is_none() {
            scopes::cancel(step, element.id, &Cause::Interrupted)?;
        }
    }
    step.skip(skips);
    Ok(())
}
