//! Ticks of what the playbook of a stage asks for.

use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Ticks an item of a stage's playbook, or takes the tick away; nothing where it is so already.
pub(crate) fn tick_playbook(
    case: &Case,
    definition: &CaseDefinition,
    (stage, id): (&str, &str),
    is_done: bool,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let item = definition.playbook_of(stage).iter().find(|item| item.id == id);
    let title = item.ok_or(CaseRejection::PlaybookItemNotFound)?.title.clone();
    let is_ticked = case.playbook.get(stage).is_some_and(|ticks| ticks.contains_key(id));
    if is_ticked == is_done {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let (stage, item) = (stage.to_owned(), id.to_owned());
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(match is_done {
        true => Fact::PlaybookItemTicked { stage, item, title },
        false => Fact::PlaybookItemUnticked { stage, item, title },
    });
    Ok(draft.decided(()))
}
