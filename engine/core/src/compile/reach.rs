//! Which node can reach which over sequence flows: what an inclusive join asks (BPMN 2.0.2, section 13.4.3).
//!
//! Flows leave their scope only through boundary events of an enclosing subprocess, so reachability between nodes of one
//! scope also follows the boundary events of the activities on the way. Kept as one bit set per node.

use casewright_engine_model::Join;
use casewright_engine_model::model::{EventTrigger, NodeIndex, NodeKind, Process, ThrowEvent};

#[derive(Debug)]
pub(super) struct Reach {
    words: usize,
    bits: Vec<u64>,
}

impl Reach {
    pub(super) fn of(process: &Process) -> Self {
        let count = process.nodes.len();
        let words = count.div_ceil(64);
        let has_join = process.nodes.iter().any(|node| node.kind.facts().join == Join::Awaited);
        if !has_join {
            // Nobody will ask: a large model without such joins does not pay for the square.
            return Self { words, bits: Vec::new() };
        }
        let next = successors(process);
        let mut reach = Self { words, bits: vec![0; words * count] };
        let mut stack = Vec::new();
        for from in 0..count {
            stack.extend(&next[from]);
            while let Some(to) = stack.pop() {
                if reach.mark(from, to) {
                    stack.extend(&next[to]);
                }
            }
        }
        reach
    }

    pub(super) fn can_reach(&self, from: NodeIndex, to: NodeIndex) -> bool {
        let at = from.0 as usize * self.words + to.0 as usize / 64;
        self.bits.get(at).is_some_and(|word| word & (1 << (to.0 % 64)) != 0)
    }

    /// True when it was new.
    fn mark(&mut self, from: usize, to: usize) -> bool {
        let word = &mut self.bits[from * self.words + to / 64];
        let bit = 1 << (to % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// Looked for when it is asked: complex gateways are rare.
pub(super) fn can_reach_around(process: &Process, from: NodeIndex, to: NodeIndex, around: NodeIndex) -> bool {
    let next = successors(process);
    let mut seen = vec![false; next.len()];
    seen[around.0 as usize] = true;
    let mut stack = vec![from.0 as usize];
    while let Some(at) = stack.pop() {
        for target in next[at].iter().copied().filter(|target| !std::mem::replace(&mut seen[*target], true)) {
            if target == to.0 as usize {
                return true;
            }
            stack.push(target);
        }
    }
    false
}

fn successors(process: &Process) -> Vec<Vec<usize>> {
    let mut next: Vec<Vec<usize>> = process
        .nodes
        .iter()
        .map(|node| {
            let over_flows = node.outgoing.iter().map(|flow| process.flows[flow.0 as usize].target.0 as usize);
            let over_boundary = node.boundary_events.iter().map(|node| node.0 as usize);
            over_flows.chain(over_boundary).collect()
        })
        .collect();
    for (from, node) in process.nodes.iter().enumerate() {
        let NodeKind::IntermediateThrowEvent(ThrowEvent::Link(name)) = &node.kind else {
            continue;
        };
        let targets = process.nodes.iter().enumerate().filter(|(_, other)| {
            other.parent == node.parent
                && matches!(&other.kind, NodeKind::IntermediateCatchEvent(EventTrigger::Link(link)) if link == name)
        });
        next[from].extend(targets.map(|(to, _)| to));
    }
    next
}
