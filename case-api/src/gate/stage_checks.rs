//! What a move to another stage is checked with.

use super::problem::store;
use crate::domain::case::decide::StageChecks;
use crate::domain::definition::CaseDefinition;
use crate::domain::form::Form;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use casewright_access::Subject;
use casewright_contracts::CaseRowColumns;
use casewright_journal::{Filter, Query};
use casewright_service::Problem;
use serde_json::Value;

/// What a patch is checked with, when a person moves the case to stage `to`: the forms of the stages, and how full it is.
pub(crate) async fn stage_checks(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    to: Option<&str>,
) -> Result<StageChecks, Problem> {
    let mut checks = StageChecks { by_person: !subject.is_system(), ..StageChecks::default() };
    let Some(to) = to.filter(|_| checks.by_person) else {
        return Ok(checks);
    };
    if definition.stage(to).and_then(|stage| stage.wip_limit).is_some_and(|limit| limit.is_hard) {
        checks.open_in_stage = Some(open_in(state, subject, &definition.key, to).await?);
    }
    for (stage, key) in &definition.stage_forms {
        let form = state.tenant(&subject.tenant).load::<Form>(key).await.map_err(store)?;
        if let Some((form, _)) = form.filter(|(form, _)| form.exists()) {
            checks.stage_forms.insert(stage.clone(), form.schema.clone());
        }
    }
    Ok(checks)
}

/// All open cases in the stage, whoever may see them: a stage is no less full for who sees less.
async fn open_in(state: &CaseApiState, subject: &Subject, definition: &str, stage: &str) -> Result<u64, Problem> {
    let open = Filter::And(vec![
        Filter::Eq(CaseListRow::DEFINITION.into(), Value::from(definition)),
        Filter::Eq(CaseListRow::STAGE.into(), Value::from(stage)),
        Filter::Ne(CaseListRow::STATUS_KIND.into(), Value::from("closed")),
    ]);
    state.tenant(&subject.tenant).count(&Query::new(CaseListRow::VIEW, open)).await.map_err(store)
}
