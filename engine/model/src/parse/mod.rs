//! Tree to typed model, one file per element, with the checks Camunda 7 makes at deployment, in its order.
//!
//! Reading goes on after an error, so that an author sees all of them at once; what was read of a faulty model is
//! thrown away at the end and never reaches the caller.

pub(crate) mod activity;
mod definitions;
mod diagram;
pub(crate) mod event;
mod extension;
mod flow;
pub(crate) mod gateway;
mod multi_instance;
mod node;
mod process;
mod scope;
pub(crate) mod task;
mod validate;
mod zeebe;

use std::collections::HashSet;

use crate::findings::Findings;
use crate::limits::Limits;
use crate::model::Dialect;
use crate::report::{Parsed, Rejected};
use crate::schema;
use crate::unexecuted;
use crate::xml::{self, Element, Namespace, Tree};

use definitions::RootElements;

pub(crate) use definitions::is_executable;
pub(crate) use process::Draft;

/// Everything read so far of one file.
pub(crate) struct Context<'t> {
    pub(crate) findings: Findings,
    pub(crate) roots: RootElements<'t>,
    pub(crate) dialect: Dialect,
    /// Every id in the file, the diagram's included.
    pub(crate) ids: HashSet<&'t str>,
}

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

/// `${...}` or `#{...}`.
pub(crate) fn is_expression(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("${") || text.starts_with("#{")
}

/// Whether the text must be evaluated: an expression anywhere in it (JUEL), or a leading `=` (FEEL).
pub(crate) fn has_expression(text: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Camunda => text.contains("${") || text.contains("#{"),
        Dialect::Zeebe => text.trim_start().starts_with('='),
    }
}

/// Reference without the namespace prefix that a QName may carry.
pub(crate) fn unprefixed(reference: &str) -> &str {
    reference.rsplit_once(':').map_or(reference, |(_, id)| id)
}

pub(crate) fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|v| v.eq_ignore_ascii_case("true") || v == "1")
}

/// For attributes that are true when absent.
pub(crate) fn is_not_false(value: Option<&str>) -> bool {
    value.is_none_or(|v| v.eq_ignore_ascii_case("true") || v == "1")
}

/// All `documentation` children, in Camunda's way of joining them.
pub(crate) fn documentation(element: Element<'_>) -> Option<String> {
    let texts: Vec<&str> = element.children_named("documentation").map(|d| d.text().trim()).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}
