//! Random block-structured processes as BPMN XML, the same for the same seed. Everything the engine executes occurs: what
//! a token passes is in this file and [`activities`], what interrupts it in [`triggers`].

mod activities;
mod triggers;

use std::fmt::Write;
use triggers::{ANY_SIGNAL, ERROR, ESCALATION, MESSAGE_SENT, SIGNAL_LATER};

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

    pub(crate) fn any<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[self.below(items.len())]
    }
}

/// Three processes: `main`, `child` which `main` may call, and `leaf` which `child` may call.
pub(crate) fn model(seed: u64) -> String {
    let mut builder = Builder {
        dice: Dice::new(seed),
        next: 0,
        budget: 25,
        calls: Some("child"),
        roots: String::new(),
        signals: Vec::new(),
        undoable: Vec::new(),
        has_ends: true,
    };
    let main = builder.scope(4, Kind::Process);
    builder.calls = Some("leaf");
    builder.budget = 10;
    let child = builder.scope(2, Kind::Process);
    builder.calls = None;
    builder.budget = 4;
    let leaf = builder.scope(1, Kind::Process);
    let roots = builder.roots;
    format!(
        r#"<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="random">
{roots}<error id="err" errorCode="broken"/><error id="other" errorCode="other"/><escalation id="esc" escalationCode="late"/><escalation id="esc2" escalationCode="later"/>
<process id="main" isExecutable="true">{main}</process>
<process id="child" isExecutable="true">{child}</process>
<process id="leaf" isExecutable="true">{leaf}</process>
</definitions>"#
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Process,
    SubProcess,
    Transaction,
    /// Begins with its trigger.
    EventSubProcess,
}

struct Builder {
    dice: Dice,
    next: u32,
    /// Activities that may still be added to the process.
    budget: usize,
    /// What a call activity may call.
    calls: Option<&'static str>,
    /// Messages and signals defined so far.
    roots: String,
    signals: Vec<String>,
    /// Activities with a compensation handler, per scope.
    undoable: Vec<Vec<String>>,
    /// Ad-hoc subprocesses have no end events directly inside.
    has_ends: bool,
}

/// A piece of a process with one way in and one way out.
struct Block {
    entry: String,
    exit: String,
}

impl Builder {
    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
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

    /// `asyncBefore`, `asyncAfter`, `exclusive`.
    fn marks(&mut self, chance: usize) -> String {
        let mut marks = String::new();
        if self.dice.one_in(chance) {
            marks.push_str(r#" camunda:asyncBefore="true""#);
        }
        if self.dice.one_in(chance + 2) {
            marks.push_str(r#" camunda:asyncAfter="true""#);
        }
        if !marks.is_empty() && self.dice.one_in(3) {
            marks.push_str(r#" camunda:exclusive="false""#);
        }
        marks
    }

    /// The inside of a process or subprocess.
    fn scope(&mut self, depth: usize, kind: Kind) -> String {
        let start = self.id("start");
        let marks = if self.dice.one_in(10) { r#" camunda:asyncBefore="true""# } else { "" };
        self.scope_from(depth, kind, &start, &format!(r#"<startEvent id="{start}"{marks}/>"#))
    }

    /// A scope whose start event, `start`, is given as XML.
    fn scope_from(&mut self, depth: usize, kind: Kind, start: &str, xml: &str) -> String {
        self.undoable.push(Vec::new());
        let had_ends = std::mem::replace(&mut self.has_ends, true);
        let mut out = xml.to_owned();
        let block = self.sequence(&mut out, depth);
        self.flow(&mut out, start, &block.entry, None);
        let end = self.end(&mut out, kind);
        self.flow(&mut out, &block.exit, &end, None);
        if self.dice.one_in(3) {
            self.event_subprocesses(&mut out, kind, depth);
        }
        self.has_ends = had_ends;
        self.undoable.pop();
        out
    }

    fn end(&mut self, out: &mut String, kind: Kind) -> String {
        let id = self.id("end");
        if !self.has_ends {
            write!(out, r#"<intermediateThrowEvent id="{id}"/>"#).unwrap();
            return id;
        }
        let inner = match self.dice.below(14) {
            0 => "<terminateEventDefinition/>",
            1 => ERROR,
            2 => ESCALATION,
            3 => ANY_SIGNAL,
            4 => &self.compensation(),
            5 => MESSAGE_SENT,
            6 | 7 if kind == Kind::Transaction => "<cancelEventDefinition/>",
            _ => "",
        };
        let inner = self.definition(inner);
        let marks = self.marks(12);
        write!(out, r#"<endEvent id="{id}"{marks}>{inner}</endEvent>"#).unwrap();
        id
    }

    /// Of everything in the scope, or of one activity.
    fn compensation(&mut self) -> String {
        let wait = if self.dice.one_in(4) { r#" waitForCompletion="false""# } else { "" };
        let undoable = self.undoable.last().map(Vec::as_slice).unwrap_or_default();
        let activity = if undoable.is_empty() || self.dice.one_in(2) {
            String::new()
        } else {
            format!(r#" activityRef="{}""#, undoable[self.dice.below(undoable.len())])
        };
        format!("<compensateEventDefinition{activity}{wait}/>")
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
        self.budget = self.budget.saturating_sub(1);
        if depth == 0 || self.budget == 0 {
            return self.activity(out, 0);
        }
        match self.dice.below(15) {
            0 | 1 => self.split(out, depth, "exclusiveGateway"),
            2 => self.split(out, depth, "parallelGateway"),
            3 => self.split(out, depth, "inclusiveGateway"),
            4 => self.race(out),
            5 => self.event(out),
            6 if self.dice.one_in(2) => self.link(out),
            6 => self.circle(out, depth),
            7 => self.complex(out, depth),
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
        let [before, behind] = [self.marks(10), self.marks(10)];
        write!(out, r#"<{kind} id="{fork}"{default}{before}/><{kind} id="{join}"{behind}/>"#).unwrap();
        Block { entry: fork, exit: join }
    }

    /// Side by side, joined by a complex gateway.
    fn complex(&mut self, out: &mut String, depth: usize) -> Block {
        let [fork, join, late] = ["fork", "join", "late"].map(|kind| self.id(kind));
        let branches = 2 + self.dice.below(2);
        for _ in 0..branches {
            let branch = self.sequence(out, depth - 1);
            self.flow(out, &fork, &branch.entry, None);
            self.flow(out, &branch.exit, &join, None);
        }
        let condition = match self.dice.below(4) {
            0 => String::new(),
            1 => "<activationCondition>${flag || activationCount > 1}</activationCondition>".to_owned(),
            _ => {
                let wanted = 1 + self.dice.below(branches);
                format!("<activationCondition>${{activationCount >= {wanted}}}</activationCondition>")
            }
        };
        if self.dice.one_in(3) {
            self.flow(out, &join, &late, Some("${!waitingForStart}"));
            write!(out, r#"<userTask id="{late}"/>"#).unwrap();
        }
        let kind = self.dice.any(&["parallelGateway", "inclusiveGateway"]);
        let marks = self.marks(10);
        write!(out, r#"<{kind} id="{fork}"/><complexGateway id="{join}"{marks}>{condition}</complexGateway>"#).unwrap();
        Block { entry: fork, exit: join }
    }

    /// Again as long as `n` is 3; a person stands in the way back, so that it waits each time.
    fn circle(&mut self, out: &mut String, depth: usize) -> Block {
        let [join, fork, task] = ["join", "fork", "user"].map(|kind| self.id(kind));
        let body = self.sequence(out, depth - 1);
        self.flow(out, &join, &body.entry, None);
        self.flow(out, &body.exit, &fork, None);
        self.flow(out, &fork, &task, Some("${n == 3}"));
        self.flow(out, &task, &join, None);
        let behind = self.id("event");
        let default = self.flow(out, &fork, &behind, None);
        write!(
            out,
            r#"<exclusiveGateway id="{join}"/><exclusiveGateway id="{fork}" default="{default}"/><userTask id="{task}"/><intermediateThrowEvent id="{behind}"/>"#
        )
        .unwrap();
        Block { entry: join, exit: behind }
    }

    fn link(&mut self, out: &mut String) -> Block {
        let [to, from] = ["link", "link"].map(|kind| self.id(kind));
        write!(
            out,
            r#"<intermediateThrowEvent id="{to}"><linkEventDefinition name="{to}"/></intermediateThrowEvent><intermediateCatchEvent id="{from}"><linkEventDefinition name="{to}"/></intermediateCatchEvent>"#
        )
        .unwrap();
        Block { entry: to, exit: from }
    }

    fn event(&mut self, out: &mut String) -> Block {
        let id = self.id("event");
        let (kind, inner) = match self.dice.below(11) {
            0 => ("intermediateCatchEvent", triggers::TIMER),
            1 => ("intermediateCatchEvent", triggers::MESSAGE),
            2 => ("intermediateCatchEvent", triggers::SIGNAL),
            3 => ("intermediateCatchEvent", triggers::CONDITION),
            4 => ("intermediateThrowEvent", ANY_SIGNAL),
            5 => ("intermediateThrowEvent", ESCALATION),
            6 | 7 => ("intermediateThrowEvent", &*self.compensation()),
            8 => ("intermediateThrowEvent", MESSAGE_SENT),
            9 => ("intermediateThrowEvent", SIGNAL_LATER),
            _ => ("intermediateThrowEvent", ""),
        };
        let inner = self.definition(inner);
        let marks = self.marks(10);
        write!(out, r#"<{kind} id="{id}"{marks}>{inner}</{kind}>"#).unwrap();
        Block { entry: id.clone(), exit: id }
    }
}
