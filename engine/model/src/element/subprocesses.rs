//! Subprocesses: activities with a scope of nodes inside (BPMN 2.0.2, section 10.3.5).

use super::{ElementType, Reader};
use crate::model::SubProcessKind;
use crate::parse::sub_process;

pub(super) const SUBPROCESSES: &[ElementType] = &[
    ElementType::activity("subProcess")
        .escalates()
        .allows(&["triggeredByEvent"])
        .reads(&["triggeredByEvent"])
        .node(Reader::SubProcess(sub_process::embedded_or_event)),
    ElementType::activity("transaction")
        .escalates()
        .allows(&["triggeredByEvent", "method"])
        .node(Reader::SubProcess(|_| SubProcessKind::Transaction)),
    ElementType::activity("adHocSubProcess")
        .escalates()
        .allows(&["triggeredByEvent", "cancelRemainingInstances", "ordering"])
        .reads(&["ordering", "cancelRemainingInstances"])
        .node(Reader::SubProcess(sub_process::ad_hoc)),
];
