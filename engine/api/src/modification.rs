//! `/api/v1/process-instances/{id}/modification`: tokens are set and taken away by hand.

use super::ApiState;
use super::life::{SkipsBody, running};
use super::support::{caller, problem};
use super::values::{TypedValue, variables};
use axum::extract::Path;
use casewright_access::Authenticated;
use casewright_engine_core::command::Instruction;
use casewright_engine_core::ids::{bare, parse};
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Steps, in the order in which they are made; all of them or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Modification {
    #[schema(min_items = 1)]
    steps: Vec<StepBody>,
    /// Why; the log of what people did keeps it.
    annotation: Option<String>,
    #[serde(flatten)]
    skips: SkipsBody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepKind {
    /// A token before an activity.
    StartBefore,
    /// A token behind an activity, on its only flow out.
    StartAfter,
    /// An activity instance ends; all of an element, where `activityInstanceId` does not say which.
    Cancel,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StepBody {
    kind: StepKind,
    element_id: String,
    /// What is cancelled.
    activity_instance_id: Option<String>,
    /// The activity instance of the scope to start in, where there are several.
    ancestor_id: Option<String>,
    /// Set where the token starts.
    #[serde(default)]
    variables: BTreeMap<String, TypedValue>,
}

impl StepBody {
    fn instruction(self, nth: usize) -> Result<Instruction, Problem> {
        let unknown = |field: &str| {
            let detail = "There is no such activity instance.";
            Problem::unprocessable("invalid-value", detail).with_error(
                format!("/steps/{nth}/{field}"),
                "invalid-value",
                detail,
            )
        };
        let local = |id: &str, field: &str| parse(bare(id)).map(|(_, local)| local).ok_or_else(|| unknown(field));
        let variables = variables(&self.variables, &format!("/steps/{nth}/variables"))?;
        let ancestor = self.ancestor_id.as_deref().map(|id| local(id, "ancestorId")).transpose()?;
        let activity = SmolStr::new(self.element_id);
        Ok(match (self.kind, self.activity_instance_id) {
            (StepKind::StartBefore, _) => Instruction::StartBefore { activity, ancestor, variables },
            (StepKind::StartAfter, _) => Instruction::StartAfter { activity, ancestor, variables },
            (StepKind::Cancel, None) => Instruction::CancelAll { activity },
            (StepKind::Cancel, Some(id)) => Instruction::Cancel { element: local(&id, "activityInstanceId")? },
        })
    }
}

/// Starts and cancels activities of a running instance, in one step. 204; refused, nothing has changed.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/modification", tag = "process-instances",
    params(("id" = String, Path)), request_body = Modification,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn modify(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<Modification>,
) -> Result<StatusCode, Problem> {
    running(&state.allowed_instance(&subject, "modify", &id).await?)?;
    if wanted.steps.is_empty() {
        let detail = "A modification has a step at least.";
        return Err(Problem::unprocessable("invalid-value", detail).with_error("/steps", "invalid-value", detail));
    }
    let steps = wanted.steps.into_iter().enumerate();
    let instructions = steps.map(|(nth, step)| step.instruction(nth)).collect::<Result<Vec<_>, _>>()?;
    let annotation = wanted.annotation.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let instances = state.engine.instances();
    let done = instances.modify(&caller(&subject), &id, instructions, wanted.skips.into(), annotation).await;
    done.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
