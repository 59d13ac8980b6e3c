//! What people are to do while a case is in a stage: a checklist with guidance. Its ticks are the case's.

use crate::domain::case::ad_hoc_task::Tick;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One thing to do in a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlaybookItem {
    pub(crate) id: String,
    pub(crate) title: String,
    /// How it is done, for who does it the first time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) guidance: String,
    /// A person moves the case on only when it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) required: bool,
}

/// Who ticked what of one stage: id of the item -> who, and when.
pub(crate) type Ticks = BTreeMap<String, Tick>;

/// The required items of a stage that nobody has ticked, in the order of the playbook. `stage` is what the stage has to do.
#[must_use]
pub(crate) fn missing_playbook_items<'a>(stage: &'a [PlaybookItem], ticks: Option<&Ticks>) -> Vec<&'a PlaybookItem> {
    let is_ticked = |item: &PlaybookItem| ticks.is_some_and(|ticks| ticks.contains_key(&item.id));
    stage.iter().filter(|item| item.required && !is_ticked(item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::person::Person;
    use casewright_instant::Instant;

    fn item(id: &str, required: bool) -> PlaybookItem {
        PlaybookItem { id: id.to_owned(), title: id.to_owned(), guidance: String::new(), required }
    }

    #[test]
    fn what_is_required_and_not_ticked_is_missing_in_the_order_of_the_playbook() {
        let stage = [item("call", true), item("read", false), item("pay", true)];
        let ids = |ticks| missing_playbook_items(&stage, ticks).iter().map(|item| item.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(None), ["call", "pay"]);
        let tick = Tick { by: Person::new("anna", "Anna"), at: Instant(0) };
        let ticks = Ticks::from([("call".to_owned(), tick.clone()), ("gone".to_owned(), tick)]);
        assert_eq!(ids(Some(&ticks)), ["pay"]);
    }
}
