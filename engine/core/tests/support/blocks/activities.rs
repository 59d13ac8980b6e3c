//! Activities: tasks of every kind, subprocesses, transactions, calls; their loops, mappings, listeners, and handlers that
//! undo them.

use super::triggers::COMPENSATION;
use super::{Block, Builder, Kind};
use std::fmt::Write;

const SCRIPTS: [&str; 3] =
    ["execution.setVariable('n', 2)", "if (flag) { throw new BpmnError('broken', 'as told') }", "flag = !flag"];

/// What of an activity its surroundings must know.
struct About {
    may_escalate: bool,
    is_transaction: bool,
    undoes_itself: bool,
}

impl Builder {
    pub(super) fn activity(&mut self, out: &mut String, depth: usize) -> Block {
        let id = self.id("a");
        let marks = self.marks(7);
        let repeat = self.repeat();
        let about = self.perform(out, depth, &id, &marks, &repeat);
        self.boundaries(out, &id, about.may_escalate, about.is_transaction);
        if !about.undoes_itself && self.dice.one_in(5) {
            self.handler(out, &id);
        }
        Block { entry: id.clone(), exit: id }
    }

    fn perform(&mut self, out: &mut String, depth: usize, id: &str, marks: &str, repeat: &str) -> About {
        let mut about = About { may_escalate: false, is_transaction: false, undoes_itself: false };
        let more = self.extensions(!repeat.is_empty(), "");
        match self.dice.below(if depth == 0 { 11 } else { 18 }) {
            0..=2 => {
                about.may_escalate = true;
                let more = self.task_listener(!repeat.is_empty(), &more);
                write!(out, r#"<userTask id="{id}"{marks}>{more}{repeat}</userTask>"#)
            }
            3 | 4 => {
                let tag = self.dice.any(&["serviceTask", "sendTask", "businessRuleTask"]);
                write!(out, r#"<{tag} id="{id}" camunda:type="external" camunda:topic="t"{marks}>{more}{repeat}</{tag}>"#)
            }
            5 => write!(out, r#"<serviceTask id="{id}" camunda:expression="${{execution.setVariable('seen', n)}}"{marks}>{more}{repeat}</serviceTask>"#),
            6 => {
                let more = self.extensions(!repeat.is_empty(), "<camunda:failedJobRetryTimeCycle>R2/PT1M</camunda:failedJobRetryTimeCycle>");
                write!(out, r#"<serviceTask id="{id}" camunda:expression="${{flag ? n : nobodyKnows}}" camunda:asyncBefore="true">{more}{repeat}</serviceTask>"#)
            }
            7 => {
                let message = self.id("message");
                write!(self.roots, r#"<message id="{message}" name="{message}"/>"#).unwrap();
                write!(out, r#"<receiveTask id="{id}" messageRef="{message}"{marks}>{more}{repeat}</receiveTask>"#)
            }
            8 if self.dice.one_in(3) => {
                let script = self.dice.any(&SCRIPTS);
                write!(out, r#"<scriptTask id="{id}" scriptFormat="javascript"{marks}>{more}{repeat}<script>{script}</script></scriptTask>"#)
            }
            9 | 10 if self.calls.is_some() => {
                about.may_escalate = true;
                let called = self.calls.unwrap_or_default();
                let back = self.dice.any(&["", r#"<camunda:out variables="all"/>"#, r#"<camunda:out source="n" target="n"/>"#]);
                write!(out, r#"<callActivity id="{id}" calledElement="{called}"{marks}><extensionElements><camunda:in variables="all"/><camunda:in businessKey="${{execution.processBusinessKey}}"/>{back}</extensionElements>{repeat}</callActivity>"#)
            }
            8..=10 => {
                let tag = self.dice.any(&["manualTask", "task"]);
                write!(out, r#"<{tag} id="{id}"{marks}>{more}{repeat}</{tag}>"#)
            }
            11 | 12 => {
                about.may_escalate = true;
                let inside = self.ad_hoc(depth - 1);
                let order = self.dice.any(&["", r#" ordering="Sequential""#, r#" cancelRemainingInstances="false""#]);
                write!(out, r#"<adHocSubProcess id="{id}"{marks}{order}>{more}{repeat}{inside}</adHocSubProcess>"#)
            }
            kind => {
                about.may_escalate = true;
                about.is_transaction = kind >= 16;
                let (tag, kind) = if about.is_transaction { ("transaction", Kind::Transaction) } else { ("subProcess", Kind::SubProcess) };
                let inside = self.scope(depth - 1, kind);
                about.undoes_itself = inside.contains(&format!("{COMPENSATION}</startEvent>"));
                write!(out, r#"<{tag} id="{id}"{marks}>{more}{repeat}{inside}</{tag}>"#)
            }
        }
        .unwrap();
        about
    }

    /// Pieces that are started by hand, and when they are enough.
    fn ad_hoc(&mut self, depth: usize) -> String {
        self.undoable.push(Vec::new());
        let had_ends = std::mem::replace(&mut self.has_ends, false);
        let mut out = String::new();
        for _ in 0..=self.dice.below(2) {
            let block = self.sequence(&mut out, depth);
            let end = self.end(&mut out, Kind::SubProcess);
            self.flow(&mut out, &block.exit, &end, None);
        }
        // A circle and the catching end of a link cannot be begun by hand.
        let other = self.id("user");
        write!(out, r#"<userTask id="{other}"/>"#).unwrap();
        out.push_str(match self.dice.below(3) {
            0 => "",
            1 => "<completionCondition>${flag}</completionCondition>",
            _ => "<completionCondition>${flag || n > 1}</completionCondition>",
        });
        self.has_ends = had_ends;
        self.undoable.pop();
        out
    }

    /// An association to what undoes it: a task, work, or a whole subprocess.
    fn handler(&mut self, out: &mut String, undone: &str) {
        let [event, handler, link] = ["undo", "handler", "link"].map(|kind| self.id(kind));
        let marks = if self.dice.one_in(6) { r#" camunda:asyncBefore="true""# } else { "" };
        let repeat = if self.dice.one_in(8) { self.repeat() } else { String::new() };
        match self.dice.below(5) {
            0 => write!(out, r#"<serviceTask id="{handler}" isForCompensation="true" camunda:type="external" camunda:topic="undo"{marks}>{repeat}</serviceTask>"#),
            1 => write!(out, r#"<serviceTask id="{handler}" isForCompensation="true" camunda:expression="${{execution.setVariable('undone', n)}}"{marks}>{repeat}</serviceTask>"#),
            2 => {
                let inside = self.scope(0, Kind::SubProcess);
                if inside.contains(&format!("{COMPENSATION}</startEvent>")) {
                    // A handler is not undone itself.
                    write!(out, r#"<userTask id="{handler}" isForCompensation="true"/>"#)
                } else {
                    write!(out, r#"<subProcess id="{handler}" isForCompensation="true"{marks}>{repeat}{inside}</subProcess>"#)
                }
            }
            _ => write!(out, r#"<userTask id="{handler}" isForCompensation="true"{marks}>{repeat}</userTask>"#),
        }
        .unwrap();
        write!(
            out,
            r#"<boundaryEvent id="{event}" attachedToRef="{undone}">{COMPENSATION}</boundaryEvent><association id="{link}" associationDirection="One" sourceRef="{event}" targetRef="{handler}"/>"#
        )
        .unwrap();
        if let Some(scope) = self.undoable.last_mut() {
            scope.push(undone.to_owned());
        }
    }

    fn repeat(&mut self) -> String {
        if !self.dice.one_in(6) {
            return String::new();
        }
        let is_sequential = self.dice.one_in(2);
        let marks = self.marks(10);
        let (over, number) = match self.dice.below(5) {
            0 => (r#" camunda:collection="list" camunda:elementVariable="item""#, String::new()),
            1 => ("", "${n}".to_owned()),
            _ => ("", self.dice.below(4).to_string()),
        };
        let number = if over.is_empty() {
            format!(r#"<loopCardinality xsi:type="tFormalExpression">{number}</loopCardinality>"#)
        } else {
            String::new()
        };
        let condition = match self.dice.below(6) {
            0 | 1 => {
                r#"<completionCondition xsi:type="tFormalExpression">${nrOfCompletedInstances > 0}</completionCondition>"#
            }
            2 => r#"<completionCondition xsi:type="tFormalExpression">${flag}</completionCondition>"#,
            _ => "",
        };
        format!(
            r#"<multiInstanceLoopCharacteristics isSequential="{is_sequential}"{over}{marks}>{number}{condition}</multiInstanceLoopCharacteristics>"#
        )
    }

    /// Mappings and execution listeners beside `given`.
    fn extensions(&mut self, is_repeated: bool, given: &str) -> String {
        let mut inner = given.to_owned();
        if self.dice.one_in(8) {
            inner.push_str(r#"<camunda:inputOutput><camunda:inputParameter name="here">${n}</camunda:inputParameter>"#);
            if !is_repeated {
                inner.push_str(r#"<camunda:outputParameter name="copied">${here}</camunda:outputParameter>"#);
            }
            inner.push_str("</camunda:inputOutput>");
        }
        if self.dice.one_in(10) {
            let event = self.dice.any(&["start", "end"]);
            let what =
                self.dice.any(&["execution.setVariable('flag', true)", "execution.setVariable('n', 2)", "nobodyKnows"]);
            let what = if what == "nobodyKnows" && !self.dice.one_in(4) { "n" } else { what };
            write!(inner, r#"<camunda:executionListener event="{event}" expression="${{{what}}}"/>"#).unwrap();
        }
        wrapped(&inner)
    }

    /// Of a user task, beside `more`.
    fn task_listener(&mut self, is_repeated: bool, more: &str) -> String {
        if !self.dice.one_in(5) {
            return more.to_owned();
        }
        let listener = match self.dice.below(4) {
            0 => {
                let id = self.id("timeout");
                format!(
                    r#"<camunda:taskListener event="timeout" id="{id}" expression="${{execution.setVariable('flag', true)}}"><timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition></camunda:taskListener>"#
                )
            }
            1 => r#"<camunda:taskListener event="complete" expression="${execution.setVariable('n', 3)}"/>"#.to_owned(),
            2 => r#"<camunda:taskListener event="create" expression="${task.setAssignee('john')}"/>"#.to_owned(),
            _ => {
                r#"<camunda:taskListener event="delete" expression="${execution.setVariable('gone', n)}"/>"#.to_owned()
            }
        };
        self.extensions(is_repeated, &listener)
    }
}

fn wrapped(inner: &str) -> String {
    if inner.is_empty() { String::new() } else { format!("<extensionElements>{inner}</extensionElements>") }
}
