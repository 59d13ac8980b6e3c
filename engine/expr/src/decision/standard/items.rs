//! Item definitions (DMN 1.5, 7.3.2) to types.

use super::super::element::text_child;
use super::super::findings::Findings;
use super::imports::Model;
use crate::feel::unreadable;
use crate::xml::Element;
use casewright_engine_feel::{Names, Type, UnaryTests};
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

/// Types within one another.
const MAX_NESTING: usize = 32;

/// All types of the models, each under its namespace; what a model sees of them, and by which names, says [`Items::seen_by`].
#[derive(Default)]
pub(super) struct Items {
    /// By place of the model and name.
    types: HashMap<(usize, SmolStr), Type>,
}

struct Reader<'a, 'm, 'f, 'text> {
    models: &'a [Model<'m>],
    definitions: &'a HashMap<(usize, &'a str), &'a Element>,
    items: Items,
    /// Under way: a type within itself is not looked into again.
    open: HashSet<(usize, SmolStr)>,
    findings: &'f mut Findings<'text>,
}

impl Items {
    /// Places of findings are those of the first model; what is wrong with another is told at its root.
    pub(super) fn read(models: &[Model<'_>], findings: &mut Findings<'_>) -> Self {
        let named = |model: usize| {
            models[model]
                .root
                .children("itemDefinition")
                .filter_map(move |item| Some(((model, item.attribute("name")?), item)))
        };
        let definitions: HashMap<(usize, &str), &Element> = (0..models.len()).flat_map(named).collect();
        let mut reader =
            Reader { models, definitions: &definitions, items: Self::default(), open: HashSet::new(), findings };
        let mut all: Vec<&(usize, &str)> = definitions.keys().collect();
        all.sort_unstable();
        for (model, name) in all {
            reader.named(*model, name);
        }
        reader.items
    }

    /// Types by the names that they have in a model.
    pub(super) fn seen_by(&self, model: usize, models: &[Model<'_>]) -> HashMap<SmolStr, Type> {
        let mut seen = HashMap::new();
        for ((place, name), kind) in &self.types {
            if *place == model {
                seen.insert(name.clone(), kind.clone());
            }
            for import in models[model].imports.iter().filter(|import| import.model == *place) {
                let name =
                    if import.name.is_empty() { name.clone() } else { SmolStr::new(format!("{}.{name}", import.name)) };
                seen.insert(name, kind.clone());
            }
        }
        seen
    }
}

impl Reader<'_, '_, '_, '_> {
    fn named(&mut self, model: usize, name: &str) -> Option<Type> {
        let key = (model, SmolStr::new(name));
        if let Some(known) = self.items.types.get(&key) {
            return Some(known.clone());
        }
        let definition = *self.definitions.get(&(model, name))?;
        if self.open.len() >= MAX_NESTING {
            self.findings.error("type-nesting", definition, format!("Types are nested deeper than {MAX_NESTING}"));
            return Some(Type::Any);
        }
        if !self.open.insert(key.clone()) {
            return Some(Type::Any);
        }
        let kind = self.item(model, definition);
        self.open.remove(&key);
        self.items.types.insert(key, kind.clone());
        Some(kind)
    }

    /// By the name that a model writes: its own, one of an import's, one of FEEL's.
    fn referred(&mut self, model: usize, element: &Element, name: &str) -> Type {
        let name = name.trim();
        let own = name.rsplit(':').next().unwrap_or(name);
        if let Some(kind) = self.named(model, name).or_else(|| Type::built_in(own)) {
            return kind;
        }
        let imports: Vec<(String, usize)> =
            self.models[model].imports.iter().map(|import| (import.name.to_owned(), import.model)).collect();
        for (import, place) in imports {
            let inner = if import.is_empty() {
                Some(name)
            } else {
                name.strip_prefix(&import).and_then(|n| n.strip_prefix('.'))
            };
            if let Some(kind) = inner.and_then(|inner| self.named(place, inner)) {
                return kind;
            }
        }
        self.findings.warning("unknown-type", element, format!("There is no type '{name}'"));
        Type::Any
    }

    /// An item definition, or a component of one.
    fn item(&mut self, model: usize, item: &Element) -> Type {
        let components: Vec<&Element> = item.children("itemComponent").collect();
        let base = if let Some(function) = item.child("functionItem") {
            let parameters = function.children("parameters").map(|p| self.typed(model, p)).collect::<Vec<_>>();
            let result =
                function.attribute("outputTypeRef").map_or(Type::Any, |name| self.referred(model, function, name));
            Type::function(parameters, result)
        } else if !components.is_empty() {
            let entries = components.into_iter().map(|component| {
                (SmolStr::new(component.attribute("name").unwrap_or_default()), self.item(model, component))
            });
            Type::context(entries.collect())
        } else if let Some(name) = item.child("typeRef") {
            self.referred(model, item, &name.text)
        } else {
            Type::Any
        };
        let base = self.constrained(item.child("allowedValues"), base);
        let is_collection = item.attribute("isCollection") == Some("true");
        let kind = if is_collection { Type::list(base) } else { base };
        self.constrained(item.child("typeConstraint"), kind)
    }

    fn typed(&mut self, model: usize, element: &Element) -> Type {
        element.attribute("typeRef").map_or(Type::Any, |name| self.referred(model, element, name))
    }

    fn constrained(&mut self, tests: Option<&Element>, kind: Type) -> Type {
        let Some((element, text)) = tests.and_then(|tests| Some((tests, text_child(tests)?))) else {
            return kind;
        };
        match UnaryTests::parse(text, &Names::standard::<&str>([], HashMap::new())) {
            Ok(allowed) => kind.constrained(allowed),
            Err(error) => {
                self.findings.error("expression-syntax", element, unreadable(text, &error).to_string());
                kind
            }
        }
    }
}
