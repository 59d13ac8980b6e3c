//! Problems (RFC 9457) that every part of this room tells.

use casewright_access::store_problem;
use casewright_forms::FieldFault;
use casewright_journal::StoreError;
use casewright_service::Problem;

/// 422 with a pointer per fault.
pub(crate) fn invalid(code: &str, faults: Vec<FieldFault>) -> Problem {
    let detail = match faults.len() {
        1 => "One value is not acceptable.".to_owned(),
        n => format!("{n} values are not acceptable."),
    };
    faults.into_iter().fold(Problem::unprocessable(code, detail), |problem, fault| {
        problem.with_error(fault.pointer, &fault.code, fault.detail)
    })
}

/// The journal does not answer.
pub(crate) fn store(error: StoreError) -> Problem {
    store_problem(&error)
}
