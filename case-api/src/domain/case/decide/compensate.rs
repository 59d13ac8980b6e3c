//! Steps of a saga that were undone.

use super::{Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_journal::Decision;
use jiff::Timestamp;

/// A saga step was undone, because another one failed for good. What is reported twice is recorded once.
pub(crate) fn compensate(
    case: &Case,
    definition: &CaseDefinition,
    step: &str,
    failed_step: Option<&str>,
    reason: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let known =
        case.problem.as_ref().filter(|known| known.step == failed_step.unwrap_or(step) && known.reason == reason);
    let is_known =
        |known: &CaseProblem| failed_step.is_none() || known.undone_steps.iter().any(|undone| undone == step);
    if known.is_some_and(is_known) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let new = || CaseProblem {
        undone: failed_step.is_none(),
        ..CaseProblem::failed(failed_step.unwrap_or(step), reason, at)
    };
    let mut problem = known.cloned().unwrap_or_else(new);
    if failed_step.is_some() {
        problem.undone_steps.push(step.to_owned());
    }
    let mut draft = Draft::new(case, definition, by, at);
    let (step, failed_step, reason) = (step.to_owned(), failed_step.map(str::to_owned), reason.to_owned());
    draft.record(Fact::Compensated { step, failed_step, reason, problem });
    Ok(draft.decided(()))
}
