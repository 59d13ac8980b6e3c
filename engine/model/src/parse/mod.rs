//! Tree to typed model, one file per element, with the checks Camunda 7 makes at deployment, in its order.
//!
//! Reading goes on after an error, so that an author sees all of them at once; what was read of a faulty model is
//! thrown away at the end and never reaches the caller.

mod activity;
mod context;
mod definitions;
mod diagram;
pub(crate) mod draft;
pub(crate) mod event;
mod extension;
mod flow;
pub(crate) mod gateway;
mod handlers;
mod layout;
mod multi_instance;
mod node;
mod process;
mod scope;
pub(crate) mod sub_process;
pub(crate) mod task;
pub(crate) mod text;
mod validate;
mod zeebe;

use crate::findings::Findings;
use crate::limits::Limits;
use crate::model::Dialect;
use crate::report::{Parsed, Rejected};
use crate::schema;
use crate::unexecuted;
use crate::xml::{self, Element, Namespace, Tree};

use context::{Context, RootElements};

/// Reads one BPMN file.
///
/// `resource_name` is the name under which it is deployed, as in `order.bpmn`; it appears in [`Rejected`] only.
///
/// # Errors
/// [`Rejected`] with at least one diagnostic when the file is not well-formed, exceeds `limits`, or holds a model that
/// Camunda 7 would refuse.
pub fn parse(xml: &[u8], resource_name: &str, limits: &Limits) -> Result<Parsed, Rejected> {
    let rejected = |findings: Findings| Rejected {
        resource: resource_name.to_owned(),
        errors: findings.errors,
        warnings: findings.warnings,
    };
    let mut findings = Findings::default();
    let tree = match xml::read(xml, limits) {
        Ok(tree) => tree,
        Err(error) => {
            findings.errors.push(error);
            return Err(rejected(findings));
        }
    };
    if !schema::check(&tree, &mut findings) {
        return Err(rejected(findings));
    }
    let mut cx = Context {
        findings,
        roots: RootElements::default(),
        dialect: dialect(&tree),
        ids: tree.all().filter_map(Element::id).collect(),
    };
    let definitions = definitions::parse(tree.root(), &mut cx);
    extension::unknown::warn(&tree, &mut cx.findings);
    diagram::check(&tree, &cx.ids, &definitions, &mut cx.findings);
    if cx.findings.errors.is_empty() {
        Ok(Parsed { definitions, warnings: cx.findings.warnings, notes: unexecuted::of(&tree) })
    } else {
        Err(rejected(cx.findings))
    }
}

/// What the modeler noted decides; a file without such a note is Zeebe's when it carries only Zeebe's extensions.
fn dialect(tree: &Tree) -> Dialect {
    let platform = tree.root().attribute_in(Namespace::Modeler, "executionPlatform");
    match platform {
        Some("Camunda Cloud") => return Dialect::Zeebe,
        Some(_) => return Dialect::Camunda,
        None => {}
    }
    let uses = |element: Element<'_>, namespace: Namespace| {
        element.namespace() == namespace || element.attributes().iter().any(|a| a.namespace == namespace)
    };
    let mut zeebe = false;
    for element in tree.all() {
        if uses(element, Namespace::Camunda) {
            return Dialect::Camunda;
        }
        zeebe = zeebe || uses(element, Namespace::Zeebe);
    }
    if zeebe { Dialect::Zeebe } else { Dialect::Camunda }
}
