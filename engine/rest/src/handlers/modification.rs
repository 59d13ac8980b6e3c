//! Instructions of starts and modifications; `/process-instance/{id}/modification` and `/modification/execute`.

use super::definitions::skips;
use crate::error::{RestError, RestResult};
use crate::given;
use crate::query::input::LIST;
use crate::request::{Fields, Reply, Req, no_content};
use casewright_engine_core::Command;
use casewright_engine_core::command::{Instruction, Modify};
use casewright_engine_core::entity::Phase;
use casewright_engine_core::ids::{Id, bare, parse};
use serde_json::Value as Json;
use smol_str::SmolStr;

const INSTRUCTION: &str = "ProcessInstanceModificationInstructionDto";

/// `startInstructions` of a start.
pub(crate) async fn start_instructions(req: &Req, json: Option<&Json>) -> RestResult<Vec<Instruction>> {
    read(req, json).await
}

/// Instructions of a body.
pub(crate) async fn read(req: &Req, json: Option<&Json>) -> RestResult<Vec<Instruction>> {
    let items = match json {
        None | Some(Json::Null) => return Ok(Vec::new()),
        Some(Json::Array(items)) => items,
        Some(found) => return Err(RestError::misfit("instructions", LIST, found)),
    };
    let instructions: Vec<Instruction> = items.iter().map(instruction).collect::<RestResult<_>>()?;
    given::permit_instructions(req, &instructions).await?;
    Ok(instructions)
}

fn instruction(json: &Json) -> RestResult<Instruction> {
    let Json::Object(map) = json else {
        return Err(RestError::misfit("instructions", INSTRUCTION, json));
    };
    let body = Fields(map.clone());
    let kind = body.text("type")?.unwrap_or_default();
    let required = |field: &str| {
        body.text(field)?
            .map(SmolStr::new)
            .ok_or_else(|| RestError::invalid(format!("For instruction type '{kind}': '{field}' must be set")))
    };
    let ancestor = body.text("ancestorActivityInstanceId")?.and_then(|id| parse(bare(&id)).map(|(_, id)| id));
    let variables = || given::read(body.get("variables"));
    Ok(match kind.as_str() {
        "startBeforeActivity" => {
            Instruction::StartBefore { activity: required("activityId")?, ancestor, variables: variables()? }
        }
        "startAfterActivity" => {
            Instruction::StartAfter { activity: required("activityId")?, ancestor, variables: variables()? }
        }
        "startTransition" => {
            Instruction::StartTransition { transition: required("transitionId")?, ancestor, variables: variables()? }
        }
        "cancel" => cancel(&body)?,
        _ => return Err(RestError::misfit("type", INSTRUCTION, &Json::String(kind))),
    })
}

fn cancel(body: &Fields) -> RestResult<Instruction> {
    if let Some(id) = body.text("activityInstanceId")? {
        return local(&id, "activity").map(|element| Instruction::Cancel { element });
    }
    if let Some(id) = body.text("transitionInstanceId")? {
        return local(&id, "transition").map(|element| Instruction::CancelTransition { element });
    }
    match body.text("activityId")? {
        Some(activity) => Ok(Instruction::CancelAll { activity: activity.into() }),
        None => Err(RestError::invalid(
            "For instruction type 'cancel': exactly one, 'activityId', 'activityInstanceId', or 'transitionInstanceId', is required",
        )),
    }
}

fn local(id: &str, kind: &str) -> RestResult<Id> {
    parse(bare(id)).map(|(_, element)| element).ok_or_else(|| missing(id, kind))
}

fn missing(id: &str, kind: &str) -> RestError {
    RestError::not_valid(format!(
        "Cannot perform instruction: Cancel {kind} instance '{id}'; {} instance '{id}' does not exist: {kind}Instance is null",
        if kind == "activity" { "Activity" } else { "Transition" }
    ))
}

/// Transition instances are named by their execution; the core cancels elements.
async fn locate_transitions(req: &Req, id: &str, body: &Fields, instructions: &mut [Instruction]) -> RestResult<()> {
    let items = body.get("instructions").and_then(Json::as_array);
    let is_transition = |item: &Json| item.get("transitionInstanceId").is_some_and(|id| !id.is_null());
    if !items.into_iter().flatten().any(is_transition) {
        return Ok(());
    }
    let Some(state) = req.engine.instances().state_of(id).await? else {
        return Ok(());
    };
    for (instruction, item) in instructions.iter_mut().zip(items.into_iter().flatten()) {
        if let (Instruction::CancelTransition { element }, true) = (instruction, is_transition(item)) {
            let waiting = state.elements().find(|candidate| {
                matches!(candidate.phase, Phase::Arriving | Phase::Leaving)
                    && (candidate.activity.place.execution == *element || candidate.id == *element)
            });
            *element = waiting.map(|found| found.id).ok_or_else(|| missing(&state.text(*element), "transition"))?;
        }
    }
    Ok(())
}

async fn apply(req: &Req, id: &str, body: &Fields) -> RestResult<()> {
    let missing = || {
        RestError::engine(format!(
            "ENGINE-13036 Process instance '{id}' cannot be modified. The process instance does not exist"
        ))
    };
    let mut instructions = read(req, body.get("instructions")).await?;
    locate_transitions(req, id, body, &mut instructions).await?;
    let (_, instance) = parse(id).ok_or_else(missing)?;
    let command = Command::Modify(Modify {
        instance,
        instructions,
        skips: skips(body)?,
        annotation: body.text("annotation")?.map(std::sync::Arc::from),
    });
    match req.engine.instances().step(id, &req.caller, command).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_missing() => Err(missing()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /process-instance/{id}/modification`.
pub(crate) async fn modify(req: Req) -> Reply {
    let body = req.json()?;
    apply(&req, req.id(), &body).await?;
    no_content()
}

/// `POST /modification/execute`.
pub(crate) async fn execute(req: Req) -> Reply {
    let body = req.json()?;
    if body.text("processDefinitionId")?.is_none() {
        return Err(RestError::invalid("processDefinitionId is null"));
    }
    if read(&req, body.get("instructions")).await?.is_empty() {
        return Err(RestError::invalid("Modification instructions cannot be empty is empty"));
    }
    let ids = super::instances::listed(&req, &body).await?;
    if ids.is_empty() {
        return Err(RestError::invalid("Process instance ids cannot be empty: Process instance ids is empty"));
    }
    for id in ids {
        apply(&req, &id, &body).await?;
    }
    no_content()
}
