//! Events: what they wait for or throw, at a race, on a boundary, at the start of an event subprocess.

use super::{Block, Builder, Kind};
use std::fmt::Write;

/// Stand for a message or signal that nothing else waits for.
pub(super) const MESSAGE: &str = "message";
pub(super) const SIGNAL: &str = "signal";
/// Throws one that something may wait for.
pub(super) const ANY_SIGNAL: &str = "any signal";
pub(super) const SIGNAL_LATER: &str = "any signal, thrown asynchronously";
/// By an external task.
pub(super) const MESSAGE_SENT: &str = r#"<messageEventDefinition camunda:type="external" camunda:topic="t"/>"#;
pub(super) const ERROR: &str = r#"<errorEventDefinition errorRef="err"/>"#;
const ANY_ERROR: &str = "<errorEventDefinition/>";
const OTHER_ERROR: &str = r#"<errorEventDefinition errorRef="other" camunda:errorCodeVariable="code"/>"#;
pub(super) const ESCALATION: &str = r#"<escalationEventDefinition escalationRef="esc"/>"#;
const ANY_ESCALATION: &str = "<escalationEventDefinition/>";
pub(super) const TIMER: &str = "<timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition>";
const CYCLE: &str = "<timerEventDefinition><timeCycle>R2/PT1M</timeCycle></timerEventDefinition>";
const DATE: &str = "<timerEventDefinition><timeDate>2023-11-15T00:00:00Z</timeDate></timerEventDefinition>";
pub(super) const CONDITION: &str = r#"<conditionalEventDefinition><condition xsi:type="tFormalExpression">${flag}</condition></conditionalEventDefinition>"#;
const CHANGE: &str = r#"<conditionalEventDefinition camunda:variableName="n" camunda:variableEvents="update"><condition xsi:type="tFormalExpression">${n == 2}</condition></conditionalEventDefinition>"#;
pub(super) const COMPENSATION: &str = "<compensateEventDefinition/>";
const CANCEL: &str = "<cancelEventDefinition/>";

impl Builder {
    /// A new definition: two events of one scope must not wait for the same.
    pub(super) fn definition(&mut self, trigger: &str) -> String {
        let kind = match trigger {
            MESSAGE => "message",
            SIGNAL => "signal",
            ANY_SIGNAL | SIGNAL_LATER if self.signals.is_empty() => return String::new(),
            ANY_SIGNAL | SIGNAL_LATER => {
                let at = self.dice.below(self.signals.len());
                let later = if trigger == SIGNAL_LATER { r#" camunda:async="true""# } else { "" };
                return format!(r#"<signalEventDefinition signalRef="{}"{later}/>"#, self.signals[at]);
            }
            other => return other.to_owned(),
        };
        let id = self.id(kind);
        write!(self.roots, r#"<{kind} id="{id}" name="{id}"/>"#).unwrap();
        let definition = format!(r#"<{kind}EventDefinition {kind}Ref="{id}"/>"#);
        if kind == "signal" {
            self.signals.push(id);
        }
        definition
    }

    /// An event-based gateway.
    pub(super) fn race(&mut self, out: &mut String) -> Block {
        let [gateway, join] = ["race", "join"].map(|kind| self.id(kind));
        // What comes behind it is chosen by the event: there is no `asyncAfter`.
        let marks = if self.dice.one_in(10) { r#" camunda:asyncBefore="true""# } else { "" };
        write!(out, r#"<eventBasedGateway id="{gateway}"{marks}/><exclusiveGateway id="{join}"/>"#).unwrap();
        for trigger in [MESSAGE, TIMER, SIGNAL, CONDITION].iter().take(2 + self.dice.below(3)) {
            let event = self.id("catch");
            let trigger = self.definition(trigger);
            write!(out, r#"<intermediateCatchEvent id="{event}">{trigger}</intermediateCatchEvent>"#).unwrap();
            self.flow(out, &gateway, &event, None);
            self.flow(out, &event, &join, None);
        }
        Block { entry: gateway, exit: join }
    }

    /// One or two, with different triggers.
    pub(super) fn event_subprocesses(&mut self, out: &mut String, kind: Kind, depth: usize) {
        let first = self.event_subprocess(out, kind, depth, None);
        if self.dice.one_in(3) {
            self.event_subprocess(out, kind, depth, Some(first));
        }
    }

    fn event_subprocess(
        &mut self,
        out: &mut String,
        kind: Kind,
        depth: usize,
        besides: Option<&'static str>,
    ) -> &'static str {
        let mut trigger = match self.dice.below(11) {
            0 => ERROR,
            1 => ANY_ERROR,
            2 => OTHER_ERROR,
            3 => ESCALATION,
            4 => ANY_ESCALATION,
            5 => TIMER,
            6 => CYCLE,
            7 => SIGNAL,
            8 => CONDITION,
            9 if kind == Kind::SubProcess => COMPENSATION,
            _ => MESSAGE,
        };
        if besides.is_some() {
            // One handler for each code and one condition are what a scope may have.
            trigger = MESSAGE;
        }
        let may_go_on = !matches!(trigger, ERROR | ANY_ERROR | OTHER_ERROR | COMPENSATION);
        let interrupting = !may_go_on || trigger != CYCLE && self.dice.one_in(2);
        let definition = self.definition(trigger);
        let [id, start] = ["esp", "start"].map(|kind| self.id(kind));
        let start_event =
            format!(r#"<startEvent id="{start}" isInterrupting="{interrupting}">{definition}</startEvent>"#);
        let depth = depth.saturating_sub(1).min(self.dice.below(2));
        let inside = self.scope_from(depth, Kind::EventSubProcess, &start, &start_event);
        write!(out, r#"<subProcess id="{id}" triggeredByEvent="true">{inside}</subProcess>"#).unwrap();
        trigger
    }

    /// What may come while the activity runs.
    pub(super) fn boundaries(&mut self, out: &mut String, host: &str, may_escalate: bool, is_transaction: bool) {
        if self.dice.one_in(3) {
            let first = self.boundary(out, host, may_escalate);
            if self.dice.one_in(3) {
                let second = self.dice.any(&[MESSAGE, SIGNAL, TIMER]);
                if second != first {
                    self.boundary_path(out, host, second, self.next.is_multiple_of(2));
                }
            }
        }
        if is_transaction {
            self.boundary_path(out, host, CANCEL, true);
        }
    }

    fn boundary(&mut self, out: &mut String, host: &str, may_escalate: bool) -> &'static str {
        let trigger = match self.dice.below(11) {
            0 => ERROR,
            1 => ANY_ERROR,
            2 => OTHER_ERROR,
            3 if may_escalate => ESCALATION,
            4 if may_escalate => ANY_ESCALATION,
            5 => SIGNAL,
            6 => CONDITION,
            7 => CHANGE,
            8 => CYCLE,
            9 => DATE,
            10 => TIMER,
            _ => MESSAGE,
        };
        let may_go_on = !matches!(trigger, ERROR | ANY_ERROR | OTHER_ERROR);
        let interrupting = !may_go_on || trigger != CYCLE && self.dice.one_in(2);
        self.boundary_path(out, host, trigger, interrupting);
        trigger
    }

    /// A boundary event whose path ends by itself.
    fn boundary_path(&mut self, out: &mut String, host: &str, trigger: &str, interrupting: bool) {
        let trigger = self.definition(trigger);
        let [event, task] = ["boundary", "user"].map(|kind| self.id(kind));
        let end = self.end(out, Kind::Process);
        let marks = if self.dice.one_in(10) { r#" camunda:asyncAfter="true""# } else { "" };
        write!(
            out,
            r#"<boundaryEvent id="{event}" attachedToRef="{host}" cancelActivity="{interrupting}"{marks}>{trigger}</boundaryEvent><userTask id="{task}"/>"#
        )
        .unwrap();
        self.flow(out, &event, &task, None);
        self.flow(out, &task, &end, None);
    }
}
