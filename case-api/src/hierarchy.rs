//! Parents and children among cases, found along their links: who is above whom, and what of a closing case is still open below it.

use crate::domain::case::Case;
use crate::domain::case::decide::{Closing, OnOpenWork};
use crate::domain::case::link::LinkKind;
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::hierarchy::OnOpenChildren;
use crate::domain::definition::model::StatusKind;
use crate::repository::{CaseError, CaseRepository};
use std::sync::Arc;

/// Parents of parents: as deep as a hierarchy of cases goes.
const DEEPEST: usize = 20;

/// Whether a case is another one, or stands above it. What is deeper than a hierarchy goes counts as above.
pub(crate) async fn is_above(cases: &CaseRepository, above: &str, below: &Arc<Case>) -> Result<bool, CaseError> {
    let mut at = Arc::clone(below);
    for _ in 0..DEEPEST {
        if at.id == above {
            return Ok(true);
        }
        let Some(up) = parent_of(&at).map(str::to_owned) else {
            return Ok(false);
        };
        at = cases.case(&up).await?.0;
    }
    Ok(true)
}

/// Id of the case that this one is a child of.
pub(crate) fn parent_of(case: &Case) -> Option<&str> {
    let up = case.links.iter().find(|link| link.kind == LinkKind::ChildOf && !link.is_incoming);
    up.map(|link| link.other.as_str())
}

/// What stands in the way of closing a parent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildrenError {
    /// These are open, and the definition has the parent wait for them; or work of theirs is open, and it is not to be cancelled.
    #[error("{} child cases are open", .0.len())]
    Open(Vec<Arc<Case>>),
    #[error("a child case could not be read")]
    Case(#[from] CaseError),
}

/// The closing with the children that are closed with the case, as its definition has it.
///
/// # Errors
/// The definition does not have it closed before its children.
pub(crate) async fn with_children(
    cases: &CaseRepository,
    case: &Case,
    definition: &CaseDefinition,
    closing: Closing,
) -> Result<Closing, ChildrenError> {
    if definition.open_children == OnOpenChildren::Keep || case.status.kind == StatusKind::Closed {
        return Ok(closing);
    }
    let children = open_children(cases, case).await?;
    let stay: Vec<Arc<Case>> = match (definition.open_children, closing.open_work) {
        (OnOpenChildren::Close, OnOpenWork::Cancel) => Vec::new(),
        (OnOpenChildren::Close, OnOpenWork::Refuse) => {
            children.iter().filter(|child| child.open_task_count() > 0 || child.has_open_processes()).cloned().collect()
        }
        _ => children.clone(),
    };
    if !stay.is_empty() {
        return Err(ChildrenError::Open(stay));
    }
    Ok(Closing { children: children.iter().map(|child| child.id.clone()).collect(), ..closing })
}

async fn open_children(cases: &CaseRepository, case: &Case) -> Result<Vec<Arc<Case>>, CaseError> {
    let mut open = Vec::new();
    for link in case.links.iter().filter(|link| link.kind == LinkKind::ChildOf && link.is_incoming) {
        let (child, _) = cases.case(&link.other).await?;
        if child.status.kind != StatusKind::Closed {
            open.push(child);
        }
    }
    Ok(open)
}
