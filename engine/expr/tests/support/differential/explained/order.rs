//! Questions with the entries of their maps in other orders.

use super::super::case::Case;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

/// The question with the entries of its maps in every order; maps of the same names have the same one.
pub(super) fn orders(case: &Case) -> impl Iterator<Item = Case> {
    let mut kinds: Vec<Vec<String>> = Vec::new();
    case.variables.values().for_each(|value| collect(value, &mut kinds));
    let mut all: Vec<IndexMap<Vec<String>, Vec<String>>> = vec![IndexMap::new()];
    for kind in kinds {
        all = all
            .into_iter()
            .flat_map(|orders| {
                permutations(&kind).into_iter().map(move |order| {
                    let mut orders = orders.clone();
                    let mut names = order.clone();
                    names.sort_unstable();
                    orders.insert(names, order);
                    orders
                })
            })
            .collect();
    }
    let case = case.clone();
    all.into_iter().map(move |orders| case.with_values(&|value| reordered(value, &orders)))
}

fn collect(value: &Json, kinds: &mut Vec<Vec<String>>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| collect(item, kinds)),
        Json::Object(typed) => {
            let Some(Json::Object(entries)) = typed.get("Map") else {
                return;
            };
            let mut names: Vec<String> = entries.keys().cloned().collect();
            names.sort_unstable();
            if !kinds.contains(&names) {
                kinds.push(names);
            }
            entries.values().for_each(|value| collect(value, kinds));
        }
        _ => {}
    }
}

fn permutations(names: &[String]) -> Vec<Vec<String>> {
    if names.is_empty() {
        return vec![Vec::new()];
    }
    let first = |at: usize| {
        let mut rest = names.to_vec();
        let name = rest.remove(at);
        permutations(&rest).into_iter().map(move |mut order| {
            order.insert(0, name.clone());
            order
        })
    };
    (0..names.len()).flat_map(first).collect()
}

fn reordered(value: &Json, orders: &IndexMap<Vec<String>, Vec<String>>) -> Json {
    match value {
        Json::Array(items) => items.iter().map(|item| reordered(item, orders)).collect(),
        Json::Object(typed) => {
            let Some(Json::Object(entries)) = typed.get("Map") else {
                return value.clone();
            };
            let mut names: Vec<String> = entries.keys().cloned().collect();
            names.sort_unstable();
            let order = orders.get(&names).unwrap_or(&names);
            let entry = |name: &String| Some((name.clone(), reordered(entries.get(name)?, orders)));
            let entries: Map<String, Json> = order.iter().filter_map(entry).collect();
            json!({ "Map": entries })
        }
        other => other.clone(),
    }
}
