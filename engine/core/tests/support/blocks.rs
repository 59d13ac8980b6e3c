//! Random block-structured processes as BPMN XML, the same for the same seed.

use std::fmt::Write;

/// A small generator of pseudo-random numbers (xorshift64*): tests must be the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or(0) % limit.max(1)
    }

    pub(crate) fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }
}

/// Two processes, `main` and `child`, which `main` may call.
pub(crate) fn model(seed: u64) -> String {
    let mut builder =
        Builder { dice: Dice::new(seed), next: 0, calls: true, roots: String::new(), signals: Vec::new() };
    let main = builder.scope(4, Kind::Process);
    builder.calls = false;
    let child = builder.scope(2, Kind::Process);
    let roots = builder.roots;
    format!(
        r#"<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="random">
{roots}<error id="err" errorCode="broken"/><escalation id="esc" escalationCode="late"/>
<process id="main" isExecutable="true">{main}</process>
<process id="child" isExecutable="true">{child}</process>
</definitions>"#
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Process,
    SubProcess,
    Transaction,
}

struct Builder {
    dice: Dice,
    next: u32,
    calls: bool,
    /// Messages and signals defined so far.
    roots: String,
    signals: Vec<String>,
}

/// A piece of a process with one way in and one way out.
struct Block {
    entry: String,
    exit: String,
}

/// Stand for a message or signal that nothing else waits for.
const MESSAGE: &str = "message";
const SIGNAL: &str = "signal";
/// Throws one that something may wait for.
const ANY_SIGNAL: &str = "any signal";
const ERROR: &str = r#"<errorEventDefinition errorRef="err"/>"#;
const ESCALATION: &str = r#"<escalationEventDefinition escalationRef="esc"/>"#;
const TIMER: &str = "<timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition>";
const CYCLE: &str = "<timerEventDefinition><timeCycle>R2/PT1M</timeCycle></timerEventDefinition>";
const CONDITION: &str = r#"<conditionalEventDefinition><condition xsi:type="tFormalExpression">${flag}</condition></conditionalEventDefinition>"#;

impl Builder {
    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
    }

    /// A new definition: two events of one scope must not wait for the same.
    fn definition(&mut self, trigger: &str) -> String {
        let kind = match trigger {
            MESSAGE => "message",
            SIGNAL => "signal",
            ANY_SIGNAL if !self.signals.is_empty() => {
                let at = self.dice.below(self.signals.len());
                return format!(r#"<signalEventDefinition signalRef="{}"/>"#, self.signals[at]);
            }
            ANY_SIGNAL => return String::new(),
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

    fn flow(&mut self, out: &mut String, from: &str, to: &str, condition: Option<&str>) -> String {
        let id = self.id("f");
        let condition = condition
            .map(|text| format!(r#"<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>"#))
            .unwrap_or_default();
        write!(out, r#"<sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}">{condition}</sequenceFlow>"#)
            .unwrap();
        id
    }

    /// The inside of a process or subprocess.
    fn scope(&mut self, depth: usize, kind: Kind) -> String {
        let mut out = String::new();
        let start = self.id("start");
        write!(out, r#"<startEvent id="{start}"/>"#).unwrap();
        let block = self.sequence(&mut out, depth);
        self.flow(&mut out, &start, &block.entry, None);
        let end = self.end(&mut out, kind);
        self.flow(&mut out, &block.exit, &end, None);
        if self.dice.one_in(3) {
            self.event_subprocess(&mut out, kind);
        }
        out
    }

    fn end(&mut self, out: &mut String, kind: Kind) -> String {
        let id = self.id("end");
        let inner = match self.dice.below(12) {
            0 => "<terminateEventDefinition/>",
            1 => ERROR,
            2 => ESCALATION,
            3 => ANY_SIGNAL,
            4 => "<compensateEventDefinition/>",
            5 | 6 if kind == Kind::Transaction => "<cancelEventDefinition/>",
            _ => "",
        };
        let inner = self.definition(inner);
        write!(out, r#"<endEvent id="{id}">{inner}</endEvent>"#).unwrap();
        id
    }

    fn event_subprocess(&mut self, out: &mut String, kind: Kind) {
        let (trigger, may_go_on) = match self.dice.below(7) {
            0 => (ERROR, false),
            1 => (ESCALATION, true),
            2 => (TIMER, true),
            3 => (SIGNAL, true),
            4 => (CONDITION, true),
            5 if kind == Kind::SubProcess => ("<compensateEventDefinition/>", false),
            _ => (MESSAGE, true),
        };
        let interrupting = !may_go_on || self.dice.one_in(2);
        let trigger = self.definition(trigger);
        let [id, start, task, end] = ["esp", "start", "user", "end"].map(|kind| self.id(kind));
        write!(
            out,
            r#"<subProcess id="{id}" triggeredByEvent="true"><startEvent id="{start}" isInterrupting="{interrupting}">{trigger}</startEvent><userTask id="{task}"/><endEvent id="{end}"/>"#
        )
        .unwrap();
        self.flow(out, &start, &task, None);
        self.flow(out, &task, &end, None);
        out.push_str("</subProcess>");
    }

    fn sequence(&mut self, out: &mut String, depth: usize) -> Block {
        let mut whole = self.block(out, depth);
        for _ in 0..self.dice.below(3) {
            let next = self.block(out, depth);
            self.flow(out, &whole.exit, &next.entry, None);
            whole.exit = next.exit;
        }
        whole
    }

    fn block(&mut self, out: &mut String, depth: usize) -> Block {
        if depth == 0 {
            return self.activity(out, 0);
        }
        match self.dice.below(10) {
            0 | 1 => self.split(out, depth, "exclusiveGateway"),
            2 => self.split(out, depth, "parallelGateway"),
            3 => self.split(out, depth, "inclusiveGateway"),
            4 => self.race(out),
            5 => self.event(out),
            _ => self.activity(out, depth),
        }
    }

    fn split(&mut self, out: &mut String, depth: usize, kind: &str) -> Block {
        let [fork, join] = ["fork", "join"].map(|kind| self.id(kind));
        let branches = 2 + self.dice.below(2);
        let mut default = None;
        for at in 0..branches {
            let branch = self.sequence(out, depth - 1);
            let condition = match (kind, at) {
                ("parallelGateway", _) | (_, 0) => None,
                _ => Some(format!("${{n > {at}}}")),
            };
            let flow = self.flow(out, &fork, &branch.entry, condition.as_deref());
            if at == 0 && kind != "parallelGateway" {
                default = Some(flow);
            }
            self.flow(out, &branch.exit, &join, None);
        }
        let default = default.map(|flow| format!(r#" default="{flow}""#)).unwrap_or_default();
        write!(out, r#"<{kind} id="{fork}"{default}/><{kind} id="{join}"/>"#).unwrap();
        Block { entry: fork, exit: join }
    }

    fn race(&mut self, out: &mut String) -> Block {
        let [gateway, join] = ["race", "join"].map(|kind| self.id(kind));
        write!(out, r#"<eventBasedGateway id="{gateway}"/><exclusiveGateway id="{join}"/>"#).unwrap();
        for trigger in [MESSAGE, TIMER, SIGNAL, CONDITION].iter().take(2 + self.dice.below(3)) {
            let event = self.id("catch");
            let trigger = self.definition(trigger);
            write!(out, r#"<intermediateCatchEvent id="{event}">{trigger}</intermediateCatchEvent>"#).unwrap();
            self.flow(out, &gateway, &event, None);
            self.flow(out, &event, &join, None);
        }
        Block { entry: gateway, exit: join }
    }

    fn event(&mut self, out: &mut String) -> Block {
        let id = self.id("event");
        let (kind, inner) = match self.dice.below(8) {
            0 => ("intermediateCatchEvent", TIMER),
            1 => ("intermediateCatchEvent", MESSAGE),
            2 => ("intermediateCatchEvent", SIGNAL),
            3 => ("intermediateCatchEvent", CONDITION),
            4 => ("intermediateThrowEvent", ANY_SIGNAL),
            5 => ("intermediateThrowEvent", ESCALATION),
            6 => ("intermediateThrowEvent", "<compensateEventDefinition/>"),
            _ => ("intermediateThrowEvent", ""),
        };
        let inner = self.definition(inner);
        write!(out, r#"<{kind} id="{id}">{inner}</{kind}>"#).unwrap();
        Block { entry: id.clone(), exit: id }
    }

    fn activity(&mut self, out: &mut String, depth: usize) -> Block {
        let id = self.id("a");
        let async_before = if self.dice.one_in(6) { r#" camunda:asyncBefore="true""# } else { "" };
        let async_after = if self.dice.one_in(8) { r#" camunda:asyncAfter="true""# } else { "" };
        let marks = format!("{async_before}{async_after}");
        let repeat = self.repeat();
        let mut is_transaction = false;
        let mut is_scope = false;
        let mut undoes_itself = false;
        match self.dice.below(if depth == 0 { 6 } else { 10 }) {
            0 | 1 => write!(out, r#"<userTask id="{id}"{marks}>{repeat}</userTask>"#),
            2 => write!(out, r#"<serviceTask id="{id}" camunda:type="external" camunda:topic="t"{marks}>{repeat}</serviceTask>"#),
            3 => write!(out, r#"<serviceTask id="{id}" camunda:expression="${{execution.setVariable('seen', n)}}"{marks}>{repeat}</serviceTask>"#),
            4 => {
                let message = self.id("message");
                write!(self.roots, r#"<message id="{message}" name="{message}"/>"#).unwrap();
                write!(out, r#"<receiveTask id="{id}" messageRef="{message}"{marks}>{repeat}</receiveTask>"#)
            }
            5 if self.calls => write!(out, r#"<callActivity id="{id}" calledElement="child"{marks}><extensionElements><camunda:in variables="all"/></extensionElements>{repeat}</callActivity>"#),
            5 => write!(out, r#"<manualTask id="{id}"{marks}>{repeat}</manualTask>"#),
            kind => {
                is_scope = true;
                is_transaction = kind == 9;
                let (tag, kind) = if is_transaction { ("transaction", Kind::Transaction) } else { ("subProcess", Kind::SubProcess) };
                let inside = self.scope(depth - 1, kind);
                undoes_itself = inside.contains("<compensateEventDefinition/></startEvent>");
                write!(out, r#"<{tag} id="{id}"{marks}>{repeat}{inside}</{tag}>"#)
            }
        }
        .unwrap();
        if self.dice.one_in(3) {
            self.boundary(out, &id, is_scope);
        }
        if is_transaction {
            self.boundary_path(out, &id, "<cancelEventDefinition/>", true);
        }
        if !undoes_itself && self.dice.one_in(5) {
            let [event, handler, link] = ["undo", "handler", "link"].map(|kind| self.id(kind));
            write!(
                out,
                r#"<boundaryEvent id="{event}" attachedToRef="{id}"><compensateEventDefinition/></boundaryEvent><userTask id="{handler}" isForCompensation="true"/><association id="{link}" associationDirection="One" sourceRef="{event}" targetRef="{handler}"/>"#
            )
            .unwrap();
        }
        Block { entry: id.clone(), exit: id }
    }

    fn repeat(&mut self) -> String {
        if !self.dice.one_in(6) {
            return String::new();
        }
        let is_sequential = self.dice.one_in(2);
        let number = self.dice.below(4);
        let condition = if self.dice.one_in(3) {
            r#"<completionCondition xsi:type="tFormalExpression">${nrOfCompletedInstances > 0}</completionCondition>"#
        } else {
            ""
        };
        format!(
            r#"<multiInstanceLoopCharacteristics isSequential="{is_sequential}"><loopCardinality xsi:type="tFormalExpression">{number}</loopCardinality>{condition}</multiInstanceLoopCharacteristics>"#
        )
    }

    fn boundary(&mut self, out: &mut String, host: &str, is_scope: bool) {
        let (trigger, may_go_on) = match self.dice.below(7) {
            0 => (ERROR, false),
            1 if is_scope => (ESCALATION, true),
            2 => (SIGNAL, true),
            3 => (CONDITION, true),
            4 => (MESSAGE, true),
            5 => (CYCLE, true),
            _ => (TIMER, true),
        };
        let interrupting = !may_go_on || trigger != CYCLE && self.dice.one_in(2);
        self.boundary_path(out, host, trigger, interrupting);
    }

    /// A boundary event whose path ends by itself.
    fn boundary_path(&mut self, out: &mut String, host: &str, trigger: &str, interrupting: bool) {
        let trigger = self.definition(trigger);
        let [event, task, end] = ["boundary", "user", "end"].map(|kind| self.id(kind));
        write!(
            out,
            r#"<boundaryEvent id="{event}" attachedToRef="{host}" cancelActivity="{interrupting}">{trigger}</boundaryEvent><userTask id="{task}"/><endEvent id="{end}"/>"#
        )
        .unwrap();
        self.flow(out, &event, &task, None);
        self.flow(out, &task, &end, None);
    }
}
