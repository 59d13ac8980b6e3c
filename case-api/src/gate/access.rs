//! What every handler of a case asks first: whether the caller may.

use crate::domain::case::Case;
use crate::state::CaseApiState;
use casewright_access::{Resource, Subject};
use casewright_contracts::CaseRow;
use casewright_service::{IdempotencyKey, Problem};
use std::sync::Arc;

/// The case, as policy is asked about it.
pub(crate) fn case_resource(case: &Case) -> Resource {
    Resource::case(&CaseRow::from(case).into())
}

/// A key of a caller's, made the caller's own: the same key of somebody else names something else. Keys of machine clients
/// are ids of tasks that they hand to each other.
pub(crate) fn own_key(key: &IdempotencyKey, subject: &Subject) -> IdempotencyKey {
    match &key.0 {
        Some(key) if !subject.is_system() => IdempotencyKey(Some(format!("{}\u{0}{key}", subject.id))),
        _ => key.clone(),
    }
}

/// Loads a case for somebody who may `action` it.
pub(crate) async fn case_for(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<(Arc<Case>, u64), Problem> {
    let (case, version) = state.cases(&subject.tenant).case(id).await?;
    if state.access().authorize(subject, action, &case_resource(&case)).await.is_ok() {
        // What machines bring to a case that was merged goes on to the other one; people are led there.
        if let Some(into) = case.merged_into().filter(|_| action != "read" && !subject.is_system()) {
            return Err(super::merged::refused(into));
        }
        return Ok((case, version));
    }
    // Who may not read it must not learn that it exists.
    state
        .access()
        .authorize(subject, "read", &case_resource(&case))
        .await
        .map_err(|_| Problem::not_found("There is no such case."))?;
    Err(Problem::forbidden("You may not do that with this case."))
}
