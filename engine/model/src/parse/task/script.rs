//! Script tasks. Whether the language can be run is not decided here.

use crate::diagnostic::Code;
use crate::model::{Dialect, NodeIndex, NodeKind, Script, ScriptSource, ScriptTask};
use crate::parse::draft::Draft;
use crate::parse::extension::script;
use crate::parse::task::service;
use crate::parse::zeebe;
use crate::xml::Element;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    if draft.cx.dialect == Dialect::Zeebe {
        return zeebe::script_task(element, &mut draft.cx.findings);
    }
    // What Camunda assumes when nothing is said.
    let format = element.attribute("scriptFormat").unwrap_or("juel");
    let source = element.child("script");
    let read = script::read(format, source.map(Element::text), element.camunda("resource"));
    let script = read.unwrap_or_else(|reason| {
        let message = format!("Unable to process ScriptTask: {reason}");
        draft
            .cx
            .findings
            .error(Code::InvalidScript, source.unwrap_or(element), message)
            .about(element.id().unwrap_or(""));
        Script { format: String::new(), source: ScriptSource::Inline(String::new()) }
    });
    NodeKind::ScriptTask(ScriptTask { script, result_variable: service::result_variable(element) })
}
