//! What is wrong with a plan, looking at the two definitions alone. One function per rule.

use super::activity::{
    event_scope, find, flow_scope, flow_scopes, has_persistent_trigger, id_of, is_compensation_event, is_conditional,
    is_event, migration_type,
};
use super::plan::{MappedActivity, Plan};
use super::report::{PlanFault, PlanReport};
use crate::compile::Graph;
use crate::entity::Position;
use casewright_engine_model::{Join, MigrationType};

/// A pair of activities that a plan maps.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) source: Position,
    pub(super) target: Position,
    pub(super) mapped: MappedActivity,
}

/// The plan's pairs with the graphs they are of.
pub(super) struct Pairs<'a> {
    pub(super) from: &'a Graph,
    pub(super) to: &'a Graph,
    pub(super) all: Vec<Pair>,
}

/// Says what is wrong with which instruction; empty: the plan is valid.
#[must_use]
pub fn check(plan: &Plan, from: &Graph, to: &Graph) -> PlanReport {
    let mut report = PlanReport::default();
    let mut pairs = Pairs { from, to, all: Vec::new() };
    for mapped in &plan.activities {
        let (source, target) = (find(from, &mapped.source), find(to, &mapped.target));
        let mut failures = Vec::new();
        if source.is_none() {
            failures.push(PlanFault::NoSource(mapped.source.clone()));
        }
        if target.is_none() {
            failures.push(PlanFault::NoTarget(mapped.target.clone()));
        }
        match (source, target) {
            (Some(source), Some(target)) => pairs.all.push(Pair { source, target, mapped: mapped.clone() }),
            _ => report.activities.push((mapped.clone(), failures)),
        }
    }
    for pair in &pairs.all {
        let failures = pairs.failures(pair, Strictness::Whole);
        if !failures.is_empty() {
            report.activities.push((pair.mapped.clone(), failures));
        }
    }
    report
}

/// While a plan is generated the inside of a multi-instance body comes after the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    Whole,
    Growing,
}

impl Pairs<'_> {
    pub(super) fn failures(&self, pair: &Pair, strictness: Strictness) -> Vec<PlanFault> {
        let mut out = Vec::new();
        self.same_type(pair, &mut out);
        self.same_event_type(pair, &mut out);
        self.mapped_once(pair, &mut out);
        self.no_new_body(pair, &mut out);
        if strictness == Strictness::Whole {
            self.body_with_its_inside(pair, &mut out);
        }
        self.waiting_gateway(pair, &mut out);
        self.same_event_scope(pair, &mut out);
        self.updatable_trigger(pair, &mut out);
        self.within_mapped_ancestor(pair, &mut out);
        self.updated_condition(pair, &mut out);
        out
    }

    fn of_source(&self, source: Position) -> impl Iterator<Item = &Pair> {
        self.all.iter().filter(move |pair| pair.source == source)
    }

    fn of_target(&self, target: Position) -> impl Iterator<Item = &Pair> {
        self.all.iter().filter(move |pair| pair.target == target)
    }

    /// Where a source scope goes; the process goes to the process.
    fn target_of(&self, source: Position) -> Option<Position> {
        match source {
            Position::Process => Some(Position::Process),
            _ => self.of_source(source).next().map(|pair| pair.target),
        }
    }

    fn same_type(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        let (source, target) = (migration_type(self.from, pair.source), migration_type(self.to, pair.target));
        let is_sub_process = |of: MigrationType| matches!(of, MigrationType::Of("subProcess" | "eventSubProcess"));
        if source != target && !(is_sub_process(source) && is_sub_process(target)) {
            out.push(PlanFault::Types { source, target });
        }
    }

    fn same_event_type(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        let (Position::Node(source), Position::Node(target)) = (pair.source, pair.target) else {
            return;
        };
        if !is_event(self.from, pair.source) || !is_event(self.to, pair.target) {
            return;
        }
        let (source, target) = (self.from.activity_type(source), self.to.activity_type(target));
        if source != target {
            out.push(PlanFault::EventTypes { source: source.clone(), target: target.clone() });
        }
    }

    fn mapped_once(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        let same: Vec<&Pair> = self.of_source(pair.source).collect();
        if same.len() > 1 {
            let instructions = same.iter().map(|pair| pair.mapped.clone()).collect();
            out.push(PlanFault::MappedTwice { source: pair.mapped.source.clone(), instructions });
        }
    }

    fn no_new_body(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        for scope in flow_scopes(self.to, pair.target) {
            if matches!(scope, Position::Body(_)) && self.of_target(scope).next().is_none() {
                out.push(PlanFault::NewBody { target: pair.mapped.target.clone(), body: id_of(self.to, scope) });
            }
        }
    }

    fn body_with_its_inside(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        if let Position::Body(target) = pair.target
            && self.of_target(Position::Node(target)).next().is_none()
        {
            out.push(PlanFault::BodyWithoutInside);
        }
        if let Position::Body(source) = pair.source
            && self.of_source(Position::Node(source)).next().is_none()
        {
            out.push(PlanFault::InsideRemoved);
        }
    }

    /// More tokens than the target gateway has incoming flows would never leave it.
    fn waiting_gateway(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        let (Position::Node(source), Position::Node(target)) = (pair.source, pair.target) else {
            return;
        };
        let target = self.to.node(target);
        if !matches!(target.kind.facts().join, Join::Counted | Join::Awaited) {
            return;
        }
        if self.from.node(source).incoming.len() > target.incoming.len() {
            out.push(PlanFault::FewerFlows);
        }
        if let Some(scope) = flow_scope(self.from, pair.source)
            && self.target_of(scope).is_none()
        {
            out.push(PlanFault::GatewayScopeUnmapped { scope: id_of(self.from, scope) });
        }
        if self.of_target(pair.target).count() > 1 {
            out.push(PlanFault::GatewayMappedTwice { gateway: target.id.clone() });
        }
    }

    fn same_event_scope(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        // A compensation event waits for nothing while its activity is not done.
        if is_compensation_event(self.from, pair.source) {
            return;
        }
        let Some(source) = event_scope(self.from, pair.source) else {
            return;
        };
        let target = event_scope(self.to, pair.target);
        if target.is_none() || self.target_of(source) != target {
            let target = target.map(|target| id_of(self.to, target));
            out.push(PlanFault::EventScope { source: id_of(self.from, source), target });
        }
    }

    fn updatable_trigger(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        if pair.mapped.update_event_trigger && !has_persistent_trigger(self.from, pair.source) {
            out.push(PlanFault::NoTrigger);
        }
    }

    fn within_mapped_ancestor(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        let ancestor = flow_scopes(self.from, pair.source).into_iter().find_map(|scope| self.of_source(scope).next());
        let Some(ancestor) = ancestor else {
            return;
        };
        if !flow_scopes(self.to, pair.target).contains(&ancestor.target) {
            out.push(PlanFault::OutsideAncestor {
                ancestor: ancestor.mapped.source.clone(),
                scope: ancestor.mapped.target.clone(),
                target: pair.mapped.target.clone(),
            });
        }
    }

    fn updated_condition(&self, pair: &Pair, out: &mut Vec<PlanFault>) {
        if is_conditional(self.from, pair.source) && !pair.mapped.update_event_trigger {
            out.push(PlanFault::ConditionKept);
        }
    }
}
