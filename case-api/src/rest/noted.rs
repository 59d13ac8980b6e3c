//! Waiting until a case has noted what was done for it elsewhere, so that an answer says what came of it.

use crate::domain::case::state::Case;
use crate::state::CaseApiState;
use casewright_access::Subject;
use casewright_service::Problem;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long an answer waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// The case once it is as wanted, or as it is when patience ends: it will be.
pub(super) async fn until_noted(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    is_noted: impl Fn(&Case) -> bool,
) -> Result<Arc<Case>, Problem> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let rung = state.noted().notified();
        let (found, _) = state.cases(&subject.tenant).case(case).await?;
        if is_noted(&found) || timeout_at(deadline, rung).await.is_err() {
            return Ok(found);
        }
    }
}
