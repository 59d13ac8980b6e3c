//! How a case ends: what who closes it says of that, or the resolution stage that it is in.

use super::Draft;
use super::close::Closing;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Stage, StageKind};
use crate::domain::definition::resolution::CaseResolution;
use casewright_forms::FieldFault;

/// Longest resolution in free words, in characters.
const MAX_WORDS: usize = 200;

/// What is wrong with what is said, of a case that is being closed and moves to stage `to` with that.
pub(super) fn faults(
    case: &Case,
    definition: &CaseDefinition,
    to: Option<&Stage>,
    closing: &Closing,
) -> Option<FieldFault> {
    let said = words(closing);
    if said.is_some_and(|words| words.chars().count() > MAX_WORDS) {
        return Some(FieldFault::new("/resolution", "too-long", "a resolution is limited to 200 characters"));
    }
    if definition.resolutions.is_empty() {
        return None;
    }
    let stage = to.or_else(|| definition.stage(&case.stage.id));
    match said {
        Some(id) if definition.resolution(id).is_none() => {
            let detail = format!("`{id}` is not a resolution of this definition");
            Some(FieldFault::new("/resolution", "unknown-resolution", &detail))
        }
        None if closing.by_person && stage.and_then(|stage| of_stage(definition, stage)).is_none() => {
            Some(FieldFault::new("/resolution", "required", "say how the case ends"))
        }
        _ => None,
    }
}

/// The resolution of a case that is closed now, in the stage that it is in by now.
pub(super) fn of(draft: &Draft<'_>, closing: &Closing) -> Option<CaseResolution> {
    let definition = draft.definition();
    match words(closing) {
        Some(id) => Some(
            definition
                .resolution(id)
                .map_or_else(|| CaseResolution { id: None, name: id.to_owned() }, CaseResolution::from),
        ),
        None => definition.stage(&draft.case.stage.id).and_then(|stage| of_stage(definition, stage)),
    }
}

/// What a resolution stage says by itself: the resolution of its id, or its own name where the definition lists none.
fn of_stage(definition: &CaseDefinition, stage: &Stage) -> Option<CaseResolution> {
    if stage.kind != StageKind::Resolution {
        return None;
    }
    match definition.resolution(&stage.id) {
        Some(resolution) => Some(resolution.into()),
        None if definition.resolutions.is_empty() => Some(CaseResolution { id: None, name: stage.name.clone() }),
        None => None,
    }
}

fn words(closing: &Closing) -> Option<&str> {
    closing.resolution.as_deref().map(str::trim).filter(|words| !words.is_empty())
}
