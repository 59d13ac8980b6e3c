//! What a move to another stage lacks, as clients read it.

use crate::domain::case::decide::{Lack, LackKind};
use crate::domain::definition::stage::StageRef;
use casewright_service::Problem;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// One thing that a move lacks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LackBody {
    kind: LackKind,
    /// `required`, `entry-criterion`, `exit-criterion`, `no-transition`, `not-skippable`, `wip-limit`, or what a form says of a value.
    code: String,
    message: String,
    /// Where a `PATCH` of the case would bring it: `/fields/amount`, `/reason`, `/stage`.
    pointer: String,
}

impl From<&Lack> for LackBody {
    fn from(lack: &Lack) -> Self {
        let fault = &lack.fault;
        Self {
            kind: lack.kind,
            code: fault.code.clone(),
            message: fault.detail.clone(),
            pointer: fault.pointer.clone(),
        }
    }
}

/// 422 with everything that is missing; `details` says of what kind each is.
pub(crate) fn refused(to: &StageRef, lacks: &[Lack]) -> Problem {
    let missing: Vec<LackBody> = lacks.iter().map(LackBody::from).collect();
    let detail = format!("The case cannot move to {} yet.", to.name);
    let problem = Problem::unprocessable("stage-move-refused", detail)
        .with_details(json!({"stage": to.id, "stageName": to.name, "missing": missing}));
    lacks.iter().fold(problem, |problem, Lack { fault, .. }| {
        problem.with_error(fault.pointer.as_str(), &fault.code, fault.detail.as_str())
    })
}
