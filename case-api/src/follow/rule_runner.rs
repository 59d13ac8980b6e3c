//! Runs the rules of a case's definition on its entries, notes those that do not hold, and plans those that wait for a time.

use super::error::FollowError;
use super::{read, rule_ticker};
use crate::domain::case::Case;
use crate::domain::case::decide::{self, Trigger};
use crate::domain::definition::CaseDefinition;
use crate::domain::person::Person;
use crate::domain::rule::log::RuleLog;
use crate::gate::references::{Work, able};
use crate::repository::Command;
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use serde_json::Value;

pub(super) const CONSUMER: &str = "case-api-rules";

/// What the cause of an effect begins with; the depth of the chain follows.
const CAUSE: &str = "rule:";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if entry.event == "rule-applied" {
        return Ok(());
    }
    let cases = state.cases(&entry.tenant);
    let (case, _) = cases.case(&entry.id).await?;
    let definition = cases.definition_of(&case).await?;
    if entry.seq > case.ruled && definition.rules.iter().any(|rule| rule.on.is_on(&entry.event)) {
        answer(state, entry, &case, &definition).await?;
    }
    if definition.rules.iter().any(|rule| rule.on.is_timed()) {
        rule_ticker::plan(state, &entry.tenant, &entry.id).await?;
    }
    Ok(())
}

async fn answer(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &Case,
    definition: &CaseDefinition,
) -> Result<(), FollowError> {
    let handle = state.tenant(&entry.tenant);
    let noted = handle.load::<RuleLog>(&entry.id).await?.map_or(0, |(log, _)| log.noted);
    if entry.seq <= noted {
        return Ok(());
    }
    let event: Value = read::event(entry)?;
    let depth = entry.cause.strip_prefix(CAUSE).and_then(|depth| depth.parse().ok()).unwrap_or(0_u32);
    let people = able(state, &entry.tenant, definition, &Work::Case(case)).await?;
    let (seq, name) = (entry.seq, entry.event.to_string());
    let command = Command::by(Person::system("rules")).because(&format!("{CAUSE}{}", depth + 1));
    let answered = state
        .cases(&entry.tenant)
        .command(&entry.id, command, move |case, definition, by, at| {
            let trigger = Trigger { seq, name: &name, event: &event, depth };
            decide::answer_with_rules(case, definition, &trigger, &people, by, at)
        })
        .await?;
    if answered.answer.is_empty() {
        return Ok(());
    }
    rule_ticker::note(&handle, &entry.id, move |log| log.note(seq, &answered.answer)).await?;
    Ok(())
}
