//! Why a plan of a migration is none, or an instance cannot follow it.

use casewright_engine_core::Rejection;
use casewright_engine_core::migration::{MappedActivity, Plan, PlanFault, PlanReport};
use casewright_engine_runtime::EngineError;
use casewright_service::Problem;

const CODE: &str = "invalid-migration";

/// 422 with a pointer to each mapping that has something wrong with it.
pub(super) fn plan_problem(plan: &Plan, report: &PlanReport) -> Problem {
    let problem = Problem::unprocessable(CODE, "The plan cannot be carried out.");
    let faults = report.activities.iter().flat_map(|(mapped, faults)| faults.iter().map(move |each| (mapped, each)));
    faults.fold(problem, |problem, (mapped, fault)| problem.with_error(place(plan, mapped), CODE, plan_fault(fault)))
}

/// The problem of an instance that does not fit the plan; none for another refusal.
pub(super) fn fault(plan: &Plan, error: &EngineError) -> Option<Problem> {
    let EngineError::Rejected(Rejection::Migration(report)) = error else {
        return None;
    };
    let mut problem = Problem::unprocessable(CODE, "The process instance cannot follow the plan.");
    for fault in &report.failures {
        problem = problem.with_error("", CODE, fault.to_string());
    }
    for stuck in report.activities.iter().chain(&report.transitions) {
        let pointer = stuck.instruction.as_ref().map_or_else(|| "/mapping".to_owned(), |mapped| place(plan, mapped));
        for fault in &stuck.failures {
            problem = problem.with_error(pointer.clone(), CODE, format!("{}: {fault}", stuck.scope));
        }
    }
    Some(problem)
}

fn place(plan: &Plan, mapped: &MappedActivity) -> String {
    let found = plan.activities.iter().position(|each| each == mapped);
    found.map_or_else(|| "/mapping".to_owned(), |nth| format!("/mapping/{nth}"))
}

fn plan_fault(fault: &PlanFault) -> String {
    match fault {
        PlanFault::NoSource(id) => format!("The version it runs by has no element {id}."),
        PlanFault::NoTarget(id) => format!("The version to go on by has no element {id}."),
        PlanFault::Types { .. } => "Elements of these types do not go on as each other.".to_owned(),
        PlanFault::EventTypes { source, target } => format!("An event {source} does not go on as an event {target}."),
        PlanFault::MappedTwice { source, .. } => format!("{source} is mapped more than once."),
        PlanFault::NewBody { target, body } => format!("{target} is inside of {body}, to which nothing is mapped."),
        PlanFault::BodyWithoutInside | PlanFault::InsideRemoved => {
            "What is in a multi-instance body is mapped with it.".to_owned()
        }
        PlanFault::FewerFlows => {
            "The target has fewer flows in than the source: its tokens would never leave it.".to_owned()
        }
        PlanFault::GatewayScopeUnmapped { scope } => format!("{scope}, which is around it, is mapped as well."),
        PlanFault::GatewayMappedTwice { gateway } => format!("Only one gateway goes on as {gateway}."),
        PlanFault::EventScope { source, target: None } => {
            format!("It listens in {source}, and its target would listen in nothing.")
        }
        PlanFault::EventScope { source, target: Some(target) } => {
            format!("It listens in {source}, which has to be mapped to {target}.")
        }
        PlanFault::NoTrigger => "Nothing waits in store that could be made anew.".to_owned(),
        PlanFault::OutsideAncestor { ancestor, scope, target } => {
            format!("{ancestor}, which is around it, goes on as {scope}, and {target} is not inside of that.")
        }
        PlanFault::ConditionKept => "A condition is always made anew from the target.".to_owned(),
    }
}
