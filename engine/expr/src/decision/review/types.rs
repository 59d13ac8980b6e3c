//! What a model says of the values of a column beside its table: types of variables, and values that types allow.

use super::super::element::owned;
use crate::xml::Element;
use std::collections::HashMap;

pub(super) struct Types<'a> {
    /// Item definitions by name.
    items: HashMap<&'a str, &'a Element>,
    /// Types of variables by name.
    variables: HashMap<&'a str, &'a str>,
}

/// Types that name each other are followed so far.
const MOST_STEPS: usize = 8;

impl<'a> Types<'a> {
    pub(super) fn of(root: &'a Element) -> Self {
        let items = root.children("itemDefinition").filter_map(|item| Some((item.attribute("name")?, item))).collect();
        let variables = root.children.iter().filter_map(|element| {
            let variable = element.child("variable")?;
            Some((variable.attribute("name").or_else(|| element.attribute("name"))?, variable.attribute("typeRef")?))
        });
        Self { items, variables: variables.collect() }
    }

    /// The type of FEEL that a column's values are of, and what is allowed of it.
    pub(super) fn of_column(
        &self,
        type_ref: Option<&str>,
        text: Option<&str>,
    ) -> (Option<String>, Option<&'a Element>) {
        let mut name = owned(type_ref.or_else(|| text.and_then(|text| self.variables.get(text).copied())));
        // The variable may say more than the column does.
        let of_variable = text.and_then(|text| self.variables.get(text).copied());
        if let Some(known) = of_variable.filter(|known| self.items.contains_key(known)) {
            name = Some(known.to_owned());
        }
        let mut allowed = None;
        for _ in 0..MOST_STEPS {
            let Some(item) = name.as_deref().and_then(|name| self.items.get(name)) else {
                break;
            };
            if item.attribute("isCollection") == Some("true") {
                return (None, None);
            }
            allowed = allowed.or_else(|| item.child("allowedValues"));
            name = item.child("typeRef").map(|base| base.text.trim().to_owned());
        }
        (name.map(|name| local(&name).to_owned()), allowed)
    }
}

/// Without the prefix of a namespace.
pub(super) fn local(kind: &str) -> &str {
    kind.rsplit(':').next().unwrap_or(kind)
}
