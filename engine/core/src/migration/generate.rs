//! Proposes a plan: activities with the same id, from the outside in, as long as the rules allow it.

use super::activity::{children, has_persistent_trigger, id_of, is_conditional, is_mappable};
use super::check::{Pair, Pairs, Strictness};
use super::plan::MappedActivity;
use crate::compile::Graph;
use crate::entity::Position;

/// Which activities go on as which when nobody says otherwise. With `update_event_triggers` every event that waits in
/// store is made anew from the target.
#[must_use]
pub fn generate(from: &Graph, to: &Graph, update_event_triggers: bool) -> Vec<MappedActivity> {
    let mut pairs = Pairs { from, to, all: Vec::new() };
    grow(&mut pairs, Position::Process, Position::Process, update_event_triggers);
    prune(&mut pairs, Strictness::Whole);
    pairs.all.into_iter().map(|pair| pair.mapped).collect()
}

fn grow(pairs: &mut Pairs<'_>, source_scope: Position, target_scope: Position, update: bool) {
    let targets = children(pairs.to, target_scope);
    let mut fresh = Vec::new();
    for source in children(pairs.from, source_scope) {
        let id = id_of(pairs.from, source);
        let Some(target) = targets.iter().copied().find(|target| id_of(pairs.to, *target) == id) else {
            continue;
        };
        if !is_mappable(pairs.from, source) || !is_mappable(pairs.to, target) {
            continue;
        }
        let update_event_trigger =
            is_conditional(pairs.from, source) || (update && has_persistent_trigger(pairs.from, source));
        fresh.push((source, target));
        pairs.all.push(Pair {
            source,
            target,
            mapped: MappedActivity { source: id.clone(), target: id, update_event_trigger },
        });
    }
    prune(pairs, Strictness::Growing);
    for (source, target) in fresh {
        if pairs.all.iter().any(|pair| pair.source == source) {
            grow(pairs, source, target, update);
        }
    }
}

/// Drops what breaks a rule, and then what broke one only with it.
fn prune(pairs: &mut Pairs<'_>, strictness: Strictness) {
    loop {
        let kept: Vec<Pair> =
            pairs.all.iter().filter(|pair| pairs.failures(pair, strictness).is_empty()).cloned().collect();
        let is_stable = kept.len() == pairs.all.len();
        pairs.all = kept;
        if is_stable {
            return;
        }
    }
}
