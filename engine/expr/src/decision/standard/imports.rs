//! Models of one deployment that import each other (DMN 1.5, 6.3.3).

use super::super::checks::{refuse_external_functions, refuse_ragged_rules};
use super::super::element::read_xml;
use super::super::findings::Findings;
use crate::xml::{Element, Lines};
use std::collections::HashMap;

/// The other files of a deployment.
pub(crate) trait Imported {
    /// Texts of all of them; asked for when a model imports one.
    fn texts(&mut self) -> Vec<String>;
}

impl<F: FnMut() -> Vec<String>> Imported for F {
    fn texts(&mut self) -> Vec<String> {
        self()
    }
}

/// A file that was read to be imported, whether it is or not.
pub(super) struct File {
    pub(super) root: Element,
    text: String,
}

impl File {
    pub(super) fn read(text: String) -> Option<Self> {
        let root = read_xml(&text).ok()?;
        (root.local_name() == "definitions").then_some(Self { root, text })
    }

    pub(super) fn namespace(&self) -> &str {
        self.root.attribute("namespace").unwrap_or_default()
    }

    /// What is wrong with it on its own.
    pub(super) fn findings(&self) -> Findings<'_> {
        let mut findings = Findings { lines: Lines::of(&self.text), all: Vec::new() };
        refuse_external_functions(&self.root, &mut findings);
        refuse_ragged_rules(&self.root, &mut findings);
        findings
    }
}

/// A model among those that are read together: the file itself first.
pub(super) struct Model<'a> {
    pub(super) root: &'a Element,
    pub(super) namespace: &'a str,
    pub(super) imports: Vec<Import<'a>>,
}

pub(super) struct Import<'a> {
    /// Empty: what is imported has its plain names.
    pub(super) name: &'a str,
    pub(super) model: usize,
}

/// The model of a file and all it imports, each once. What cannot be found is among the findings.
pub(super) fn gather<'a>(root: &'a Element, files: &'a [File], findings: &mut Findings<'_>) -> Vec<Model<'a>> {
    let by_namespace: HashMap<&str, &File> = files.iter().map(|file| (file.namespace(), file)).collect();
    let namespace = root.attribute("namespace").unwrap_or_default();
    let mut models = vec![Model { root, namespace, imports: Vec::new() }];
    let mut places: HashMap<&str, usize> = HashMap::from([(namespace, 0)]);
    let mut next = 0;
    while next < models.len() {
        let importing = models[next].root;
        for import in importing.children("import") {
            let wanted = import.attribute("namespace").unwrap_or_default();
            // A place in another file is told by the import of this one that led there.
            let place = if next == 0 { import } else { root };
            if !import.attribute("importType").unwrap_or("DMN").contains("DMN") {
                findings.error("unsupported-import", place, format!("'{wanted}' is no DMN model"));
                continue;
            }
            let model = match (places.get(wanted), by_namespace.get(wanted)) {
                (Some(known), _) => *known,
                (None, Some(file)) => {
                    let model = models.len();
                    places.insert(file.namespace(), model);
                    models.push(Model { root: &file.root, namespace: file.namespace(), imports: Vec::new() });
                    model
                }
                (None, None) => {
                    let message = format!("The model '{wanted}' that is imported is in no file of the deployment");
                    findings.error("unknown-import", place, message);
                    continue;
                }
            };
            models[next].imports.push(Import { name: import.attribute("name").unwrap_or_default(), model });
        }
        next += 1;
    }
    models
}
