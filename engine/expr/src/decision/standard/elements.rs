//! Elements of models and what they require of each other (DMN 1.5, 6.2) to a graph.

use super::super::element::key_of;
use super::super::findings::Findings;
use super::boxed::{self, Reader};
use super::imports::{File, Imported, Model, gather};
use super::items::Items;
use super::{Named, Standard};
use crate::xml::Element;
use casewright_engine_feel::{Content, Graph, Names, Node, NodeId, Requirement, ServiceDefinition, Type};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;

const KINDS: [&str; 4] = ["inputData", "decision", "businessKnowledgeModel", "decisionService"];

/// The model of a file with all it imports.
pub(super) fn read(root: &Element, findings: &mut Findings<'_>, imported: &mut dyn Imported) -> Standard {
    let imports_something = root.children("import").next().is_some();
    let texts = if imports_something { imported.texts() } else { Vec::new() };
    let files: Vec<File> = texts.into_iter().filter_map(File::read).collect();
    let models = gather(root, &files, findings);
    let items = Items::read(&models, findings);
    let places = Places::of(&models);
    let members = member_names(&models);
    let mut graph = Graph::default();
    let mut tables = Vec::new();
    for (place, model) in models.iter().enumerate() {
        let names = Names::standard(&members, items.seen_by(place, &models));
        if place == 0 {
            tables = read_elements(place, &models, &places, names, findings, &mut graph);
            continue;
        }
        let Some(file) = files.iter().find(|file| std::ptr::eq(&raw const file.root, model.root)) else {
            continue;
        };
        let mut of_file = file.findings();
        read_elements(place, &models, &places, names, &mut of_file, &mut graph);
        for finding in of_file.all.iter().filter(|finding| finding.is_error) {
            let message = format!("In the imported model '{}': {}", model.namespace, finding.message);
            findings.error("imported-model", root, message);
        }
    }
    standard(&models[0], &places, graph, tables)
}

fn standard(model: &Model<'_>, places: &Places<'_>, graph: Graph, tables: Vec<(String, usize)>) -> Standard {
    let mut decisions = HashMap::new();
    let mut functions = HashMap::new();
    for element in elements(model.root) {
        let kind = element.local_name();
        let (Some(id), Some(name)) = (key_of(element), element.attribute("name")) else {
            continue;
        };
        let Some(node) = places.by_id.get(&(0, id)).copied() else {
            continue;
        };
        if matches!(kind, "businessKnowledgeModel" | "decisionService") {
            functions.insert(name.to_owned(), node);
        }
        if matches!(kind, "decision" | "decisionService") {
            let variable = graph.nodes.get(node).map_or_else(SmolStr::default, |node| node.name.clone());
            let named = Named { node, name: name.to_owned(), variable, is_service: kind == "decisionService" };
            decisions.insert(id.to_owned(), named);
        }
    }
    Standard { graph: Arc::new(graph), decisions, functions, tables }
}

fn elements(root: &Element) -> impl Iterator<Item = &Element> {
    root.children.iter().map(Arc::as_ref).filter(|child| KINDS.contains(&child.local_name()))
}

/// The name that an element has where it is required: that of its variable.
fn variable_name(element: &Element) -> &str {
    let variable = element.child("variable").and_then(|variable| variable.attribute("name"));
    variable.or_else(|| element.attribute("name")).unwrap_or_default()
}

/// Where elements are in the graph: in the order of their models, and in these as they are written.
struct Places<'a> {
    /// By place of the model and id.
    by_id: HashMap<(usize, &'a str), NodeId>,
    elements: Vec<&'a Element>,
}

impl<'a> Places<'a> {
    fn of(models: &[Model<'a>]) -> Self {
        let (mut by_id, mut all) = (HashMap::new(), Vec::new());
        for (place, model) in models.iter().enumerate() {
            for element in elements(model.root) {
                if let Some(id) = key_of(element) {
                    by_id.insert((place, id), all.len());
                }
                all.push(element);
            }
        }
        Self { by_id, elements: all }
    }
}

/// All names that entries of contexts have anywhere in the models, and elements that come by an import.
fn member_names<'a>(models: &[Model<'a>]) -> Vec<&'a str> {
    fn collect<'a>(element: &'a Element, into: &mut Vec<&'a str>) {
        let named = match element.local_name() {
            "itemComponent" | "column" | "output" => Some(element),
            "contextEntry" => element.child("variable"),
            _ => None,
        };
        into.extend(named.and_then(|named| named.attribute("name")));
        for child in &element.children {
            collect(child, into);
        }
    }
    let mut names = Vec::new();
    for (place, model) in models.iter().enumerate() {
        collect(model.root, &mut names);
        for element in elements(model.root) {
            if place > 0 || element.local_name() == "decision" {
                names.push(variable_name(element));
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn read_elements(
    place: usize,
    models: &[Model<'_>],
    places: &Places<'_>,
    names: Names,
    findings: &mut Findings<'_>,
    graph: &mut Graph,
) -> Vec<(String, usize)> {
    let mut builder = Builder {
        place,
        models,
        places,
        boxed: Reader { names, owner: SmolStr::default(), tables_of_owner: 0, tables: Vec::new(), findings },
    };
    for element in elements(models[place].root) {
        builder.boxed.owner = SmolStr::new(key_of(element).unwrap_or_default());
        builder.boxed.tables_of_owner = 0;
        let node = builder.node(element);
        graph.nodes.push(node);
    }
    builder.boxed.tables
}

struct Builder<'a, 'm, 'f, 'text> {
    place: usize,
    models: &'a [Model<'m>],
    places: &'a Places<'m>,
    boxed: Reader<'f, 'text>,
}

impl Builder<'_, '_, '_, '_> {
    fn node(&mut self, element: &Element) -> Node {
        let kind = element.child("variable").map_or(Type::Any, |variable| self.boxed.kind_of(variable));
        let requires = self.requirements(element);
        let mark = self.boxed.names.mark();
        for Requirement { import, node } in &requires {
            let name = import.clone().unwrap_or_else(|| SmolStr::new(variable_name(self.places.elements[*node])));
            self.boxed.names.bind(&name);
        }
        let content = match element.local_name() {
            "inputData" => Content::Input,
            "decision" => Content::Decision(boxed::expression_of(element).map(|logic| self.boxed.expression(logic))),
            "businessKnowledgeModel" => Content::Knowledge(element.child("encapsulatedLogic").map(|logic| {
                let result = self.boxed.kind_of(logic);
                self.boxed.function(logic, if matches!(result, Type::Any) { kind.result() } else { result })
            })),
            _ => Content::Service(self.service(element)),
        };
        self.boxed.names.release(mark);
        Node { name: SmolStr::new(variable_name(element)), kind, requires, content }
    }

    fn requirements(&mut self, element: &Element) -> Vec<Requirement> {
        let mut all = Vec::new();
        for child in &element.children {
            if !matches!(child.local_name(), "informationRequirement" | "knowledgeRequirement") {
                continue;
            }
            for target in &child.children {
                all.extend(self.target(target));
            }
        }
        all
    }

    fn service(&mut self, element: &Element) -> ServiceDefinition {
        let mut targets = |kind: &str| -> Vec<NodeId> {
            element.children(kind).filter_map(|target| self.target(target)).map(|required| required.node).collect()
        };
        let mut inputs = targets("inputData");
        inputs.extend(targets("inputDecision"));
        ServiceDefinition { inputs, outputs: targets("outputDecision") }
    }

    /// What a reference names: an element of this model, or `namespace#id` of an imported one.
    fn target(&mut self, reference: &Element) -> Option<Requirement> {
        let href = reference.attribute("href")?;
        let (namespace, id) = href.rsplit_once('#').unwrap_or(("", href));
        let model = &self.models[self.place];
        let found = if namespace.is_empty() || namespace == model.namespace {
            Some((None, self.place))
        } else {
            let import = model.imports.iter().find(|import| self.models[import.model].namespace == namespace);
            import.map(|import| ((!import.name.is_empty()).then(|| SmolStr::new(import.name)), import.model))
        };
        let node = found.and_then(|(import, place)| Some((import, *self.places.by_id.get(&(place, id))?)));
        if let Some((import, node)) = node {
            return Some(Requirement { import, node });
        }
        let message = format!("The element '{href}' that is required is not in the model");
        self.boxed.findings.error("unknown-required-decision", reference, message);
        None
    }
}
