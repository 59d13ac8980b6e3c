//! `camunda:properties`.

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::xml::{Element, Namespace};

/// None when there is no `camunda:properties`. The last of two properties with one name wins, as in Camunda.
pub(crate) fn parse(element: Element<'_>) -> Option<IndexMap<SmolStr, String>> {
    let properties = element.extension("properties")?;
    let pairs = properties.children_in(Namespace::Camunda, "property").filter_map(|property| {
        let name = property.attribute("name").or_else(|| property.id())?;
        let value = property.attribute("value").unwrap_or("");
        Some((SmolStr::new(name), value.to_owned()))
    });
    Some(pairs.collect())
}
