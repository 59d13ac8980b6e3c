//! What differs between two versions of a definition: what is in one and not in the other, and which members of what is in both.

use super::model::CaseDefinition;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Parts of a definition that are lists, with what identifies and what names their entries.
const SECTIONS: [(&str, &str, &str); 8] = [
    ("stages", "id", "name"),
    ("milestones", "id", "name"),
    ("statuses", "id", "name"),
    ("resolutions", "id", "name"),
    ("fields", "key", "label"),
    ("processes", "key", "name"),
    ("slas", "id", "name"),
    ("rules", "id", "id"),
];
/// What every version has of its own.
const OF_THE_VERSION: [&str; 3] = ["key", "version", "archived"];

/// What differs between two versions. What is the same in both is left out.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DefinitionDiff {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) sections: Vec<SectionDiff>,
    /// Of the definition itself: its name, its queues, its forms.
    pub(crate) members: Vec<MemberDiff>,
}

/// What differs in one list of a definition.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SectionDiff {
    /// `stages`, `milestones`, `statuses`, `resolutions`, `fields`, `processes`, `slas`, `rules`.
    pub(crate) section: String,
    pub(crate) added: Vec<NamedEntry>,
    pub(crate) removed: Vec<NamedEntry>,
    pub(crate) changed: Vec<EntryDiff>,
    /// Those in both stand in another order.
    pub(crate) is_reordered: bool,
}

/// An entry of a list.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct NamedEntry {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// An entry that is in both versions and differs.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct EntryDiff {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) members: Vec<MemberDiff>,
}

/// A member that differs; null where it is not there.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct MemberDiff {
    pub(crate) member: String,
    #[schema(value_type = Object)]
    pub(crate) before: Value,
    #[schema(value_type = Object)]
    pub(crate) after: Value,
}

/// From one version to another.
///
/// # Errors
/// A version cannot be written as JSON.
pub(crate) fn diff(from: &CaseDefinition, to: &CaseDefinition) -> serde_json::Result<DefinitionDiff> {
    let (before, after) = (members(from)?, members(to)?);
    let is_section = |name: &str| SECTIONS.iter().any(|(section, ..)| *section == name);
    let sections = SECTIONS.iter().filter_map(|section| section_diff(section, &before, &after)).collect();
    let members = differing(&before, &after)
        .into_iter()
        .filter(|difference| !is_section(&difference.member) && !OF_THE_VERSION.contains(&difference.member.as_str()))
        .collect();
    Ok(DefinitionDiff { from: from.version, to: to.version, sections, members })
}

fn members(definition: &CaseDefinition) -> serde_json::Result<Map<String, Value>> {
    match serde_json::to_value(definition)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

fn section_diff(
    (section, id, name): &(&str, &str, &str),
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Option<SectionDiff> {
    let entries = |members: &Map<String, Value>| -> Vec<(String, String, Map<String, Value>)> {
        let list = members.get(*section).and_then(Value::as_array).into_iter().flatten();
        let text = |entry: &Map<String, Value>, member: &str| {
            entry.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        list.filter_map(Value::as_object).map(|entry| (text(entry, id), text(entry, name), entry.clone())).collect()
    };
    let (old, new) = (entries(before), entries(after));
    let missing_in = |others: &[(String, String, Map<String, Value>)], all: &[(String, String, Map<String, Value>)]| {
        let missing = all.iter().filter(|(id, ..)| others.iter().all(|(other, ..)| other != id));
        missing.map(|(id, name, _)| NamedEntry { id: id.clone(), name: name.clone() }).collect::<Vec<_>>()
    };
    let (added, removed) = (missing_in(&old, &new), missing_in(&new, &old));
    let changed: Vec<EntryDiff> = new
        .iter()
        .filter_map(|(id, name, entry)| {
            let (_, _, before) = old.iter().find(|(other, ..)| other == id)?;
            let members = differing(before, entry);
            (!members.is_empty()).then(|| EntryDiff { id: id.clone(), name: name.clone(), members })
        })
        .collect();
    let in_both = |all: &[(String, String, Map<String, Value>)], others: &[(String, String, Map<String, Value>)]| {
        let kept = all.iter().filter(|(id, ..)| others.iter().any(|(other, ..)| other == id));
        kept.map(|(id, ..)| id.clone()).collect::<Vec<_>>()
    };
    let is_reordered = in_both(&old, &new) != in_both(&new, &old);
    let differs = !added.is_empty() || !removed.is_empty() || !changed.is_empty() || is_reordered;
    differs.then(|| SectionDiff { section: (*section).to_owned(), added, removed, changed, is_reordered })
}

fn differing(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<MemberDiff> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |members: &Map<String, Value>, name: &str| members.get(name).cloned().unwrap_or(Value::Null);
    names
        .into_iter()
        .map(|name| MemberDiff { member: name.clone(), before: value(before, name), after: value(after, name) })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_new_gone_and_changed_is_told_by_section() {
        let version = |version: u32, stages: Value, name: &str| -> CaseDefinition {
            serde_json::from_value(json!({"key": "claim", "name": name, "version": version, "caseNumberPrefix": "CLM",
                "stages": stages, "statuses": [{"id": "open", "name": "Open", "kind": "open"}]}))
            .unwrap()
        };
        let before = json!([{"id": "a", "name": "A"}, {"id": "b", "name": "B"}, {"id": "c", "name": "C"}]);
        let after =
            json!([{"id": "c", "name": "C"}, {"id": "a", "name": "A", "required": ["x"]}, {"id": "d", "name": "D"}]);
        let found = diff(&version(1, before.clone(), "Claim"), &version(2, after, "Claims")).unwrap();
        let entry = |id: &str| NamedEntry { id: id.to_lowercase(), name: id.to_owned() };
        assert_eq!((found.from, found.to, found.sections.len()), (1, 2, 1));
        let stages = &found.sections[0];
        assert_eq!((&stages.added, &stages.removed), (&vec![entry("D")], &vec![entry("B")]));
        assert_eq!((stages.changed[0].id.as_str(), stages.is_reordered), ("a", true));
        assert_eq!(stages.changed[0].members[0].after, json!(["x"]));
        assert_eq!(found.members.iter().map(|member| member.member.as_str()).collect::<Vec<_>>(), ["name"]);
        let same = diff(&version(1, before.clone(), "Claim"), &version(2, before, "Claim")).unwrap();
        assert_eq!((same.sections, same.members), (Vec::new(), Vec::new()));
    }
}
