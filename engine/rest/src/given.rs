//! Variables that a request sets, and who may set those that the platform's own workers act on.
//!
//! The built-in workers do what reserved variables name, with rights of their own: who could set `caseId` would have any case
//! changed. So these are for the rooms of the platform, and for who may let models use the built-in workers
//! (`deployment:allow-topics`). A worker of somebody else may name a case that it could change by itself. Where nobody is
//! asked who they are, everything is as in Camunda.

use crate::authorization;
use crate::error::RestResult;
use crate::request::Req;
use crate::signed_in::SignedIn;
use crate::typed::{map_from_wire, values_from_wire};
use casewright_access::{Resource, Whose};
use casewright_engine_core::State;
use casewright_engine_core::command::{Instruction, Lifetime, NewVariable};
use casewright_engine_value::Value;
use casewright_service::reserved::is_reserved;
use serde_json::Value as Json;
use smol_str::SmolStr;

/// The variable that names the case of an instance.
const CASE: &str = "caseId";

/// Variables of a body as commands take them.
///
/// # Errors
/// 400 for what is none; 403 for a reserved name.
pub(crate) async fn variables(req: &Req, json: Option<&Json>) -> RestResult<Vec<NewVariable>> {
    let mut variables = read(json)?;
    permit(req, variables.iter().map(|variable| variable.name.as_str())).await?;
    vouch(&mut variables);
    Ok(variables)
}

/// Variables of a body by name and value.
///
/// # Errors
/// 400 for what is none; 403 for a reserved name.
pub(crate) async fn values(req: &Req, json: Option<&Json>) -> RestResult<Vec<(SmolStr, Value)>> {
    let values: Vec<_> = values_from_wire(json)?.into_iter().collect();
    permit(req, values.iter().map(|(name, _)| name.as_str())).await?;
    Ok(values)
}

/// Variables of a body whose names are judged apart, by one of the functions below.
///
/// # Errors
/// 400 for what is none.
pub(crate) fn read(json: Option<&Json>) -> RestResult<Vec<NewVariable>> {
    Ok(map_from_wire(json)?
        .into_iter()
        .map(|(name, typed)| NewVariable {
            name,
            value: typed.value,
            lifetime: if typed.transient { Lifetime::Transient } else { Lifetime::Stored },
            local: typed.local,
            vouched: false,
        })
        .collect())
}

/// The caller may set the reserved variables among these, and so says what the platform's workers act on: a model that hands
/// such a variable on says nothing.
pub(crate) fn vouch(permitted: &mut [NewVariable]) {
    for variable in permitted.iter_mut().filter(|variable| is_reserved(&variable.name)) {
        variable.vouched = true;
    }
}

/// Refuses reserved names, unless they are the caller's to set.
///
/// # Errors
/// 403.
pub(crate) async fn permit<'a>(req: &Req, names: impl Iterator<Item = &'a str>) -> RestResult<()> {
    let Some(signed_in) = &req.signed_in else {
        return Ok(());
    };
    let reserved: Vec<&str> = names.filter(|name| is_reserved(name)).collect();
    if reserved.is_empty() || authorization::may_set_reserved(signed_in).await {
        return Ok(());
    }
    Err(authorization::reserved(signed_in, &reserved))
}

/// [`permit`] for what instructions set where they begin.
///
/// # Errors
/// 403.
pub(crate) async fn permit_instructions(req: &Req, instructions: &[Instruction]) -> RestResult<()> {
    let set = instructions.iter().flat_map(|instruction| match instruction {
        Instruction::StartBefore { variables, .. }
        | Instruction::StartAfter { variables, .. }
        | Instruction::StartTransition { variables, .. } => variables.as_slice(),
        Instruction::CancelAll { .. } | Instruction::Cancel { .. } | Instruction::CancelTransition { .. } => &[],
    });
    permit(req, set.map(|variable| variable.name.as_str())).await
}

/// [`permit`] for what a worker hands back with its external task. What it read and gives back as it was is not set, and
/// vouched for no more than it was.
///
/// # Errors
/// 403.
pub(crate) async fn permit_worker(req: &Req, given: [&mut [NewVariable]; 2]) -> RestResult<()> {
    let mut reserved: Vec<&mut NewVariable> =
        given.into_iter().flatten().filter(|given| is_reserved(&given.name)).collect();
    let Some(signed_in) = &req.signed_in else {
        return Ok(());
    };
    if reserved.is_empty() {
        return Ok(());
    }
    if authorization::may_set_reserved(signed_in).await {
        reserved.iter_mut().for_each(|variable| variable.vouched = true);
        return Ok(());
    }
    // A task that is not there is told of by the command.
    let Some(state) = req.engine.instances().state_of(req.id()).await? else {
        return Ok(());
    };
    let Some(task) = state.local(req.id()).and_then(|id| state.external_task(id)) else {
        return Ok(());
    };
    let known = state.visible_variables(task.place.element);
    let mut refused = Vec::new();
    for variable in reserved {
        if known.get(&variable.name).is_some_and(|known| known.value == variable.value) {
            continue;
        }
        variable.vouched = may_name_case(signed_in, &state, variable).await?;
        if !variable.vouched {
            refused.push(variable.name.as_str());
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(authorization::reserved(signed_in, &refused)) }
}

/// Whether an instance of no case gets one that the subject may read and change.
async fn may_name_case(signed_in: &SignedIn, state: &State, variable: &NewVariable) -> RestResult<bool> {
    let SignedIn { access, subject } = signed_in;
    let Value::String(case) = &variable.value else {
        return Ok(false);
    };
    let root = state.prefix().root();
    if variable.name != CASE || !access.cases_of(&subject.tenant, Whose::Root(&root)).await?.is_empty() {
        return Ok(false);
    }
    let Some(case) = access.cases_of(&subject.tenant, Whose::Case(case)).await?.pop() else {
        return Ok(false);
    };
    let case = Resource::case(&case);
    Ok(access.allows(subject, "read", &case).await && access.allows(subject, "update", &case).await)
}
