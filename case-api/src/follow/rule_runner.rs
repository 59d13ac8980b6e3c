//! Runs the rules of a case's definition on its entries.

use super::error::FollowError;
use super::read;
use crate::domain::case::decide::{self, Trigger};
use crate::domain::person::Person;
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
    if entry.seq <= case.ruled || !definition.rules.iter().any(|rule| rule.on == entry.event) {
        return Ok(());
    }
    let event: Value = read::event(entry)?;
    let depth = entry.cause.strip_prefix(CAUSE).and_then(|depth| depth.parse().ok()).unwrap_or(0_u32);
    let (trigger, name) = (entry.seq, entry.event.to_string());
    let command = Command::by(Person::system("rules")).because(&format!("{CAUSE}{}", depth + 1));
    cases
        .command(&entry.id, command, move |case, definition, by, at| {
            decide::answer_with_rules(
                case,
                definition,
                &Trigger { seq: trigger, name: &name, event: &event, depth },
                by,
                at,
            )
        })
        .await?;
    Ok(())
}
